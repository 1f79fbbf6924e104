"""The classifier of short texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.text_model import Ngrams

NGRAMS = Ngrams.fit(["rahat loppu", "rahat on loppu nyt", "häätö tulee", "haato tulee nyt"])


@given(st.text() | st.text(alphabet="rahtlopuäö ", max_size=60))
def test_one_text_is_weighed_as_many_are(text):
    columns, weights = NGRAMS.weighed(text)
    row = np.zeros(len(NGRAMS.vectorizer.vocabulary_), np.float32)
    row[columns] = weights
    assert np.allclose(row, NGRAMS.transform([text]).toarray()[0], atol=1e-6)


def test_what_was_read_from_a_file_weighs_alike():
    terms = sorted(NGRAMS.vectorizer.vocabulary_, key=NGRAMS.vectorizer.vocabulary_.get)
    again = Ngrams.of(terms, NGRAMS.vectorizer.idf_)
    for one, other in zip(again.weighed("rahat"), NGRAMS.weighed("rahat"), strict=True):
        assert (one == other).all()
