"""When guides are there: weekly hours, exceptions, closures, Finnish public holidays and eves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
from pydantic import BaseModel, Extra, validator

from bot.clock import HELSINKI

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ON_DAY = (
    "maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina",
    "sunnuntaina",
)  # fmt: skip
_OF_MONTH = (
    "tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesäkuuta",
    "heinäkuuta", "elokuuta", "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta",
)  # fmt: skip
_SEARCHED_DAYS = 400
_MIDNIGHT = "24:00"


class Closure(BaseModel, extra=Extra.forbid, frozen=True):
    """Days on which nobody is there, both ends included."""

    first: date
    last: date

    @validator("last")
    def _in_order(cls, last: date, values: Mapping[str, date]) -> date:  # noqa: N805
        if "first" in values and last < values["first"]:
            raise ValueError("ends before it begins")
        return last


class HoursSettings(BaseModel, extra=Extra.forbid, frozen=True):
    """Hours as ``polku.toml`` writes them: lists of "9:00-15:00", Helsinki time.

    Attributes:
        exceptions: Hours of single days by date; an empty list closes the day. They go before
            everything else.
        closures: Longer times without anybody.
        on_public_holidays: Whether guides work on Finnish public holidays, Midsummer Eve and
            Christmas Eve too.
        eves_until: The latest time on the day before a public holiday, or "" for no change.
    """

    monday: tuple[str, ...] = ("9:00-15:00",)
    tuesday: tuple[str, ...] = ("9:00-15:00",)
    wednesday: tuple[str, ...] = ("9:00-15:00",)
    thursday: tuple[str, ...] = ("9:00-15:00",)
    friday: tuple[str, ...] = ("9:00-15:00",)
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    exceptions: dict[date, tuple[str, ...]] = {}
    closures: tuple[Closure, ...] = ()
    on_public_holidays: bool = False
    eves_until: str = ""

    @validator(*_DAYS)
    def _ranges(cls, ranges: tuple[str, ...]) -> tuple[str, ...]:  # noqa: N805
        _parsed(ranges)
        return ranges

    @validator("exceptions")
    def _exceptions(
        cls,  # noqa: N805
        exceptions: dict[date, tuple[str, ...]],
    ) -> dict[date, tuple[str, ...]]:
        for ranges in exceptions.values():
            _parsed(ranges)
        return exceptions

    @validator("eves_until")
    def _eve(cls, until: str) -> str:  # noqa: N805
        if until:
            _minutes(until)
        return until


@dataclass(frozen=True)
class Opening:
    """A time when guides are there, from ``start`` until just before ``end``."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Status:
    """Whether it is inside the hours.

    Attributes:
        open: Inside the hours; whether a guide is at the desk is another matter.
        closes_at: When the hours that go on now end, or None.
        opens_at: When the next hours begin, later than now, or None when none are known.
        text: The same in words, for a client.
    """

    open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    text: str


