"""The whole way with a keyboard, and keys that do what people expect of them."""

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import NEED

FOCUS_RING = """() => {
    const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
    const seen = document.elementFromPoint(
        Math.min(Math.max(r.x + r.width / 2, 0), innerWidth - 1),
        Math.min(Math.max(r.y + r.height / 2, 0), innerHeight - 1));
    return {name: (e.id || e.innerText || e.tagName).slice(0, 40), body: e === document.body,
        ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
        free: e.contains(seen) || !!seen?.contains(e) && seen !== document.body};
}"""


def test_enter_sends_and_shift_enter_breaks_the_line(chat):
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


def test_on_a_touch_screen_enter_breaks_the_line(open_chat):
    chat = open_chat(has_touch=True, is_mobile=True)
    chat.box.tap()
    chat.page.keyboard.type("moi")
    chat.page.keyboard.press("Enter")
    assert chat.box.input_value() == "moi\n"
    assert chat.said("Sinä") == []


def test_the_first_tab_stop_leads_to_the_box(chat):
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("link", name="Siirry kirjoittamaan")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()


def test_emergency_human_and_exit_are_within_the_first_six_tab_stops(chat):
    names = []
    for _ in range(6):
        chat.page.keyboard.press("Tab")
        names.append(chat.page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ')"))
    assert [n for n in names if "112" in n]
    assert [n for n in names if n.startswith("Kriisipuhelin")]
    assert "Puhu ihmiselle" in names
    assert "Poistu nopeasti" in names


def test_the_focus_stays_in_the_box_when_an_answer_comes(chat):
    chat.box.focus()
    chat.page.keyboard.type(NEED)
    with chat.answered():
        chat.page.keyboard.press("Enter")
    assert chat.focus() == "kirjoita"
    with chat.answered():
        chat.same_chat().say("mistä saan apua velkoihin")
    assert chat.focus() == "kirjoita"


def test_a_conversation_and_its_deletion_with_the_keyboard_only(chat):
    keys = chat.page.keyboard

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(40):
            keys.press(key)
            if chat.page.evaluate("document.activeElement.innerText?.trim()") == name:
                return
        raise AssertionError(f"{name} is out of reach")

    keys.press("Tab")
    keys.press("Enter")
    keys.type(NEED)
    with chat.answered():
        keys.press("Enter")
    title = chat.choices.first.inner_text()
    tab_to(title, "Shift+Tab")
    with chat.answered():
        keys.press("Enter")
    assert chat.said("Sinä") == [NEED, title]
    # The pressed answer is gone; the next Tab finds the new ones.
    assert chat.focus() == "valinnat"
    keys.press("Tab")
    assert chat.choices.first.evaluate("b => b === document.activeElement")
    tab_to("Poista keskustelu")
    with chat.page.expect_navigation():
        keys.press("Enter")
    tab_to("Poista keskustelu")
    with chat.page.expect_navigation():
        keys.press("Enter")
    assert chat.said("Sinä") == []


@pytest.mark.parametrize("size", [(360, 640), (320, 256)])
def test_every_tab_stop_is_seen_and_none_is_a_trap(open_chat, size):
    chat = open_chat(viewport={"width": size[0], "height": size[1]})
    chat.say(NEED)
    chat.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    chat.page.reload()
    stops = []
    for _ in range(60):
        chat.page.keyboard.press("Tab")
        stops.append(chat.page.evaluate(FOCUS_RING))
        if stops[-1]["body"]:
            break
    assert stops.pop()["body"]
    assert len(stops) >= 10
    assert [stop for stop in stops if not (stop["ring"] and stop["free"])] == []
