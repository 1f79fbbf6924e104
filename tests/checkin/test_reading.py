"""Typed answers are read as people give them: spoken, misspelt, in numbers, in one syllable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.checkin.reading import Reader
from services_catalog.checkin import LEVELS, load_answer_words, load_checkin

READER = Reader(load_answer_words())
CHECKIN = load_checkin()
AREAS = {area.id: area for area in CHECKIN.all_areas()}


def level(text, area="arki"):
    found = READER.level(text, AREAS[area])
    return found.level if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ihan paskasti", "huonosti"),
        ("no joo menettelee", "vaihtelee"),
        ("7/10", "vaihtelee"),
        ("9/10", "hyvin"),
        ("2", "huonosti"),
        ("30 %", "huonosti"),
        ("seiska", "vaihtelee"),
        ("ihan ok", "hyvin"),
        ("huonsti", "huonosti"),
        ("HYVÄÄÄÄÄ", "hyvin"),
        ("ei kovin hyvin", "huonosti"),
        ("ei huonosti", "hyvin"),
        ("hyvin huonosti", "huonosti"),
        ("ei, huonosti", "huonosti"),
        ("ei valittamista", "hyvin"),
        ("vähän niin ja näin", "vaihtelee"),
        ("kaikki päin persettä", "huonosti"),
        ("hyvin, joskus huonosti", "vaihtelee"),
        ("👍", "hyvin"),
        ("🤷", "vaihtelee"),
        ("joo", None),
        ("mistä saan ruokaa?", None),
        ("", None),
        ("12/10", None),
        ("5/0", None),
    ],
)
def test_how_it_is_is_read(text, expected):
    assert level(text) == expected


@pytest.mark.parametrize(
    ("text", "area", "expected"),
    [
        ("ei", "paihteet", "hyvin"),
        ("joo", "paihteet", "huonosti"),
        ("ei oo", "raha", "huonosti"),
        ("joo", "raha", "hyvin"),
        ("ei oo rahaa", "raha", "huonosti"),
        ("just ja just", "raha", "vaihtelee"),
        ("ei pelota", "turva", "hyvin"),
        ("ei oo kotii", "koti", "huonosti"),
        ("yksin oon", "ihmiset", "huonosti"),
        ("en juo", "paihteet", "hyvin"),
        ("ei oo, sain potkut", "tyo", "huonosti"),
        ("7/10", "paihteet", None),
    ],
)
def test_the_meaning_depends_on_the_question(text, area, expected):
    assert level(text, area) == expected


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("takaisin", "go_back"),
        ("Takas!", "go_back"),
        ("emt", "skip"),
        ("en haluu vastata", "skip"),
        ("lopeta", "goodbye"),
        ("lopetta", "goodbye"),
        ("alusta", "start_over"),
        ("ihminen", "talk_to_human"),
        ("APUA", "help_menu"),
        ("huonosti", None),
        ("ei", None),
    ],
)
def test_commands_are_read_by_their_words(text, command):
    assert READER.command(text) == command


def test_own_words_lead_to_the_worry():
    def worry(text, area, *topics):
        found = READER.worry(text, AREAS[area], topics)
        return found.id if found else None

    assert worry("en saa nukuttua", "mieli") == "mieli_uni"
    assert worry("vuokra on rästissä", "koti") == "koti_haato"
    assert worry("olis kiva ku ois joku", "ihmiset", "friend_service") == "ihmiset_seura"
    assert worry("mitä tukea voin saada?", "raha") == "raha_tuet"
    assert worry("sitä sun tätä", "arki") is None


def test_areas_are_found_by_name_in_any_form():
    def named(text):
        return [area.id for area in READER.areas(text, CHECKIN.areas)]

    assert named("rahasta ja kodista") == ["raha", "koti"]
    assert named("TYÖ") == ["tyo"]
    assert named("en mistään") == []


def test_every_ready_answer_is_read_as_itself():
    for area in CHECKIN.all_areas():
        for each in LEVELS:
            for text in (
                area.answers[each],
                area.answers[each].upper(),
                f"no {area.answers[each]}",
            ):
                assert level(text, area.id) == each, (area.id, text)
        for worry in area.worries:
            assert READER.worry(worry.button, area) == worry


@given(st.text(max_size=300), st.sampled_from(sorted(AREAS)))
def test_any_text_is_read_as_one_of_the_answers_or_none(text, area):
    assert level(text, area) in (*LEVELS, None)
    READER.worry(text, AREAS[area])
    READER.areas(text, CHECKIN.areas)
    assert READER.polarity(text) in ("yes", "no", None)
    assert READER.command(text) in (*load_answer_words().commands, None)


@given(st.integers(0, 100), st.sampled_from([10, 100]))
def test_a_higher_number_never_means_worse(number, most):
    order = [level(f"{n}/{most}") for n in range(min(number, most) + 1)]
    ranks = [LEVELS.index(each) for each in order]
    assert ranks == sorted(ranks, reverse=True)


_WORDS = {
    each: [w for w in load_answer_words().levels[each] if w.isalpha() and len(w) >= 7]
    for each in LEVELS
}


@given(
    st.sampled_from(LEVELS).flatmap(lambda e: st.tuples(st.just(e), st.sampled_from(_WORDS[e]))),
    st.data(),
)
def test_one_slip_of_the_finger_changes_no_answer(case, data):
    expected, word = case
    place = data.draw(st.integers(2, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    doubled = word[:place] + word[place] * 4 + word[place:]
    missing = word[:place] + word[place + 1 :]
    for typed in (swapped, doubled, missing, word.upper()):
        # Three of a letter are read as one: they are how people stretch a word.
        if typed is doubled or not re.search(r"(\w)\1\1", typed):
            assert level(typed, "mieli") == expected
