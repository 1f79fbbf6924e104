"""Lines C01–C33: the page that a client writes on.

Each test opens its pages with ``open_chat``, so that test_defects.py can hand it broken ones.
"""

import contextlib
import re
from itertools import pairwise

import pytest
import requests
from playwright.sync_api import Error, Route, expect

from bot.settings import load_settings
from tests.accessibility import measure
from tests.accessibility.measure import english_words, heard, squeezed
from tests.e2e.axe import findings
from tests.e2e.browser import follow
from tests.e2e.chat import COMPOUND, CRISIS, NEED, Chat
from tests.e2e.views import PAGES, VIEWS

OTHER_NEED = "mistä saan apua velkoihin"
SMALL = [(320, 256), (256, 640), (320, 640)]


def a_conversation(chat: Chat) -> None:
    chat.say(COMPOUND)
    chat.say(NEED)
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()


def press_until(chat: Chat, name: str, key: str = "Tab") -> None:
    for _ in range(60):
        chat.page.keyboard.press(key)
        if chat.page.evaluate("document.activeElement.innerText?.trim()") == name:
            return
    raise AssertionError(f"{name} is out of reach")


def tab_stops(chat: Chat) -> list[dict]:
    chat.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    chat.page.reload()
    stops = []
    for _ in range(80):
        chat.page.keyboard.press("Tab")
        stops.append(chat.page.evaluate(measure.FOCUS))
        if stops[-1]["body"]:
            return stops[:-1]
    raise AssertionError(f"a trap: the focus never leaves the page: {stops[-3:]}")


def stops_on_the_way_back(chat: Chat, count: int) -> list[dict]:
    chat.page.reload()
    stops = []
    for _ in range(count):
        chat.page.keyboard.press("Shift+Tab")
        stops.append(chat.page.evaluate(measure.FOCUS))
    return stops


def test_C01_every_page_says_that_it_is_in_finnish(open_chat):
    chat = open_chat()
    for path in PAGES:
        chat.open(path)
        assert chat.page.locator("html").get_attribute("lang") == "fi", f"language of {path}"
        assert chat.page.locator("[lang]:not([lang=fi])").count() == 0


