"""The classifier of short texts."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.text_model import cut, learn_ngrams

TEXTS = ["rahat loppu", "rahat on loppu nyt", "häätö tulee", "haato tulee nyt", "rahat, rahat"]
NGRAMS, ROWS = learn_ngrams(TEXTS)
REFERENCE = TfidfVectorizer(
    analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, lowercase=False
).fit(TEXTS)
some_text = st.text() | st.text(alphabet="rahtlopuäö ", max_size=60)


@given(some_text)
def test_a_text_is_cut_as_scikit_learn_does(text):
    assert sorted(cut(text)) == sorted(REFERENCE.build_analyzer()(text))


@given(some_text)
def test_a_text_is_weighed_as_scikit_learn_does(text):
    columns, weights = NGRAMS.weighed(text)
    row = np.zeros(len(NGRAMS.column_of))
    row[columns] = weights
    assert NGRAMS.column_of == REFERENCE.vocabulary_
    assert np.allclose(row, REFERENCE.transform([text]).toarray()[0], atol=1e-6)


def test_a_message_is_weighed_as_the_examples_were():
    for text, row in zip(TEXTS, ROWS.toarray(), strict=True):
        columns, weights = NGRAMS.weighed(text)
        assert np.allclose(row[columns], weights, atol=1e-6)
        assert np.count_nonzero(row) == len(columns)


def test_who_only_reads_messages_does_not_wait_for_scikit_learn():
    code = "import sys, bot.crisis_classifier; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
