"""A classifier of short Finnish texts: a linear model, and the nearest examples beside it.

The linear model reads character n-grams and sentence vectors. Used for topics (inside Rasa) and
for crises (without Rasa), each with its own examples.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bot.nlu.neighbours import Matrix, Neighbours
from bot.nlu.text import folded, plain

if TYPE_CHECKING:
    import scipy.sparse as sp
    from sklearn.svm import LinearSVC

# Lengths of the pieces that words are cut into.
_SHORTEST, _LONGEST = 2, 5
# Chosen by bench/nlu.py on the held-out messages; docs/decisions has the table.
_REGULARISATION = 1.0
# Of each part of a sentence vector.
_VECTOR_WEIGHTS = (0.35, 0.5)
_TOLERANCE = 0.01
_CALIBRATION_SHARE = 0.15
# What the nearest examples and the linear model say at least of a label.
_LEAST_SHARE = 0.01
_LEAST_PROBABILITY = 1e-4
# How much the nearest examples of a topic count beside the linear model (docs/decisions/0035).
NEIGHBOURS_SHARE = 0.3


@dataclass(frozen=True)
class Ngrams:
    """TF-IDF of character n-grams, kept as plain data so that no pickle is ever loaded.

    Attributes:
        column_of: The column of each n-gram that is known.
        rareness: Its inverse document frequency, by column.
    """

    column_of: dict[str, int]
    rareness: Matrix

    def weighed(self, text: str) -> tuple[npt.NDArray[np.int_], Matrix]:
        """Return the columns of a text's n-grams and their weights, whose squares sum to 1."""
        known = self.column_of
        counts = {known[gram]: count for gram, count in _counted(text).items() if gram in known}
        columns = np.fromiter(counts.keys(), np.int_, len(counts))
        weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        weights *= self.rareness[columns]
        return columns, weights / (np.linalg.norm(weights) or np.float32(1))


def cut(text: str) -> list[str]:
    """Return the pieces of 2 to 5 letters of every word, its edges being spaces."""
    pieces = []
    for word in text.split():
        edged = f" {word} "
        for length in range(_SHORTEST, min(_LONGEST, len(edged)) + 1):
            pieces += [edged[i : i + length] for i in range(len(edged) - length + 1)]
    return pieces


@lru_cache(maxsize=8)
def _counted(text: str) -> Counter[str]:
    # Remembered, as one model after the other reads a message.
    return Counter(cut(text))


def learn_ngrams(texts: Sequence[str]) -> tuple[Ngrams, "sp.csr_matrix"]:
    """Return the n-grams of ``texts`` that occur in two of them, and a row of weights a text."""
    # Here and below: whoever only reads messages need not wait for scikit-learn.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=cut, min_df=2, sublinear_tf=True, dtype=np.float32)
    rows = vectorizer.fit_transform(texts)
    return Ngrams(vectorizer.vocabulary_, vectorizer.idf_.astype(np.float32)), rows


