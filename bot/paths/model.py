"""The path: what a client chose to do, as the dialogue hands it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Thing:
    """One thing on the path.

    Attributes:
        area: The id of its area of life, such as "raha".
        worry: What weighs, as the summary says it to the client.
        words: The client's own words, masked, or "".
        topic: The topic that it is about, or "".
        step: The first step.
        services: Ids of the services that were shown, in that order.
        accepted: The one that the client wants to try, or None.
    """

    area: str
    worry: str
    words: str
    topic: str
    step: str
    services: tuple[str, ...]
    accepted: str | None


@dataclass(frozen=True)
class Path:
    """The things of a path, in the client's order, and where the client lives, or None."""

    things: tuple[Thing, ...]
    municipality: str | None = None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Path":
        """Read the value of the effect ``path``; what is missing is empty."""
        things = tuple(_thing(thing) for thing in value.get("things") or ())
        return cls(things, value.get("municipality") or None)


def _thing(value: Mapping[str, Any]) -> Thing:
    texts = {
        name: str(value.get(name) or "") for name in ("area", "worry", "words", "topic", "step")
    }
    return Thing(
        **texts,
        services=tuple(value.get("services") or ()),
        accepted=value.get("accepted") or None,
    )
