import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services_catalog.words import fold, is_word, lemma, words


def test_text_is_cut_into_small_words() -> None:
    assert words("Hei, Ruoka-apua tarvis 112 & NYT!") == ["hei", "ruoka-apua", "tarvis", "nyt"]


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("mulla", "minä"),
        ("rahat", "raha"),
        ("velkoja", "velka"),
        ("lääkärii", "lääkäri"),
        ("lopus", "loppu"),
        ("velast", "velka"),
    ],
)
def test_base_forms(form: str, base: str) -> None:
    assert lemma(form) == base


def test_the_word_list_knows_forms() -> None:
    assert is_word("laukkaa")
    assert not is_word("xyzäö")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö"))
def test_finnish_letters_fold_one_to_one(word: str) -> None:
    assert len(fold(word)) == len(word)
    assert fold(word).isascii()


@given(st.text())
@example("\0")
@example("koira\0")
def test_any_text_has_a_base_form(text: str) -> None:
    assert bool(lemma(text)) == bool(text)


@given(st.sampled_from(["", "koira", "a"]) | st.text(), st.sampled_from(["", "koira"]) | st.text())
def test_what_holds_a_zero_byte_is_no_word(before: str, after: str) -> None:
    text = f"{before}\0{after}"
    assert not is_word(text)
    assert lemma(text) == text
