"""A client and guides in real browsers: signing in, the queue, the talk, a network that is cut."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import Watch, follow, in_browser_thread
from tests.e2e.chat import Chat
from tests.e2e.desk_views import SLOW, ask, end, take
from tests.support.desk import PASSWORD, DeskClient
from tests.support.gateway import RunningGateway
from tests.support.office import office_config


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("live")
    running = RunningGateway(
        folder / "var",
        office_config(folder, lost_seconds=8),
        environment={"POLKU_MODELS": str(folder / "models")},
    )
    try:
        running.start()
        for name in ("Maija", "Kalle"):
            DeskClient.of(running, name)
        yield running
    finally:
        running.stop()


OpenDesk = Callable[..., Page]


@pytest.fixture
def desk(gateway: RunningGateway, browser: Browser) -> Iterator[OpenDesk]:
    """Return a function that signs a guide in and says that the guide is there."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def sign_in(name: str = "Maija", width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, locale="fi-FI", **options
        )
        context.set_default_timeout(SLOW)
        watch = Watch(context, gateway.url)
        watch.forgive("404", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
        opened.append((context, watch))
        page = context.new_page()
        page.goto(f"{gateway.url}/desk/")
        page.get_by_label("Nimi").fill(name)
        page.get_by_label("Salasana").fill(PASSWORD)
        page.get_by_role("button", name="Kirjaudu").click()
        page.get_by_role("button", name="Paikalla").click()
        page.locator("#tila-here[aria-pressed=true]").wait_for()
        return page

    yield sign_in
    for context, _ in opened:
        in_browser_thread(_leave, context, gateway.url)
    assert [fault for _, watch in opened for fault in watch.faults] == []


def _leave(context: BrowserContext, url: str) -> None:
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{url}/desk/")
    page.get_by_role("button", name="Poissa").click()
    page.locator("#tila-away[aria-pressed=true]").wait_for()
    context.close()


@pytest.fixture
def client(chat_at, gateway: RunningGateway) -> Callable[..., Chat]:
    return lambda **options: chat_at(gateway.url, "/", **options)


def test_a_guide_signs_in_with_the_keyboard_and_without_scripts(gateway, browser):
    context = browser.new_context(locale="fi-FI", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gateway.url}/desk/keskustelut")
    expect(page.get_by_label("Nimi")).to_be_focused()
    page.keyboard.type("Maija")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keskustelut ohjaajan kanssa")
    page.get_by_role("link", name="Luvut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Luvut")
    page.get_by_role("button", name="Jatka istuntoa").click()
    expect(page).to_have_url(f"{gateway.url}/desk/luvut")
    page.get_by_role("button", name="Kirjaudu ulos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
    context.close()


def test_a_whole_talk(desk, client):
    guide = desk()
    chat = client()
    ask(chat)
    expect(guide.get_by_role("heading", name="Odottaa ohjaajaa: 1")).to_be_visible(timeout=SLOW)
    expect(guide).to_have_title(re.compile(r"^\(1\) "))
    expect(guide.locator("#uutinen")).to_have_text("Uusi asiakas odottaa. Jonossa on 1.")
    take(guide)
    bar = chat.page.locator("#ohjaaja")
    expect(bar).to_contain_text("Juttelet ohjaajan kanssa. Hänen nimensä on Maija.", timeout=SLOW)

    box = guide.get_by_label("Viesti asiakkaalle")
    box.press_sequentially("Hei!")
    expect(chat.page.locator("#tila")).to_have_text("Ohjaaja kirjoittaa.", timeout=SLOW)
    box.press("Enter")
    expect(chat.last).to_contain_text("Hei!", timeout=SLOW)
    expect(chat.last.locator(".who b")).to_have_text("Ohjaaja")
    expect(box).to_have_value("", timeout=SLOW)
    expect(guide.locator("#loki .guide .state").last).to_have_text("Toimitettu", timeout=SLOW)

    chat.box.press_sequentially("Moi")
    expect(guide.locator("#tila")).to_have_text("Asiakas kirjoittaa.", timeout=SLOW)
    chat.send.click()
    expect(guide.locator("#loki .client").last).to_contain_text("Moi", timeout=SLOW)
    expect(chat.page.locator(".client .state").last).to_have_text(
        "Ohjaaja on saanut viestisi", timeout=SLOW
    )
    assert chat.page.locator(".msg.bot", has_text="Ohjaaja kirjoittaa").count() == 0

    box.fill("kesken jäänyt ajatus")
    guide.reload()
    expect(guide.get_by_label("Viesti asiakkaalle")).to_have_value("kesken jäänyt ajatus")
    end(guide)
    expect(chat.page.get_by_role("button", name="Vähän")).to_be_visible(timeout=SLOW)
    expect(bar).to_be_hidden()


def test_a_whole_talk_without_scripts(desk, client):
    guide = desk(java_script_enabled=False, width=360)
    chat = client(java_script_enabled=False)
    ask(chat)
    guide.get_by_role("link", name="Päivitä sivu").click()
    take(guide)
    guide.get_by_label("Viesti asiakkaalle").fill("Hei! Miten voin auttaa?")
    guide.get_by_role("button", name="Lähetä", exact=True).click()
    chat.page.get_by_role("link", name="Katso, onko uusia viestejä").click()
    expect(chat.page.locator(".guide .say")).to_have_text("Hei! Miten voin auttaa?")
    chat.box.fill("mulla on asia")
    chat.send.click()
    expect(chat.page.locator(".client").last).to_contain_text("mulla on asia")
    guide.get_by_role("link", name="Katso, onko uusia viestejä").click()
    expect(guide.locator("#loki .client").last).to_contain_text("mulla on asia")
    guide.get_by_text("Valmiit lauseet").click()
    guide.get_by_role("button", name="Hetki").click()
    expect(guide.get_by_label("Viesti asiakkaalle")).to_have_value(re.compile("Palaan pian"))
    guide.get_by_text("Etsi palvelu").click()
    guide.get_by_label("Hae palvelua tai aihetta").fill("velkaneuvonta")
    guide.get_by_label("Hae palvelua tai aihetta").press("Enter")
    expect(guide.get_by_label("Viesti asiakkaalle")).to_have_value(re.compile("Palaan pian"))
    guide.get_by_role("button", name=re.compile("Lähetä kortti")).first.click()
    follow(chat.page.get_by_role("link", name="Katso, onko uusia viestejä"))
    assert chat.page.locator(".guide .card").count() == 1
    chat.page.get_by_role("button", name="Lopetan keskustelun").click()
    expect(chat.page.get_by_role("button", name="Vähän")).to_be_visible()
    guide.get_by_role("link", name="Katso, onko uusia viestejä").click()
    expect(guide.get_by_role("heading", level=1)).to_have_text(
        "Tämä keskustelu ei ole enää sinulla"
    )


def test_a_guide_whose_network_is_cut_mid_sentence_loses_nothing(desk, client):
    guide = desk()
    chat = client()
    ask(chat)
    take(guide)
    box = guide.get_by_label("Viesti asiakkaalle")
    box.press_sequentially("Tämä jää kes")
    guide.context.set_offline(True)
    expect(chat.page.locator(".msg", has_text="yhteys on katkennut")).to_have_count(
        1, timeout=60_000
    )
    expect(chat.page.get_by_role("button", name="Odotan")).to_be_visible()
    box.press("Enter")
    expect(guide.get_by_role("alert").filter(has_text="Viesti ei lähtenyt")).to_be_visible()
    expect(box).to_have_value("Tämä jää kes")
    chat.box.fill("oletko siellä")
    chat.send.click()
    guide.context.set_offline(False)
    expect(chat.page.locator(".msg", has_text="taas yhteydessä")).to_have_count(1, timeout=60_000)
    expect(guide.locator("#loki .client").last).to_contain_text("oletko siellä", timeout=SLOW)
    box.press("Enter")
    expect(chat.last).to_contain_text("Tämä jää kes", timeout=SLOW)
    assert chat.page.locator(".guide", has_text="Tämä jää kes").count() == 1
    end(guide)


def test_a_third_guide_who_is_too_late_is_told(desk, client):
    maija, kalle = desk("Maija"), desk("Kalle")
    chat = client()
    ask(chat)
    late = kalle.get_by_role("button", name="Ota asiakas")
    expect(late).to_be_visible(timeout=SLOW)
    kalle.route("**/desk/tapahtumat**", lambda route: route.abort())
    form = kalle.locator("form[action$='/ota']").get_attribute("action")
    take(maija)
    kalle.evaluate(
        """action => { const f = document.querySelector('.presence').cloneNode(true);
            f.action = action; document.body.append(f); f.submit(); }""",
        form,
    )
    expect(kalle.locator(".done")).to_contain_text("Toinen ohjaaja ehti", timeout=SLOW)
    end(maija)
