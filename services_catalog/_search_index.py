"""The words of the catalogue, arranged for searching."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services_catalog.models import Catalogue
from services_catalog.words import fold, is_word, lemma, words

_MIN_COMPOUND = 8
_MIN_PART = 4
_SHORT_TAIL = 3  # "apu" in "oikeusapu"
_PART_WEIGHT = 0.5  # "hammaslääkäri" speaks of doctors too, but less than "lääkäri"

# Words that say nothing of the need: pronouns, helping verbs, "now", "I want", "where from".
_EMPTY_WORDS = frozenset(
    fold(word)
    for line in (
        "minä sinä hän me te he se tämä tuo nämä nuo ne itse oma kaikki joku jokin joka toinen",
        "mikä kuka mitä missä mistä mihin minne miten milloin kuinka mist mis mihi mite mitää",
        "täällä siellä tässä siinä tänne sinne nyt sitten vielä jo aina taas ennen jälkeen",
        "ja mutta tai vai kun jos että et koska niin kuin sekä vaikka ku ettei ellei",
        "ei en emme ette eivät eikä ole oo olla on oon olen ollut",
        "saada voida pitää haluta halu tarvita tarvia tarvii tehdä tulla tulo mennä käydä antaa",
        "alkaa täytyä pystyä osata saako saisin voi voiko voisin tulee tuli pitäis pitäisi",
        "enää ihan kyllä vain vaan vaa myös ehkä hyvin tosi todella paljon vähän liian liika",
        "liikaa aivan kanssa kautta jonne ainakin jotenkin mitenkään mitään mieltä",
        "kohta asia juttu semmonen sellainen tällainen tommonen joo no nii siis sit",
        "yksi kaksi kolme neljä viisi yks kaks kolm sun mun mut sut sais",
    )
    for word in line.split()
)
_UNSEARCHED = "out_of_scope"  # the need whose topics mean "nothing was found"


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text: its base form, folded, and how much it weighs there."""

    base: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """What of a topic or a service is searched."""

    kind: str
    id: str
    phrases: tuple[str, ...]
    body: str


@dataclass
class Index:
    """Words to places in the catalogue.

    Attributes:
        documents: The topics and services.
        phrases: For each title, name or alias its document and the sum of its words' weights.
        in_phrases: Phrases that hold a word, with the word's weight in them.
        in_bodies: Documents that hold a word in their summary or answer.
        rarity: How much a word tells (inverse document frequency).
        forms: Every folded form, base or as written, with the base forms it stands for.
        sorted_forms: The same forms in a list, for looking for similar ones.
    """

    documents: list[Document]
    phrases: list[tuple[int, float]] = field(default_factory=list)
    in_phrases: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    in_bodies: dict[str, set[int]] = field(default_factory=dict)
    rarity: dict[str, float] = field(default_factory=dict)
    forms: dict[str, set[str]] = field(default_factory=dict)

    sorted_forms: list[str] = field(default_factory=list)

    @property
    def top_rarity(self) -> float:
        """The weight of a word that only one document has."""
        return math.log(1 + len(self.documents))


def build(catalogue: Catalogue) -> Index:
    """Arrange the words of a catalogue.

    Args:
        catalogue: The catalogue.

    Returns:
        The index. Building takes well under a second once the word list is loaded.
    """
    index = Index(list(_documents(catalogue)))
    phrase_terms = [
        [list(_terms(phrase, index)) for phrase in document.phrases]
        for document in index.documents
    ]
    body_terms = [{t.base for t in _terms(d.body, index)} for d in index.documents]
    counts = Counter[str]()
    for phrases, body in zip(phrase_terms, body_terms, strict=True):
        counts.update({term.base for terms in phrases for term in terms} | body)
    size = len(index.documents)
    index.rarity = {base: math.log(1 + size / count) for base, count in counts.items()}
    in_phrases: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    in_bodies: defaultdict[str, set[int]] = defaultdict(set)
    for number, (phrases, body) in enumerate(zip(phrase_terms, body_terms, strict=True)):
        for terms in phrases:
            whole = sum(index.rarity[term.base] for term in terms if term.weight == 1)
            for term in terms:
                in_phrases[term.base].append((len(index.phrases), term.weight))
            index.phrases.append((number, whole))
        for base in body:
            in_bodies[base].add(number)
    index.in_phrases, index.in_bodies = dict(in_phrases), dict(in_bodies)
    index.sorted_forms = sorted(index.forms)
    return index


def content_words(text: str) -> list[str]:
    """Return the words of a text that say something of a need, as written, in small letters."""
    pieces = (piece for word in words(text) for piece in (word, *_hyphen_parts(word)))
    return [word for word in pieces if len(word) > 1 and not _is_empty(word)]


def base_of(word: str) -> str:
    """Return the folded base form of a word in small letters."""
    return fold(lemma(word))


def compound_parts(word: str) -> tuple[str, ...]:
    """Split a compound into two words, if both are known Finnish words.

    Args:
        word: A base form with its dots, such as "hammassärky".

    Returns:
        The folded base forms of the parts, or nothing.
    """
    if len(word) < _MIN_COMPOUND or "-" in word:
        return ()
    for cut in range(len(word) - _SHORT_TAIL, _MIN_PART - 1, -1):
        head, tail = word[:cut], word[cut:]
        if len(tail) < _MIN_PART and len(head) <= _MIN_PART:
            continue
        if not (is_word(tail) and lemma(tail) == tail):
            continue
        if head.endswith("s") and is_word(action := head[:-1] + "nen"):  # asumis+tuki
            return base_of(action), fold(tail)
        if is_word(head):
            return base_of(head), fold(tail)
    return ()


def _is_empty(word: str) -> bool:
    # the base form of a misspelt word is a guess: "yksiäisyys" is not "yksi"
    return fold(word) in _EMPTY_WORDS or (is_word(word) and base_of(word) in _EMPTY_WORDS)


def _documents(catalogue: Catalogue) -> Iterator[Document]:
    for topic in catalogue.topics:
        if topic.need == _UNSEARCHED:
            continue
        body = " ".join([*topic.answer, topic.first_step])
        yield Document("topic", topic.id, (topic.title, *topic.aliases), body)
    for service in catalogue.services:
        names = (service.name, service.provider, *service.aliases)
        yield Document("service", service.id, names, service.summary)


def _terms(text: str, index: Index) -> Iterator[Term]:
    """Yield the words of a text, the parts of its compounds lighter, and note their forms."""
    for word in content_words(text):
        base = base_of(word)
        for form in (base, fold(word)):
            index.forms.setdefault(form, set()).add(base)
        yield Term(base)
        for part in _without_empty(compound_parts(lemma(word))):
            index.forms.setdefault(part, set()).add(part)
            yield Term(part, _PART_WEIGHT)


def _without_empty(parts: Iterable[str]) -> Iterator[str]:
    return (part for part in parts if part not in _EMPTY_WORDS)


def _hyphen_parts(word: str) -> list[str]:
    return [part for part in word.split("-") if part] if "-" in word else []
