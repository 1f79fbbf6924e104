"""Return codes: easy to write down, hard to guess, and forgiving of a tired hand."""

import itertools
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.paths.codes import Lock, new_code, read_code, words
from bot.settings import ROOT

FOLDED = str.maketrans("äö", "ao")
codes = st.lists(st.sampled_from(words()), min_size=4, max_size=4, unique=True)


def test_there_are_enough_words_for_forty_bits():
    assert 4 * math.log2(len(words())) >= 40


def test_no_word_can_be_mistaken_for_another():
    folded = [word.translate(FOLDED) for word in words()]
    close = [
        pair for pair in itertools.combinations(folded, 2)
        if OSA.distance(*pair, score_cutoff=1) <= 1
    ]  # fmt: skip
    assert close == []


def test_the_words_are_short_and_of_finnish_letters():
    assert all(4 <= len(word) <= 9 for word in words())
    assert set("".join(words())) <= set("abcdefghijklmnopqrstuvwxyzäö")


def test_new_codes_are_read_as_they_are_written():
    made = {new_code() for _ in range(50)}
    assert len(made) == 50
    assert all(read_code(code) == code for code in made)


@given(
    codes,
    st.sampled_from([" ", "-", "  ", ", ", "\n", " – ", ". "]),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.booleans(),
    st.sampled_from(["", "koodini on ", "Koodi: "]),
)
def test_signs_capitals_dots_and_an_opening_do_not_matter(code, between, case, folded, opening):
    typed = case(between.join(code))
    assert read_code(opening + (typed.translate(FOLDED) if folded else typed)) == " ".join(code)


@given(codes, st.data())
def test_a_slip_in_a_word_is_understood_or_refused_but_never_taken_for_another(code, data):
    place = data.draw(st.integers(0, 3))
    word = code[place]
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("aeiklmnorstu"))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word,
            ]
        )
    )
    read = read_code(" ".join([*code[:place], slipped, *code[place + 1 :]]))
    assert read in (" ".join(code), None)


@pytest.mark.parametrize("slip", ["kirahvii", "kirhavi", "kirahi", "kirajvi"])
def test_usual_slips_are_understood(slip):
    assert read_code(f"aalto {slip} lumisade omena") == "aalto kirahvi lumisade omena"


@pytest.mark.parametrize(
    "text",
    ["", "aalto", "aalto kirahvi lumisade", "aalto kirahvi lumisade omena sauna", "a b c d",
     "aalto kirahvi aalto kirahvi"],
)  # fmt: skip
def test_four_different_words_are_needed(text):
    assert read_code(text) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text):
    read = read_code(text)
    assert read is None or read_code(read) == read


def test_nothing_that_clients_write_is_taken_for_a_code():
    heldout = (ROOT / "tests/nlu/heldout.tsv").read_text("utf-8").splitlines()
    said = [field for line in heldout for field in line.split("\t")]
    for path in (ROOT / "data/nlu").rglob("*.yml"):
        for group in yaml.safe_load(path.read_text("utf-8")).get("nlu", []):
            said += [line.removeprefix("- ") for line in (group.get("examples") or "").split("\n")]
    assert len(said) > 5000
    assert [text for text in said if read_code(text)] == []


def test_only_its_own_code_and_key_open_what_is_kept():
    lock = Lock.of("aalto kirahvi lumisade omena", "secret")
    sealed = lock.seal("polku")
    assert lock.open(sealed) == "polku"
    assert Lock.of("aalto kirahvi lumisade omena", "secret") == lock
    for other in (Lock.of("aalto kirahvi lumisade sauna", "secret"),
                  Lock.of("aalto kirahvi lumisade omena", "other")):  # fmt: skip
        assert other.id != lock.id
        assert other.open(sealed) is None
