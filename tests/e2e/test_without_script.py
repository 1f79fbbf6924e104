"""The whole way without JavaScript: old phones, strict networks, a script that did not load."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import follow, in_browser_thread
from tests.e2e.chat import CRISIS, NEED, Chat


@pytest.fixture
def plain(open_chat) -> Chat:
    return in_browser_thread(open_chat, java_script_enabled=False)


def senders(chat: Chat) -> list[str]:
    return chat.page.locator(".msg .who b").all_inner_texts()


def write(chat: Chat, text: str) -> None:
    chat.box.fill(text)
    chat.send.click()


def paste(chat: Chat, text: str) -> None:
    # Typing thousands of lines takes a browser many seconds.
    chat.box.evaluate("(box, text) => { box.value = text; }", text)


def test_a_need_is_answered(plain):
    write(plain, NEED)
    assert plain.page.url.endswith("/#uusin")
    assert senders(plain)[:3] == ["Botti", "Sinä", "Botti"]
    assert plain.page.locator(".card .src").count() >= 1
    expect(plain.page.locator("#uusin")).to_be_in_viewport()
    expect(plain.box).to_have_value("")


def test_a_button_is_pressed(plain):
    write(plain, NEED)
    title = plain.choices.first.inner_text()
    follow(plain.choices.first)
    assert plain.page.locator(".client .say").last.inner_text().strip() == title
    assert senders(plain)[-1] == "Botti"


def test_a_human_is_asked_for_before_anything_else(plain):
    follow(plain.page.get_by_role("button", name="Puhu ihmiselle").first)
    assert senders(plain)[:2] == ["Botti", "Sinä"]
    assert plain.page.locator("#log .tel").count() >= 1


def test_a_crisis_gets_its_numbers(plain):
    write(plain, CRISIS)
    assert plain.page.locator(".crisis.acute .tel").count() >= 2


def test_an_empty_message_is_told_of(plain):
    plain.watch.forgive("400")
    follow(plain.send)
    expect(plain.error).to_have_text("Kirjoita ensin viesti.")
    expect(plain.box).to_be_focused()


def test_a_text_over_the_limit_is_kept(plain):
    plain.watch.forgive("413")
    paste(plain, "ä\n" * 2001)
    follow(plain.send)
    expect(plain.error).to_have_text(re.compile("Viesti on liian pitkä"))
    assert plain.box.input_value() == "ä\n" * 2001


def test_a_text_of_just_the_limit_with_line_breaks_is_taken(plain):
    paste(plain, "ä\n" * 1999 + "ä!")
    follow(plain.send)
    expect(plain.error).to_have_text("")
    assert senders(plain)[1] == "Sinä"


def test_typed_html_is_shown_as_text(plain):
    write(plain, "<b>moi</b> & <i>hei</i>")
    assert plain.page.locator(".client .say").inner_text().strip() == "<b>moi</b> & <i>hei</i>"


def test_new_messages_can_be_looked_for(plain):
    write(plain, "moi")
    plain.same_chat().say("mistä saan apua velkoihin")
    follow(plain.page.get_by_role("link", name="Katso, onko uusia viestejä"))
    assert senders(plain).count("Sinä") == 2


def test_the_conversation_is_deleted(plain):
    write(plain, NEED)
    follow(plain.page.get_by_role("link", name="Poista keskustelu"))
    follow(plain.page.get_by_role("button", name="Poista keskustelu"))
    assert senders(plain) == ["Botti"]
    assert plain.page.context.cookies() == []