class TextModel:
    """Tells how likely each label is for a message.

    Attributes:
        labels: The labels it knows, in the order of the columns of its answers.
    """

    def __init__(
        self,
        labels: list[str],
        ngrams: Ngrams,
        centre: Matrix,
        weights: Matrix,
        bias: Matrix,
        sharpness: float,
        neighbours: Neighbours,
        neighbours_share: float,
        mixed_sharpness: float,
    ) -> None:
        """Assemble a fitted model; use ``fit`` or ``load``."""
        self.labels = labels
        self._ngrams = ngrams
        self._centre = centre
        # Row by row in memory, as a message needs a few hundred rows of them.
        self._weights = np.ascontiguousarray(weights)
        self._bias = bias
        self._sharpness = sharpness
        self._neighbours = neighbours
        self._neighbours_share = neighbours_share
        self._mixed_sharpness = mixed_sharpness

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        vectors: Matrix,
        neighbours_share: float = NEIGHBOURS_SHARE,
    ) -> "TextModel":
        """Learn from examples.

        Args:
            texts: Messages.
            labels: Their labels.
            vectors: Their sentence vectors, one row each.
            neighbours_share: How much the nearest examples count beside the linear model, 0 to 1.
        """
        import scipy.sparse as sp
        from sklearn.model_selection import train_test_split

        ngrams, characters = learn_ngrams([_prepared(text) for text in texts])
        centre = vectors.mean(axis=0)
        around = _centred(vectors, centre)
        features = sp.hstack([characters, sp.csr_matrix(around)], format="csr")
        answers = np.asarray(labels)
        names, columns = np.unique(answers, return_inverse=True)
        # How sharp a margin is as a probability, from examples the classifier has not seen.
        seen, unseen = train_test_split(
            np.arange(len(answers)),
            test_size=_CALIBRATION_SHARE,
            stratify=answers,
            random_state=1,
        )
        trial = _machine().fit(features[seen], answers[seen])
        margins = trial.decision_function(features[unseen])
        sharpness = _sharpness(margins, columns[unseen])
        near = Neighbours.fit(around[seen], columns[seen], len(names)).shares(around[unseen])
        mixed = _mixed(_softmax(sharpness * margins), near, neighbours_share)
        mixed_sharpness = _sharpness(mixed, columns[unseen])
        machine = _machine().fit(features, answers)
        return cls(
            machine.classes_.tolist(),
            ngrams,
            centre,
            machine.coef_.T.astype(np.float32),
            machine.intercept_.astype(np.float32),
            sharpness,
            Neighbours.fit(around, columns, len(names)),
            neighbours_share,
            mixed_sharpness,
        )

    def probabilities(self, texts: Sequence[str], vectors: Matrix | None = None) -> Matrix:
        """Return one row a text, one column a label; rows sum to 1.

        Args:
            texts: Messages.
            vectors: Their sentence vectors; without them the n-grams alone decide, which is
                less exact and takes a tenth of the time.
        """
        weighed = [self._ngrams.weighed(_prepared(text)) for text in texts]
        margins = np.stack([weights @ self._weights[columns] for columns, weights in weighed])
        if vectors is None:
            return _softmax(self._sharpness * (margins + self._bias))
        around = _centred(vectors, self._centre)
        margins += around @ self._weights[-around.shape[1] :]
        linear = _softmax(self._sharpness * (margins + self._bias))
        mixed = _mixed(linear, self._neighbours.shares(around), self._neighbours_share)
        return _softmax(self._mixed_sharpness * mixed)

    def save(self, folder: Path) -> None:
        """Write the model into ``folder`` as arrays and JSON."""
        np.savez(
            folder / "model.npz",
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            centre=self._centre,
            idf=self._ngrams.rareness,
            basis=self._neighbours.basis,
            examples=self._neighbours.examples,
            scales=self._neighbours.scales,
            columns=self._neighbours.columns,
            label_weights=self._neighbours.weights,
        )
        described = {
            "labels": self.labels,
            "sharpness": self._sharpness,
            "neighbours_share": self._neighbours_share,
            "mixed_sharpness": self._mixed_sharpness,
            "vocabulary": sorted(self._ngrams.column_of, key=self._ngrams.column_of.__getitem__),
        }
        (folder / "model.json").write_text(json.dumps(described, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "TextModel":
        """Read the model that ``save`` wrote."""
        arrays = np.load(folder / "model.npz")
        described = json.loads((folder / "model.json").read_text("utf-8"))
        return cls(
            described["labels"],
            Ngrams({gram: i for i, gram in enumerate(described["vocabulary"])}, arrays["idf"]),
            arrays["centre"],
            arrays["weights"].astype(np.float32),
            arrays["bias"],
            described["sharpness"],
            Neighbours(
                arrays["basis"],
                arrays["examples"],
                arrays["scales"],
                arrays["columns"],
                arrays["label_weights"],
            ),
            described["neighbours_share"],
            described["mixed_sharpness"],
        )


def _machine() -> "LinearSVC":
    from sklearn.svm import LinearSVC

    return LinearSVC(C=_REGULARISATION, class_weight="balanced", tol=_TOLERANCE, random_state=1)


def _prepared(text: str) -> str:
    # Both with and without dots: "ä" tells words apart, and many leave it out.
    spoken = plain(text)
    bare = folded(text)
    return spoken if spoken == bare else f"{spoken} {bare}"


def _mixed(linear: Matrix, near: Matrix, share: float) -> Matrix:
    """Return log-probabilities, not yet summing to one, of both opinions together."""
    mixed: Matrix = (1 - share) * np.log(linear + _LEAST_PROBABILITY) + share * np.log(
        near + _LEAST_SHARE
    )
    return mixed


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
