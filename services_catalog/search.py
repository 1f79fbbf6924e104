"""Finds topics and services by what a client writes, without Rasa.

The chat falls back on this when Rasa is down, so it must rank well and must keep silent when
nothing fits. It forgives inflection (base forms), typing errors (character similarity), words
typed without dots, and compounds written apart or together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from services_catalog._search_index import build
from services_catalog._search_query import Asked, read_query
from services_catalog.models import Catalogue

Kind = Literal["topic", "service"]

MIN_SCORE = 0.45
"""Below this a hit is likelier wrong than right.

tests/services_catalog/test_search.py holds messages that must be answered and messages that
must not be; the value lies between the two groups.
"""

_SERVICE_SHARE = 0.9  # a topic answers the need; a service is only one of its answers
_TELLING = 5  # a story is measured by its five most telling words
_PHRASE, _KEY, _BODY = 0.5, 0.35, 0.15  # shares of: best phrase, all phrases, running text


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``score`` is from 0 to 1; 1 means that every word fits."""

    kind: Kind
    id: str
    score: float


class Search:
    """An index over one catalogue; build it once and share it."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Build the index.

        Args:
            catalogue: The catalogue. Hidden services are found too: whether a service may be
                shown depends on the day, so the caller filters (see ``find``).
        """
        self._index = build(catalogue)

    def find(
        self, text: str, limit: int = 5, *, keep: Callable[[Hit], bool] | None = None
    ) -> list[Hit]:
        """Find what a message is about.

        Args:
            text: A message or a few search words.
            limit: At most this many hits.
            keep: Tells which hits are wanted, for example visible services only.

        Returns:
            The hits, best first; empty when nothing fits well enough.
        """
        documents = self._index.documents
        hits = [
            Hit(cast("Kind", documents[number].kind), documents[number].id, round(score, 4))
            for number, score in self._scores(read_query(text, self._index)).items()
            if score >= MIN_SCORE
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.kind != "topic", hit.id))
        return [hit for hit in hits if keep is None or keep(hit)][: max(limit, 0)]

    def _scores(self, asked: list[Asked]) -> dict[int, float]:
        """Score every document that shares a word with the query.

        A phrase scores by the share of itself that was asked for, times the root of the share
        of the query that it explains: the root is kind to long messages.
        """
        index = self._index
        whole = sum(sorted((word.weight for word in asked), reverse=True)[:_TELLING])
        held: defaultdict[int, float] = defaultdict(float)  # weight of a phrase's words asked
        told: defaultdict[int, float] = defaultdict(float)  # weight of the query a phrase has
        keys: defaultdict[int, float] = defaultdict(float)
        bodies: defaultdict[int, float] = defaultdict(float)
        for word in asked:
            best: dict[int, tuple[float, float]] = {}
            inside: dict[int, float] = {}
            for term, likeness in word.matches.items():
                for phrase, weight in index.in_phrases.get(term, ()):
                    part = likeness * weight
                    best[phrase] = max(best.get(phrase, (0, 0)), (part, index.rarity[term]))
                for number in index.in_bodies.get(term, ()):
                    inside[number] = max(inside.get(number, 0), likeness)
            near: dict[int, float] = {}
            for phrase, (part, rarity) in best.items():
                held[phrase] += part * rarity
                told[phrase] += part * word.weight
                number = index.phrases[phrase][0]
                near[number] = max(near.get(number, 0), part)
            for number, part in near.items():
                keys[number] += part * word.weight
            for number in inside.keys() | near.keys():
                bodies[number] += max(inside.get(number, 0), near.get(number, 0)) * word.weight
        phrases: dict[int, float] = {}
        for phrase, weight in held.items():
            number, size = index.phrases[phrase]
            score = min(weight / size, 1) * min(told[phrase] / whole, 1) ** 0.5
            phrases[number] = max(phrases.get(number, 0), score)
        return {
            number: self._share(number)
            * (
                _PHRASE * phrases.get(number, 0)
                + _KEY * min(keys.get(number, 0) / whole, 1)
                + _BODY * min(body / whole, 1)
            )
            for number, body in bodies.items()
        }

    def _share(self, number: int) -> float:
        return 1.0 if self._index.documents[number].kind == "topic" else _SERVICE_SHARE
