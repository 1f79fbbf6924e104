"""What the parts of the check hand to checks.py."""

from __future__ import annotations

from dataclasses import dataclass, field

from services_catalog.models import Need, Origin, Service, Topic


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found, with the place it is about."""

    message: str
    entry: str = ""
    origin: Origin = field(default_factory=Origin)
    field: str = ""
    error: bool = True

    @classmethod
    def of(
        cls,
        record: Topic | Service | Need,
        message: str,
        field_name: str = "",
        *,
        error: bool = True,
    ) -> Problem:
        """Build a problem of an entry.

        Args:
            record: The entry.
            message: What is wrong and what to do, in plain English.
            field_name: The field it is about, such as ``answer[1]``.
            error: Whether it is an error, not only a warning.
        """
        return cls(message, record.id, record.origin, field_name, error)
