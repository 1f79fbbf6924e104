"""Dates of sources: parsing, ordering, age and their Finnish wording.

A source often tells only a month or a year. Such a date counts as its last day, so that a
service never looks older than it can be shown to be (the rule of the catalogue's schema).
"""

from __future__ import annotations

import calendar
import re
from datetime import date

_SOURCE_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)

_MONTHS = (
    "tammikuu",
    "helmikuu",
    "maaliskuu",
    "huhtikuu",
    "toukokuu",
    "kesäkuu",
    "heinäkuu",
    "elokuu",
    "syyskuu",
    "lokakuu",
    "marraskuu",
    "joulukuu",
)


def last_day(text: str) -> date:
    """Return the last day that a source's date can mean.

    Args:
        text: 'YYYY-MM' or 'YYYY'.

    Returns:
        The last day of that month, or 31 December of that year.

    Raises:
        ValueError: The text is of neither form.
    """
    match = _SOURCE_DATE.fullmatch(text)
    if match is None or match[1] == "0000":
        raise ValueError(f"{text!r} is not a date of the form YYYY-MM or YYYY.")
    year, month = int(match[1]), int(match[2] or 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def exact_day(text: str) -> date:
    """Return the day written as 'YYYY-MM-DD'.

    Args:
        text: The day, with dashes.

    Returns:
        The day.

    Raises:
        ValueError: The text is not of that form, or there is no such day.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(f"{text!r} is not a day of the form YYYY-MM-DD.")
    return date.fromisoformat(text)


def in_finnish(text: str) -> str:
    """Word a source's date for a client.

    Args:
        text: 'YYYY-MM' or 'YYYY'.

    Returns:
        For example "joulukuu 2025", or "vuosi 2025".

    Raises:
        ValueError: The text is of neither form.
    """
    day = last_day(text)
    return f"{_MONTHS[day.month - 1]} {day.year}" if "-" in text else f"vuosi {day.year}"


def day_in_finnish(day: date) -> str:
    """Word a day for a client, such as "3.11.2026"."""
    return f"{day.day}.{day.month}.{day.year}"
