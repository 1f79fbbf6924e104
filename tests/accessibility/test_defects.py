"""A test of the tests: each fault, planted in the real page, makes the test of its line fail.

A plant rewrites what the server sends on its way to the browser. A plant that no longer finds its
place fails as well, so that none goes stale.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Route

from tests.accessibility import test_client_page as lines
from tests.e2e.browser import PHONE, Watch, in_browser_thread
from tests.e2e.chat import Chat


@dataclass(frozen=True)
class Defect:
    """One fault and the test that must see it.

    Attributes:
        name: What is wrong.
        file: The end of the path that is rewritten; "/" is the page itself.
        change: Pairs of a regular expression and what takes its place.
        test: The test that must fail, with what it takes beside ``open_chat``.
        complaint: What it must complain of: a part of its message.
    """

    name: str
    file: str
    change: tuple[tuple[str, str], ...]
    test: Callable[[Callable[..., Chat]], None]
    complaint: str


def of(test: Callable[..., None], **arguments: object) -> Callable[[Callable[..., Chat]], None]:
    return lambda open_chat: test(open_chat, **arguments)


PAGE, STYLE, SCRIPT = "/", "page.css", "chat.js"
_LOG = r'id="log" role="log" aria-live="polite" aria-labelledby="viestit"'
_END = r"\Z"
_AXE = of(lines.test_C04_axe_finds_nothing_in_a_view_and_no_word_is_english, view="cards")
_FOCUS = of(lines.test_C11_every_tab_stop_is_seen_in_order_and_none_is_a_trap, size=(360, 640))
_SPOKEN = of(lines.test_C12_a_screen_reader_says_a_reply_once_with_its_sender)
_TARGETS = of(lines.test_C14_targets_are_large_and_apart_on_phones, view="cards")
_SENDER = of(lines.test_C05_every_message_begins_with_its_sender_and_is_told_apart_without_colours)
_SMALL = of(lines.test_C17_nothing_scrolls_sideways_on_a_small_window, size=(320, 256))


def script(text: str) -> tuple[tuple[str, str], ...]:
    """Add a script to the end of the page's."""
    return ((_END, "\n" + text.replace("\\", r"\\")),)


def style(text: str) -> tuple[tuple[str, str], ...]:
    """Add rules to the end of the style."""
    return ((_END, "\n" + text),)


_ON_REPLY = """(() => { const log = document.getElementById('log'); let n = log.children.length;
new MutationObserver(() => { if (log.children.length <= n) return; n = log.children.length;
  const m = log.lastElementChild; if (m.matches('.client')) return; %s
}).observe(log, {childList: true}); })();"""

_SILENCED = """for (const name of ['role', 'aria-live'])
    document.getElementById('log').removeAttribute(name);"""

