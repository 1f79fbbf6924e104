"""The errand list and the way back, in a browser: readable, usable without script, printable."""

import asyncio
import io
from pathlib import Path

import pytest
import requests
from pypdf import PdfReader

from bot.store import ChatStore, PathStore, connect
from tests.e2e.axe import findings
from tests.e2e.browser import in_browser_thread
from tests.e2e.chat import Chat
from tests.support.house import PATH


def _give_path(var: Path, token: str) -> None:
    """Give the chat of ``token`` a path, in the database of a running gateway."""

    async def give() -> None:
        engine = connect(f"sqlite:///{var / 'polku.sqlite3'}")
        chat = await ChatStore(engine).by_token(token)
        assert chat
        await PathStore(engine).save(chat.id, PATH)
        await engine.dispose()

    asyncio.run(give())


def _begin(chat: Chat) -> str:
    """Open a chat without a word, and return its token."""
    chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    chat.page.locator(".msg.client").first.wait_for()
    [cookie] = [c for c in chat.page.context.cookies() if "polku" in c["name"]]
    return cookie["value"]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def owner(request, open_chat, site):
    """Return a browser page whose chat has a path, with and without script."""
    chat = in_browser_thread(open_chat, "/apua", java_script_enabled=request.param)
    _give_path(site.var, in_browser_thread(_begin, chat))
    return chat, request.param


def test_the_list_can_be_read_and_nothing_is_wider_than_a_small_screen(owner):
    chat, script = owner
    chat.open("/muistilista")
    page = chat.page
    assert page.locator("h1").inner_text() == "Muistilista"
    assert page.get_by_text("mulla ei oo rahaa ruokaan").count() >= 1
    assert page.get_by_role("button", name="Tulosta").count() == (1 if script else 0)
    for size in ({"width": 320, "height": 256}, {"width": 256, "height": 640}):
        page.set_viewport_size(size)
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert not script or page.evaluate(wide)


def test_a_call_is_planned_with_two_choices_and_a_press(owner):
    chat, _ = owner
    chat.open("/muistilista#kalenteri")
    page = chat.page
    page.get_by_label("Päivä").select_option(index=1)
    page.get_by_label("Kello").select_option("9.30")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Tallenna kalenteriin").click()
    text = Path(saved.value.path()).read_text("utf-8")
    assert "T093000" in text
    assert "BEGIN:VALARM" in text


def test_a_time_that_has_gone_is_told_at_the_choice(owner):
    chat, _ = owner
    chat.watch.forgive("400")
    chat.open("/muistilista.ics?asia=1&paiva=2020-01-01&kello=9.30")
    assert "mennyt" in chat.page.get_by_role("alert").inner_text()
    described = chat.page.get_by_label("Päivä").get_attribute("aria-describedby")
    assert chat.page.locator(f"#{described}").is_visible()


@pytest.mark.parametrize("owner", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/muistilista", "/jatka"])
def test_axe_finds_nothing(owner, path, scheme):
    chat, _ = owner
    chat.page.emulate_media(color_scheme=scheme)
    chat.open(path)
    assert findings(chat.page) == []


def test_it_prints_as_one_page_of_large_type_without_the_rest_of_the_page(owner):
    chat, _ = owner
    chat.open("/muistilista")
    pdf = PdfReader(io.BytesIO(chat.page.pdf(prefer_css_page_size=True)))
    text = pdf.pages[0].extract_text()
    assert len(pdf.pages) == 1
    assert "Mitä sovimme" in text
    for rest in ("Poistu nopeasti", "Tallenna kalenteriin", "Palaa keskusteluun"):
        assert rest not in text


def test_wrong_words_stay_in_the_box_with_the_reason_beside_it(open_chat, site):
    chat = open_chat("/jatka", java_script_enabled=False)
    chat.watch.forgive("404")
    box = chat.page.get_by_label("Neljä sanaa")
    box.fill("aalto kirahvi")
    with chat.page.expect_navigation():
        box.press("Enter")
    assert chat.page.get_by_role("alert").inner_text().startswith("En löydä polkua")
    assert chat.page.get_by_label("Neljä sanaa").input_value() == "aalto kirahvi"
    assert requests.get(f"{site.url}/jatka", timeout=20).headers["Cache-Control"] == "no-store"
