"""Word lists and word tests for the plain language checks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services_catalog._fields import Fields, compose
from services_catalog.errors import CatalogueError, Fault
from services_catalog.words import lemma

_FILE = Path(__file__).with_name("plain_language.yml")
_CUT = 3  # letters at the end of a base form that inflection may change: tuki, tuen
_ENDING = 6  # letters that inflection may add: toimeentulotuestasi

# Base forms of verbs: a vowel before the last a or ä, or -da, -la, -na, -ra, -sta.
_VERB = re.compile(r".*(?:[aeiouyäö][aä]|d[aä]|ll[aä]|nn[aä]|rr[aä]|st[aä])")
_PASSIVE = re.compile(
    r".+(?:[tdlrns](?:aan|ään)|ttiin|[lrnst]tiin|[dtlnr]tu|t(?:aisiin|äisiin)|ttaneen|ttäneen)"
)
_INFINITIVE_CLAUSE = re.compile(
    r".+(?:(?:e|de|le|re|ne|se|te)ss(?:aan|ään|asi|äsi|ani|äni)"
    r"|t(?:uaan|yään|uasi|yäsi|uani|yäni)|kse(?:en|si|ni))"
)
_COMITATIVE = re.compile(r".{3,}ineen")
_ABESSIVE = re.compile(r".*[aeiouyäö](?:tta|ttä)")
_SECOND_PERSON = re.compile(
    r"sin(?:ä|ua|un|ulle|ulla|ulta|ut|ussa)\w*|\w+(?:[aeiouyäö]t|[aeiouyäö]si)"
)


@dataclass(frozen=True, slots=True)
class Lists:
    """The word lists of plain_language.yml."""

    allowed_long_words: tuple[str, ...]
    office_words: frozenset[str]
    reader_as_stranger: frozenset[str]
    imperatives: frozenset[str]


@lru_cache(maxsize=1)
def lists() -> Lists:
    """Read plain_language.yml.

    Returns:
        Its lists.

    Raises:
        CatalogueError: The file has faults.
    """
    faults: list[Fault] = []
    node = compose(_FILE, _FILE.name, faults)
    if node is None:
        raise CatalogueError(faults)
    fields = Fields(node, _FILE.name, faults)
    found = Lists(
        allowed_long_words=fields.texts("allowed_long_words"),
        office_words=frozenset(fields.texts("office_words")),
        reader_as_stranger=frozenset(fields.texts("reader_as_stranger")),
        imperatives=frozenset(fields.texts("imperatives")),
    )
    fields.finish(None)
    if faults:
        raise CatalogueError(faults)
    return found


def is_allowed_long(word: str) -> bool:
    """Tell whether a word in small letters is a form of an allowed long word."""
    return any(
        word.startswith(base[:-_CUT]) and len(word) <= len(base) + _ENDING
        for base in lists().allowed_long_words
    )


def is_passive(word: str) -> bool:
    """Tell whether a word looks like a passive verb form; wrong at times, so for review only."""
    return _of_verb(word, _PASSIVE)


def is_infinitive_clause(word: str) -> bool:
    """Tell whether a word packs a clause into a verb form, such as "tullessasi"."""
    return _of_verb(word, _INFINITIVE_CLAUSE)


def is_rare_case(word: str) -> bool:
    """Tell whether a word is a comitative, or an abessive of a noun ("rahatta")."""
    base = lemma(word)
    if base == word or _verbal(base):
        return False
    if _COMITATIVE.fullmatch(word):
        return True
    if not _ABESSIVE.fullmatch(word) or word.endswith(("matta", "mättä")):
        return False
    # partitives of other types look the same: huonetta, oikeutta, vettä, lyhyttä
    return base[-1:] in "aoäöuyi" and not base.endswith("si") and len(base) > _CUT


def is_second_person(word: str) -> bool:
    """Tell whether a word in small letters speaks to the reader: "soita", "voit", "sinun"."""
    return word in lists().imperatives or bool(_SECOND_PERSON.fullmatch(word))


def _of_verb(word: str, form: re.Pattern[str]) -> bool:
    base = lemma(word)
    return base != word and bool(form.fullmatch(word)) and _verbal(base)


def _verbal(base: str) -> bool:
    return bool(_VERB.fullmatch(base))
