"""Other languages than Finnish are noticed, and Finnish is not taken for one."""

import csv

import pytest

from actions.languages import is_another_language
from bot.settings import ROOT


@pytest.mark.parametrize(
    "text",
    [
        "hello i need help with food, no money",
        "I don’t have a place to sleep",
        "jag behöver hjälp med hyran",
        "мне нужна помощь",
        "أحتاج مساعدة",
    ],
)
def test_another_language_is_noticed(text):
    assert is_another_language(text)


@pytest.mark.parametrize("text", ["", "112", "🙃🙃", "me ja he", "no joo home seinässä", "hello"])
def test_what_may_be_finnish_is_finnish(text):
    assert not is_another_language(text)


def test_finnish_messages_are_not_taken_for_another_language():
    with (ROOT / "tests/nlu/heldout.tsv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    taken = [line["text"] for line in lines if is_another_language(line["text"])]
    assert len(lines) > 1000
    assert [text for text in taken if any(letter in "äö" for letter in text)] == []
    assert len(taken) < 20
