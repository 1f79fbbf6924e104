"""The counts as ``polku stats`` prints them: small groups hidden, weeks side by side."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services_catalog import Catalogue

SMALLEST_SHOWN = 5
"""A group of fewer people could be recognised; the limit is the one agreed for this service."""

_HIDDEN = "alle 5"
_GAP = "  "

ByWeek = Mapping[str, Mapping[str, int]]

_GROUPS = {
    "chat_started": "Keskustelut",
    "need": "Vastaukset tarpeisiin",
    "checkin_started": "Mitä sinulle kuuluu?",
    "checkin_finished": "Mitä sinulle kuuluu?",
    "checkin_stopped": "Mitä sinulle kuuluu? Lopetti kysymykseen",
    "path_chosen": "Valittu polulle",
    "helped": "Oliko tästä apua?",
    "reached": "Pääsitkö palveluun?",
}
_OTHERS = "Muut"
_TITLES = {
    "chat_started:web": "verkkosivu",
    "chat_started:telegram": "Telegram",
    "chat_started:terminal": "pääte",
    "checkin_started": "aloitettu",
    "checkin_finished": "loppuun asti",
    "helped:yes": "oli",
    "helped:some": "vähän",
    "helped:no": "ei ollut",
    "reached:yes": "pääsi",
    "reached:no": "ei päässyt",
    "reached:not_tried": "ei vielä yrittänyt",
}


def as_json(counted: ByWeek) -> dict[str, Any]:
    """Return the counts as plain data, newest week first; a small group's number is None."""
    return {
        "smallest_shown": SMALLEST_SHOWN,
        "weeks": [
            {
                "week": week,
                "counts": {
                    name: n if n >= SMALLEST_SHOWN else None for name, n in sorted(counts.items())
                },
            }
            for week, counts in counted.items()
        ],
    }


def as_table(counted: ByWeek, catalogue: Catalogue) -> str:
    """Return the counts as a table for a terminal, one column a week, newest first.

    There are no totals: from a total and the other groups a hidden number could be worked out.
    """
    if not counted:
        return "Tilastoja ei vielä ole."
    title = _titles(catalogue)
    rows = [("Viikko", [_week(week) for week in counted])]
    names = sorted({name for counts in counted.values() for name in counts}, key=_order)
    group = ""
    for name in names:
        if _group(name) != group:
            group = _group(name)
            rows += [("", []), (group, [])]
        rows.append((f"  {title(name)}", [_cell(c.get(name, 0)) for c in counted.values()]))
    left = max(len(head) for head, _ in rows)
    right = max(len(cell) for _, cells in rows for cell in cells)
    return "\n".join(
        _GAP.join([head.ljust(left), *(cell.rjust(right) for cell in cells)]).rstrip()
        for head, cells in rows
    )


def _titles(catalogue: Catalogue) -> Callable[[str], str]:
    known = {need.id: need.title for need in catalogue.needs}
    known |= {topic.id: topic.title for topic in catalogue.topics if topic.id not in known}

    def title(name: str) -> str:
        kind = name.partition(":")[2]
        return _TITLES.get(name) or known.get(kind) or kind or name

    return title


def _group(name: str) -> str:
    return _GROUPS.get(name.partition(":")[0], _OTHERS)


def _order(name: str) -> tuple[int, int, str]:
    groups = list(dict.fromkeys(_GROUPS.values()))
    known = list(_TITLES)
    group = _group(name)
    return (
        groups.index(group) if group in groups else len(groups),
        known.index(name) if name in known else len(known),
        name,
    )


def _cell(n: int) -> str:
    if n == 0:
        return "–"
    return str(n) if n >= SMALLEST_SHOWN else _HIDDEN


def _week(week: str) -> str:
    """Return a week as its number and the days it covers, such as "48 (23.–29.11.)"."""
    year, number = week.split("-W")
    first, last = (date.fromisocalendar(int(year), int(number), day) for day in (1, 7))
    month = "" if first.month == last.month else f"{first.month}."
    return f"{int(number)} ({first.day}.{month}–{last.day}.{last.month}.)"
