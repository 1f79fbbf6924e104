"""A planned call as a calendar file (RFC 5545)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from bot.clock import HELSINKI
from bot.paths.days_off import is_holiday
from bot.paths.errand_list import Contact, Sheet
from bot.paths.opening_hours import read_hours
from services_catalog.phrases import Phrases

_LENGTH = timedelta(minutes=30)
_REMINDER = timedelta(minutes=-15)
_FURTHEST = timedelta(days=366)

# What the form offers: days from today on, and half-hours of an ordinary day.
_DAYS_AHEAD = 28
_DAYS_OFFERED = 10
_FIRST_HOUR, _LAST_HOUR = 7, 21
_WEEKDAYS = (
    "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai",
)  # fmt: skip


class UnfitTime(ValueError):
    """The planned time cannot be; the text says why in plain words."""


@dataclass(frozen=True)
class Planner:
    """Checks a planned time and writes it as a calendar file."""

    phrases: Phrases
    now: Callable[[], datetime]

    def days(self, contact: Contact | None) -> list[tuple[str, str]]:
        """Return the next days to choose from, as 'YYYY-MM-DD' and as words.

        Days on which the service is known to be closed are left out.
        """
        today = self.now().date()
        days = [today + timedelta(days=n) for n in range(_DAYS_AHEAD)]
        clocks = self._clocks(contact)
        fit = [day for day in days if any(self._fits(day, clock, contact) for clock in clocks)]
        return [
            (day.isoformat(), f"{_WEEKDAYS[day.weekday()]} {day.day}.{day.month}.")
            for day in fit[:_DAYS_OFFERED]
        ]

    def times(self, contact: Contact | None) -> list[str]:
        """Return the times of day to choose from, such as "9.30"."""
        return [f"{clock.hour}.{clock.minute:02}" for clock in self._clocks(contact)]

    def _clocks(self, contact: Contact | None) -> list[time]:
        hours = read_hours(contact.hours) if contact else None
        spans = [span for day in hours.spans.values() for span in day] if hours else []
        ordinary = [
            time(hour, minute) for hour in range(_FIRST_HOUR, _LAST_HOUR) for minute in (0, 30)
        ]
        return [
            clock
            for clock in ordinary
            if hours is None or any(start <= clock < end for start, end in spans)
        ]

    def _fits(self, day: date, clock: time, contact: Contact | None) -> bool:
        at = datetime.combine(day, clock, HELSINKI)
        hours = read_hours(contact.hours) if contact else None
        return at > self.now() and (hours is None or hours.open_at(at, is_holiday))

    def at(self, day: str, clock: str, contact: Contact | None) -> datetime:
        """Return the time that the client plans, Europe/Helsinki.

        Args:
            day: 'YYYY-MM-DD'.
            clock: 'HH:MM', as a form writes it, or 'H.MM', as people do.
            contact: Whom the errand is with; its hours are asked for only where they are plain.

        Raises:
            UnfitTime: It is no time, in the past, too far, or the service is closed then.
        """
        try:
            parts = clock.replace(":", ".").split(".")
            hour, minute = int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
            at = datetime.combine(date.fromisoformat(day), time(hour, minute), HELSINKI)
        except ValueError:
            raise UnfitTime(self.phrases("calendar.no_day")) from None
        if at <= self.now():
            raise UnfitTime(self.phrases("calendar.past"))
        if at > self.now() + _FURTHEST:
            raise UnfitTime(self.phrases("calendar.far"))
        hours = read_hours(contact.hours) if contact else None
        if contact and hours and not hours.open_at(at, is_holiday):
            if hours.open_at(at, lambda _day: False):
                raise UnfitTime(self.phrases("calendar.holiday"))
            raise UnfitTime(self.phrases("calendar.closed", hours=contact.hours))
        return at

    def file(self, sheet: Sheet, at: datetime, *, named: bool) -> bytes:
        """Return the calendar file: half an hour, with a reminder a quarter before.

        Args:
            sheet: What the errand is about.
            at: When, Europe/Helsinki.
            named: Whether it may tell the service's name and number, and the matter.
        """
        # Only now: it takes a second, and nobody who chats should wait for it.
        from icalendar import Alarm, Calendar, Event

        title, about = self._texts(sheet, named=named)
        event = Event()
        event.add("uid", str(uuid4()))
        event.add("dtstamp", self.now())
        event.add("dtstart", at)
        event.add("duration", _LENGTH)
        event.add("summary", title)
        event.add("class", "PRIVATE")
        if about:
            event.add("description", about)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", _REMINDER)
        event.add_component(alarm)
        calendar = Calendar()
        calendar.add("prodid", "-//Polku//fi")
        calendar.add("version", "2.0")
        calendar.add_component(event)
        calendar.add_missing_timezones(at.date() - _FURTHEST, at.date() + _FURTHEST)
        return bytes(calendar.to_ical())

    def _texts(self, sheet: Sheet, *, named: bool) -> tuple[str, str]:
        contact = sheet.contact
        calls = contact is None or bool(contact.number)
        if not named:
            return self.phrases("calendar.hidden_call" if calls else "calendar.hidden_visit"), ""
        name = contact.name if contact else sheet.title
        lines = [self.phrases("calendar.sentence", sentence=sheet.sentence)]
        if contact and contact.number:
            lines.insert(0, self.phrases("calendar.phone", number=contact.number))
        title = self.phrases("calendar.call" if calls else "calendar.visit", name=name)
        return title, "\n".join(lines)
