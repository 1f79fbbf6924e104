"""The nearest examples of a message."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.neighbours import Neighbours


def a_table(seed: int, rows: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, 384)).astype(np.float32)


@given(st.integers(0, 999), st.integers(3, 250), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_the_shares_of_a_message_sum_to_one(seed, examples, labels):
    columns = np.arange(examples) % labels
    shares = Neighbours.fit(a_table(seed, examples), columns, labels).shares(a_table(seed + 1, 5))
    assert shares.shape == (5, labels)
    assert (shares >= 0).all()
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-4)


def test_a_message_like_an_example_gets_its_label():
    examples = a_table(1, 600)
    columns = np.arange(600) % 7
    near = Neighbours.fit(examples, columns, 7)
    close = examples[:50] + 0.05 * a_table(2, 50)
    assert (near.shares(close).argmax(axis=1) == columns[:50]).mean() > 0.9


def test_a_label_with_many_examples_does_not_drown_a_rare_one():
    examples = np.repeat(a_table(3, 1), 90, axis=0) + 0.5 * a_table(4, 90)
    columns = np.array([0] * 81 + [1] * 9)
    shares = Neighbours.fit(examples, columns, 2).shares(examples[:1])
    by_count = np.array([0.9, 0.1])
    assert shares[0, 1] > by_count[1]
