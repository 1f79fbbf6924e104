"""What the words of a query may mean in the words of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from services_catalog._search_index import Index, base_of, compound_parts, content_words
from services_catalog.words import fold, is_word, lemma

_MAX_WORDS = 30  # a long story is judged by its first words that say something
_MAX_STRANGE = 3  # unknown words of a long story count against it only so far
_MAX_FUZZY = 12  # each costs about half a millisecond
_MIN_FUZZY_LETTERS = 4  # three letters resemble too much

_MIN_HEAD, _MIN_TAIL = 3, 5  # letters of the parts of a compound that nobody lists

_STRANGE = 0.8  # weight of a word the catalogue does not know, as a share of the rarest
_AS_WRITTEN = 0.95  # the form is in the catalogue, but under another base form
_JOINED = 0.9  # "vuokra rästissä" for "vuokrarästi"
_PART = 0.6  # "hammassärky" for "hammas"
_ALIKE = 0.7  # "velkaantunut" for "velkaantuminen"

_MIN_TYPO = 0.76  # one slip in five letters, two in nine
_MIN_ALIKE = 0.8  # a first sieve; the share of a common beginning decides
_MIN_BEGINNING = 0.6
_MIN_BEGINNING_LETTERS = 4  # "kello" is not near "kela"


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query: how much it counts, and the words it may be with their likeness."""

    weight: float
    matches: dict[str, float] = field(default_factory=dict)


def read_query(text: str, index: Index) -> list[Asked]:
    """Weigh the words of a query and look up what each may mean.

    Args:
        text: A message.
        index: The words of the catalogue.

    Returns:
        The words that say something, each base form once.
    """
    written = list({base_of(word): word for word in reversed(content_words(text))}.values())
    written = written[::-1][:_MAX_WORDS]
    bases = [base_of(word) for word in written]
    fuzzy_left, strange_left = _MAX_FUZZY, _MAX_STRANGE
    asked = []
    for place, (word, base) in enumerate(zip(written, bases, strict=True)):
        neighbours = [*bases[max(place - 1, 0) : place], *bases[place + 1 : place + 2]]
        matches = _exact(word, base, neighbours, index)
        if not matches and (is_word(word) or not fuzzy_left):
            matches = _parts(word, base, index)
        if not matches and fuzzy_left:
            fuzzy_left -= 1
            matches = _similar(word, base, index) or _parts(word, base, index)
        if matches:
            nearest = max(matches, key=lambda term: matches[term])
            asked.append(Asked(index.rarity[nearest], matches))
        elif strange_left:
            strange_left -= 1
            asked.append(Asked(_STRANGE * index.top_rarity))
    return asked


def _exact(word: str, base: str, neighbours: list[str], index: Index) -> dict[str, float]:
    """Look for the word, for a compound written apart, and for the parts of a known one."""
    found: dict[str, float] = {}
    _note(found, index, [base], 1.0)
    _note(found, index, [fold(word)], _AS_WRITTEN)
    for other in neighbours:
        _note(found, index, [base + other, other + base], _JOINED)
    if found:
        _note(found, index, compound_parts(lemma(word)), _PART)
    return found


def _parts(word: str, base: str, index: Index) -> dict[str, float]:
    """Look for the parts of a compound that the catalogue does not have as a whole."""
    found: dict[str, float] = {}
    _note(found, index, compound_parts(lemma(word)), _PART)
    if not found:  # "asiakasmaksukatto" for "maksukatto"
        tails = (base[cut:] for cut in range(_MIN_HEAD, len(base) - _MIN_TAIL + 1))
        _note(found, index, tails, _PART)
    return found


def _similar(word: str, base: str, index: Index) -> dict[str, float]:
    """Look for forms that resemble a word the catalogue does not have.

    A word of the Finnish word list is not a typing error, so for it only words that begin
    alike count: "velkaantunut" is near "velkaantuminen", but "peli" is not near "pelko".
    """
    found: dict[str, float] = {}
    for form in sorted({base, fold(word)}):
        if len(form) < _MIN_FUZZY_LETTERS:
            continue
        if not is_word(word):
            for name, likeness, _ in process.extract(
                form,
                index.sorted_forms,
                scorer=OSA.normalized_similarity,
                score_cutoff=_MIN_TYPO,
                limit=5,
            ):
                _note(found, index, [name], likeness**2)
        for name, _, _ in process.extract(
            form,
            index.sorted_forms,
            scorer=JaroWinkler.normalized_similarity,
            score_cutoff=_MIN_ALIKE,
            limit=20,
        ):
            shared = _common_beginning(form, name)
            needed = max(_MIN_BEGINNING * max(len(form), len(name)), _MIN_BEGINNING_LETTERS)
            if shared >= needed:
                _note(found, index, [name], _ALIKE)
    return found


def _common_beginning(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _note(found: dict[str, float], index: Index, forms: Iterable[str], likeness: float) -> None:
    """Add the words that forms stand for, keeping the greatest likeness of each."""
    for form in forms:
        for term in index.forms.get(form, ()):
            found[term] = max(found.get(term, 0.0), likeness)
