"""Do the ids in one entry exist, and is each id there once?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from services_catalog.errors import Fault
from services_catalog.models import Municipality, Need, Origin, Service, Topic


def find_broken(
    needs: Sequence[Need],
    municipalities: Sequence[Municipality],
    services: Sequence[Service],
    topics: Sequence[Topic],
) -> Iterator[Fault]:
    """Yield a fault for every duplicate id and every reference to something unknown.

    Args:
        needs: All needs.
        municipalities: All municipalities.
        services: All services.
        topics: All topics.

    Yields:
        The faults, in no particular order.
    """
    for kind, records in (
        ("need", needs),
        ("municipality", municipalities),
        ("service", services),
        ("topic", topics),
    ):
        yield from _duplicates(kind, [(record.id, record.origin) for record in records])
    need_ids = {need.id for need in needs}
    places = {place.name for place in municipalities}
    service_ids = {service.id for service in services}
    topic_ids = {topic.id for topic in topics}
    for service in services:
        at = service.id, service.origin
        yield from _unknown(*at, "also_needs", service.also_needs, need_ids, "need")
        yield from _unknown(*at, "fallback", service.fallback, service_ids, "service")
        covered = service.coverage.municipalities
        yield from _unknown(*at, "coverage.municipalities", covered, places, "municipality")
        if service.id in service.fallback:
            line = service.origin.line_of("fallback")
            problem = "The service names itself."
            yield Fault(
                service.origin.file,
                line,
                service.id,
                "fallback",
                problem,
                "Remove it from the list.",
            )
    for topic in topics:
        at = topic.id, topic.origin
        yield from _unknown(*at, "services", topic.services, service_ids, "service")
        yield from _unknown(*at, "related", topic.related, topic_ids, "topic")


def _duplicates(kind: str, found: Iterable[tuple[str, Origin]]) -> Iterator[Fault]:
    first: dict[str, Origin] = {}
    for name, origin in found:
        if name and name in first:
            other = first[name]
            problem = f"The {kind} {name!r} is already in {other.file}:{other.line}."
            yield Fault(origin.file, origin.line, name, "id", problem, "Keep one of them.")
        first.setdefault(name, origin)


def _unknown(
    entry: str,
    origin: Origin,
    name: str,
    used: Sequence[str],
    known: Collection[str],
    kind: str,
) -> Iterator[Fault]:
    for index, one in enumerate(used):
        where = f"{name}[{index}]"
        line = origin.line_of(where)
        if one not in known:
            problem = f"There is no {kind} {one!r}."
            advice = "Correct the spelling, or add it first."
            yield Fault(origin.file, line, entry, where, problem, advice)
        elif one in used[:index]:
            yield Fault(origin.file, line, entry, where, f"{one!r} is here twice.", "Remove one.")
