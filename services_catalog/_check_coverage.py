"""Does every client get at least one service?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services_catalog._problem import Problem
from services_catalog.cards import card
from services_catalog.models import Catalogue, Need, Topic
from services_catalog.visibility import offer, visible


def find(catalogue: Catalogue, today: date, max_age_days: int) -> Iterator[Problem]:
    """Yield needs, topics and municipalities for which there is nothing to offer.

    Args:
        catalogue: The catalogue.
        today: The day it is in Finland.
        max_age_days: How old the knowledge of a service may be.

    Yields:
        The problems.
    """
    for need in catalogue.service_needs():
        topics = catalogue.topics_of(need.id)
        if not topics:
            yield Problem.of(need, "The need has no topic. Add one, or leave it out of the menu.")
            continue
        lacking = {topic.id: _lacking(catalogue, topic, today, max_age_days) for topic in topics}
        for topic in topics:
            yield from _topic(topic, lacking[topic.id])
        yield from _need(need, list(lacking.values()))
    for service in catalogue.services:
        if visible(service, today, max_age_days):
            shown = card(service, today)
            if not any((shown["phones"], shown["web"], shown["chat"], shown["address"])):
                message = (
                    "The card shows no way to reach the service. Find one, or lower confidence."
                )
                yield Problem.of(service, message, error=False)


def _lacking(
    catalogue: Catalogue, topic: Topic, today: date, max_age_days: int
) -> set[str | None]:
    """Return the municipalities (None: not known) for which the topic offers nothing."""
    places: list[str | None] = [None, *(place.name for place in catalogue.municipalities)]
    return {
        place
        for place in places
        if not offer(catalogue, topic, place, today, max_age_days, limit=1)
    }


def _topic(topic: Topic, lacking: set[str | None]) -> Iterator[Problem]:
    places = sorted(place for place in lacking if place is not None)
    if topic.ask and places:
        message = f"Nothing can be offered in {', '.join(places)}. Add a service for all."
        yield Problem.of(topic, message, "services")
    elif not topic.ask and None in lacking:
        message = (
            "Nothing can be offered when the municipality is not known. Add a service for all."
        )
        yield Problem.of(topic, message, "services")


def _need(need: Need, lacking: list[set[str | None]]) -> Iterator[Problem]:
    nowhere = set.intersection(*lacking) - {None}
    for place in sorted(str(one) for one in nowhere):
        message = f"No topic of the need offers anything in {place}. Add a service for all."
        yield Problem.of(need, message)
