"""Numbers of the service: when people come, how long they wait, what they need."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot import clock
from bot.channels.web.keys import PARTS
from bot.desk import access, labels
from bot.desk.keys import DESK
from bot.store.activity import Count

routes = web.RouteTableDef()

# A count under five could point at somebody.
FEWEST = 5

_PERIODS = {28: "Viimeiset 4 viikkoa", 84: "Viimeiset 12 viikkoa", 364: "Viimeinen vuosi"}
_WEEKDAYS = (
    "maanantai",
    "tiistai",
    "keskiviikko",
    "torstai",
    "perjantai",
    "lauantai",
    "sunnuntai",
)
_WAITS = {
    "waited:under_1": "alle minuutin",
    "waited:1_5": "1–5 minuuttia",
    "waited:5_15": "5–15 minuuttia",
    "waited:over_15": "yli 15 minuuttia",
    "handoff_missed": "lähti jonosta ennen ohjaajaa",
}
_ASKED = {
    "handoff_asked": "pyysi ihmistä",
    "handoff_closed": "pyysi, kun palvelu oli kiinni",
    "handoff_absent": "pyysi, kun ohjaajaa ei ollut vapaana",
    "handoff_queued": "tuli jonoon",
    "handoff_taken": "pääsi ohjaajalle",
    "callback_asked": "jätti soittopyynnön",
}


@dataclass(frozen=True)
class Cell:
    """One count as it may be shown; ``value`` is None when it is hidden."""

    text: str
    value: int | None


@routes.get("/desk/luvut")
async def numbers(request: web.Request) -> web.Response:
    """Show the numbers of the latest weeks."""
    await access.guide(request)
    asked = request.query.get("aika", "")
    days = int(asked) if asked in map(str, _PERIODS) else min(_PERIODS)
    last = clock.today()
    counts = await request.app[DESK].activity.between(last - timedelta(days=days - 1), last)
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/numbers.html",
        request,
        {
            "section": "luvut",
            "days": days,
            "periods": _PERIODS,
            "fewest": FEWEST,
            "by_weekday": _times(counts, lambda count: count.day.weekday(), _WEEKDAYS),
            "by_hour": _times(
                counts, lambda count: count.hour, [f"{h}–{h + 1}" for h in range(24)]
            ),
            "waits": _named(counts, _WAITS),
            "asked": _named(counts, _ASKED),
            "needs": _needs(request, counts),
            "understood": _understood(counts),
        },
    )
    return page


def shown(counts: Sequence[int]) -> list[Cell]:
    """Return counts of one table with the small ones hidden.

    One hidden count alone, or hidden ones with a small sum, could be worked out from a total
    elsewhere: then the next smallest are hidden too.
    """
    hidden = {i for i, count in enumerate(counts) if 0 < count < FEWEST}
    rest = sorted((i for i, c in enumerate(counts) if c >= FEWEST), key=lambda i: counts[i])
    while hidden and rest and (len(hidden) < 2 or sum(counts[i] for i in hidden) < FEWEST):
        hidden.add(rest.pop(0))
    return [
        Cell(f"alle {FEWEST}" if count < FEWEST else "piilossa", None)
        if i in hidden
        else Cell(str(count), count)
        for i, count in enumerate(counts)
    ]


def _times(
    counts: Iterable[Count], place: Callable[[Count], int], titles: Sequence[str]
) -> list[dict[str, Any]]:
    """Return rows of chats and of requests for a human, inside and outside the hours."""
    columns = [("chat", True), ("chat", False), ("handoff_asked", True), ("handoff_asked", False)]
    sums: Counter[tuple[str, bool, int]] = Counter()
    for count in counts:
        sums[count.name, count.open, place(count)] += count.count
    cells = [shown([sums[name, open_, i] for i in range(len(titles))]) for name, open_ in columns]
    highest = max(
        (sum(c.value or 0 for c in pair) for pair in zip(*cells[:2], strict=True)), default=0
    )
    return [
        {
            "title": title,
            "cells": [column[i] for column in cells],
            "open": _height(cells[0][i].value, highest),
            "shut": _height(cells[1][i].value, highest),
        }
        for i, title in enumerate(titles)
    ]


def _height(value: int | None, highest: int) -> int:
    """Return the height of a bar out of 100."""
    return round(100 * (value or 0) / highest) if highest else 0


def _named(counts: Iterable[Count], titles: dict[str, str]) -> list[dict[str, Any]]:
    sums: Counter[str] = Counter()
    for count in counts:
        sums[count.name] += count.count
    return _rows(list(titles.values()), [sums[name] for name in titles])


def _needs(request: web.Request, counts: Iterable[Count]) -> list[dict[str, Any]]:
    sums: Counter[str] = Counter()
    for count in counts:
        if count.name.startswith("need:"):
            sums[count.name.removeprefix("need:")] += count.count
    catalogue = request.app[PARTS].answers.catalogue
    common = sums.most_common()
    return _rows(
        [labels.need_title(catalogue, need) for need, _ in common], [count for _, count in common]
    )


def _understood(counts: Iterable[Count]) -> list[dict[str, Any]]:
    """Return rows of how many messages the bot did not understand, inside and outside."""
    sums: Counter[tuple[str, bool]] = Counter()
    for count in counts:
        sums[count.name, count.open] += count.count
    rows = []
    for title, open_ in (("Ohjaajan aikana", True), ("Muulloin", False)):
        answered, missed = shown([sums["answered", open_], sums["unanswered", open_]])
        known = answered.value is not None and missed.value is not None
        whole = (answered.value or 0) + (missed.value or 0)
        share = f"{round(100 * (missed.value or 0) / whole)} %" if known and whole else "–"
        rows.append({"title": title, "answered": answered, "missed": missed, "share": share})
    return rows


def _rows(titles: Sequence[str], counts: Sequence[int]) -> list[dict[str, Any]]:
    cells = shown(counts)
    highest = max((cell.value or 0 for cell in cells), default=0)
    return [
        {"title": title, "cell": cell, "width": _height(cell.value, highest)}
        for title, cell in zip(titles, cells, strict=True)
    ]
