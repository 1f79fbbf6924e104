"""Reads opening hours that are written in words, as far as they are plain."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

_WORKDAYS = frozenset(range(5))
_WEEKEND = frozenset((5, 6))
_ALL = frozenset(range(7))
_END = time(23, 59, 59)

_DAYS = ("maanantai", "tiistai", "keskiviiko", "torstai", "perjantai", "lauantai", "sunnuntai")
_NAME = r"(maanantai|tiistai|keskiviikk?o|torstai|perjantai|lauantai|sunnuntai)"
_ON = re.compile(rf"{_NAME}(?:na|i?sin)")
_FROM_TO = re.compile(rf"{_NAME}sta {_NAME}(?:hin|on)")

_EVERY = {
    "arkisin": _WORKDAYS,
    "joka päivä": _ALL,
    "joka ilta": _ALL,
    "joka aamu": _ALL,
    "viikonloppuisin": _WEEKEND,
}
# Who answers, which a caller need not be told again.
_LINE = re.compile(r"^(?:puhelin|puhelinpalvelu|palvelunumerot) ")
_CLOCK = r"(\d{1,2})(?:\.(\d\d))?"
_SPAN = re.compile(rf"{_CLOCK}–{_CLOCK}")
# One part: days, "kello", spans. Parts have a comma between them.
_PART = re.compile(
    rf"(?P<days>[a-zäö, ]+?),? kello (?P<spans>{_SPAN.pattern}(?: ja {_SPAN.pattern})*)"
)


@dataclass(frozen=True)
class OpeningHours:
    """When a service is open, by weekday (0 is Monday), in Helsinki time.

    Attributes:
        spans: For each open weekday the times it is open; the end is not included.
        always: Whether it is open on public holidays too.
    """

    spans: Mapping[int, tuple[tuple[time, time], ...]]
    always: bool = False

    def open_at(self, at: datetime, holiday: Callable[[date], bool]) -> bool:
        """Return whether the service is open at ``at``, Europe/Helsinki.

        Args:
            at: The moment.
            holiday: Tells whether a day is a public holiday in Finland.
        """
        if not self.always and holiday(at.date()):
            return False
        clock = at.timetz().replace(tzinfo=None)
        return any(start <= clock < end for start, end in self.spans.get(at.weekday(), ()))


ALWAYS = OpeningHours({day: ((time(0), _END),) for day in range(7)}, always=True)


def read_hours(text: str) -> OpeningHours | None:
    """Return the hours that ``text`` tells, or None when it is not plain enough to rely on.

    Args:
        text: Hours as the catalogue words them, such as "aina", "arkisin kello 8–16" or
            "maanantaista torstaihin kello 8–16, perjantaina kello 8–15".
    """
    plain = _LINE.sub("", " ".join(text.lower().split()))
    if plain == "aina":
        return ALWAYS
    spans: dict[int, tuple[tuple[time, time], ...]] = {}
    at = 0
    while at < len(plain):
        part = _PART.match(plain, at)
        days = _days(part["days"]) if part else None
        times = _times(part["spans"]) if part else None
        if part is None or days is None or times is None or days & spans.keys():
            return None
        spans |= dict.fromkeys(sorted(days), times)
        at = part.end()
        if at < len(plain):
            if not plain.startswith(", ", at):
                return None
            at += 2
    return OpeningHours(spans, always=spans.keys() == _ALL) if spans else None


def _days(text: str) -> frozenset[int] | None:
    if text in _EVERY:
        return _EVERY[text]
    found: set[int] = set()
    for item in re.split(r", | ja ", text):
        if span := _FROM_TO.fullmatch(item):
            found |= set(range(_day(span[1]), _day(span[2]) + 1))
        elif on := _ON.fullmatch(item):
            found.add(_day(on[1]))
        else:
            return None
    return frozenset(found) or None


def _day(name: str) -> int:
    return _DAYS.index(name.replace("kk", "k"))


def _times(text: str) -> tuple[tuple[time, time], ...] | None:
    spans = []
    for hour, minute, end_hour, end_minute in _SPAN.findall(text):
        start, end = _clock(hour, minute), _clock(end_hour, end_minute)
        if start is None or end is None or start >= end:
            return None
        spans.append((start, end))
    return tuple(spans)


def _clock(hour: str, minute: str) -> time | None:
    if int(hour) == 24 and not int(minute or 0):
        return _END
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None
