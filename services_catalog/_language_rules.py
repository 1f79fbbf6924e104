"""The mechanical rules of plain Finnish, one function each.

Rules and limits: part 2 of the project's plain Finnish guide. Limits of length are its own
proposals; the sources give no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services_catalog import _language_words as language
from services_catalog.phone_numbers import digits
from services_catalog.words import lemma, words

Severity = Literal["error", "warning", "review"]

MAX_SENTENCE_WORDS = 15
MAX_MEAN_WORDS = 9
MAX_SUBORDINATE = 1
WARN_WORD_LETTERS = 14
MAX_WORD_LETTERS = 20
MAX_BUBBLE_SENTENCES = 3
_MEAN_FROM = 3  # sentences; the mean of fewer says nothing that the limit does not
_MAX_UNGROUPED = 6  # digits in a row in a telephone number: 029 553 6901, 080 005 005

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_CONJUNCTION = re.compile(
    r"\b(?:että|koska|kun|jos|vaikka|jotta|(?:jo(?:ka|ta|nka|ssa|sta|hon|lla|lta|lle|tka|iden|ita"
    r"|issa|ista|ihin|illa|ilta|ille)))\b",
    re.IGNORECASE,
)
_EXPLAINED = re.compile(r"\b(?:eli|tarkoittaa)\b", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"\b(?:esim|mm|ym|yms|ks|klo|jne|puh|ma|ti|ke|to|pe|la|su)\b\.?(?=[\s–-]|$)|\b24/7\b"
)
_DAY_ALONE = frozenset({"ma", "ti", "ke", "to", "pe", "la", "su"})
_FORMAL = re.compile(r"\b(?:Te|Teid\w+|Teitä|Teille|Teiltä|Teillä)\b")
_NEGATION = frozenset({"en", "et", "ei", "emme", "ette", "eivät", "älä", "älkää"})
_NEEDLESS = re.compile(r"\bälä(?:kää)?\s+unohda\b", re.IGNORECASE)
_HOURS = re.compile(
    r"(?<!kello )(?<!\d)\b\d{1,2}(?:[.:]\d\d)?[–-]\d{1,2}\b(?![-–]|\.\d)", re.IGNORECASE
)
_LONG_NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")
_WEB = re.compile(r"https?://\S+|\bwww\.\S+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text does not keep.

    Attributes:
        rule: Number of the rule in part 2 of the guide.
        level: "error" must be mended, "warning" should be, "review" asks a person to look.
        message: What is wrong and what to do, in plain English.
        excerpt: The words it is about.
    """

    rule: int
    level: Severity
    message: str
    excerpt: str


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE_END.split(_WEB.sub("", text).strip()) if words(one)]


def sentence_lengths(text: str) -> list[int]:
    """Return the number of words in each sentence."""
    return [len(sentence.split()) for sentence in _sentences(text)]


def _length(whole: str) -> Iterator[Finding]:
    sentences = _sentences(whole)
    counts = sentence_lengths(whole)
    for sentence, count in zip(sentences, counts, strict=True):
        if count > MAX_SENTENCE_WORDS:
            message = f"The sentence has {count} words. Split it: {MAX_SENTENCE_WORDS} at most."
            yield Finding(1, "error", message, sentence)
    if len(counts) >= _MEAN_FROM and (mean := sum(counts) / len(counts)) > MAX_MEAN_WORDS:
        message = f"Sentences have {mean:.1f} words on average. Aim at {MAX_MEAN_WORDS}."
        yield Finding(1, "warning", message, sentences[0])


def _subordinate(whole: str) -> Iterator[Finding]:
    for sentence in _sentences(whole):
        found = [one.lower() for one in _CONJUNCTION.findall(sentence)]
        if len(found) > MAX_SUBORDINATE:
            message = f"The sentence has {len(found)} subordinate clauses. Split it."
            yield Finding(2, "warning", message, ", ".join(found))


def _long_words(whole: str) -> Iterator[Finding]:
    parts = {part for word in words(_WEB.sub("", whole)) for part in word.split("-")}
    for part in sorted(parts):
        size = min(len(part), len(lemma(part)))  # inflection does not make a compound longer
        if size <= WARN_WORD_LETTERS or language.is_allowed_long(part):
            continue
        level: Severity = "error" if size > MAX_WORD_LETTERS else "warning"
        message = f"The word has {size} letters. Use a shorter one, or allow it as a name."
        yield Finding(3, level, message, part)


