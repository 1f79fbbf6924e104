"""Finds municipalities in what people write: inflected, clipped, without dots, misspelt.

A wrong municipality sends a person to a service that turns them away, so a misspelling is
accepted only when it is near one name and is no ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services_catalog._place_forms import dwellers, inflected, without_clitic
from services_catalog.loader import DEFAULT_FOLDER, load_municipalities
from services_catalog.models import Municipality
from services_catalog.words import fold, is_word

_TOKEN = re.compile(r"[^\W\d_][\w\u0300-\u036f:-]*")
_MAX_TOKEN = 30
_MIN_TYPO_LETTERS = 7  # shorter ones (Jämsä) are too near ordinary words
_LONG = 10  # from here two slips are forgiven: "Pihtipudaksella"
_SAME_BEGINNING = 3
_MIN_WRITTEN_APART = 8  # "Jyväs kylä"

# Beginnings of words near a name whose spoken and rare forms the word list does not know.
_LOOKALIKES = re.compile(
    r"jous|jout[ueio]|jouts[ei]|karttul|karst[aio]|keruu|kehruu|lauk[keou]|"
    r"laukai|laukau|mul[lt]a[^l]|muura[irt]|muurin|toive|toivo|uutis|uurt"
)


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A municipality in a text: ``text[start:end]`` is what was written."""

    start: int
    end: int
    name: str


class Places:
    """Finds the given municipalities; ``find_all`` of the module uses those of the project."""

    def __init__(self, municipalities: Iterable[Municipality]) -> None:
        """Work out all forms of the names.

        Args:
            municipalities: The municipalities with their aliases. An alias that begins with a
                capital letter is a place name and is inflected; another one is a short form,
                compared with its dots ("äki" is Äänekoski, "Aki" is a man).
        """
        self._forms: dict[str, str] = {}
        self._own: dict[str, str] = {}  # the names themselves: only these are guessed at
        self._short: dict[str, str] = {}
        for municipality in municipalities:
            for name in (municipality.name, municipality.locative):
                self._own.update(dict.fromkeys(inflected(name), municipality.name))
            self._forms.update(dict.fromkeys(dwellers(municipality.name), municipality.name))
            for alias in municipality.aliases:
                if alias[:1].isupper():
                    self._forms.update(dict.fromkeys(inflected(alias), municipality.name))
                else:
                    self._short[alias] = municipality.name
        self._forms.update(self._own)
        self._guessable = sorted(self._own)

    def find_all(self, text: str) -> list[PlaceSpan]:
        """Return the municipalities in a text, in its order.

        Args:
            text: What a person wrote.

        Returns:
            Spans that do not overlap. The same municipality may come several times.
        """
        tokens = list(_TOKEN.finditer(text))
        found = []
        place = 0
        while place < len(tokens):
            pair = self._pair(tokens[place : place + 2], text)
            if pair is not None:
                found.append(pair)
                place += 2
                continue
            span = self._single_token(tokens[place])
            if span is not None:
                found.append(span)
            place += 1
        return found

    def find(self, text: str) -> str | None:
        """Return the first municipality in a text, or None."""
        return next((span.name for span in self.find_all(text)), None)

    def _pair(self, tokens: list[re.Match[str]], text: str) -> PlaceSpan | None:
        """Read two words as one name: "Jyväs kylä", "Jyväskylän maalaiskunta"."""
        if len(tokens) < 2 or text[tokens[0].end() : tokens[1].start()] not in (" ", "  "):
            return None
        first, second = fold(tokens[0][0]), fold(tokens[1][0])
        name = self._forms.get(f"{first} {second}")
        if name is None and len(first + second) >= _MIN_WRITTEN_APART:
            apart = first not in self._forms and second not in self._forms
            name = self._own.get(first + second) if apart else None
        return PlaceSpan(tokens[0].start(), tokens[1].end(), name) if name else None

    def _single_token(self, token: re.Match[str]) -> PlaceSpan | None:
        written = token[0].rstrip(":-")
        if len(written) > _MAX_TOKEN:
            return None
        name = self._exact(written) or self._misspelt(written)
        if name is None:
            return None
        return PlaceSpan(token.start(), token.start() + len(written), name)

    def _exact(self, written: str) -> str | None:
        lower = written.lower()
        for short, name in self._short.items():
            rest = lower.removeprefix(short)
            if rest == "" or (rest != lower and re.fullmatch(r":\w{1,4}", rest)):
                return name
        plain = fold(written).replace(":", "")
        for form in without_clitic(plain):
            if form in self._forms:
                return self._forms[form]
        head, _, tail = plain.partition("-")  # "Äänekoski-Suolahti", "Jyväskylä-Muurame"
        return (self._forms.get(head) or self._forms.get(tail)) if tail else None

    def _misspelt(self, written: str) -> str | None:
        plain = fold(written)
        if len(plain) < _MIN_TYPO_LETTERS or _LOOKALIKES.match(plain):
            return None
        slips = 2 if len(plain) >= _LONG else 1
        near = process.extract(
            plain, self._guessable, scorer=OSA.distance, score_cutoff=slips, limit=20
        )
        names = {
            self._own[form]
            for form, _, _ in near
            if form[:_SAME_BEGINNING] == plain[:_SAME_BEGINNING]
        }
        if len(names) != 1 or is_word(written.lower()) or is_word(plain):
            return None
        return names.pop()


def find_all(text: str) -> list[PlaceSpan]:
    """Return the project's municipalities in a text, in its order, with their places."""
    return _places().find_all(text)


def find_municipality(text: str) -> str | None:
    """Return the first of the project's municipalities in a text, or None."""
    return _places().find(text)


@lru_cache(maxsize=1)
def _places() -> Places:
    return Places(load_municipalities(DEFAULT_FOLDER))
