"""Lines G01–G10: the guides' desk, with clients who really wait.

Line S05 is tested in tests/bot/channels/telegram/test_webhook.py, files in tests/bot/desk.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import measure
from tests.accessibility.measure import english_words, heard
from tests.e2e.axe import findings
from tests.e2e.browser import Watch, in_browser_thread
from tests.e2e.chat import Chat
from tests.e2e.desk_views import SLOW, VIEWS, Office, ask, be_here, furnish, sign_in, take
from tests.support.client import ChatClient
from tests.support.desk import PASSWORD
from tests.support.gateway import RunningGateway
from tests.support.office import office_config

BEFORE_SIGNING_IN = ("sign-in", "wrong-sign-in")
ZALGO = "h̷̡̢̛͖̰̗͓̮̱͙̳̲̺̣ͪ̓̽̂͐̿͗ͧ͆ͦä̵̶̢̧̛͎̬̙͙̠̥̯̟̳́̀ͤ̋t̴̷̢͕̺̜̬͔̩͔̮̙̍͒̀͆̄ä̡̛̭̩̘̺́"
HOSTILE = [
    "<script>document.title='rikki'</script><img src=x onerror=\"document.title='rikki'\">",
    '</p></textarea><svg onload="document.title=\'rikki\'"><a href="javascript:alert(1)">x</a>',
    "javascript:alert(1) {{ 7*7 }} ${7*7} %3Cscript%3E",
    "\u202eoikealta vasemmalle\u202c \u2066eristetty\u2069 \u200f",
    ZALGO * 8,
    "👩‍👩‍👧‍👦🇫🇮👍🏿" * 20,
    "ä" * 4000,
]

OpenDesk = Callable[..., Page]


@pytest.fixture(scope="module")
def whole_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("desk")
    gateway = RunningGateway(
        folder / "var",
        office_config(folder),
        environment={"POLKU_MODELS": str(folder / "models")},
    )
    try:
        yield furnish(gateway.start())
    finally:
        gateway.stop()


@pytest.fixture
def office(whole_office: Office) -> Iterator[Office]:
    """Return the office without clients; those who come have left when the test ends."""
    yield whole_office
    whole_office.clear()


@pytest.fixture(scope="module")
def signed_in(whole_office: Office, browser: Browser) -> dict[str, dict]:
    """Return the browser states of Lea, a lead, and Maija, a guide."""

    def state(name: str) -> dict:
        context = browser.new_context(locale="fi-FI")
        sign_in(context.new_page(), whole_office, name)
        kept = context.storage_state()
        context.close()
        return kept

    return {name: in_browser_thread(state, name) for name in ("Lea", "Maija")}


@pytest.fixture
def desk(office: Office, browser: Browser, signed_in: dict[str, dict]) -> Iterator[OpenDesk]:
    """Return a function that opens a guide's browser; nobody's for ""."""
    opened = []

    def open_desk(name: str = "Maija", width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            **{
                "viewport": {"width": width, "height": 740},
                "locale": "fi-FI",
                "storage_state": signed_in.get(name),
            }
            | options
        )
        context.set_default_timeout(SLOW)
        watch = Watch(context, office.gateway.url)
        watch.forgive("400", "401", "403", "404", "429", "ERR_FAILED", "Failed to fetch")
        opened.append((context, watch))
        return context.new_page()

    yield open_desk
    for context, _ in opened:
        in_browser_thread(context.close)
    assert [fault for _, watch in opened for fault in watch.faults] == []


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Press ``key`` until the focus is on the control whose visible words begin with ``name``."""
    for _ in range(60):
        page.keyboard.press(key)
        words = "(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()"
        if page.evaluate(words).startswith(name):
            return
    raise AssertionError(f"{name} is out of reach")


def tab_stops(page: Page) -> list[dict]:
    page.evaluate("""() => { const b = document.body; scrollTo(0, 0);
        b.tabIndex = -1; b.focus(); b.blur(); b.removeAttribute('tabindex'); }""")
    stops = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(measure.FOCUS))
        if stops[-1]["body"]:
            return stops[:-1]
    raise AssertionError(f"a trap: the focus never leaves the page: {stops[-3:]}")


def open_details(page: Page) -> None:
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true; }")


def age_session(office: Office, name: str, minutes: int) -> None:
    """Let the newest session of a guide have been idle for ``minutes``."""
    database = sqlite3.connect(office.gateway.var / "polku.sqlite3")
    with database:
        changed = database.execute(
            "UPDATE guide_sessions SET seen_at = datetime(seen_at, ?) || '.000000'"
            " WHERE token_hash = (SELECT token_hash FROM guide_sessions JOIN guides"
            " ON guides.id = guide WHERE name = ? ORDER BY began_at DESC LIMIT 1)",
            (f"-{minutes} minutes", name),
        )
        assert changed.rowcount
    database.close()