def _office_words(whole: str) -> Iterator[Finding]:
    if _EXPLAINED.search(whole):
        return
    for word in dict.fromkeys(words(whole)):
        if lemma(word) in language.lists().office_words:
            message = "A word of offices. Use an everyday word, or explain it with 'eli'."
            yield Finding(4, "error", message, word)


def _abbreviations(whole: str) -> Iterator[Finding]:
    for match in _ABBREVIATION.finditer(whole):
        short = match[0].rstrip(".")
        next_letter = whole[match.end() : match.end() + 1]
        if short in _DAY_ALONE and next_letter not in "-–" and not match[0].endswith("."):
            continue  # "to" and "la" alone are more often slips than days
        yield Finding(5, "error", "An abbreviation. Write the words in full.", match[0])


def _passives(whole: str) -> Iterator[Finding]:
    for word in dict.fromkeys(words(whole)):
        if language.is_passive(word):
            yield Finding(6, "review", "A passive? Say who does it, if it is known.", word)


def _clauses(whole: str) -> Iterator[Finding]:
    for word in dict.fromkeys(words(whole)):
        if language.is_infinitive_clause(word):
            message = "A clause packed into one word. Write it with kun, jos or jotta."
            yield Finding(7, "warning", message, word)


def _rare_cases(whole: str) -> Iterator[Finding]:
    for word in dict.fromkeys(words(whole)):
        if language.is_rare_case(word):
            yield Finding(8, "warning", "A rare case. Use ilman or kanssa.", word)


def _negatives(whole: str) -> Iterator[Finding]:
    for match in _NEEDLESS.finditer(whole):
        yield Finding(10, "warning", "A needless negative. Write 'muista'.", match[0])
    for sentence in _sentences(whole):
        for clause in re.split(r"[,;:]", sentence):
            if sum(word in _NEGATION for word in words(clause)) > 1:
                yield Finding(10, "warning", "Two negatives. Say what is.", clause.strip())


def _address(whole: str) -> Iterator[Finding]:
    for word in dict.fromkeys(words(whole)):
        if lemma(word) in language.lists().reader_as_stranger:
            message = "The reader is made a stranger. Write sinä, or leave the word out."
            yield Finding(11, "error", message, word)
    for match in _FORMAL.finditer(whole):
        yield Finding(11, "error", "The formal Te. Write sinä.", match[0])


def _numbers(whole: str) -> Iterator[Finding]:
    for match in _LONG_NUMBER.finditer(_WEB.sub("", whole)):
        longest = max(map(len, re.split(r"[ -]", match[0].lstrip("+"))))
        if len(digits(match[0])) > _MAX_UNGROUPED and longest > _MAX_UNGROUPED:
            yield Finding(16, "error", "Group the digits: 014 266 0149.", match[0])
    for match in _HOURS.finditer(whole):
        message = "Are these hours? Write: maanantaista perjantaihin kello 9–16."
        yield Finding(16, "warning", message, match[0])


def of_bubble(bubble: str) -> Iterator[Finding]:
    """Yield what is wrong with one bubble (rule 13)."""
    for before, after in zip(bubble.split("\n"), bubble.split("\n")[1:], strict=False):
        if before.strip() and after.strip() and not re.search(r"[.!?:…]\s*$", before):
            message = "A line break inside a sentence. Take it away."
            yield Finding(13, "error", message, before[-30:])
    count = len(_sentences(bubble))
    if count > MAX_BUBBLE_SENTENCES:
        message = f"The bubble has {count} sentences. Use {MAX_BUBBLE_SENTENCES} at most."
        yield Finding(13, "warning", message, bubble[:40])


def of_questions(bubbles: Sequence[str]) -> Iterator[Finding]:
    """Yield what is wrong with the questions of a message (rule 15)."""
    whole = "\n".join(bubbles)
    if whole.count("?") > 1:
        yield Finding(15, "warning", "More than one question. Ask one thing.", "?")
    elif "?" in whole and not whole.rstrip().endswith("?"):
        yield Finding(15, "warning", "The question is not last. Move it to the end.", "?")


OF_TEXT: tuple[Callable[[str], Iterator[Finding]], ...] = (
    _length,
    _subordinate,
    _long_words,
    _office_words,
    _abbreviations,
    _passives,
    _clauses,
    _rare_cases,
    _negatives,
    _address,
    _numbers,
)
"""Rules 1 to 8, 10, 11 and 16, each over the whole text of a message."""
