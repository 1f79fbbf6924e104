"""What the tests of the list measure in a page; each script returns what is wrong."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e.axe import node_module
from tests.e2e.chat import Chat

CONTROLS = (
    "a[href], button, input:not([type=hidden]), textarea, summary, label.option, label.check"
)

SMALL_TARGETS = f"""() => [...document.querySelectorAll('{CONTROLS}')]
    .filter(e => e.checkVisibility()
        && !e.matches('.skip, :is(.option, .check) input, p > a:not([class])'))
    .map(e => [e.innerText || e.id, e.getBoundingClientRect()])
    .filter(([, r]) => r.width < 44 || r.height < 44)
    .map(([name, r]) => `${{name}}: ${{r.width}} x ${{r.height}}`)"""

# Of two targets that both scroll with the page, or both stand still.
CLOSE_TARGETS = f"""() => {{
    const still = e => Boolean(e.closest('.top, .composer'));
    const all = [...document.querySelectorAll('{CONTROLS}')]
        .filter(e => e.checkVisibility() && !e.matches('.skip, :is(.option, .check) input'))
        .map(e => [e, e.getBoundingClientRect()]);
    const apart = (a, b) => Math.max(b.left - a.right, a.left - b.right,
        b.top - a.bottom, a.top - b.bottom);
    const found = [];
    for (const [i, [e, r]] of all.entries()) for (const [f, s] of all.slice(i + 1)) {{
        if (still(e) !== still(f) || e.contains(f) || f.contains(e)) continue;
        const gap = apart(r, s);
        if (gap < 7.5) found.push(`${{e.innerText || e.id}} | ${{f.innerText || f.id}}: ${{gap}}`);
    }}
    return found;
}}"""

CLIPPED = """() => [...document.querySelectorAll('body *')]
    .filter(e => e.checkVisibility() && !e.closest('.vh, .who, .skip, svg'))
    .filter(e => getComputedStyle(e).clipPath === 'none')
    .filter(e => e.tagName !== 'TEXTAREA' && getComputedStyle(e).overflowX !== 'visible'
        && e.scrollWidth > e.clientWidth + 1
        || e.getBoundingClientRect().right > innerWidth + 1)
    .map(e => e.tagName + '.' + e.className)"""

TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }"""

# Colours as numbers, and the ground that a thing stands on.
_COLOURS = """
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = text => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
    const ground = e => { for (; e; e = e.parentElement) {
        const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; }
        return rgba('Canvas'); };
    const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255)
        .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b; };
    const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
        return (x + .05) / (y + .05); };
"""

FAINT_TEXT = f"""() => {{ {_COLOURS}
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set();
    for (let t; (t = texts.nextNode());) {{
        const e = t.parentElement;
        if (!t.data.trim() || !e.checkVisibility() || e.closest('.vh, .skip, noscript')) continue;
        const ratio = contrast(rgba(getComputedStyle(e).color), ground(e));
        if (ratio < 7) found.add(`${{t.data.trim().slice(0, 30)}}: ${{ratio.toFixed(2)}}`);
    }}
    return [...found];
}}"""

# A control stands out by its ground or by its border.
FAINT_CONTROLS = f"""() => {{ {_COLOURS}
    const drawn = 'button, textarea, input:not([type=hidden], [type=radio], [type=checkbox])';
    return [...document.querySelectorAll(drawn)]
        .filter(e => e.checkVisibility()).map(e => {{
            const s = getComputedStyle(e), around = ground(e.parentElement);
            const edge = parseFloat(s.borderTopWidth) < 1 ? 0
                : contrast(rgba(s.borderTopColor), around);
            return [e.innerText || e.id, Math.max(edge, contrast(ground(e), around))];
        }}).filter(([, ratio]) => ratio < 3)
        .map(([name, ratio]) => `${{name}}: ${{ratio.toFixed(2)}}`);
}}"""

FOCUS = f"""() => {{ {_COLOURS}
    const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
    const seen = document.elementFromPoint(
        Math.min(Math.max(r.x + r.width / 2, 0), innerWidth - 1),
        Math.min(Math.max(r.y + r.height / 2, 0), innerHeight - 1));
    return {{name: (e.id || e.innerText || e.tagName).slice(0, 40), body: e === document.body,
        ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
        contrast: contrast(rgba(s.outlineColor), ground(e.parentElement || e)),
        free: e.contains(seen) || !!seen?.contains(e) && seen !== document.body,
        still: Boolean(e.closest('.top, .composer, .skip')), x: r.x, y: r.y + scrollY}};
}}"""

ENGLISH = {
    "send",
    "message",
    "messages",
    "close",
    "open",
    "loading",
    "error",
    "help",
    "search",
    "submit",
    "cancel",
    "type",
    "here",
    "write",
    "your",
    "you",
    "the",
    "and",
    "bot",
    "user",
    "back",
    "next",
    "previous",
    "skip",
    "menu",
    "new",
    "reply",
    "click",
    "press",
    "is",
    "are",
    "typing",
    "offline",
    "online",
    "retry",
    "delete",
    "sent",
    "failed",
}


def english_words(page: Page) -> set[str]:
    """Return English words in what a screen reader would find."""
    tree = page.locator("body").aria_snapshot()
    # Roles, attributes and addresses are the tree's own words.
    tree = re.sub(r"(?m)^\s*- (/url: .*|\w+)|\[[^\]]*\]", " ", tree)
    return set(re.findall(r"[a-zåäö]+", tree.lower())) & ENGLISH


def heard(chat: Chat, act: Callable[[], None], seconds: float = 2.0) -> list[str]:
    """Return what a screen reader says by itself while ``act`` is done.

    Needs a context with ``bypass_csp``: the simulated screen reader is a foreign script.
    """
    chat.page.route(
        "**/__reader.js",
        lambda route: route.fulfill(
            body=node_module("@guidepup/virtual-screen-reader/lib/esm/index.browser.js"),
            content_type="text/javascript; charset=utf-8",
        ),
    )
    chat.page.evaluate(
        """async () => {
            const { virtual } = await import('/__reader.js');
            window.__virtual = virtual;
            const focused = document.activeElement;
            await virtual.start({ container: document.body });
            focused.focus();
            await virtual.clearSpokenPhraseLog();
        }"""
    )
    act()
    chat.page.wait_for_timeout(seconds * 1000)
    phrases = chat.page.evaluate(
        """async () => {
            const said = await window.__virtual.spokenPhraseLog();
            await window.__virtual.stop();
            return said;
        }"""
    )
    return [phrase for phrase in phrases if re.match("(polite|assertive):", phrase)]


def squeezed(text: str) -> str:
    """Return ``text`` without gaps, which a screen reader does not say."""
    return re.sub(r"\s+", "", text)
