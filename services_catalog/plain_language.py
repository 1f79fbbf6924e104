"""Mechanical checks of texts for clients.

The rules and limits are those of part 2 of the project's plain Finnish guide, which takes the
rules from Selkokeskus, Kotus and Kela and proposes the limits itself. A program can never say
that a text is easy Finnish; it can only say that it was checked against these rules. Rules 9,
12 and 14 of the guide, and everything about content and tone, need a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services_catalog import _language_words as language
from services_catalog._language_rules import (
    OF_TEXT,
    Finding,
    of_bubble,
    of_questions,
    sentence_lengths,
)
from services_catalog.words import words

__all__ = [
    "RULES",
    "Finding",
    "check_buttons",
    "check_message",
    "long_sentences",
    "summary",
]

GOAL_SENTENCE_WORDS = 12

MAX_BUTTONS = 6
MAX_BUTTON_LETTERS = 30

RULES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 15, 16, 17)
"""Numbers of the rules that are checked here."""


def check_message(bubbles: Sequence[str], *, instruction: bool = False) -> list[Finding]:
    """Check the texts of one message.

    Args:
        bubbles: The texts in order, one for each bubble or paragraph.
        instruction: Whether the message tells the reader to do something; then it must speak
            to the reader as "sinä".

    Returns:
        The findings, by rule.
    """
    whole = "\n".join(bubbles)
    found = [finding for rule in OF_TEXT for finding in rule(whole)]
    found += [finding for bubble in bubbles for finding in of_bubble(bubble)]
    found += of_questions(bubbles)
    if instruction and bubbles and not any(map(language.is_second_person, words(whole))):
        message = "The instruction does not speak to the reader. Use the sinä form: Soita, Kysy."
        found.append(Finding(11, "warning", message, whole[:40]))
    return sorted(found, key=lambda finding: finding.rule)


def check_buttons(titles: Sequence[str]) -> list[Finding]:
    """Check the titles of the buttons of one message (rule 17).

    Args:
        titles: The titles.

    Returns:
        The findings.
    """
    found = []
    if len(titles) > MAX_BUTTONS:
        message = f"There are {len(titles)} buttons. Use {MAX_BUTTONS} at most."
        found.append(Finding(17, "error", message, ""))
    for title in titles:
        if len(title) > MAX_BUTTON_LETTERS:
            message = f"The title has {len(title)} letters. Use {MAX_BUTTON_LETTERS} at most."
            found.append(Finding(17, "error", message, title))
    return found


def long_sentences(texts: Iterable[str]) -> tuple[int, int]:
    """Count sentences of over 12 words, the goal for a tired reader, and all sentences.

    Args:
        texts: The texts.

    Returns:
        How many are longer, and how many there are.
    """
    lengths = [length for text in texts for length in sentence_lengths(text)]
    return sum(length > GOAL_SENTENCE_WORDS for length in lengths), len(lengths)


def summary() -> str:
    """Return the only thing that may be claimed of a text without findings."""
    return f"checked against {len(RULES)} mechanical rules"