@pytest.mark.parametrize("view", VIEWS)
def test_G01_what_holds_for_clients_holds_in_a_view_of_the_desk(office, desk, view):
    page = desk("" if view in BEFORE_SIGNING_IN else "Lea", width=360, bypass_csp=True)
    VIEWS[view](page, office)
    open_details(page)
    assert english_words(page) == set()
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert not re.search("maximum-scale|minimum-scale|user-scalable", viewport)
    assert page.locator("meta[http-equiv=refresh i]").count() == 0
    for heading in ("h1", "main", "html[lang=fi]"):
        assert page.locator(heading).count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert findings(page) == [], f"axe in {scheme}"
        assert page.evaluate(measure.FAINT_TEXT) == [], scheme
        assert page.evaluate(measure.FAINT_CONTROLS) == [], scheme
    assert page.evaluate("document.getAnimations().length") == 0
    for width, height in ((360, 640), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        stops = tab_stops(page)
        assert len(stops) >= 3
        assert [s for s in stops if not s["ring"] or s["contrast"] < 3] == [], "a faint focus"
        assert [s for s in stops if not s["free"]] == [], "covered"
        jumps = [
            (a["name"], b["name"]) for a, b in pairwise(s for s in stops if not s["still"])
            if b["y"] < a["y"] - 30 or (abs(b["y"] - a["y"]) < 4 and b["x"] < a["x"])
        ]  # fmt: skip
        assert jumps == [], "not in visual order"
    page.emulate_media(forced_colors="active")
    bare = page.locator("button, a.act, input:not([type=hidden]), textarea, select").evaluate_all(
        """all => all.filter(e => e.checkVisibility() && !e.matches('[type=checkbox]')
            && parseFloat(getComputedStyle(e).borderTopWidth) < 1).map(e => e.outerHTML)"""
    )
    assert bare == [], "no border in forced colours"
    page.emulate_media(forced_colors="none")
    for width, height in ((320, 256), (256, 640), (360, 640), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width >= 320:
            assert page.evaluate(measure.SMALL_TARGETS) == []
    page.set_viewport_size({"width": 360, "height": 640})
    page.add_style_tag(content=measure.TEXT_SPACING)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(measure.CLIPPED) == []


def test_G02_signing_in_bears_paste_and_password_managers_and_tells_nothing_away(office, desk):
    page = desk("")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{office.gateway.url}/desk/tili")
    name, password = page.get_by_label("Nimi"), page.get_by_label("Salasana")
    kinds = [(name, "username"), (password, "current-password")]
    kinds.append((page.get_by_label("Kertakoodi"), "one-time-code"))
    for field, kind in kinds:
        assert field.get_attribute("autocomplete") == kind
        expect(field).to_be_editable()
    assert page.locator("main input:not([type=hidden])").count() == 3, "a puzzle"

    said = []
    for tried in ("Maija", "Ei Kukaan"):
        name.fill(tried)
        password.fill("väärä salasana")
        page.get_by_role("button", name="Kirjaudu").click()
        expect(page.get_by_role("alert")).not_to_be_empty()
        expect(password).to_be_focused()
        said.append(page.locator("main").inner_text())
    assert said[0] == said[1]
    for _ in range(5):
        password.fill("väärä salasana")
        page.get_by_role("button", name="Kirjaudu").click()
    expect(page.get_by_role("alert")).to_contain_text("Odota")

    # What a password manager does: values without a key press.
    name.evaluate("(e, v) => { e.value = v; }", "Maija")
    page.evaluate("text => navigator.clipboard.writeText(text)", PASSWORD)
    password.focus()
    page.keyboard.press("Control+V")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oma tili")


def test_G03_a_new_client_is_announced_once_as_text_and_in_the_title(office, desk):
    page = desk(bypass_csp=True)
    page.add_init_script(
        "window.sounds = 0; window.AudioContext = class { constructor() { sounds += 1; } };"
    )
    be_here(page, office)
    chat = Chat(page, Watch(page.context, office.gateway.url), office.gateway.url)
    phrases = heard(chat, lambda: (office.queue_up(), _title(page, r"^\(1\) ")), 3)
    told = [phrase for phrase in phrases if "Uusi asiakas odottaa" in phrase]
    assert told == ["polite: Uusi asiakas odottaa. Jonossa on 1."], phrases
    assert not [phrase for phrase in phrases if phrase.startswith("assertive")]
    expect(page.get_by_role("heading", name="Odottaa ohjaajaa: 1")).to_be_visible()
    assert page.evaluate("sounds") == 0
    expect(page.get_by_label("Soita ääni")).not_to_be_checked()

    # It is told in the middle of a talk too.
    take(page)
    office.queue_up()
    expect(page.locator("#uutinen")).to_have_text("Uusi asiakas odottaa. Jonossa on 1.")
    expect(page.get_by_role("link", name="Jono: 1 odottaa")).to_be_visible()


def _title(page: Page, start: str) -> None:
    expect(page).to_have_title(re.compile(start), timeout=SLOW)


def test_G04_the_queue_is_a_list_and_waiting_times_change_in_silence(office, desk):
    page = desk(bypass_csp=True)
    be_here(page, office)
    office.queue_up()
    button = page.get_by_role("button", name="Ota asiakas")
    expect(button).to_be_visible()
    item = page.get_by_role("list").get_by_role("listitem").filter(has=button)
    expect(item.get_by_role("heading", level=3)).to_have_count(1)
    expect(item).to_contain_text("Odottanut alle minuutin.")

    # The minutes go by in the answers of the server, which another guide's break calls for.
    def later(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("alle minuutin", "7 minuuttia"))

    page.route("**/desk/", later)
    button.evaluate("b => { b.focus(); window.focused = b; }")
    lea = desk("Lea")
    be_here(lea, office)
    chat = Chat(page, Watch(page.context, office.gateway.url), office.gateway.url)

    def act() -> None:
        lea.get_by_role("button", name="Tauolla").click()
        expect(item).to_contain_text("Odottanut 7 minuuttia.", timeout=SLOW)

    assert [p for p in heard(chat, act, 1) if re.search("minuut|Odott", p)] == []
    # Not even the focused button was made anew, which would be read again.
    assert page.evaluate("document.activeElement === window.focused")


def test_G05_a_client_is_taken_answered_and_closed_with_the_keyboard(office, desk, chat_at):
    page = desk()
    be_here(page, office)
    chat = chat_at(office.gateway.url)
    ask(chat)
    press_until(page, "Ota asiakas")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "Viesti asiakkaalle")
    page.keyboard.type("Hei! Miten voin auttaa?")
    page.keyboard.press("Enter")
    expect(chat.last).to_contain_text("Miten voin auttaa?", timeout=SLOW)
    expect(page.get_by_label("Viesti asiakkaalle")).to_be_focused()
    press_until(page, "Miksi keskustelu loppuu?")
    page.keyboard.press("ArrowDown")
    press_until(page, "Lopeta keskustelu")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text("Keskustelu on lopetettu.")
    expect(chat.page.locator("#ohjaaja")).to_be_hidden(timeout=SLOW)


def test_G05_a_late_answer_leaves_the_focus_where_the_guide_has_gone(office, desk):
    page = desk()
    be_here(page, office)
    office.queue_up()
    take(page)
    held = []
    page.route("**/viesti", lambda route: held.append(route))
    box = page.get_by_label("Viesti asiakkaalle")
    box.fill("Hei! Miten voin auttaa?")
    box.press("Enter")
    while not held:
        page.wait_for_timeout(20)
    reason = page.get_by_label("Miksi keskustelu loppuu?")
    reason.focus()
    with page.expect_response("**/viesti"):
        held[0].continue_()
    expect(page.get_by_role("log")).to_contain_text("Miten voin auttaa?")
    expect(box).to_have_value("")
    expect(reason).to_be_focused()


def test_G05_of_two_guides_the_second_is_told(office, desk):
    maija, lea = desk("Maija"), desk("Lea")
    be_here(maija, office)
    office.queue_up()
    # Lea's page does not know yet that the client is taken.
    lea.route("**/desk/tapahtumat**", lambda route: route.abort())
    lea.goto(f"{office.gateway.url}/desk/")
    expect(lea.get_by_role("button", name="Ota asiakas")).to_be_visible()
    take(maija)
    lea.get_by_role("button", name="Ota asiakas").click()
    expect(lea.locator(".done")).to_contain_text("Toinen ohjaaja ehti ottaa")
    assert lea.url.startswith(f"{office.gateway.url}/desk/?")


def test_G06_letters_do_nothing_by_themselves(office, desk):
    page = desk()
    be_here(page, office)
    office.queue_up()
    take(page)
    assert page.locator("[accesskey]").count() == 0
    page.evaluate("document.activeElement.blur()")
    before = page.url, page.locator("main").inner_html()
    for key in "abcdefghijklmnopqrstuvwxyz?/.,123":
        page.keyboard.press(key)
    assert (page.url, page.locator("main").inner_html()) == before


def test_G06_a_draft_outlives_a_reload_a_switch_and_the_end_of_the_session(office, desk):
    page = desk("")
    sign_in(page, office, "Maija")
    be_here(page, office)
    office.queue_up()
    office.queue_up()
    page.goto(f"{office.gateway.url}/desk/")
    page.get_by_role("button", name="Ota asiakas").first.click()
    box = page.get_by_label("Viesti asiakkaalle")
    box.fill("Tämä on kesken")
    page.reload()
    expect(box).to_have_value("Tämä on kesken")
    talk = page.url
    page.goto(f"{office.gateway.url}/desk/")
    take(page)
    expect(box).to_have_value("")
    page.locator(".own").get_by_role("link").click()
    expect(page).to_have_url(talk)
    expect(box).to_have_value("Tämä on kesken")

    age_session(office, "Maija", 31)
    box.press("Enter")
    expect(page.locator("#virhe")).to_contain_text("Luonnoksesi on tallessa")
    expect(box).to_have_value("Tämä on kesken")
    page.get_by_role("link", name="Kirjaudu uudelleen").click()
    page.get_by_label("Nimi").fill("Maija")
    page.get_by_label("Salasana").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(talk)
    expect(box).to_have_value("Tämä on kesken")
    # Who signs out leaves nothing behind on a shared computer.
    page.get_by_role("button", name="Kirjaudu ulos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
    assert page.evaluate("JSON.stringify({...localStorage})") == "{}"


def test_G07_everything_can_be_tapped_and_nothing_waits_for_a_pointer(office, desk):
    page = desk(width=360, has_touch=True, is_mobile=True)
    be_here(page, office)
    office.queue_up()
    page.get_by_role("button", name="Ota asiakas").tap()
    box = page.get_by_label("Viesti asiakkaalle")
    page.get_by_text("Valmiit lauseet").tap()
    page.get_by_role("button", name="Tervehdys").tap()
    expect(box).to_have_value(re.compile("Olen ohjaaja"))
    page.get_by_role("button", name="Lähetä", exact=True).tap()
    expect(page.locator("#loki .guide")).to_have_count(1)
    assert page.locator("[draggable=true], [title], [ondragstart], [onmouseover]").count() == 0
    shown_by_hovering = page.evaluate(
        """() => [...document.styleSheets].flatMap(s => [...s.cssRules])
            .filter(r => r.selectorText?.includes(':hover'))
            .flatMap(r => [...r.style]).filter(p => !p.startsWith('text-decoration'))"""
    )
    assert shown_by_hovering == []
    page.get_by_label("Miksi keskustelu loppuu?").select_option("helped")
    page.get_by_role("button", name="Lopeta keskustelu").tap()
    expect(page.locator(".done")).to_contain_text("Keskustelu on lopetettu.")


def test_G08_the_end_of_a_session_is_told_ahead_and_put_off_in_place(office, desk):
    page = desk()
    page.clock.install()
    page.goto(f"{office.gateway.url}/desk/keskustelut/{office.transcript}")
    words = page.get_by_label("Omin sanoin")
    words.fill("Tämä on kesken")
    warning = page.get_by_role("status")
    expect(warning).to_have_text("")
    page.clock.fast_forward("25:10")
    expect(warning).to_contain_text("Istunto päättyy noin 5 minuutin kuluttua.")
    page.clock.fast_forward("02:45")
    expect(warning).to_contain_text("Istunto päättyy noin 2 minuutin kuluttua.")
    page.get_by_role("button", name="Jatka istuntoa").press("Enter")
    expect(warning).to_have_text("Istunto jatkuu.")
    expect(words).to_have_value("Tämä on kesken")
    page.clock.fast_forward("28:00")
    expect(warning).to_contain_text("Istunto päättyy noin 2 minuutin kuluttua.")
    page.clock.fast_forward("02:20")
    expect(warning).to_contain_text("Istunto on päättynyt.")
    back = page.get_by_role("link", name="Kirjaudu uudelleen")
    assert back.get_attribute("href").endswith(f"mihin=/desk/keskustelut/{office.transcript}")


def test_G08_who_answers_clients_is_not_warned_in_vain(office, desk):
    page = desk("")
    sign_in(page, office, "Maija")
    be_here(page, office)
    office.queue_up()
    take(page)
    age_session(office, "Maija", 20)
    page.get_by_label("Viesti asiakkaalle").fill("Hei!")
    page.keyboard.press("Enter")
    expect(page.locator("#loki .guide")).to_have_count(1)
    left = "Number(document.getElementById('loppu').dataset.seconds)"
    page.wait_for_function(f"{left} > 25 * 60")


def test_G09_hostile_texts_are_plain_text_in_the_queue_the_talk_and_the_transcript(office, desk):
    page = desk("Lea")
    be_here(page, office)
    client = office.queue_up(HOSTILE[0])
    page.goto(f"{office.gateway.url}/desk/")
    expect(page.locator(".shown")).to_contain_text("<script>document.title")
    _inert(page)
    take(page)
    for text in HOSTILE[1:]:
        client.say(text)
        note = page.get_by_label("Uusi muistiinpano")
        note.fill(text[:1000])
        page.get_by_role("button", name="Tallenna muistiinpano").click()
        page.get_by_label("Viesti asiakkaalle").fill(text)
        page.get_by_role("button", name="Lähetä", exact=True).click()
        expect(page.get_by_label("Viesti asiakkaalle")).to_have_value("")
    # One more than what was said: the yes to being shown.
    expect(page.locator("#loki .client")).to_have_count(len(HOSTILE))
    expect(page.locator("#loki .guide")).to_have_count(len(HOSTILE) - 1)
    _inert(page)
    handoff = page.url.rsplit("/", 1)[1].split("#")[0]
    page.get_by_label("Miksi keskustelu loppuu?").select_option("helped")
    page.get_by_role("button", name="Lopeta keskustelu").click()
    for path in (
        f"/desk/keskustelut/{handoff}",
        "/desk/keskustelut",
        f"/desk/loki?kohde={handoff}",
    ):
        page.goto(f"{office.gateway.url}/desk/{path}")
        _inert(page)


def _inert(page: Page) -> None:
    """Check that what somebody wrote has become no element, has run nothing and stays in place."""
    expect(page).not_to_have_title(re.compile("rikki"))
    alive = "main :is(script, iframe, img, [onload], [onerror], a[href^='javascript' i])"
    assert page.locator(alive).count() == 0
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # A name above what somebody wrote cannot be written over.
        outside = page.locator(".say, .said, .shown").evaluate_all(
            "all => all.filter(e => getComputedStyle(e).overflowY === 'visible').length"
        )
        assert outside == 0


def test_G10_a_guide_sees_only_what_is_allowed_and_reading_is_logged_without_text(office, desk):
    maija, lea = desk("Maija"), desk("Lea")
    be_here(lea, office)
    secret = "haapavesihanhi lensi"
    client = office.queue_up(secret)
    lea.goto(f"{office.gateway.url}/desk/")
    take(lea)
    client.say(f"{secret} taas")
    only_bot = ChatClient.open(office.gateway.url)
    only_bot.say(secret)
    lead_only = ("/desk/loki", f"/desk/keskustelut/{office.transcript}/poista")
    others = (lea.url, f"/desk/asiakas/{only_bot.chat}", f"/desk/keskustelut/{only_bot.chat}")
    for paths, status in ((lead_only, 403), (others, 404)):
        for path in paths:
            answer = maija.goto(office.gateway.url + path.removeprefix(office.gateway.url))
            assert answer.status == status, path
            assert secret not in maija.content()
            expect(maija.get_by_role("heading", level=1)).to_be_visible()
    maija.goto(f"{office.gateway.url}/desk/")
    expect(maija.get_by_text("Muilla ohjaajilla on asiakkaita: 1.")).to_be_visible()
    assert secret not in maija.content()

    page = f"/desk/keskustelut/{office.transcript}"
    maija.goto(office.gateway.url + page)
    with maija.expect_download():
        maija.get_by_role("button", name="Vie tekstinä").click()
    lea.goto(f"{office.gateway.url}/desk/loki?kohde={office.transcript}")
    events = lea.locator(".events li").all_inner_texts()
    assert "Maija" in events[0]
    assert "vei keskustelun tekstinä" in events[0]
    assert "avasi keskustelun" in events[1]
    database = sqlite3.connect(office.gateway.var / "polku.sqlite3")
    kept = str(database.execute("SELECT * FROM audit_log").fetchall())
    database.close()
    for text in ("haapavesihanhi", "minulle vieras asia", "Onko sinulla kirje"):
        assert text not in kept
        assert text not in office.gateway.logs()
