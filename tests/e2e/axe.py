"""axe-core, run in a page under its own strict policy."""

from functools import cache
from typing import Any

from playwright.sync_api import Frame, Page

from bot.settings import ROOT

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}


@cache
def node_module(path: str) -> str:
    return (ROOT / "node_modules" / path).read_text("utf-8")


def findings(page: Page, width: int = 360) -> list[str]:
    """Return what axe finds wrong and what it cannot decide.

    In a window tall enough for everything: what a sticky bar covers cannot be judged.
    """
    page.set_viewport_size({"width": width, "height": 6000})
    return examined(page)


def examined(part: Page | Frame) -> list[str]:
    """Return the same for a page or a frame by itself, as wide and high as it is."""
    if not part.evaluate("'axe' in window"):
        part.evaluate(node_module("axe-core/axe.min.js"))
    result: dict[str, Any] = part.evaluate("options => axe.run(options)", _OPTIONS)
    return [
        f"{kind}: {rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
        for node in rule["nodes"]
    ]
