"""Public holidays of Finland."""

from datetime import date
from functools import cache
from typing import Any


def is_holiday(day: date) -> bool:
    """Return whether ``day`` is a public holiday in Finland, the eves that count as one too."""
    return day in _finland()


@cache
def _finland() -> Any:
    # Only now: the library loads every country of the world, which takes a second.
    import holidays

    return holidays.country_holidays("FI")