DEFECTS = [
    Defect("no live region", PAGE, ((_LOG, 'id="log" aria-labelledby="viestit"'),), _SPOKEN,
           "said 0 times"),
    Defect("an assertive log", PAGE, ((_LOG, _LOG.replace("polite", "assertive")),), _SPOKEN,
           "not polite"),
    Defect("the log is built anew for each message", SCRIPT, script(_ON_REPLY % (
           "setTimeout(() => { const all = [...log.children]; log.textContent = '';"
           "all.forEach(x => log.append(x.cloneNode(true))); }, 50);")), _SPOKEN,
           "said [23456] times|said again"),
    Defect("a reply takes the focus", SCRIPT,
           script(_ON_REPLY % "m.tabIndex = -1; m.focus();"),
           of(lines.test_C13_focus_stays_in_the_box_when_messages_come), "focus moved"),
    Defect("a placeholder instead of a label", PAGE,
           ((r'<label for="kirjoita">.*?</label>', ""),
            (r'<textarea id="kirjoita"', '<textarea id="kirjoita" placeholder="Kirjoita tähän"')),
           of(lines.test_C09_the_box_has_a_visible_label_and_names_begin_with_what_is_seen),
           "no visible label"),
    Defect("a send button that is only an icon", PAGE,
           ((r'<button class="send">Lähetä</button>',
             '<button class="send"><svg width="20" height="20"></svg></button>'),),
           of(lines.test_C09_the_box_has_a_visible_label_and_names_begin_with_what_is_seen),
           "without visible words|Timeout"),
    Defect("no focus ring", STYLE, style("*:focus-visible, textarea:focus { outline: 0 }"), _FOCUS,
           "no focus ring"),
    Defect("small targets that touch", STYLE,
           style(".row { gap: 0 } .choice button { min-height: 18px; padding: 0; font-size: 12px;"
                 "line-height: 1 }"), _TARGETS, "small target"),
    Defect("low contrast", STYLE, style(".say p { color: #999 }"), _AXE, "color-contrast"),
    Defect("Finnish marked as English", PAGE, ((r'<html lang="fi"', '<html lang="en"'),),
           of(lines.test_C01_every_page_says_that_it_is_in_finnish), "language of"),
    Defect("a div as a button", PAGE,
           ((r"Poistu nopeasti</a>", 'Poistu nopeasti</a><div onclick="x()">Sulje</div>'),),
           of(lines.test_C09_the_box_has_a_visible_label_and_names_begin_with_what_is_seen),
           "not a real button"),
    Defect("'is writing' is said again and again", SCRIPT,
           ((r"if\s*\(told\)\s*return;", "say('');"),
            (r"slow\s*=\s*setTimeout\(typing,\s*600,\s*'bot'\)",
             "slow=setInterval(typing,200,'bot')")), _SPOKEN, "writing not said once"),
    Defect("zoom is blocked", PAGE,
           ((r"initial-scale=1", "initial-scale=1, maximum-scale=1, user-scalable=no"),),
           of(lines.test_C08_zoom_is_free_and_the_page_stays), "zoom"),
    Defect("a fixed width", STYLE, style(".page { width: 600px }"), _SMALL, "too wide"),
    Defect("the sender by side and colour only", SCRIPT,
           ((r"who\.append\(make\('b',\s*'',\s*m\.sender\s*\|\|\s*SENDERS\[m\.from\]\)",
             "who.append(make('b','','\\\\u200b')"),),
           _SENDER,
           "without a sender"),
    Defect("the log is hidden from screen readers", PAGE,
           ((_LOG, _LOG + ' aria-hidden="true"'),), _AXE, "axe|aria-hidden"),
    Defect("a tabindex of its own", PAGE,
           ((r'<a class="key exit"', '<a tabindex="3" class="key exit"'),),
           _FOCUS, "a tabindex of its own|visual order"),
    Defect("a keyboard trap", SCRIPT,
           script("document.getElementById('kirjoita').addEventListener('keydown',"
                  "e => { if (e.key === 'Tab') e.preventDefault(); });"), _FOCUS, "a trap"),
    Defect("the page reloads itself", PAGE,
           ((r"<title>", '<meta http-equiv="refresh" content="30"><title>'),),
           of(lines.test_C08_zoom_is_free_and_the_page_stays), "refresh"),
    Defect("a live region that comes with its text", SCRIPT,
           ((r"'use strict';", "'use strict';" + _SILENCED),
            *script(_ON_REPLY % "const twin = log.cloneNode(true); log.replaceWith(twin);")),
           _SPOKEN, "said 0 times|Timeout"),
    Defect("long compounds run out of the page", STYLE,
           ((r"overflow-wrap:\s*anywhere", "overflow-wrap:normal"),), _SMALL, "too wide"),
    # Found while building:
    Defect("own words said twice", SCRIPT,
           script(
               "document.addEventListener('submit', () => setTimeout(() => {"
               "const m = [...document.querySelectorAll('.client')].pop();"
               "const c = m.cloneNode(true); c.classList.remove('client'); m.after(c);"
               "setTimeout(() => c.remove(), 100); }, 20));"),
           _SPOKEN, "own message said 2 times"),
    Defect("English in a Finnish page", PAGE,
           ((r'id="viestit">Viestit<', 'id="viestit">Messages<'),),
           _AXE, "messages"),
    Defect("a smooth scroll", STYLE, style("html { scroll-behavior: smooth }"),
           of(lines.test_C23_nothing_moves), "something moves"),
    Defect("a pulsing button", STYLE,
           style("@keyframes p { to { opacity: .5 } } .brand { animation: p 1s infinite }"),
           of(lines.test_C23_nothing_moves), "an animation"),
    Defect("a sticky bar that covers the focus", STYLE,
           style(".composer { padding-bottom: 300px } html { scroll-padding: 0 !important }"),
           _FOCUS, "covered"),
    Defect("answers in another order than seen", STYLE,
           style(".row { flex-direction: column-reverse }"), _FOCUS, "visual order"),
    Defect("a faint text box", STYLE, style("textarea { border-color: #ddd !important }"),
           of(lines.test_C21_text_and_controls_stand_out_in, scheme="light"), "faint control"),
    Defect("the chat opens with the focus on a button", SCRIPT,
           script("document.getElementById('poistu').focus();"),
           of(lines.test_C06_opening_the_page_does_not_move_the_focus_to_a_control), "poistu"),
    Defect("Enter sends on a touch screen", SCRIPT,
           ((r"\(pointer: coarse\)", "(pointer: none)"),),
           of(lines.test_C15_on_a_touch_screen_enter_breaks_the_line), "moi"),
]  # fmt: skip


class Garden:
    """Opens pages with a defect, in contexts of their own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self.contexts: list[BrowserContext] = []
        self.planted: list[bool] = []

    def opener(self, defect: Defect) -> Callable[..., Chat]:
        """Return an ``open_chat`` whose pages have ``defect``."""
        ending = "/$" if defect.file == PAGE else rf".*/{defect.file}\?"

        def open_chat(path: str = "/", **options: object) -> Chat:
            standard = {"viewport": PHONE, "locale": "fi-FI", "timezone_id": "Europe/Helsinki"}
            context = self._browser.new_context(**standard | options)
            self.contexts.append(context)
            context.set_default_timeout(5000)
            context.set_default_navigation_timeout(20_000)
            address = re.compile(re.escape(self._url) + ending)
            context.route(address, lambda route: self._plant(defect, route))
            chat = Chat(context.new_page(), Watch(context, self._url), self._url)
            chat.open(path)
            return chat

        return open_chat

    def _plant(self, defect: Defect, route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        for pattern, new in defect.change:
            text, times = re.subn(pattern, new, text, count=1, flags=re.S)
            self.planted.append(times == 1)
        length = ("content-encoding", "content-length")
        headers = {name: value for name, value in answer.headers.items() if name not in length}
        route.fulfill(response=answer, body=text, headers=headers)


@pytest.fixture
def garden(browser: Browser, site) -> Iterator[Garden]:
    garden = Garden(browser, site.url)
    yield garden
    for context in garden.contexts:
        in_browser_thread(context.close)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.name)
def test_a_planted_fault_is_seen(garden, defect):
    with pytest.raises((AssertionError, Error), match=defect.complaint):
        defect.test(garden.opener(defect))
    assert garden.planted, "nothing was rewritten"
    assert all(garden.planted), "the plant found no place"


def test_all_faults_of_the_known_set_are_there():
    assert len(DEFECTS) >= 21
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)
