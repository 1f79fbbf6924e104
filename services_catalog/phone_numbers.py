"""Telephone numbers: one spelling to compare them by, links, and finding them in text."""

from __future__ import annotations

import re
from collections.abc import Iterable

EMERGENCY = "112"
"""The only number that topic texts may hold (the catalogue's schema)."""

# Five digits or more with single spaces or dashes between; or a 116 number; or 112 alone.
_PHONE_LIKE = re.compile(r"(?<![\d.,])(?:\+?\d(?:[ \u00a0-]?\d){4,}|112)(?![\d.,]\d|\d)")
_IN_TEXT_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?|\d{4}[-–]\d{4}")


def digits(number: str) -> str:
    """Return the national digits of a number, to compare numbers by.

    Args:
        number: As written, such as "+358 14 266 0149" or "014 266 0149".

    Returns:
        Digits only, with Finland's country code turned into the leading zero.
    """
    bare = re.sub(r"[^\d+]", "", number)
    bare = re.sub(r"^(?:\+|00)358", "0", bare)
    return re.sub(r"\D", "", bare)


def link(number: str) -> str:
    """Return the ``tel:`` address that dials the number from Finland."""
    return f"tel:{digits(number)}"


def phone_like(text: str) -> list[str]:
    """Find what looks like a telephone number, in the order of the text.

    Args:
        text: Running text.

    Returns:
        The numbers as written. Dates and spans of years are left out.
    """
    found = (match[0] for match in _PHONE_LIKE.finditer(text))
    return [number for number in found if not _IN_TEXT_DATE.fullmatch(number)]


def pattern_of(numbers: Iterable[str]) -> re.Pattern[str] | None:
    """Build a pattern that finds given numbers however they are spaced.

    Args:
        numbers: The numbers, in any spelling.

    Returns:
        The pattern, or None when there are no numbers.
    """
    parts = []
    for number in numbers:
        bare = digits(number)
        spaced = r"[\s\u00a0-]*".join(bare.removeprefix("0"))
        parts.append(rf"(?:0|(?:\+|00)358)[\s\u00a0-]*{spaced}" if bare[0] == "0" else spaced)
    return re.compile(rf"(?<!\d)(?:{'|'.join(parts)})(?!\d)") if parts else None
