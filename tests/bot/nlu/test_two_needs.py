import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.two_needs import second_topic

NEEDS = {"eviction": "housing", "find_home": "housing", "sleep": "health", "thanks": "thanks"}


def ranking(**shares):
    return sorted(shares.items(), key=lambda entry: -entry[1])


def found(text, whole, clauses=None):
    """Return the second topic of ``text``; ``clauses`` tells how its parts are ranked."""
    told = clauses or {}

    def rank(parts):
        return [told.get(part, ranking(eviction=0.1, sleep=0.1, thanks=0.1)) for part in parts]

    return second_topic(text, whole, rank, NEEDS.__getitem__, lambda topic: topic != "thanks")


def test_a_trouble_told_in_a_clause_of_its_own_is_found():
    second = found(
        "häätö tulee, en saa nukuttua",
        ranking(eviction=0.7, sleep=0.25),
        {"häätö tulee": ranking(eviction=0.95), "en saa nukuttua": ranking(sleep=0.9)},
    )
    assert second is not None
    assert second[0] == "sleep"
    assert 0 < second[1] <= 1


def test_two_topics_of_one_need_are_one_trouble():
    clauses = {"häätö tulee": ranking(eviction=0.9), "mistä koti": ranking(find_home=0.9)}
    assert found("häätö tulee, mistä koti", ranking(eviction=0.5, find_home=0.5), clauses) is None


def test_thanks_are_no_second_trouble():
    clauses = {"häätö tulee": ranking(eviction=0.9), "kiitos avusta": ranking(thanks=0.99)}
    assert found("häätö tulee, kiitos avusta", ranking(eviction=0.6, thanks=0.4), clauses) is None


def test_a_message_that_is_surely_about_one_thing_has_no_second():
    assert found("häätö tulee", ranking(eviction=0.99, sleep=0.005)) is None


@pytest.mark.parametrize("text", ["", "   ", ",,,", "ja", "\n\n"])
def test_a_message_without_words_is_read_without_an_error(text):
    assert found(text, ranking(eviction=0.3, find_home=0.2)) is None


@given(st.text(max_size=300))
def test_at_most_five_clauses_are_read(text):
    asked = []

    def rank(parts):
        asked.extend(parts)
        return [ranking(eviction=0.5, sleep=0.2) for _ in parts]

    second_topic(text, ranking(eviction=0.6, sleep=0.3), rank, NEEDS.__getitem__, lambda _: True)
    assert len(asked) <= 5
