import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text import clauses, clean, folded, plain


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Emmä JAKSAAAA enää!!", "en minä jaksa enää"),
        ("mul ei oo rahaa", "minulla ei ole rahaa"),
        ("tarttis lääkärin", "tarvitsisi lääkärin"),
        ("mie en tiiä mitä tehä", "minä en tiedä mitä tehä"),
        ("", ""),
        ("😭😭", ""),
    ],
)
def test_spoken_forms_are_written_out(typed, read):
    assert plain(typed) == read


def test_dots_are_left_out_of_folded_text():
    assert folded("Mä en jaksa elää") == "mina en jaksa elaa"


def test_control_and_direction_marks_are_taken_out():
    assert clean("a\x00b\u202ec\u200b d\r\n") == "abc d"


def test_a_message_with_two_thoughts_is_split():
    assert clauses("rahat loppu ja vuokra rästissä, mitä teen?") == [
        "rahat loppu",
        "vuokra rästissä",
        "mitä teen",
    ]


@given(st.text(max_size=200))
def test_reading_a_text_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(max_size=200))
def test_folded_text_is_lower_case_words(text):
    assert folded(text) == " ".join(folded(text).split())