class Hours:
    """Answers whether it is inside the hours and when they begin next."""

    def __init__(self, settings: HoursSettings) -> None:
        """Use the hours of ``settings``."""
        self._settings = settings
        self._weekly = [_parsed(getattr(settings, day)) for day in _DAYS]
        self._exceptions = {day: _parsed(r) for day, r in settings.exceptions.items()}
        self._until = _minutes(settings.eves_until) if settings.eves_until else None
        self._free = _public_holidays()

    def status(self, now: datetime) -> Status:
        """Return whether it is open at ``now`` (aware, any zone), and what comes next."""
        here = now.astimezone(HELSINKI)
        closes_at = None
        for ahead in range(-1, _SEARCHED_DAYS):
            for opening in self.on(here.date() + timedelta(days=ahead)):
                # Compared as UTC: aware times of one zone are compared by the wall clock.
                if _utc(opening.start) <= _utc(now) < _utc(opening.end):
                    closes_at = opening.end
                elif _utc(opening.start) > _utc(now):
                    return self._told(here, closes_at, opening.start)
        return self._told(here, closes_at, None)

    def on(self, day: date) -> list[Opening]:
        """Return the hours of a day in Helsinki, in order."""
        if day in self._exceptions:
            ranges = self._exceptions[day]
        elif self._is_free(day):
            ranges = []
        else:
            ranges = self._weekly[day.weekday()]
            if self._until is not None and day + timedelta(days=1) in self._free:
                ranges = [
                    (start, min(end, self._until)) for start, end in ranges if start < self._until
                ]
        return [
            Opening(_moment(day, start, fold=0), _moment(day, end, fold=1))
            for start, end in ranges
        ]

    def next_openings(self, now: datetime, count: int) -> list[datetime]:
        """Return when the next hours begin, at most ``count``, one a day."""
        found: list[datetime] = []
        day = now.astimezone(HELSINKI).date()
        for ahead in range(_SEARCHED_DAYS):
            if len(found) == count:
                break
            starts = [o.start for o in self.on(day + timedelta(days=ahead))]
            found += [start for start in starts if _utc(start) > _utc(now)][:1]
        return found

    def _is_free(self, day: date) -> bool:
        if day in self._free and not self._settings.on_public_holidays:
            return True
        return any(closure.first <= day <= closure.last for closure in self._settings.closures)

    def _told(
        self, now: datetime, closes_at: datetime | None, opens_at: datetime | None
    ) -> Status:
        if closes_at:
            text = f"Ohjaaja on paikalla tänään kello {_end_time(closes_at)} asti."
        elif opens_at:
            text = f"Ohjaaja on paikalla {when(opens_at, now)}."
        else:
            text = "En tiedä, milloin ohjaaja on taas paikalla."
        return Status(closes_at is not None, closes_at, opens_at, text)


def when(moment: datetime, now: datetime) -> str:
    """Say a coming moment: "tänään kello 12", "huomenna tiistaina kello 9".

    Args:
        moment: Later than ``now``.
        now: The present, both in Helsinki time.
    """
    days = (moment.date() - now.date()).days
    day = _ON_DAY[moment.weekday()]
    if days == 0:
        day = "tänään"
    elif days == 1:
        day = f"huomenna {day}"
    elif days > 6:
        day = f"{day} {moment.day}. {_OF_MONTH[moment.month - 1]}"
    return f"{day} kello {clock_time(moment)}"


def clock_time(moment: datetime) -> str:
    """Say the time of day: "9", "9.30"."""
    return f"{moment.hour}.{moment.minute:02}" if moment.minute else str(moment.hour)


@cache
def _public_holidays() -> holidays.HolidayBase:
    # It learns a year's days when one of them is first asked for.
    return holidays.country_holidays("FI")


def _end_time(moment: datetime) -> str:
    return "24" if (moment.hour, moment.minute) == (0, 0) else clock_time(moment)


def _parsed(ranges: Sequence[str]) -> list[tuple[int, int]]:
    """Return the ranges in minutes after midnight.

    Raises:
        ValueError: One is not "9:00-15:00", is empty, or overlaps the one before.
    """
    found: list[tuple[int, int]] = []
    for text in ranges:
        start, dash, end = text.partition("-")
        pair = (_minutes(start), _minutes(end)) if dash else (0, 0)
        if pair[0] >= pair[1]:
            raise ValueError(f'"{text}" is not hours such as "9:00-15:00"')
        if found and pair[0] < found[-1][1]:
            raise ValueError(f'"{text}" begins before the hours before it end')
        found.append(pair)
    return found


def _minutes(text: str) -> int:
    if text.strip() == _MIDNIGHT:
        return 24 * 60
    hour, colon, minute = text.strip().partition(":")
    try:
        moment = time(int(hour), int(minute) if colon else 0)
    except ValueError:
        raise ValueError(f'"{text}" is not a time such as "9:00"') from None
    return moment.hour * 60 + moment.minute


def _moment(day: date, minutes: int, *, fold: int) -> datetime:
    # The hour that comes twice in autumn belongs to the hours as a whole (fold).
    midnight = datetime.combine(day + timedelta(days=minutes // 1440), time(), HELSINKI)
    wall = midnight.replace(hour=minutes % 1440 // 60, minute=minutes % 60, fold=fold)
    # In spring an hour does not exist: the same moment has another name.
    return wall.astimezone(UTC).astimezone(HELSINKI)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
