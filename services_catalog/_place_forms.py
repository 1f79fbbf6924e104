"""Inflected and spoken forms of Finnish place names, by the type of the name.

All forms are folded (no dots above letters), so vowel harmony needs no rule. The types are
those of the municipalities of Central Finland and the places in them. Rules: inflection types
and consonant gradation of Iso suomen kielioppi (kaino.kotus.fi/visk); the clipped endings are
those of spoken Finnish, such as "Viitasaarelt" and "Muuramees".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services_catalog.words import fold

_CASES = ("n", "ssa", "sta", "lla", "lta", "lle", "ksi", "na")
_CLIPPED = ("s", "st", "l", "ll", "lt")
_DWELLERS = ("sen", "set", "sia", "sille", "sena", "sten")
_CLITICS = ("kaan", "kin", "kos", "han", "ko", "pa")
_MIN_STEM = 5


@dataclass(frozen=True, slots=True)
class _Stems:
    """The stem of most cases, and partitives, illatives and other forms as whole words."""

    stem: str
    others: tuple[str, ...] = ()


# Ending of the base form, ending of the stem, the other forms' endings.
_TYPES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("koski", "koske", ("koskea", "koskee", "koskeen")),
    ("maki", "mae", ("makea", "makee", "makeen", "makena")),
    ("lahti", "lahde", ("lahtea", "lahtee", "lahteen", "lahtena", "laht")),
    ("saari", "saare", ("saarta", "saareen")),
    ("vuori", "vuore", ("vuorta", "vuoreen")),
    ("tuore", "tuoree", ("tuoretta", "tuoreeseen", "tuores", "tuorel", "tuorelt")),
    ("jarvi", "jarve", ("jarvea", "jarvee", "jarveen")),
    ("salmi", "salme", ("salmea", "salmee", "salmeen")),
    ("vesi", "vede", ("vetta", "veteen", "vetena", "vetelainen", "vetinen")),
    ("vesi", "vee", ()),  # spoken: Petäjäveellä
    ("pudas", "putaa", ("pudasta", "putaaseen", "putaall")),
    ("kangas", "kankaa", ("kangasta", "kankaaseen")),
    ("kunta", "kunna", ("kuntaa", "kuntaan", "kuntana")),
    ("hanka", "hanga", ("hankaa", "hankaan", "hankana", "hankalainen")),
    ("akka", "aka", ("akkaa", "akkaan", "akkana", "akkalainen")),
    ("okka", "oka", ("okkaa", "okkaan", "okkana", "okkalainen")),
    ("rame", "rame", ("ramea", "ramee", "rameen")),
    ("rame", "ramee", ("rameeseen",)),  # often heard beside the official Muuramessa
    ("ruu", "ruu", ("ruuta", "ruuseen", "ruuhun")),
    ("kaa", "kaa", ("kaata", "kaaseen", "kaahan")),
    ("inen", "ise", ("ista", "iseen")),
    ("inen", "isi", ("isten", "isia", "isiin")),  # official: Uuraisilla
)


def inflected(name: str) -> set[str]:
    """Return the folded forms of a place name.

    Args:
        name: The name in its base form, one word or several; only the last word is inflected.

    Returns:
        Cases of place and their clipped forms, genitive, partitive and illative.
    """
    base = fold(name)
    forms = {base}
    for stems in _stems(base):
        forms.update(one for one in stems.others if not one.endswith("nen"))
        forms.update(stems.stem + ending for ending in (*_CASES, *_CLIPPED))
    return forms


def dwellers(name: str) -> set[str]:
    """Return what the people of a place are called, folded: "jyvaskylalainen"."""
    forms: set[str] = set()
    for stems in _stems(fold(name)):
        names = [stems.stem + "lainen", *(one for one in stems.others if one.endswith("nen"))]
        forms.update(
            one.removesuffix("nen") + ending for one in names for ending in ("nen", *_DWELLERS)
        )
    return forms


def without_clitic(word: str) -> Iterator[str]:
    """Yield a folded word, then the word without an ending such as -kin or -ko."""
    yield word
    for clitic in _CLITICS:
        if word.endswith(clitic) and len(word) - len(clitic) >= _MIN_STEM:
            yield word.removesuffix(clitic)


def _stems(base: str) -> Iterator[_Stems]:
    known = False
    for ending, stem, others in _TYPES:
        if base.endswith(ending):
            known = True
            body = base.removesuffix(ending)
            yield _Stems(body + stem, tuple(body + one for one in others))
    if not known:  # Jämsä, Jyväskylä, Kinnula, Multia, Joutsa: the stem never changes
        last = base[-1]
        yield _Stems(base, (base + last, base + last + "n", base + "ta"))
