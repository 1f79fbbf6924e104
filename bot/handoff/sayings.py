"""Messages of the hand-off, with buttons that the gateway answers itself."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.store import Button, Message
from services_catalog.crisis import CrisisTexts
from services_catalog.phrases import Phrases

PREFIX = "handoff"

# What a button does, by the key of its title under ``buttons`` in handoff.yml.
_DOES = {
    "fresh": "fresh",
    "join": "fresh",
    "no": "no",
    "go_on": "go_on",
    "bot": "go_on",
    "callback": "callback",
    "wait": "wait",
    "leave": "leave",
    "leave_queue": "go_on",
    "cancel": "cancel",
    "return": "return",
    "drop": "drop",
    "human": "ask",
    "share_no": "callback_share_no",
}


class Sayings:
    """Makes messages of the texts in handoff.yml."""

    def __init__(self, texts: Phrases, crisis: CrisisTexts, now: Callable[[], datetime]) -> None:
        """Use these texts; the numbers to call are those of ``crisis``."""
        self.texts = texts
        self._numbers = {key: number.number for key, number in crisis.numbers.items()}
        self._now = now

    def text(self, key: str, **values: str) -> str:
        """Return a text, with the numbers to call filled in."""
        return self.texts(key, **self._numbers, **values)

    def bot(self, key: str, *buttons: Button, **values: str) -> Message:
        """Return what the bot says."""
        return self.spoken(self.text(key, **values), *buttons)

    def spoken(self, text: str, *buttons: Button) -> Message:
        """Return a text as a message of the bot."""
        return Message("bot", text, self._now(), buttons=buttons)

    def news(self, key: str, **values: str) -> Message:
        """Return what has happened: somebody came or went."""
        return Message("system", self.text(key, **values), self._now())

    def button(self, title: str, does: str = "") -> Button:
        """Return a button; ``does`` goes before what its title stands for."""
        command = does or _DOES[title]
        return Button(
            self.texts(f"buttons.{title}"), secrets.token_urlsafe(9), f"{PREFIX}:{command}"
        )

    def choice(self, title: str, does: str) -> Button:
        """Return a button with a title of its own."""
        return Button(title, secrets.token_urlsafe(9), f"{PREFIX}:{does}")

    def again(self, button: Button) -> Button:
        """Return a button of an earlier message for a new one."""
        return Button(button.title, secrets.token_urlsafe(9), button.command)

    def menu(self) -> Button:
        """Return the button that leads to the bot's topics."""
        return Button(self.texts("buttons.menu"), secrets.token_urlsafe(9), "/help_menu")

    def rate(self, handoff: str) -> Message:
        """Ask how it went."""
        return self.bot(
            "rate",
            *(
                self.button(answer, f"rate {handoff} {answer}")
                for answer in ("yes", "some", "none")
            ),
        )
