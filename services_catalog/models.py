"""What a loaded catalogue is made of: frozen records, found by their ids.

The field names are the keys of the YAML files. Records compare by content; where they
stand in a file (``origin``) is kept for checks and left out of comparisons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

from services_catalog.errors import UnknownIdError

Level = Literal["national", "region", "municipal"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry stands: the file inside the catalogue folder, its line, its fields' lines."""

    file: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """Return the line of a field such as ``answer[1]``, or the entry's own line."""
        return self.lines.get(name, self.line)


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone number. ``blocked`` is set by the loader from do_not_show.yml."""

    number: str
    label: str
    hours: str
    price: str
    as_of: str
    verify_number: bool
    verify_hours: bool
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read. ``date`` is 'YYYY-MM', 'YYYY' or '' when undated."""

    url: str
    date: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where a service is given; ``municipalities`` is filled for level "municipal" only."""

    level: Level
    municipalities: tuple[str, ...] = ()

    def covers(self, municipality: str | None) -> bool:
        """Tell whether a client of this municipality (None: not known) may be sent there."""
        return self.level != "municipal" or municipality in self.municipalities


@dataclass(frozen=True, slots=True)
class Service:
    """One service a client can be guided to.

    ``bring`` is what to take along, when a source tells; "" otherwise.
    """

    id: str
    need: str
    name: str
    provider: str
    summary: str
    for_whom: str
    begin: str
    also_needs: tuple[str, ...]
    coverage: Coverage
    phones: tuple[Phone, ...]
    web: tuple[str, ...]
    chat: str
    email: str
    address: str
    hours: str
    cost: str
    referral: str
    bring: str
    languages: tuple[str, ...]
    fallback: tuple[str, ...]
    aliases: tuple[str, ...]
    sources: tuple[Source, ...]
    checked: str
    verified_on: str
    confidence: Confidence
    missing: tuple[str, ...]
    note: str
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a client may mean (= one intent), and the answer to it."""

    id: str
    need: str
    title: str
    heard: str
    answer: tuple[str, ...]
    first_step: str
    services: tuple[str, ...]
    ask: tuple[str, ...]
    urgency: int
    crisis: str
    related: tuple[str, ...]
    aliases: tuple[str, ...]
    sources: tuple[Source, ...]
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Need:
    """A group of topics. ``service_need``: offered in the menu "catalogue by need"."""

    id: str
    title: str
    service_need: bool
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality; ``locative`` is the form for "in", such as Äänekoskella."""

    name: str
    code: str
    locative: str
    aliases: tuple[str, ...] = ()
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)

    @property
    def id(self) -> str:
        """The name, which is how services refer to a municipality."""
        return self.name


@dataclass(frozen=True, slots=True)
class BlockedNumber:
    """A telephone number that old pages show and that no client may be given."""

    number: str
    was: str
    why: str
    source: str
    origin: Origin = field(default_factory=Origin, compare=False, repr=False)


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_HasId)


def _index(records: Iterable[_T]) -> Mapping[str, _T]:
    return MappingProxyType({record.id: record for record in records})


@dataclass(frozen=True)
class Catalogue:
    """Everything loaded from one catalogue folder. Immutable; share it freely."""

    folder: Path
    needs: tuple[Need, ...]
    municipalities: tuple[Municipality, ...]
    services: tuple[Service, ...]
    topics: tuple[Topic, ...]
    do_not_show: tuple[BlockedNumber, ...] = ()
    _needs: Mapping[str, Need] = field(init=False, repr=False, compare=False)
    _places: Mapping[str, Municipality] = field(init=False, repr=False, compare=False)
    _services: Mapping[str, Service] = field(init=False, repr=False, compare=False)
    _topics: Mapping[str, Topic] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Build the indexes by id."""
        object.__setattr__(self, "_needs", _index(self.needs))
        object.__setattr__(self, "_places", _index(self.municipalities))
        object.__setattr__(self, "_services", _index(self.services))
        object.__setattr__(self, "_topics", _index(self.topics))

    def need(self, need_id: str) -> Need:
        """Return the need with this id.

        Raises:
            UnknownIdError: There is none.
        """
        return _get(self._needs, "need", need_id)

    def topic(self, topic_id: str) -> Topic:
        """Return the topic with this id.

        Raises:
            UnknownIdError: There is none.
        """
        return _get(self._topics, "topic", topic_id)

    def service(self, service_id: str) -> Service:
        """Return the service with this id.

        Raises:
            UnknownIdError: There is none.
        """
        return _get(self._services, "service", service_id)

    def municipality(self, name: str) -> Municipality:
        """Return the municipality with this name.

        Raises:
            UnknownIdError: It is not one of the catalogue's municipalities.
        """
        return _get(self._places, "municipality", name)

    def has_topic(self, topic_id: str) -> bool:
        """Tell whether there is a topic with this id."""
        return topic_id in self._topics

    def has_service(self, service_id: str) -> bool:
        """Tell whether there is a service with this id."""
        return service_id in self._services

    def topics_of(self, need_id: str) -> tuple[Topic, ...]:
        """Return the topics of a need, in the order of the files."""
        return tuple(topic for topic in self.topics if topic.need == need_id)

    def services_of(self, need_id: str) -> tuple[Service, ...]:
        """Return the services of a need: its own first, then those that name it as well."""
        own = [s for s in self.services if s.need == need_id]
        return (*own, *(s for s in self.services if s.need != need_id and need_id in s.also_needs))

    def service_needs(self) -> tuple[Need, ...]:
        """Return the needs shown in the menu "catalogue by need"."""
        return tuple(need for need in self.needs if need.service_need)

    def topics_naming(self, service_id: str) -> tuple[Topic, ...]:
        """Return the topics that offer this service."""
        return tuple(topic for topic in self.topics if service_id in topic.services)


def _get(index: Mapping[str, _T], kind: str, wanted: str) -> _T:
    try:
        return index[wanted]
    except KeyError:
        raise UnknownIdError(kind, wanted) from None
