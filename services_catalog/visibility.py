"""What may be shown to a client, and which services are offered.

A fact that nobody has checked for long, or that was second-hand from the start, is worse than
no fact: a tired person calls one number. So the rules here hide rather than show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from services_catalog.dates import exact_day, last_day
from services_catalog.models import Catalogue, Phone, Service, Topic

DEFAULT_LIMIT = 2
"""One or two services at a time (design, first paragraph)."""


def known_on(service: Service) -> date:
    """Return the day on which the service was last known to be as described.

    Args:
        service: The service.

    Returns:
        The day a person verified it; without one the last day of its newest dated source;
        without that the day its sources were looked up.
    """
    if service.verified_on:
        return exact_day(service.verified_on)
    dated = [last_day(source.date) for source in service.sources if source.date]
    return max(dated) if dated else exact_day(service.checked)


def age_in_days(service: Service, today: date) -> int:
    """Return how old the knowledge of a service is; 0 when its date is still ahead.

    A source of "2026" counts as 31 December 2026, which may lie in the future.
    """
    return max(0, (today - known_on(service)).days)


def visible(service: Service, today: date, max_age_days: int) -> bool:
    """Tell whether a client may see the service.

    Args:
        service: The service.
        today: The day it is in Finland.
        max_age_days: How old its newest knowledge may be.

    Returns:
        False for low confidence and for services older than the limit.
    """
    return service.confidence != "low" and age_in_days(service, today) <= max_age_days


def showable_phones(service: Service) -> list[Phone]:
    """Return the numbers a client may be given.

    Args:
        service: The service.

    Returns:
        Numbers that need no checking and are not in do_not_show.yml, in the order of the file.
        Opening hours that need checking are left out of them.
    """
    return [
        replace(phone, hours="") if phone.verify_hours else phone
        for phone in service.phones
        if not phone.verify_number and not phone.blocked
    ]


def offer(
    catalogue: Catalogue,
    wanted: Topic | str | Iterable[str],
    municipality: str | None,
    today: date,
    max_age_days: int,
    limit: int = DEFAULT_LIMIT,
) -> list[Service]:
    """Choose the services to offer.

    A service that may not be shown is replaced, in its place, by its fallbacks. A municipal
    service is left out unless the client's municipality is known and covered. If nothing is
    left then, the fallbacks of the services left out are tried, so that a client of a small
    municipality is not sent away empty-handed.

    Args:
        catalogue: The catalogue.
        wanted: A topic, the id of a topic, or ids of services; best first.
        municipality: The client's municipality, or None when it is not known.
        today: The day it is in Finland.
        max_age_days: How old the knowledge of a service may be.
        limit: At most this many are returned.

    Returns:
        The services, best first, each once; empty when nothing can be offered.

    Raises:
        UnknownIdError: The topic or a service is not in the catalogue.
    """
    if isinstance(wanted, str):
        wanted = catalogue.topic(wanted)
    ids = tuple(wanted.services if isinstance(wanted, Topic) else wanted)

    def near(service: Service) -> bool:
        return service.coverage.covers(municipality)

    def fits(service: Service) -> bool:
        return near(service) and visible(service, today, max_age_days)

    def hidden(service: Service) -> bool:
        return near(service) and not fits(service)

    def unfit(service: Service) -> bool:
        return not fits(service)

    found = list(filter(fits, _walk(catalogue, ids, follow=hidden)))
    if not found:
        found = list(filter(fits, _walk(catalogue, ids, follow=unfit)))
    return found[: max(limit, 0)]


def _walk(
    catalogue: Catalogue, ids: Iterable[str], follow: Callable[[Service], bool]
) -> Iterator[Service]:
    """Yield services in order, each once, going into the fallbacks of those to follow."""
    seen: set[str] = set()
    waiting = list(ids)[::-1]
    while waiting:
        service_id = waiting.pop()
        if service_id in seen:
            continue
        seen.add(service_id)
        service = catalogue.service(service_id)
        yield service
        if follow(service):
            waiting.extend(reversed(service.fallback))
