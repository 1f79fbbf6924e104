"""Reads what clients type as an answer: spoken Finnish, typos, numbers, a bare yes or no."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from services_catalog.checkin import LEVELS, AnswerWords, Area, Level, Worry
from services_catalog.words import fold, lemma

Polarity = Literal["yes", "no"]

_T = TypeVar("_T")

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?:\s?/\s?\d+)?\s?%?|[^\W\d_]+(?:-[^\W\d_]+)*|[^\w\s]")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)(?:\s?/\s?(\d+))?\s?(%?)")
_SPELLED = {
    "nolla": 0, "ykkonen": 1, "kakkonen": 2, "kolmonen": 3, "nelonen": 4, "vitonen": 5,
    "kutonen": 6, "seiska": 7, "kasi": 8, "ysi": 9, "kymppi": 10,
}  # fmt: skip

# From 8 of 10 on it is well, below 4.5 badly; between them one question more does no harm.
_WELL, _BADLY = 0.8, 0.45
_MOST_TOKENS = 60
_SHORT = 4  # in a message this short a bare "ei" or "joo" is the answer
_NEAR = 3  # a negation turns what comes within so many words
_SAME_TITLE = 90
_TYPO_FROM, _TWO_TYPOS_FROM = 5, 9
_STEM = 4


@dataclass(frozen=True)
class Found:
    """An answer that was read.

    Attributes:
        level: The answer.
        more: Whether the message holds more than the answer.
        bare: Whether it is only a yes or no that was read.
    """

    level: Level
    more: bool
    bare: bool = False


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    level: Level


class Reader:
    """Reads answers with the words of ``answer_words.yml``."""

    def __init__(self, words: AnswerWords) -> None:
        """Use these words."""
        self._words = words
        self._general = [(_wording(w), level) for level in LEVELS for w in words.levels[level]]
        self._yes = [tokens(word) for word in words.yes]
        self._no = [tokens(word) for word in words.no]

    def command(self, text: str) -> str | None:
        """Return the intent of a command given by its word, or None."""
        return self.choice(text, self._words.commands)

    def asks_for_checkin(self, text: str) -> bool:
        """Return whether the check-in is asked for by name."""
        return any(t.startswith(self._words.checkin) for t in tokens(text))

    def is_question(self, text: str) -> bool:
        """Return whether ``text`` asks something."""
        found = tokens(text)
        asking = any(t in self._words.questions for t in found[:2])
        return "?" in text or asking or bool(found and re.fullmatch(r"\w{2,}ko", found[0]))

    def denies(self, text: str) -> bool:
        """Return whether ``text`` has a negation anywhere."""
        return any(t in self._words.negations for t in tokens(text))

    def polarity(self, text: str, intent: str = "") -> Polarity | None:
        """Return whether ``text`` says yes or no; ``intent`` helps when the words do not."""
        found = [t for t in tokens(text) if t.isalpha() or not t.isascii()]
        while found and found[0] in _BEGINNINGS:
            del found[0]
        negated = any(t in self._words.negations for t in found)
        if _whole(found, self._no) or (negated and len(found) <= _SHORT):
            return "no"
        if not negated and (_whole(found, self._yes) or _starts(found, self._yes)):
            return "yes"
        return {"affirm": "yes", "deny": "no"}.get(intent)  # type: ignore[return-value]

    def choice(self, text: str, options: Mapping[_T, Sequence[str]]) -> _T | None:
        """Return the option one of whose wordings ``text`` is, give or take a typo."""
        said = " ".join(self._core(tokens(text)))
        whole = " ".join(tokens(text))
        for option, wordings in options.items():
            for wording in (" ".join(_wording(w)) for w in wordings):
                if wording in (said, whole) or _nearly(wording, said) or _nearly(wording, whole):
                    return option
        return None

    def level(self, text: str, area: Area, intent: str = "") -> Found | None:
        """Return which of the three answers to ``area`` the text gives, or None.

        Args:
            text: What was typed.
            area: The area asked about: it decides what a bare yes or no means.
            intent: The intent, when it is sure.
        """
        said = tokens(text)[:_MOST_TOKENS]
        chosen = self.choice(text, {level: [area.answers[level]] for level in LEVELS})
        if chosen:
            return Found(chosen, more=False)
        measured = self._measured(said) if area.measure else None
        if measured:
            return Found(measured, more=False)
        own = [(_wording(word), level) for level in LEVELS for word in area.words[level]]
        hits = _hits(said, own) or _hits(said, self._general)
        taken = {i for hit in hits for i in range(hit.start, hit.end)}
        negations = [
            i for i, t in enumerate(said) if t in self._words.negations and i not in taken
        ]
        levels = self._combined(said, hits, negations)
        more = len(self._core([t for i, t in enumerate(said) if i not in taken])) > 1
        if levels:
            return Found(levels.pop() if len(levels) == 1 else "vaihtelee", more)
        bare = self.polarity(text, intent)
        meant = {"yes": area.yes, "no": area.no}.get(bare or "")
        return Found(meant, more, bare=True) if meant else None

    def worry(self, text: str, area: Area, topics: Sequence[str] = ()) -> Worry | None:
        """Return the worry of ``area`` that the text tells of, or None.

        Args:
            text: What was typed.
            area: The area whose worries are looked through.
            topics: Topics that the text may be about, likeliest first.
        """
        titled = self.choice(text, {worry.id: [worry.button] for worry in area.worries})
        if titled:
            return area.worry(titled)
        said = tokens(text)[:_MOST_TOKENS]
        named = [(_wording(word), worry) for worry in area.worries for word in worry.words]
        core = self._core(said)
        for wording, worry in sorted(named, key=lambda pair: -len(pair[0])):
            if _places(said, wording) or _places(core, wording):
                return worry
        for topic in topics:
            for worry in area.worries:
                if topic in worry.topics:
                    return worry
        return None

    def areas(self, text: str, areas: Iterable[Area]) -> list[Area]:
        """Return the areas that the text names, in their own order."""
        said = {form for t in tokens(text) for form in (t, fold(lemma(t)))}
        return [
            area
            for area in areas
            if any(_names(form, title) for form in said for title in _wording(area.title))
            or any(form.startswith(area.names) for form in said)
        ]

    def _measured(self, said: Sequence[str]) -> Level | None:
        core = self._core(said)
        if len(core) != 1:
            return None
        number = _NUMBER.fullmatch(core[0])
        if core[0] in _SPELLED:
            share = _SPELLED[core[0]] / 10
        elif number:
            most = int(number[2] or (100 if number[3] else 10))
            share = float(number[1].replace(",", ".")) / most if most else 2.0
        else:
            return None
        if share > 1:
            return None
        return "hyvin" if share >= _WELL else "huonosti" if share < _BADLY else "vaihtelee"

    def _combined(
        self, said: Sequence[str], hits: Sequence[_Hit], negations: Sequence[int]
    ) -> set[Level]:
        found: set[Level] = set()
        for place, hit in enumerate(hits):
            following = hits[place + 1] if place + 1 < len(hits) else None
            # "Hyvin huonosti": here hyvin only makes the next word stronger.
            if following and hit.level == "hyvin" and following.start == hit.end:
                continue
            # "Ei huonosti" is well; "ei, huonosti" is not.
            turned = any(
                hit.start - _NEAR <= n < hit.start and _MARKS.isdisjoint(said[n : hit.start])
                for n in negations
            )
            found.add(_OPPOSITE[hit.level] if turned else hit.level)
        return found

    def _core(self, said: Sequence[str]) -> list[str]:
        return [t for t in said if t not in self._words.fillers and t not in _MARKS]


_OPPOSITE: dict[Level, Level] = {
    "hyvin": "huonosti", "huonosti": "hyvin", "vaihtelee": "vaihtelee",
}  # fmt: skip
_BEGINNINGS = frozenset({"no", "siis", "niin", "tota"})
_MARKS = frozenset(".,!?;:()\"'-–…")


@lru_cache(maxsize=4000)
def _wording(text: str) -> list[str]:
    return tokens(text)


def tokens(text: str) -> list[str]:
    """Return the words, numbers and pictures of a text: folded, stretched letters cut."""
    return _TOKEN.findall(_STRETCHED.sub(r"\1", fold(text)))


def _hits(said: Sequence[str], wordings: Iterable[tuple[list[str], Level]]) -> list[_Hit]:
    """Return where wordings occur, longest first taken, in the order of the text."""
    free = set(range(len(said)))
    hits = []
    for wording, level in sorted(wordings, key=lambda pair: (-len(pair[0]), pair[0])):
        for start in _places(said, wording):
            here = set(range(start, start + len(wording)))
            if here <= free:
                free -= here
                hits.append(_Hit(start, start + len(wording), level))
    return sorted(hits, key=lambda hit: hit.start)


def _places(said: Sequence[str], wording: Sequence[str]) -> list[int]:
    size = len(wording)
    if not size:
        return []
    return [
        start
        for start in range(len(said) - size + 1)
        if all(_same(said[start + i], wording[i]) for i in range(size))
    ]


def _same(written: str, meant: str) -> bool:
    if written == meant:
        return True
    if len(meant) < _TYPO_FROM or written[:1] != meant[:1]:
        return False
    slips = 2 if len(meant) >= _TWO_TYPOS_FROM else 1
    return bool(OSA.distance(written, meant, score_cutoff=slips) <= slips)


def _nearly(wording: str, said: str) -> bool:
    return min(len(wording), len(said)) >= _TYPO_FROM and (
        fuzz.ratio(wording, said) >= _SAME_TITLE
    )


def _whole(said: Sequence[str], wordings: Iterable[Sequence[str]]) -> bool:
    return any(list(said) == list(wording) for wording in wordings)


def _starts(said: Sequence[str], wordings: Iterable[Sequence[str]]) -> bool:
    return len(said) <= _SHORT and any(
        wording and list(said[: len(wording)]) == list(wording) for wording in wordings
    )


def _names(form: str, title: str) -> bool:
    if len(title) < 3 or title == "ja":
        return False
    return form.startswith(title) or (len(title) > _STEM and form.startswith(title[: _STEM + 1]))
