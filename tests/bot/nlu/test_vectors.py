"""Vectors of examples are kept between trainings, and never those of another encoder."""

import numpy as np

from bot.nlu.vectors import sentence_vectors

TEXTS = ["mulla on rahat loppu", "kissa istuu puussa", "mulla on rahat loppu"]


def test_many_texts_get_the_vectors_that_each_gets_alone(tmp_path):
    vectors = sentence_vectors().many(TEXTS, tmp_path / "vectors.npz")
    assert vectors.shape[0] == len(TEXTS)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert np.allclose(vector, sentence_vectors()(text), atol=1e-5)


def test_a_kept_vector_is_not_computed_again(tmp_path):
    kept = tmp_path / "vectors.npz"
    first = sentence_vectors().many(TEXTS, kept)
    stored = dict(np.load(kept))
    np.savez(kept, **stored | {"vectors": -stored["vectors"]})
    assert np.array_equal(sentence_vectors().many(TEXTS, kept), -first)


def test_a_vector_of_another_encoder_is_computed_again(tmp_path):
    kept = tmp_path / "vectors.npz"
    first = sentence_vectors().many(TEXTS, kept)
    stored = dict(np.load(kept))
    np.savez(kept, **stored | {"vectors": -stored["vectors"], "maker": "another"})
    assert np.array_equal(sentence_vectors().many(TEXTS, kept), first)


def test_no_text_gives_no_row():
    assert sentence_vectors().many([]).shape[0] == 0
