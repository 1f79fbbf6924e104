"""Leaving in a hurry: nothing of the chat stays to be seen."""

import contextlib

import pytest
from playwright.sync_api import Error

from bot.settings import load_settings
from tests.e2e.chat import NEED, Chat


def left(chat: Chat) -> None:
    exit_url = load_settings().organisation.exit_url
    chat.watch.forgive(exit_url, "ERR_NAME_NOT_RESOLVED", "ERR_BLOCKED")
    with contextlib.suppress(Error):
        chat.page.wait_for_url(lambda url: not url.startswith(chat.url))
    assert [line for line in chat.watch.seen if line == f"outside: {exit_url}"]
    assert chat.page.context.cookies() == []


def back_shows_nothing(chat: Chat) -> None:
    with contextlib.suppress(Error):
        chat.page.go_back(timeout=3000)
    assert chat.page.get_by_text(NEED).count() == 0


def test_the_link_empties_the_page_and_leaves(chat):
    chat.say(NEED)
    chat.page.get_by_role("link", name="Poistu nopeasti").click(no_wait_after=True)
    left(chat)
    back_shows_nothing(chat)


def test_shift_three_times_leaves(chat):
    chat.say(NEED)
    chat.box.press_sequentially("Hei Sinä Siellä")
    assert chat.page.url.startswith(chat.url)
    for _ in range(3):
        chat.page.keyboard.press("Shift")
    left(chat)
    back_shows_nothing(chat)


def test_the_page_is_blank_at_once(chat):
    chat.say(NEED)
    chat.page.route("**/poistu", lambda route: route.abort())
    chat.watch.forgive("ERR_FAILED")
    blank = """() => {
        document.getElementById('poistu').click();
        return [document.title, document.body.innerText];
    }"""
    assert chat.page.evaluate(blank) == ["Ladataan", "Ladataan"]


@pytest.mark.parametrize("path", ["/", "/apua", "/poista"])
def test_without_script_the_link_leaves(open_chat, path):
    chat = open_chat(path, java_script_enabled=False)
    chat.page.get_by_role("link", name="Poistu nopeasti").click(no_wait_after=True)
    left(chat)
