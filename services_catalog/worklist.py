"""What an editor should check first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from services_catalog.models import Catalogue, Service
from services_catalog.visibility import age_in_days, showable_phones

_CRISIS_NEEDS = frozenset({"violence", "self_harm"})
_OLD_DAYS = 365
"""Facts of a year ago deserve a look: opening hours and fees change at the turn of the year."""

_OFTEN = 3
"""A service that this many topics name is among the most offered ones."""

# How much a reason weighs. In a crisis a wrong fact can cost a life; a number that cannot be
# shown is worth more than a date; within a rank the oldest comes first.
_CRISIS, _VERIFY, _OFFERED, _NO_PHONE, _OLD = 16, 8, 4, 2, 1


@dataclass(frozen=True, slots=True)
class Row:
    """One service to check.

    Attributes:
        id: The service.
        reason: Why, in plain English; several reasons are separated by semicolons.
        age_days: How old the knowledge of the service is.
        weight: The greater, the earlier it should be checked.
    """

    id: str
    reason: str
    age_days: int
    weight: int


def worklist(catalogue: Catalogue, today: date) -> list[Row]:
    """List the services that need checking, the most urgent first.

    Args:
        catalogue: The catalogue.
        today: The day it is in Finland.

    Returns:
        One row for each service with a reason. A service verified within the last year has
        only the reasons that its verification did not remove (flags, missing phone).
    """
    offered = _times_offered(catalogue)
    crisis = _crisis_services(catalogue)
    rows = []
    for service in catalogue.services:
        age = age_in_days(service, today)
        fresh = bool(service.verified_on) and age <= _OLD_DAYS
        reasons = _flags(service)
        if not fresh and service.id in crisis:
            reasons.append((_CRISIS, "offered in a crisis"))
        if not fresh and offered[service.id] >= _OFTEN:
            reasons.append((_OFFERED, f"named by {offered[service.id]} topics"))
        if age > _OLD_DAYS:
            reasons.append((_OLD, "its newest source is over a year old"))
        if reasons:
            words = "; ".join(text for _, text in sorted(reasons, reverse=True))
            rows.append(Row(service.id, words, age, sum(weight for weight, _ in reasons)))
    return sorted(rows, key=lambda row: (-row.weight, -row.age_days, row.id))


def _flags(service: Service) -> list[tuple[int, str]]:
    found = []
    if any(phone.verify_number for phone in service.phones):
        found.append((_VERIFY, "a number is hidden until checked"))
    elif any(phone.verify_hours for phone in service.phones):
        found.append((_NO_PHONE, "opening hours are hidden until checked"))
    if not service.phones and "phone" in service.missing:
        found.append((_NO_PHONE, "no telephone number is known"))
    if not showable_phones(service) and not (service.web or service.chat or service.address):
        found.append((_VERIFY, "a client has no way to reach it"))
    return found


def _times_offered(catalogue: Catalogue) -> Counter[str]:
    return Counter(one for topic in catalogue.topics for one in set(topic.services))


def _crisis_services(catalogue: Catalogue) -> set[str]:
    named = {one for topic in catalogue.topics if topic.crisis for one in topic.services}
    return named | {one.id for one in catalogue.services if one.need in _CRISIS_NEEDS}
