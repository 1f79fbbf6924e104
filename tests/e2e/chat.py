"""The chat page as a client uses it."""

import re
from dataclasses import dataclass
from typing import Any

import requests
from playwright.sync_api import Locator, Page, Response

from tests.e2e.browser import Watch
from tests.support.client import ChatClient

NEED = "mulla on rahat ihan loppu eikä oo ruokaa"
CRISIS = "haluan kuolla"
COMPOUND = "kuntoutusohjauspalvelusuunnitelmalomakkeistossa"


@dataclass
class Chat:
    """One page of one browser."""

    page: Page
    watch: Watch
    url: str

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("Kirjoita tähän")

    @property
    def send(self) -> Locator:
        return self.page.get_by_role("button", name="Lähetä", exact=True)

    @property
    def choices(self) -> Locator:
        return self.page.locator("#valinnat button")

    @property
    def last(self) -> Locator:
        return self.page.locator(".msg").last

    @property
    def error(self) -> Locator:
        return self.page.get_by_role("alert")

    def open(self, path: str = "/") -> Response | None:
        return self.page.goto(self.url + path)

    def say(self, text: str) -> None:
        """Type, send, and wait until the answer is there."""
        with self.answered():
            self.box.fill(text)
            self.send.click()

    def choose(self, index: int = 0) -> str:
        """Press one of the offered answers and wait; return what it said."""
        button = self.choices.nth(index)
        title = button.inner_text()
        with self.answered():
            button.click()
        return title

    def press(self, title: str) -> None:
        """Press the offered answer with this title, also a folded one, and wait."""
        button = self.choices.filter(has_text=re.compile(rf"^{re.escape(title)}$"))
        if not button.is_visible():
            self.page.locator("#valinnat summary").click()
        with self.answered():
            button.click()

    def answered(self) -> "Answered":
        return Answered(self)

    def messages(self) -> list[tuple[str, str]]:
        """Return who said what, as the page shows it."""
        return [
            tuple(pair)
            for pair in self.page.locator(".msg").evaluate_all(
                """all => all.map(m => [m.querySelector('.who b').textContent,
                    m.querySelector('.say').innerText.replace(/\\s+/g, ' ').trim()])"""
            )
        ]

    def said(self, who: str) -> list[str]:
        return [text for sender, text in self.messages() if sender == who]

    def same_chat(self) -> ChatClient:
        """Return a client of the API that speaks in the same chat."""
        (cookie,) = [c for c in self.page.context.cookies() if c["name"].endswith("polku")]
        page = requests.get(
            self.url, headers={"Cookie": f"{cookie['name']}={cookie['value']}"}, timeout=20
        )
        (chat_id,) = re.findall(r'data-chat="(.+?)"', page.text)
        return ChatClient(self.url, chat_id, cookie["value"], [])

    def focus(self) -> str:
        """Return the id of what has the focus, or its tag."""
        return self.page.evaluate("document.activeElement.id || document.activeElement.tagName")

    def fits_sideways(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class Answered:
    """A block in which a message is sent; it ends when an answer of the bot is shown."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def __enter__(self) -> None:
        self._before = self._chat.page.locator(".msg.bot").count()

    def __exit__(self, kind: Any, *rest: Any) -> None:
        if kind is None:
            self._chat.page.wait_for_function(
                """before => document.querySelectorAll('.msg.bot').length > before
                    && !['Lähetetään', 'Ei verkkoa. Viesti odottaa.'].includes(
                        [...document.querySelectorAll('.state')].pop()?.textContent)""",
                arg=self._before,
                timeout=15_000,
            )
