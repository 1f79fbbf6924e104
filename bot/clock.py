"""The one source of the current time."""

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def now() -> datetime:
    """Return the current time in Europe/Helsinki.

    ``POLKU_NOW`` (ISO 8601; Helsinki time when it has no offset) freezes it for tests.

    Raises:
        ValueError: ``POLKU_NOW`` is not an ISO 8601 time.
    """
    frozen = os.environ.get("POLKU_NOW")
    if frozen:
        moment = datetime.fromisoformat(frozen)
        return moment.replace(tzinfo=moment.tzinfo or HELSINKI).astimezone(HELSINKI)
    return datetime.now(HELSINKI)


def today() -> date:
    """Return the current day in Europe/Helsinki."""
    return now().date()
