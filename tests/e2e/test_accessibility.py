"""Accessible to hands, eyes and ears: axe, reflow, targets, and what a screen reader says."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import findings, node_module
from tests.e2e.chat import COMPOUND, NEED, Chat
from tests.e2e.views import VIEWS

SMALL_TARGETS = """() => [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), textarea, summary')]
    .filter(e => e.checkVisibility() && !e.matches('.skip'))
    .map(e => [e.innerText || e.id, e.getBoundingClientRect()])
    .filter(([, r]) => r.width < 44 || r.height < 44)
    .map(([name, r]) => `${name}: ${r.width} x ${r.height}`)"""
CLIPPED = """() => [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && !e.closest('.vh, .skip, svg'))
    .filter(e => getComputedStyle(e).clipPath === 'none')
    .filter(e => e.tagName !== 'TEXTAREA' && getComputedStyle(e).overflowX !== 'visible'
        && e.scrollWidth > e.clientWidth + 1
        || e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.tagName + '.' + e.className)"""
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }"""


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_large_targets_and_axe_finds_nothing_in_light_and_dark(chat, view):
    VIEWS[view](chat)
    for scheme in ("light", "dark"):
        chat.page.emulate_media(color_scheme=scheme)
        assert findings(chat.page) == []
    for details in chat.page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    for width in (320, 360, 412):
        chat.page.set_viewport_size({"width": width, "height": 640})
        assert chat.page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("size", [(320, 256), (256, 640), (320, 640)])
def test_nothing_scrolls_sideways_on_a_small_window(open_chat, size):
    chat = open_chat(viewport={"width": size[0], "height": size[1]})
    assert chat.fits_sideways()
    chat.say(COMPOUND)
    chat.say(NEED)
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    assert chat.fits_sideways()
    assert chat.page.evaluate(CLIPPED) == []
    form = chat.page.locator("#lomake").bounding_box()
    assert form["height"] <= 0.4 * size[1]
    expect(chat.box).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)
    for path in ("/apua", "/poista"):
        chat.open(path)
        assert chat.fits_sideways()


def test_text_of_double_size_and_wider_spacing_is_not_clipped(open_chat):
    chat = open_chat(bypass_csp=True)
    chat.say(COMPOUND)
    chat.say(NEED)
    chat.page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert chat.fits_sideways()
    assert chat.page.evaluate(CLIPPED) == []
    chat.page.evaluate("document.documentElement.style.fontSize = ''")
    chat.page.add_style_tag(content=TEXT_SPACING)
    assert chat.fits_sideways()
    assert chat.page.evaluate(CLIPPED) == []


def test_the_box_stays_in_sight_above_a_soft_keyboard(open_chat):
    chat = open_chat(viewport={"width": 360, "height": 320})
    chat.say(NEED)
    expect(chat.box).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)


def test_who_speaks_is_told_in_words_and_messages_are_in_order(chat):
    chat.say(NEED)
    assert {who for who, _ in chat.messages()} == {"Botti", "Sinä"}
    assert chat.page.get_by_role("log", name="Viestit").count() == 1
    assert chat.page.get_by_role("heading", level=1).count() == 1
    assert chat.page.get_by_role("main").count() == 1
    numbers = chat.page.locator(".msg").evaluate_all("all => all.map(m => Number(m.dataset.n))")
    assert numbers == sorted(numbers)
    assert chat.page.locator("html").get_attribute("lang") == "fi"


def test_the_page_is_calm(chat):
    chat.say(NEED)
    assert chat.page.evaluate("document.getAnimations().length") == 0
    viewport = chat.page.locator("meta[name=viewport]").get_attribute("content")
    assert not re.search("maximum-scale|user-scalable", viewport)


def test_lines_and_letters_are_easy_to_read(open_chat):
    chat = open_chat(viewport={"width": 1280, "height": 800})
    chat.say(NEED)
    style = chat.page.locator(".bot .say p").first.evaluate(
        """p => { const s = getComputedStyle(p); return {size: parseFloat(s.fontSize),
            line: parseFloat(s.lineHeight), align: s.textAlign, wide: p.clientWidth}; }"""
    )
    assert style["size"] >= 18
    assert style["line"] >= 1.5 * style["size"]
    assert style["align"] in ("start", "left")
    assert style["wide"] <= 60 * style["size"] * 0.56


def test_a_reader_who_has_scrolled_up_is_not_moved(chat):
    chat.say(NEED)
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    chat.page.wait_for_timeout(3100)
    chat.page.evaluate("scrollTo(0, 0)")
    with chat.answered():
        chat.same_chat().say("mistä saan apua velkoihin")
    assert chat.page.evaluate("scrollY") == 0
    fresh = chat.page.get_by_role("button", name="Uusi viesti")
    expect(fresh).to_be_in_viewport()
    fresh.click()
    expect(fresh).to_be_hidden()
    expect(chat.page.locator(".client").last).to_be_in_viewport()


def heard(chat: Chat, send: str) -> list[str]:
    """Return what a screen reader says by itself while ``send`` is done and answered."""
    chat.page.route(
        "**/__reader.js",
        lambda route: route.fulfill(
            body=node_module("@guidepup/virtual-screen-reader/lib/esm/index.browser.js"),
            content_type="text/javascript; charset=utf-8",
        ),
    )
    phrases = chat.page.evaluate(
        """async text => {
            const { virtual } = await import('/__reader.js');
            await virtual.start({ container: document.body });
            const box = document.getElementById('kirjoita');
            box.focus();
            box.value = text;
            await virtual.clearSpokenPhraseLog();
            box.form.requestSubmit();
            await new Promise(done => setTimeout(done, 2000));
            const said = await virtual.spokenPhraseLog();
            await virtual.stop();
            return said;
        }""",
        send,
    )
    return [phrase for phrase in phrases if re.match("(polite|assertive):", phrase)]


def test_a_screen_reader_says_a_reply_exactly_once_with_its_sender(open_chat):
    chat = open_chat(bypass_csp=True)
    chat.say("moi")
    history = chat.said("Botti")
    phrases = [re.sub(r"\s+", "", phrase) for phrase in heard(chat, NEED)]
    replies = chat.said("Botti")[len(history) :]
    assert replies
    for reply in replies:
        spoken = [p for p in phrases if re.sub(r"\s+", "", reply) in p]
        assert len(spoken) == 1, phrases
        assert spoken[0].startswith("polite:Botti")
    assert sum("Sinä" in p and NEED.replace(" ", "") in p for p in phrases) <= 1
    assert not [p for p in phrases if re.sub(r"\s+", "", history[0]) in p]
    assert not [p for p in phrases if p.startswith("assertive:") and p != "assertive:"]
    assert sum("kirjoittaa" in p for p in phrases) <= 1


def test_a_screen_reader_says_an_error_once(open_chat):
    chat = open_chat(bypass_csp=True)
    phrases = heard(chat, "a" * 4001)
    assert sum("liian pitkä" in p for p in phrases) == 1
    assert chat.focus() == "kirjoita"
