"""A classifier of short Finnish texts: character n-grams and sentence vectors, linear.

Used for topics (inside Rasa) and for crises (without Rasa), each with its own examples.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from bot.nlu.text import folded, plain

Matrix = npt.NDArray[np.float32]

# Chosen by bench/nlu.py on the held-out messages; docs/decisions has the table.
_REGULARISATION = 1.0
# Of each part of a sentence vector.
_VECTOR_WEIGHTS = (0.35, 0.5)
_TOLERANCE = 0.01
_CALIBRATION_SHARE = 0.15


@dataclass(frozen=True)
class _Ngrams:
    """TF-IDF of character n-grams, kept as plain arrays so that no pickle is ever loaded."""

    vectorizer: TfidfVectorizer

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "_Ngrams":
        return cls(
            TfidfVectorizer(
                analyzer="char_wb",
                ngram_range=(2, 5),
                min_df=2,
                sublinear_tf=True,
                dtype=np.float32,
                lowercase=False,
            ).fit(texts)
        )

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        return self.vectorizer.transform(texts)


class TextModel:
    """Tells how likely each label is for a message.

    Attributes:
        labels: The labels it knows, in the order of the columns of its answers.
    """

    def __init__(
        self,
        labels: list[str],
        ngrams: _Ngrams,
        centre: Matrix,
        weights: Matrix,
        bias: Matrix,
        sharpness: float,
    ) -> None:
        """Assemble a fitted model; use ``fit`` or ``load``."""
        self.labels = labels
        self._ngrams = ngrams
        self._centre = centre
        # Row by row in memory, as a message needs a few hundred rows of them.
        self._weights = np.ascontiguousarray(weights)
        self._bias = bias
        self._sharpness = sharpness

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], vectors: Matrix) -> "TextModel":
        """Learn from examples.

        Args:
            texts: Messages.
            labels: Their labels.
            vectors: Their sentence vectors, one row each.
        """
        ngrams = _Ngrams.fit([_prepared(text) for text in texts])
        centre = vectors.mean(axis=0)
        features = _features(ngrams, centre, texts, vectors)
        answers = np.asarray(labels)
        # How sharp a margin is as a probability, from examples the classifier has not seen.
        seen, unseen = train_test_split(
            np.arange(len(answers)),
            test_size=_CALIBRATION_SHARE,
            stratify=answers,
            random_state=1,
        )
        trial = _machine().fit(features[seen], answers[seen])
        sharpness = _sharpness(
            trial.decision_function(features[unseen]),
            np.searchsorted(trial.classes_, answers[unseen]),
        )
        machine = _machine().fit(features, answers)
        return cls(
            machine.classes_.tolist(),
            ngrams,
            centre,
            machine.coef_.T.astype(np.float32),
            machine.intercept_.astype(np.float32),
            sharpness,
        )

    def probabilities(self, texts: Sequence[str], vectors: Matrix | None = None) -> Matrix:
        """Return one row a text, one column a label; rows sum to 1.

        Args:
            texts: Messages.
            vectors: Their sentence vectors; without them the n-grams alone decide, which is
                less exact and takes a tenth of the time.
        """
        characters = self._ngrams.transform([_prepared(text) for text in texts])
        # Row by row: a sparse product would take every weight through its hands.
        starts = characters.indptr
        margins = np.stack(
            [
                characters.data[start:end] @ self._weights[characters.indices[start:end]]
                for start, end in pairwise(starts)
            ]
        )
        if vectors is not None:
            margins += _centred(vectors, self._centre) @ self._weights[-vectors.shape[1] :]
        return _softmax(self._sharpness * (margins + self._bias))

    def save(self, folder: Path) -> None:
        """Write the model into ``folder`` as arrays and JSON."""
        vectorizer = self._ngrams.vectorizer
        np.savez(
            folder / "model.npz",
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            centre=self._centre,
            idf=vectorizer.idf_.astype(np.float32),
        )
        described = {
            "labels": self.labels,
            "sharpness": self._sharpness,
            "vocabulary": sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__),
        }
        (folder / "model.json").write_text(json.dumps(described, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "TextModel":
        """Read the model that ``save`` wrote."""
        arrays = np.load(folder / "model.npz")
        described = json.loads((folder / "model.json").read_text("utf-8"))
        vectorizer = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            sublinear_tf=True,
            dtype=np.float32,
            lowercase=False,
            vocabulary={term: i for i, term in enumerate(described["vocabulary"])},
        )
        vectorizer.idf_ = arrays["idf"]
        return cls(
            described["labels"],
            _Ngrams(vectorizer),
            arrays["centre"],
            arrays["weights"].astype(np.float32),
            arrays["bias"],
            described["sharpness"],
        )


def _machine() -> LinearSVC:
    return LinearSVC(C=_REGULARISATION, class_weight="balanced", tol=_TOLERANCE, random_state=1)


def _prepared(text: str) -> str:
    # Both with and without dots: "ä" tells words apart, and many leave it out.
    spoken = plain(text)
    bare = folded(text)
    return spoken if spoken == bare else f"{spoken} {bare}"


def _features(
    ngrams: _Ngrams, centre: Matrix, texts: Sequence[str], vectors: Matrix
) -> sp.csr_matrix:
    characters = ngrams.transform([_prepared(text) for text in texts])
    return sp.hstack([characters, sp.csr_matrix(_centred(vectors, centre))], format="csr")


def _centred(vectors: Matrix, centre: Matrix) -> Matrix:
    # All e5 vectors lie in one narrow cone: what tells them apart is left when its axis is not.
    moved = (vectors - centre).reshape(len(vectors), len(_VECTOR_WEIGHTS), -1)
    lengths = np.linalg.norm(moved, axis=2, keepdims=True) + np.float32(1e-9)
    weighted: Matrix = moved / lengths * np.array(_VECTOR_WEIGHTS, np.float32)[:, np.newaxis]
    return weighted.reshape(len(vectors), -1)


def _sharpness(margins: Matrix, columns: npt.NDArray[np.int_]) -> float:
    """Return the temperature with the least log loss: calibration by one number."""
    tried = np.geomspace(0.5, 20, 60)
    rows = np.arange(len(columns))
    losses = [-np.log(_softmax(s * margins)[rows, columns] + 1e-9).mean() for s in tried]
    return float(tried[int(np.argmin(losses))])


def _softmax(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares
