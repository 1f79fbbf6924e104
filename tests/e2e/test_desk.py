"""The desk in a real browser: accessible, without scripts too, on a phone and a laptop."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.axe import findings
from tests.e2e.browser import Watch, in_browser_thread
from tests.e2e.conftest import bare_gateway
from tests.e2e.desk_views import VIEWS, Office, furnish, sign_in
from tests.e2e.test_accessibility import CLIPPED, SMALL_TARGETS, TEXT_SPACING
from tests.support.desk import PASSWORD

ANONYMOUS = ("sign-in", "wrong-sign-in")
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    gateway = bare_gateway(tmp_path_factory.mktemp("desk"))
    yield furnish(gateway)
    gateway.stop()


@pytest.fixture(scope="module")
def lead(office: Office, browser: Browser) -> dict:
    """Return the browser state of a signed-in lead."""

    def signed_in() -> dict:
        context = browser.new_context(locale="fi-FI")
        sign_in(context.new_page(), office, "Lea")
        state = context.storage_state()
        context.close()
        return state

    return in_browser_thread(signed_in)


@pytest.fixture
def open_page(office: Office, browser: Browser, lead: dict) -> Iterator[OpenPage]:
    """Return a function that opens a page, signed in unless told otherwise."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(*, signed_in: bool = True, width: int = 360, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            locale="fi-FI",
            storage_state=lead if signed_in else None,
            **options,
        )
        watch = Watch(context, office.gateway.url)
        watch.forgive("404", "403", "400")
        opened.append((context, watch))
        return context.new_page()

    yield open_one
    for context, _ in opened:
        in_browser_thread(context.close)
    assert [fault for _, watch in opened for fault in watch.faults] == []


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_and_targets_are_large(office, open_page, view):
    page = open_page(signed_in=view not in ANONYMOUS)
    VIEWS[view](page, office)
    assert page.locator("html[lang=fi]").count() == 1
    assert page.locator("h1").count() == 1
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert findings(page) == []
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        small = page.evaluate(SMALL_TARGETS)
        assert [name for name in small if not name.startswith(": 24 x 24")] == []


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_or_scrolls_sideways(office, open_page, view):
    page = open_page(signed_in=view not in ANONYMOUS, bypass_csp=True)
    VIEWS[view](page, office)
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    for width, height in ((320, 256), (256, 640), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 640})
    page.add_style_tag(content=TEXT_SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate(CLIPPED) == []


def test_a_guide_signs_in_with_the_keyboard_and_without_scripts(office, open_page):
    page = open_page(signed_in=False, java_script_enabled=False)
    page.goto(f"{office.gateway.url}/desk/keskustelut")
    expect(page.get_by_label("Nimi")).to_be_focused()
    page.keyboard.type("Maija")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keskustelut ohjaajan kanssa")
    page.get_by_role("link", name="Luvut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Luvut")
    page.get_by_role("button", name="Jatka istuntoa").click()
    expect(page).to_have_url(f"{office.gateway.url}/desk/luvut")
    page.get_by_role("button", name="Kirjaudu ulos").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kirjaudu työpöydälle")


def test_a_guide_is_warned_before_the_session_ends(office, open_page):
    page = open_page()
    page.clock.install()
    page.goto(f"{office.gateway.url}/desk/luvut")
    warning = page.locator("#varoitus")
    expect(warning).to_have_text("")
    page.clock.fast_forward("25:30")
    expect(warning).to_contain_text("Istunto päättyy")
    expect(warning).to_have_attribute("role", "status")
    page.get_by_role("button", name="Jatka istuntoa").click()
    expect(page).to_have_url(f"{office.gateway.url}/desk/luvut")
