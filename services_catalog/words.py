"""Finnish words for comparing: cut out of text, brought to a base form, letters folded.

The word list of simplemma is kept as a trie in var/cache, which is opened in a tenth of a second
and takes 18 MB. It is made at the first use, in ten seconds: ``polku train`` calls ``warm_up``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries.trie_dictionary_factory import TrieDictionaryFactory

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MAX_WORD = 60
"""Longer "words" are keyboard noise; looking for their parts would cost time."""

# Forms that mean two things, of which the word list picks the one no client has in mind:
# "velkoja" (debts, not a creditor), "tukea" (a benefit, not to support), "vanhempi" (parent).
_MEANT = {
    "hammasta": "hammas",
    "kavereit": "kaveri",
    "kelasta": "kela",
    "lopussa": "loppu",
    "potkut": "potku",
    "tuet": "tuki",
    "tukea": "tuki",
    "vanhemmat": "vanhempi",
    "vanhempi": "vanhempi",
    "vanhempia": "vanhempi",
    "vanhempien": "vanhempi",
    "velkoja": "velka",
    "vuokraa": "vuokra",
}

# The trie reads it as the end of a word, and finds what is not there.
_END = "\0"

_MIN_CLIPPED = 4
# What spoken Finnish leaves off: lopus(sa), Kelast(a), lääkäril(lä), töihi(n).
_CLIPPED = {
    "s": ("sa", "sä"),
    "st": ("a", "ä"),
    "lt": ("a", "ä"),
    "l": ("la", "lä", "le"),
    "ll": ("a", "ä", "e"),
    "i": ("n",),
}

_CACHE = Path(__file__).parents[1] / "var" / "cache" / f"simplemma-{version('simplemma')}"
_strategy = DefaultStrategy(dictionary_factory=TrieDictionaryFactory(disk_cache_dir=str(_CACHE)))
_lemmatizer = Lemmatizer(lemmatization_strategy=_strategy)


def warm_up() -> None:
    """Make or open the word list now instead of at the first use."""
    lemma("sana")


def words(text: str) -> list[str]:
    """Cut text into words in small letters; hyphened words stay whole, numbers are left out."""
    plain = unicodedata.normalize("NFC", text).lower()
    return [word for word in _WORD.findall(plain) if len(word) <= _MAX_WORD]


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """Return the base form of a Finnish word in small letters, or the word when unknown.

    Knows many spoken forms too: "mulla" gives "minä", and "lopus" (lopussa) gives "loppu".
    """
    if not word or _END in word:
        return word
    whole = _unclipped(word)
    return _MEANT.get(whole) or str(_lemmatizer.lemmatize(whole, lang="fi")).lower()


def _unclipped(word: str) -> str:
    """Give a clipped spoken form its ending back, if that makes a known word."""
    if len(word) < _MIN_CLIPPED or is_word(word):
        return word
    for endings in (end for tail, end in _CLIPPED.items() if word.endswith(tail)):
        for ending in endings:
            if is_word(word + ending):
                return word + ending
    return word


@lru_cache(maxsize=20_000)
def is_word(word: str) -> bool:
    """Tell whether the word list has this very form, in small letters."""
    return _END not in word and bool(_strategy.is_dictionary_member(word, "fi"))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return the word in small letters without dots and accents, as it is typed in a hurry."""
    lower = word.lower()
    if lower.isascii():
        return lower
    parts = unicodedata.normalize("NFD", lower)
    return "".join(part for part in parts if not unicodedata.combining(part))