def test_C02_the_title_names_the_service_and_counts_new_messages(open_chat):
    chat = open_chat()
    name = load_settings().organisation.name
    title = chat.page.title()
    assert title.startswith(name)
    chat.say("moi")
    assert chat.page.title() == title
    hidden = """hidden => {
        Object.defineProperty(document, 'hidden', {get: () => hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    chat.page.evaluate(hidden, True)
    replies = chat.same_chat().say(OTHER_NEED)
    chat.page.wait_for_function("n => document.title.startsWith(`(${n}) `)", arg=len(replies))
    assert chat.page.title() == f"({len(replies)}) {title}"
    chat.page.evaluate(hidden, False)
    assert chat.page.title() == title
    titles = [title]
    for path in PAGES[1:]:
        chat.open(path)
        titles.append(chat.page.title())
        assert name in titles[-1]
    assert len(set(titles)) == len(PAGES)


def test_C03_the_first_tab_stop_leads_to_the_box(open_chat):
    chat = open_chat()
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("link", name="Siirry kirjoittamaan")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()


@pytest.mark.parametrize("view", VIEWS)
def test_C04_axe_finds_nothing_in_a_view_and_no_word_is_english(open_chat, view):
    chat = open_chat()
    VIEWS[view](chat)
    assert english_words(chat.page) == set()
    for scheme in ("light", "dark"):
        chat.page.emulate_media(color_scheme=scheme)
        found = findings(chat.page)
        assert found == [], f"axe in {scheme}"


def test_C05_every_message_begins_with_its_sender_and_is_told_apart_without_colours(open_chat):
    chat = open_chat()
    VIEWS["guide"](chat)
    starts = chat.page.locator(".msg").evaluate_all(
        "all => all.map(m => m.textContent.trim().replace(/\\s+/g, ' '))"
    )
    unnamed = [s for s in starts if not re.match(r"(Botti|Sinä|Ohjaaja \w+|Polku) \d", s)]
    assert unnamed == [], "without a sender"
    chat.page.emulate_media(forced_colors="active")
    looks = """all => all.map(m => { const s = getComputedStyle(m.querySelector('.say'));
        return s.borderTopWidth + ' ' + Math.round(m.getBoundingClientRect().left); })"""
    own = set(chat.page.locator(".msg.client").evaluate_all(looks))
    others = set(chat.page.locator(".msg:not(.client)").evaluate_all(looks))
    assert not own & others, "told apart by colour only"
    chat.page.reload()
    assert chat.page.locator(".msg:not(:has(.who b:not(:empty)))").count() == 0


def test_C06_opening_the_page_does_not_move_the_focus_to_a_control(open_chat):
    chat = open_chat()
    assert chat.focus() in ("BODY", "kirjoita")
    chat.say("moi")
    chat.page.reload()
    assert chat.focus() in ("BODY", "kirjoita")


def test_C07_one_heading_one_main_and_a_log_in_order_of_time(open_chat):
    chat = open_chat()
    chat.say("moi")

    def backwards(route):
        answer = route.fetch()
        body = answer.json()
        route.fulfill(response=answer, json=body | {"messages": body["messages"][::-1]})

    chat.page.route("**/messages", backwards)
    chat.say(NEED)
    numbers = chat.page.locator(".msg").evaluate_all("all => all.map(m => Number(m.dataset.n))")
    assert len(numbers) >= 5
    assert numbers == sorted(numbers)
    log = chat.page.get_by_role("log", name="Viestit")
    assert log.count() == 1, "no log"
    assert log.locator("> .msg").count() == len(numbers)
    for path in PAGES:
        chat.open(path)
        assert chat.page.get_by_role("heading", level=1).count() == 1
        assert chat.page.get_by_role("main").count() == 1


def test_C08_zoom_is_free_and_the_page_stays(open_chat):
    chat = open_chat()
    for path in PAGES:
        chat.open(path)
        viewport = chat.page.locator("meta[name=viewport]").get_attribute("content")
        assert not re.search("maximum-scale|minimum-scale|user-scalable", viewport), "zoom"
        assert chat.page.locator("meta[http-equiv=refresh i]").count() == 0, "refresh"


def test_C09_the_box_has_a_visible_label_and_names_begin_with_what_is_seen(open_chat):
    chat = open_chat()
    label = chat.page.locator("label[for=kirjoita]")
    assert label.count() == 1, "no visible label"
    expect(label).to_be_visible()
    assert not chat.box.get_attribute("placeholder"), "a placeholder is no label"
    chat.say(NEED)
    for path in ("", *PAGES[1:]):
        if path:
            chat.open(path)
        wrong = chat.page.locator("a[href], button, summary").evaluate_all(
            """all => all.filter(e => e.checkVisibility()).map(e => {
                const seen = e.innerText.trim();
                const name = (e.getAttribute('aria-label') || seen).trim();
                return [seen, name, e.outerHTML.slice(0, 80)];
            }).filter(([seen, name]) => !/[a-zåäö0-9]/i.test(seen) || !name.startsWith(seen))"""
        )
        assert wrong == [], "without visible words"
        clickable = chat.page.locator("div[onclick], span[onclick], [role=button]:not(button)")
        assert clickable.count() == 0, "not a real button"


def test_C10_the_whole_way_with_the_keyboard_only(open_chat):
    chat = open_chat()
    keys = chat.page.keyboard
    keys.press("Tab")
    keys.press("Enter")
    for text in ("moi", OTHER_NEED, NEED):
        keys.type(text)
        with chat.answered():
            keys.press("Enter")
    assert chat.said("Sinä") == ["moi", OTHER_NEED, NEED]
    title = chat.choices.first.inner_text()
    press_until(chat, title, "Shift+Tab")
    with chat.answered():
        keys.press("Enter")
    assert chat.said("Sinä")[-1] == title
    # The pressed answer is gone; the next Tab finds the new ones.
    assert chat.focus() == "valinnat"
    keys.press("Tab")
    assert chat.choices.first.evaluate("b => b === document.activeElement")
    press_until(chat, "Puhu ihmiselle")
    with chat.answered():
        keys.press("Enter")
    for _ in range(2):
        press_until(chat, "Poista keskustelu")
        with chat.page.expect_navigation():
            keys.press("Enter")
    assert chat.said("Sinä") == []


@pytest.mark.parametrize("size", [(360, 640), (320, 568), (320, 256)])
def test_C11_every_tab_stop_is_seen_in_order_and_none_is_a_trap(open_chat, size):
    chat = open_chat(viewport={"width": size[0], "height": size[1]})
    chat.say(NEED)
    stops = tab_stops(chat)
    assert len(stops) >= 10, "fewer stops than controls"
    assert [s for s in stops if not s["ring"]] == [], "no focus ring"
    assert [s for s in stops if s["contrast"] < 3] == [], "a faint focus ring"
    assert [s for s in stops if not s["free"]] == [], "covered"
    back = stops_on_the_way_back(chat, len(stops))
    assert [s["name"] for s in back] == [s["name"] for s in reversed(stops)]
    assert [s for s in back if not s["free"]] == [], "covered on the way back"
    flow = [s for s in stops if not s["still"]]
    jumps = [
        (a["name"], b["name"])
        for a, b in pairwise(flow)
        if b["y"] < a["y"] - 30 or (abs(b["y"] - a["y"]) < 4 and b["x"] < a["x"])
    ]
    assert jumps == [], "not in visual order"
    assert chat.page.locator("[tabindex]:not([tabindex='-1'], [tabindex='0'])").count() == 0, (
        "a tabindex of its own"
    )


def test_C11_an_empty_chat_has_at_most_ten_tab_stops(open_chat):
    assert len(tab_stops(open_chat())) <= 10


def test_C12_a_screen_reader_says_a_reply_once_with_its_sender(open_chat):
    chat = open_chat(bypass_csp=True)
    chat.say("moi")
    history = chat.said("Botti")

    def slow(route: Route) -> None:
        """Hold the answer back until it has been told, and might be again, that it is written."""
        for _ in range(50):
            chat.page.wait_for_timeout(200)
            said = chat.page.evaluate("window.__virtual.spokenPhraseLog()")
            if any("kirjoittaa" in phrase for phrase in said):
                break
        chat.page.wait_for_timeout(1000)
        route.continue_()

    chat.page.route("**/messages", slow)

    def act() -> None:
        chat.box.fill(NEED)
        with chat.answered():
            chat.page.keyboard.press("Enter")

    chat.box.focus()
    phrases = [squeezed(phrase) for phrase in heard(chat, act, 1.0)]
    replies = chat.said("Botti")[len(history) :]
    assert replies
    for reply in replies:
        spoken = [p for p in phrases if squeezed(reply) in p]
        assert len(spoken) == 1, f"reply said {len(spoken)} times: {phrases}"
        assert spoken[0].startswith("polite:Botti"), f"reply not polite or nameless: {phrases}"
    own = sum("Sinä" in p and squeezed(NEED) in p for p in phrases)
    assert own <= 1, f"own message said {own} times"
    assert not [p for p in phrases if squeezed(history[0]) in p], "history said again"
    assert not [p for p in phrases if re.match("assertive:.", p)], "assertive"
    assert sum("kirjoittaa" in p for p in phrases) == 1, f"writing not said once: {phrases}"
    assert chat.page.get_by_role("status").inner_text() == ""


def test_C13_focus_stays_in_the_box_when_messages_come(open_chat):
    chat = open_chat()
    chat.box.focus()
    chat.page.keyboard.type(NEED)
    with chat.answered():
        chat.page.keyboard.press("Enter")
    assert chat.focus() == "kirjoita", "focus moved"
    chat.page.keyboard.type("kes")
    with chat.answered():
        chat.same_chat().say(OTHER_NEED)
    assert chat.focus() == "kirjoita", "focus moved"
    assert chat.box.input_value() == "kes"


def test_C13_a_reader_who_has_scrolled_up_is_not_moved(open_chat):
    chat = open_chat()
    a_conversation(chat)
    chat.page.wait_for_timeout(3100)
    chat.page.evaluate("scrollTo(0, 0)")
    with chat.answered():
        chat.same_chat().say(OTHER_NEED)
    assert chat.page.evaluate("scrollY") == 0
    fresh = chat.page.get_by_role("button", name="Uusi viesti")
    expect(fresh).to_be_in_viewport()
    fresh.click()
    expect(fresh).to_be_hidden()
    expect(chat.page.locator(".client").last).to_be_in_viewport()


@pytest.mark.parametrize("view", ["cards", "crisis", "failed", "help", "display", "delete"])
def test_C14_targets_are_large_and_apart_on_phones(open_chat, view):
    chat = open_chat()
    VIEWS[view](chat)
    for details in chat.page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    for width in (320, 360, 412):
        chat.page.set_viewport_size({"width": width, "height": 640})
        assert chat.page.evaluate(measure.SMALL_TARGETS) == [], "small target"
        assert chat.page.evaluate(measure.CLOSE_TARGETS) == [], "targets too close"


def test_C15_enter_sends_and_shift_enter_breaks_the_line(open_chat):
    chat = open_chat()
    chat.box.focus()
    chat.page.keyboard.type("moi")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("hei")
    assert chat.box.input_value() == "moi\nhei"
    assert chat.said("Sinä") == []
    with chat.answered():
        chat.page.keyboard.press("Enter")
    assert chat.said("Sinä") == ["moi hei"]
    assert chat.box.input_value() == ""


def test_C15_on_a_touch_screen_enter_breaks_the_line(open_chat):
    chat = open_chat(has_touch=True, is_mobile=True)
    chat.box.tap()
    chat.page.keyboard.type("moi")
    chat.page.keyboard.press("Enter")
    assert chat.box.input_value() == "moi\n"
    assert chat.said("Sinä") == []


def test_C15_pressing_twice_sends_once(open_chat):
    chat = open_chat()
    chat.box.fill("moi")
    with chat.answered():
        chat.send.dblclick()
    assert chat.said("Sinä") == ["moi"]
    expect(chat.error).to_have_text("")
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.dblclick()
    chat.page.wait_for_timeout(300)
    assert len(chat.said("Sinä")) == 2
    assert len(chat.same_chat().messages()) == len(chat.messages())


def test_C16_links_say_where_they_lead_and_numbers_can_be_tapped(open_chat):
    chat = open_chat()
    a_conversation(chat)
    chat.say(CRISIS)
    for path in ("", *PAGES[1:]):
        if path:
            chat.open(path)
        links = chat.page.locator("a[href]").evaluate_all(
            """all => all.filter(a => a.checkVisibility()).map(a => {
                const s = getComputedStyle(a);
                return {text: a.innerText.trim(), href: a.getAttribute('href'), target: a.target,
                    line: s.textDecorationLine.includes('underline') || !!a.querySelector('b'),
                    button: parseFloat(s.borderTopWidth) >= 1 || a.matches('.brand a, .skip')};
            })"""
        )
        assert links
        assert [a for a in links if not (a["line"] or a["button"])] == [], "not underlined"
        vague = r"https?:|www\.|(tästä|lue lisää|linkki|täältä)$"
        assert [a for a in links if re.match(vague, a["text"], re.I)] == [], "vague"
        windows = [a for a in links if a["target"] == "_blank"]
        assert [a for a in windows if "avautuu uuteen ikkunaan" not in a["text"]] == []
        digits = [a for a in links if re.search(r"\d{3}", a["text"]) and "tel:" in a["href"]]
        assert digits
    bare = chat.page.locator("main").evaluate(
        r"""main => { const copy = main.cloneNode(true);
            copy.querySelectorAll('a').forEach(a => a.remove());
            return copy.textContent.match(/\b0\d{1,2} \d{3,}|\b116 ?\d{3}\b/g); }"""
    )
    assert bare is None


@pytest.mark.parametrize("size", SMALL)
def test_C17_nothing_scrolls_sideways_on_a_small_window(open_chat, size):
    chat = open_chat(viewport={"width": size[0], "height": size[1]})
    assert chat.fits_sideways(), "too wide"
    a_conversation(chat)
    assert chat.fits_sideways(), "too wide"
    assert chat.page.evaluate(measure.CLIPPED) == []
    form = chat.page.locator("#lomake").bounding_box()
    assert form["height"] <= 0.4 * size[1]
    expect(chat.box).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)
    for path in PAGES[1:]:
        chat.open(path)
        assert chat.fits_sideways(), path
        assert chat.page.evaluate(measure.CLIPPED) == []


def test_C18_text_of_double_size_is_not_clipped(open_chat):
    chat = open_chat()
    a_conversation(chat)
    for path in ("", *PAGES[1:]):
        if path:
            chat.open(path)
        chat.page.evaluate("document.documentElement.style.fontSize = '225%'")
        assert chat.fits_sideways(), path
        assert chat.page.evaluate(measure.CLIPPED) == []
    chat.open("/asetukset")
    chat.page.get_by_label("Hyvin suuri").check()
    chat.page.get_by_label("Tumma").check()
    follow(chat.page.get_by_role("button", name="Tallenna"))
    assert chat.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 27
    assert chat.fits_sideways()
    assert chat.page.evaluate(measure.FAINT_TEXT) == []
    assert chat.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_C19_wider_text_spacing_clips_nothing(open_chat):
    chat = open_chat(bypass_csp=True)
    a_conversation(chat)
    for path in ("", "/saavutettavuus", "/tietosuoja"):
        if path:
            chat.open(path)
        chat.page.add_style_tag(content=measure.TEXT_SPACING)
        assert chat.fits_sideways()
        assert chat.page.evaluate(measure.CLIPPED) == []


@pytest.mark.parametrize("size", [(360, 320), (740, 360), (360, 740)])
def test_C20_the_box_stays_in_sight(open_chat, size):
    chat = open_chat(viewport={"width": size[0], "height": size[1]})
    chat.say(NEED)
    expect(chat.box).to_be_in_viewport(ratio=1)
    expect(chat.send).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_C21_text_and_controls_stand_out_in(open_chat, scheme):
    chat = open_chat(color_scheme=scheme)
    VIEWS["guide"](chat)
    chat.say(CRISIS)
    chat.say("hei, tunnukseni on 010594Y9032")
    for path in ("", *PAGES[1:]):
        if path:
            chat.open(path)
        assert chat.page.evaluate(measure.FAINT_TEXT) == [], "faint text"
        assert chat.page.evaluate(measure.FAINT_CONTROLS) == [], "faint control"


def test_C22_forced_colours_keep_borders_and_focus(open_chat):
    chat = open_chat(forced_colors="active")
    a_conversation(chat)
    unbordered = chat.page.locator(".say, #kirjoita, button").evaluate_all(
        """all => all.filter(e => e.checkVisibility() && !e.closest('.vh'))
            .filter(e => parseFloat(getComputedStyle(e).borderTopWidth) < 1
                || getComputedStyle(e).borderTopStyle === 'none').map(e => e.className)"""
    )
    assert unbordered == []
    stops = tab_stops(chat)
    assert [s for s in stops if not s["ring"]] == []


def test_C23_nothing_moves(open_chat):
    for motion in ("reduce", "no-preference"):
        chat = open_chat(reduced_motion=motion)
        chat.say(NEED)
        assert chat.page.evaluate("document.getAnimations().length") == 0, "an animation"
        moving = chat.page.locator("*").evaluate_all(
            """all => all.map(e => [e.className, getComputedStyle(e)])
                .filter(([, s]) => s.animationName !== 'none' || parseFloat(s.transitionDuration)
                    || s.scrollBehavior === 'smooth').map(([name]) => name)"""
        )
        assert moving == [], "something moves"


def test_C24_lines_and_letters_are_easy_to_read(open_chat):
    chat = open_chat(viewport={"width": 1280, "height": 800})
    chat.say(NEED)
    style = """all => all.filter(p => p.checkVisibility()).map(p => {
        const s = getComputedStyle(p), size = parseFloat(s.fontSize);
        return {text: p.innerText, size, line: parseFloat(s.lineHeight) / size,
            align: s.textAlign, wide: p.clientWidth / size}; })"""
    for path in ("", *PAGES[1:]):
        if path:
            chat.open(path)
        texts = chat.page.locator(".bot .say p, .sheet > p:not([class])").evaluate_all(style)
        assert texts
        assert [t for t in texts if t["size"] < 18] == []
        assert [t for t in texts if t["line"] < 1.49] == []
        assert [t for t in texts if t["align"] not in ("start", "left")] == []
        assert [t for t in texts if t["wide"] > 60 * 0.56] == []
        odd = chat.page.locator("main *").evaluate_all(
            """all => all.filter(e => getComputedStyle(e).textTransform === 'uppercase'
                || getComputedStyle(e).fontStyle === 'italic').map(e => e.outerHTML)"""
        )
        assert odd == []


def test_C25_an_error_stands_beside_the_box_and_is_said_once(open_chat):
    chat = open_chat(bypass_csp=True)
    chat.send.click()
    expect(chat.error).to_have_text("Kirjoita ensin viesti.")
    assert chat.focus() == "kirjoita"
    assert "virhe" in chat.box.get_attribute("aria-describedby")
    counter = chat.page.locator("#laskuri")
    chat.box.fill("a" * 3199)
    expect(counter).to_have_text("")
    chat.box.fill("a" * 3300)
    expect(counter).to_have_text("Voit kirjoittaa vielä 700 merkkiä.")
    chat.box.fill("a" * 4001)
    phrases = heard(chat, lambda: chat.page.keyboard.press("Enter"))
    assert sum("liian pitkä" in p for p in phrases) == 1, phrases
    expect(chat.error).to_have_text("Viesti on liian pitkä. Poista siitä osa.")
    expect(chat.error).to_be_in_viewport()
    expect(chat.box).to_have_attribute("aria-invalid", "true")
    assert len(chat.box.input_value()) == 4001
    assert chat.focus() == "kirjoita"
    assert chat.said("Sinä") == []


def test_C25_a_message_that_cannot_be_sent_is_kept_with_a_way_to_try_again(open_chat):
    chat = open_chat()
    VIEWS["failed"](chat)
    expect(chat.error).to_have_text("Viesti ei lähtenyt. Yritä uudelleen.")
    with chat.answered():
        chat.page.get_by_role("button", name="Yritä uudelleen").click()
    assert chat.said("Sinä") == ["moi", COMPOUND]
    expect(chat.error).to_have_text("")


def test_C26_a_day_of_rest_takes_nothing_and_the_start_tells_what_expires(open_chat):
    chat = open_chat()
    hours = load_settings().retention.chat_hours
    expect(chat.page.get_by_text(f"Viestit poistuvat {hours} tunnin päästä")).to_be_visible()
    chat.page.clock.install()
    chat.say(NEED)
    expect(chat.choices.first).to_be_visible()
    before = chat.messages()
    chat.box.fill("kesken")
    chat.page.clock.fast_forward("24:00:00")
    assert chat.messages() == before
    assert chat.box.input_value() == "kesken"
    chat.page.clock.resume()
    with chat.answered():
        chat.send.click()
    assert chat.said("Sinä")[-1] == "kesken"
    assert [c["expires"] for c in chat.page.context.cookies()] == [-1]


def test_C26_an_unsent_draft_outlives_a_look_at_another_page(open_chat):
    chat = open_chat()
    chat.say("moi")
    chat.box.fill("kesken jäänyt")
    chat.page.get_by_role("link", name="Mitä voin kysyä?").click()
    chat.page.get_by_role("link", name="Palaa keskusteluun").first.click()
    expect(chat.box).to_have_value("kesken jäänyt")
    chat.page.reload()
    expect(chat.box).to_have_value("kesken jäänyt")
    assert chat.page.evaluate("sessionStorage.length") == 0
    chat.say("valmis")
    chat.page.reload()
    expect(chat.box).to_have_value("")


@pytest.mark.parametrize("script", [True, False])
def test_C27_human_numbers_and_exit_come_first_in_every_view(open_chat, script):
    chat = open_chat(java_script_enabled=script)
    places = []
    for path in PAGES:
        chat.open(path)
        names = []
        for _ in range(6):
            chat.page.keyboard.press("Tab")
            focused = chat.page.locator(":focus")
            names.append(re.sub(r"\s+", " ", focused.inner_text()))
        assert [n for n in names if "112" in n], names
        assert [n for n in names if n.startswith("Kriisipuhelin")], names
        assert "Puhu ihmiselle" in names
        assert "Poistu nopeasti" in names
        box = chat.page.locator("#poistu").bounding_box()
        places.append((box["x"], box["y"]))
    assert all(abs(x - places[0][0]) < 2 and abs(y - places[0][1]) < 2 for x, y in places), places


def test_C27_emergency_numbers_stay_offline(open_chat):
    chat = open_chat()
    chat.watch.forgive("ERR_INTERNET_DISCONNECTED")
    chat.say("moi")
    chat.page.context.set_offline(True)
    for name in ("Hätä? Soita 112.", re.compile("Kriisipuhelin")):
        link = chat.page.locator(".top").get_by_role("link", name=name)
        expect(link).to_be_in_viewport()
        assert link.get_attribute("href").startswith("tel:")
    chat.page.context.set_offline(False)


def test_C28_asking_for_a_human_is_one_press_without_a_field(open_chat):
    for script in (True, False):
        chat = open_chat(java_script_enabled=script)
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
        expect(chat.page.locator("#log a[href^='tel:']").first).to_be_visible()
        assert chat.page.locator("[required]").count() == 0


def test_C29_the_whole_way_without_javascript(open_chat):
    chat = open_chat(java_script_enabled=False)
    chat.box.fill(NEED)
    follow(chat.send)
    assert chat.page.url.endswith("/#uusin")
    senders = chat.page.locator(".msg .who b")
    assert senders.all_inner_texts()[:3] == ["Botti", "Sinä", "Botti"]
    follow(chat.choices.first)
    assert senders.all_inner_texts().count("Sinä") == 2
    chat.same_chat().say(OTHER_NEED)
    follow(chat.page.get_by_role("link", name="Katso, onko uusia viestejä"))
    assert senders.all_inner_texts().count("Sinä") == 3
    follow(chat.page.get_by_role("button", name="Puhu ihmiselle").first)
    assert chat.page.locator("#log .tel").count() >= 1
    chat.open("/asetukset")
    chat.page.get_by_label("Suuri", exact=True).check()
    follow(chat.page.get_by_role("button", name="Tallenna"))
    expect(chat.page.locator("html")).to_have_class("large")
    follow(chat.page.get_by_role("link", name="Poista keskustelu"))
    follow(chat.page.get_by_role("button", name="Poista keskustelu"))
    assert senders.all_inner_texts() == ["Botti"]


def test_C30_a_message_without_a_network_waits_and_goes_once(open_chat):
    chat = open_chat()
    chat.watch.forgive("Failed to load resource", "ERR_INTERNET_DISCONNECTED")
    chat.say("moi")
    chat.page.context.set_offline(True)
    chat.box.fill(OTHER_NEED)
    chat.send.click()
    waits = "Ei verkkoa. Viesti odottaa."
    expect(chat.page.locator(".state").last).to_have_text(waits, timeout=5000)
    expect(chat.page.get_by_role("status")).to_have_text(waits)
    with chat.answered():
        chat.page.context.set_offline(False)
    expect(chat.page.get_by_role("status")).to_have_text("")
    assert chat.said("Sinä") == ["moi", OTHER_NEED]
    shown = chat.messages()
    chat.page.reload()
    assert chat.messages() == shown
    tab = chat.page.context.new_page()
    tab.goto(chat.url)
    assert tab.locator(".msg").count() == len(shown)
    assert len(chat.same_chat().messages()) == len(shown)


def left(chat: Chat) -> None:
    exit_url = load_settings().organisation.exit_url
    chat.watch.forgive(exit_url, "ERR_NAME_NOT_RESOLVED", "ERR_BLOCKED")
    with contextlib.suppress(Error):
        chat.page.wait_for_url(lambda url: not url.startswith(chat.url))
    assert [line for line in chat.watch.seen if line == f"outside: {exit_url}"]
    assert chat.page.context.cookies() == []
    with contextlib.suppress(Error):
        chat.page.go_back(timeout=3000)
    assert chat.page.get_by_text(NEED).count() == 0


@pytest.mark.parametrize("way", ["click", "keys"])
def test_C31_leaving_ends_the_session_and_back_shows_nothing(open_chat, way):
    chat = open_chat()
    chat.say(NEED)
    client = chat.same_chat()
    if way == "click":
        chat.page.get_by_role("link", name="Poistu nopeasti").click(no_wait_after=True)
    else:
        chat.box.press_sequentially("Hei Sinä Siellä")
        assert chat.page.url.startswith(chat.url)
        for _ in range(3):
            chat.page.keyboard.press("Shift")
    left(chat)
    assert client.post(text="moi").status_code == 404


def test_C31_the_page_is_blank_at_once(open_chat):
    chat = open_chat()
    chat.say(NEED)
    chat.page.route("**/poistu", lambda route: route.abort())
    chat.watch.forgive("ERR_FAILED")
    blank = """() => {
        document.getElementById('poistu').click();
        return [document.title, document.body.innerText, document.body.childElementCount];
    }"""
    assert chat.page.evaluate(blank) == ["Ladataan", "Ladataan", 0]


@pytest.mark.parametrize("path", ["/", "/apua", "/poista"])
def test_C31_without_script_the_link_leaves(open_chat, path):
    chat = open_chat(path, java_script_enabled=False)
    chat.page.get_by_role("link", name="Poistu nopeasti").click(no_wait_after=True)
    left(chat)


def test_C31_another_site_cannot_end_a_session(site):
    answer = requests.get(
        f"{site.url}/poistu",
        headers={"Sec-Fetch-Site": "cross-site"},
        allow_redirects=False,
        timeout=20,
    )
    assert answer.status_code == 303
    assert "Clear-Site-Data" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_C32_the_notice_that_this_is_a_bot_comes_before_the_first_message(open_chat):
    chat = open_chat()
    notice = chat.page.get_by_role("heading", name="Tämä on botti, ei ihminen.")
    expect(notice).to_be_in_viewport()
    tree = chat.page.locator("main").aria_snapshot()
    assert tree.index("Tämä on botti, ei ihminen.") < tree.index("- log")
    assert chat.page.locator("img, [role=img]").count() == 0
    chat.say(NEED)
    assert {who for who, _ in chat.messages()} == {"Botti", "Sinä"}


def test_C33_answers_to_choose_from_are_real_buttons_in_a_named_group(open_chat):
    chat = open_chat()
    chat.say(NEED)
    group = chat.page.get_by_role("group", name="Valitse tai kirjoita itse")
    assert group.count() == 1
    offered = group.get_by_role("button").all_inner_texts()
    assert 1 <= len(offered) <= 5
    assert chat.choices.count() == len(offered)
    chat.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    press_until(chat, offered[0])
    for title in offered[1:]:
        press_until(chat, title)
    title = chat.choose()
    assert chat.said("Sinä") == [NEED, title]
    expect(chat.page.locator(".client .say").last).to_be_visible()


VOICES = """([local, lang]) => {
    window.said = [];
    const voices = [{lang, localService: local, name: 'x'}];
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    Object.defineProperty(window, 'speechSynthesis', {value: Object.assign(new EventTarget(), {
        speaking: false, pending: false, getVoices: () => voices,
        speak(words) { window.said.push(words.text); this.speaking = true; },
        cancel() { window.said.push('(hiljaa)'); this.speaking = false; }})});
}"""


@pytest.mark.parametrize(
    ("local", "lang", "offered"),
    [(True, "fi-FI", True), (False, "fi-FI", False), (True, "en-GB", False)],
)
def test_reading_aloud_is_offered_only_with_a_finnish_voice_of_the_device(
    open_chat, local, lang, offered
):
    chat = open_chat()
    argument = f"[{str(local).lower()}, '{lang}']"
    chat.page.add_init_script(f"({VOICES})({argument})")
    chat.page.reload()
    button = chat.page.get_by_role("button", name="Kuuntele vastaus")
    assert button.count() == int(offered)
    if not offered:
        return
    chat.say(NEED)
    assert chat.page.evaluate("said.filter(s => s !== '(hiljaa)')") == []
    button.click()
    said = chat.page.evaluate("said.filter(s => s !== '(hiljaa)')")
    assert len(said) == chat.page.locator(".client ~ .msg").count()
    assert said[0].startswith("Botti.")
    chat.page.get_by_role("button", name="Lopeta kuuntelu").click()
    assert chat.page.evaluate("said.at(-1)") == "(hiljaa)"
    expect(button).to_be_visible()


def test_without_a_voice_there_is_no_button(open_chat):
    chat = open_chat()
    assert chat.page.get_by_role("button", name="Kuuntele vastaus").count() == 0
    assert chat.page.locator("#kuuntele").is_hidden()


def test_the_html_of_every_page_is_valid(open_chat, tmp_path):
    """As a browser gets it, before any script."""
    import subprocess

    from bot.settings import ROOT

    chat = open_chat()
    chat.say(NEED)
    chat.say(CRISIS)
    cookie = chat.page.context.cookies()[0]
    jar = {cookie["name"]: cookie["value"]}
    for i, path in enumerate(PAGES):
        html = requests.get(chat.url + path, cookies=jar, timeout=20).text
        (tmp_path / f"{i}.html").write_text(html, "utf-8")
    config = tmp_path / ".htmlvalidate.json"
    config.write_text(
        '{"extends": ["html-validate:standard"], "root": true, "rules": {'
        '"no-trailing-whitespace": "off", "long-title": "off", "tel-non-breaking": "off",'
        '"void-style": "off", "no-inline-style": "error"}}'
    )
    checked = subprocess.run(
        ["node", ROOT / "node_modules/html-validate/bin/html-validate.mjs",
         "--config", config, "--formatter", "text", *tmp_path.glob("*.html")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
