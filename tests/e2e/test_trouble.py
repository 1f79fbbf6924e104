"""When something fails, the words are kept and the way on is told."""

import re

import pytest
from playwright.sync_api import expect

from bot.settings import ROOT
from tests.e2e.chat import Chat
from tests.e2e.fixtures import bare_gateway

REFUSED = "Failed to load resource"


@pytest.fixture
def own_gateway(tmp_path):
    running = bare_gateway(tmp_path)
    yield running
    running.stop()


def test_C30_a_message_written_while_the_gateway_is_away_is_sent_once_when_it_is_back(
    chat_at, own_gateway
):
    chat = chat_at(own_gateway.url)
    chat.watch.forgive(REFUSED, "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING")
    chat.say("moi")
    own_gateway.kill()
    chat.box.fill("mistä saan apua velkoihin")
    chat.send.click()
    expect(chat.page.locator(".failed .state")).to_have_text(re.compile("Ei lähtenyt"))
    expect(chat.page.get_by_role("button", name="Yritä uudelleen")).to_be_visible()
    expect(chat.error).to_have_text("Viesti ei lähtenyt. Yritä uudelleen.")
    own_gateway.start()
    expect(chat.page.locator(".failed")).to_have_count(0, timeout=20_000)
    expect(chat.last).to_have_class(re.compile("bot"), timeout=20_000)
    expect(chat.error).to_have_text("")
    assert chat.said("Sinä") == ["moi", "mistä saan apua velkoihin"]
    stored = [m["text"] for m in chat.same_chat().messages() if m["from"] == "client"]
    assert stored == ["moi", "mistä saan apua velkoihin"]
    shown = chat.messages()
    chat.page.reload()
    assert chat.messages() == shown


def test_without_rasa_the_client_is_told_and_gets_choices_and_numbers(chat_at, lonely_gateway):
    chat = chat_at(lonely_gateway.url)
    chat.say("qwx zzz")
    everything = " ".join(chat.said("Botti"))
    assert "hetken poissa" in everything
    assert chat.page.locator("#log a[href='tel:112']").count() >= 1
    assert chat.choices.count() >= 1
    chat.choose()
    assert chat.messages()[-1][0] == "Botti"


def test_a_text_that_the_server_finds_too_long_comes_back_to_the_box(chat):
    chat.watch.forgive("413")
    chat.say("moi")
    chat.page.route(
        "**/messages",
        lambda route: route.fulfill(
            status=413, json={"error": {"code": "too_long", "message": "Viesti on liian pitkä."}}
        ),
    )
    chat.box.fill("pitkä")
    chat.send.click()
    expect(chat.error).to_have_text("Viesti on liian pitkä.")
    assert chat.box.input_value() == "pitkä"
    assert chat.said("Sinä") == ["moi"]


def test_an_unknown_address_leads_back_and_to_help(open_chat):
    chat: Chat = open_chat("/ei-ole")
    chat.watch.forgive("404")
    expect(chat.page.get_by_role("heading", level=1)).to_have_text("Jokin meni vikaan")
    assert chat.page.get_by_role("link", name="Soita 112").count() >= 1
    with chat.page.expect_navigation():
        chat.page.get_by_role("button", name="Puhu ihmiselle").click()
    expect(chat.box).to_be_visible()
    assert len(chat.said("Sinä")) == 1


def test_every_page_has_the_numbers_of_the_crisis_file_and_no_other_file_holds_them(
    open_chat, catalogue
):
    from services_catalog.crisis import load_crisis_texts
    from services_catalog.phone_numbers import link

    numbers = load_crisis_texts(catalogue.folder).numbers
    for file in (ROOT / "bot" / "web").rglob("*.*"):
        digits = re.sub(r"(?<=\d) (?=\d)", "", file.read_text("utf-8"))
        held = [
            n.id
            for n in numbers.values()
            if re.search(rf"\b{link(n.number)[4:]}\b(?!\.\d)", digits)
        ]
        assert held == [], file.name
    expected = [link(numbers[name].number) for name in ("hatanumero", "kriisipuhelin")]
    chat = open_chat()
    chat.watch.forgive("404")
    for path in ("/", "/apua", "/poista", "/ei-ole"):
        chat.open(path)
        links = chat.page.locator(".top a[href^='tel:']")
        assert [a.get_attribute("href") for a in links.all()] == expected
