"""Tells whether somebody writes in another language than Finnish."""

import re
import unicodedata

# Small words that are no Finnish words: most sentences hold several of them.
_ENGLISH = {
    "the", "i", "i'm", "im", "my", "you", "need", "help", "have", "please", "are", "am", "what",
    "where", "how", "can", "cannot", "can't", "don't", "dont", "want", "food", "money", "and",
    "not", "with", "from", "this", "that", "there", "she", "they", "we", "hello",
}  # fmt: skip
_SWEDISH = {
    "jag", "är", "och", "inte", "hjälp", "behöver", "har", "vad", "hur", "pengar", "mitt", "med",
    "ingen", "det", "att", "för", "ett", "mig", "hej",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def is_another_language(text: str) -> bool:
    """Return whether ``text`` is in English, in Swedish or in other letters than Latin ones.

    Other languages are taken for Finnish: that costs the writer one line in English.
    """
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    if letters and latin * 2 < len(letters):
        return True
    said = [word.lower() for word in _WORD.findall(text.replace("’", "'"))]
    return any(
        len(known := [word for word in said if word in small]) >= 2 and len(known) * 3 >= len(said)
        for small in (_ENGLISH, _SWEDISH)
    )
