"""Ways to understand a message that are compared, each trained and measured in its own process.

``python -m bench.nlu_rows train|evaluate FOLDER`` does one half for the row that ``FOLDER``
describes (row.json), so that memory and time to load are those of a process that only answers.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench import baselines
from bot.nlu.text import folded, plain, words
from bot.settings import ROOT

HELDOUT = ROOT / "tests" / "nlu" / "heldout.tsv"
VECTORS = ROOT / "var" / "cache" / "vectors.npz"
HELDOUT_VECTORS = baselines.FOLDER / "heldout.npz"

_SEED = 1
_NEIGHBOURS = 10
_TIMED = 300
# As in bot/nlu/text_model.py, so that rows differ in what their names say and in nothing else.
_REGULARISATION, _VECTOR_WEIGHT, _CALIBRATION_SHARE = 1.0, 0.5, 0.15

Probabilities = dict[str, float]
Predict = Callable[[str], Probabilities]
Encode = Callable[[str], Any]


@dataclass(frozen=True)
class Row:
    """One way to understand.

    Attributes:
        name: What ``--rows`` calls it.
        features: What a message is turned into.
        classifier: What learns from the features.
        normal: Whether spoken forms are written out and both spellings of ä and ö are read.
        slow: Whether training takes minutes and grows with ``--epochs``.
        threshold: From which confidence the row answers without asking.
    """

    name: str
    features: str
    classifier: str
    normal: bool = False
    slow: bool = False
    threshold: float = 0.5

    def way(self) -> "Way":
        """Return what trains and loads the row."""
        if self.classifier == "Polku":
            return _Product()
        if self.classifier in ("DIET", "LogisticRegressionClassifier"):
            return _Rasa(self)
        return _Ours(self)


_STOCK_THRESHOLD = 0.3
ROWS = {
    row.name: row
    for row in (
        Row("stock-diet", "stock", "DIET", slow=True, threshold=_STOCK_THRESHOLD),
        Row("stock-diet-normal", "stock", "DIET", True, slow=True, threshold=_STOCK_THRESHOLD),
        Row("vectors-diet", "vectors", "DIET", slow=True, threshold=_STOCK_THRESHOLD),
        Row("stock-vectors-diet", "stock+vectors", "DIET", slow=True, threshold=_STOCK_THRESHOLD),
        Row("stock-lr", "stock", "LogisticRegressionClassifier"),
        Row("vectors-lr", "vectors", "LogisticRegressionClassifier"),
        Row("stock-vectors-lr", "stock+vectors", "LogisticRegressionClassifier"),
        Row("words-svm", "words", "linear SVM"),
        Row("words-svm-normal", "words", "linear SVM", True),
        Row("lemmas-svm", "lemmas", "linear SVM"),
        Row("lemmas-svm-normal", "lemmas", "linear SVM", True),
        Row("ngrams-svm", "ngrams", "linear SVM"),
        Row("ngrams-svm-normal", "ngrams", "linear SVM", True),
        Row("ngrams-lemmas-svm-normal", "ngrams+lemmas", "linear SVM", True),
        Row("vectors-svm", "vectors", "linear SVM"),
        Row("vectors-knn", "vectors", "kNN"),
        Row("ngrams-vectors-svm", "ngrams+vectors", "linear SVM"),
        Row("ngrams-vectors-svm-normal", "ngrams+vectors", "linear SVM", True),
        Row("ngrams-lemmas-vectors-svm-normal", "ngrams+lemmas+vectors", "linear SVM", True),
        Row("polku", "ngrams+vectors", "Polku", True),
    )
}


class Way(ABC):
    """Trains into a folder, and understands with what is in it."""

    @abstractmethod
    def train(self, folder: Path, texts: list[str], topics: list[str], epochs: int) -> None:
        """Learn from examples and write the model into ``folder``."""

    @abstractmethod
    def load(self, folder: Path, encode: Encode) -> Predict:
        """Return what tells the probabilities of topics for a message.

        Args:
            folder: Where ``train`` has written.
            encode: Returns the sentence vector of a text.
        """


class _Ours(Way):
    def __init__(self, row: Row) -> None:
        self._row = row
        self._parts = row.features.split("+")

    def train(self, folder: Path, texts: list[str], topics: list[str], epochs: int) -> None:
        import joblib
        from sklearn.model_selection import train_test_split
        from sklearn.svm import LinearSVC

        vectors = vectors_of(texts) if "vectors" in self._parts else None
        centre = None if vectors is None else vectors.mean(axis=0)
        makers = {
            part: _vectorizer(part).fit([self._read(part, text) for text in texts])
            for part in self._parts
            if part != "vectors"
        }
        features = self._features(makers, centre, texts, vectors)
        if self._row.classifier == "kNN":
            kept: Any = (np.asarray(features.todense(), np.float32), np.asarray(topics))
            sharpness = 1.0
        else:
            answers = np.asarray(topics)
            seen, unseen = train_test_split(
                np.arange(len(answers)), test_size=_CALIBRATION_SHARE, stratify=answers,
                random_state=_SEED,
            )  # fmt: skip

            def machine() -> LinearSVC:
                return LinearSVC(
                    C=_REGULARISATION, class_weight="balanced", tol=0.01, random_state=_SEED
                )

            trial = machine().fit(features[seen], answers[seen])
            sharpness = _sharpness(
                trial.decision_function(features[unseen]),
                np.searchsorted(trial.classes_, answers[unseen]),
            )
            fitted = machine().fit(features, answers)
            kept = (
                np.ascontiguousarray(fitted.coef_.T.astype(np.float32)),
                fitted.intercept_.astype(np.float32),
                fitted.classes_,
            )
        joblib.dump((makers, centre, kept, sharpness), folder / "model.joblib")

    def load(self, folder: Path, encode: Encode) -> Predict:
        import joblib

        makers, centre, kept, sharpness = joblib.load(folder / "model.joblib")
        if centre is not None:
            encode(".")

        def features(text: str) -> Any:
            vector = None if centre is None else encode(text)[np.newaxis]
            return self._features(makers, centre, [text], vector)

        def by_neighbours(text: str) -> Probabilities:
            examples, topics = kept
            near = examples @ np.asarray(features(text).todense(), np.float32)[0]
            best = np.argpartition(-near, _NEIGHBOURS)[:_NEIGHBOURS]
            votes: dict[str, float] = defaultdict(float)
            for i in best:
                votes[str(topics[i])] += float(max(near[i], 0)) ** 2
            total = sum(votes.values()) or 1.0
            return {topic: vote / total for topic, vote in votes.items()}

        def by_margins(text: str) -> Probabilities:
            weights, bias, topics = kept
            margins = np.asarray(features(text) @ weights + bias)[0]
            raised = np.exp(sharpness * (margins - margins.max()))
            return dict(zip(topics.tolist(), (raised / raised.sum()).tolist(), strict=True))

        return by_neighbours if self._row.classifier == "kNN" else by_margins

    def _read(self, part: str, text: str) -> str:
        if part == "lemmas":
            from simplemma import lemmatize

            spoken = plain(text).split() if self._row.normal else words(text)
            return " ".join(lemmatize(word, lang="fi") for word in spoken)
        if not self._row.normal:
            return text.lower()
        spoken, bare = plain(text), folded(text)
        return spoken if spoken == bare or part == "words" else f"{spoken} {bare}"

    def _features(self, makers: Any, centre: Any, texts: Sequence[str], vectors: Any) -> Any:
        import scipy.sparse as sp

        blocks = [
            maker.transform([self._read(part, text) for text in texts])
            for part, maker in makers.items()
        ]
        if vectors is not None:
            centred = vectors - centre
            centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
            blocks.append(sp.csr_matrix((_VECTOR_WEIGHT if makers else 1.0) * centred))
        return sp.hstack(blocks, format="csr")


class _Product(Way):
    """What the bot runs: bot/nlu/text_model.py."""

    def train(self, folder: Path, texts: list[str], topics: list[str], epochs: int) -> None:
        from bot.nlu.text_model import TextModel

        TextModel.fit(texts, topics, vectors_of(texts)).save(folder)

    def load(self, folder: Path, encode: Encode) -> Predict:
        from bot.nlu.text_model import TextModel

        model = TextModel.load(folder)
        encode(".")

        def predict(text: str) -> Probabilities:
            row = model.probabilities([text], encode(text)[np.newaxis])[0]
            return dict(zip(model.labels, row.tolist(), strict=True))

        return predict


class _Rasa(Way):
    """A Rasa pipeline: the featurizers of ``rasa init``, sentence vectors or both."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def train(self, folder: Path, texts: list[str], topics: list[str], epochs: int) -> None:
        if "vectors" in self._row.features:
            vectors_of(texts)
        config = baselines.RULES.config(epochs, 0)
        names = [part["name"] for part in config["pipeline"]]
        diet = names.index("DIETClassifier")
        classifier = config["pipeline"][diet]
        if self._row.classifier != "DIET":
            classifier = {"name": "LogisticRegressionClassifier"}
        featurizers = config["pipeline"][:diet]
        if self._row.features == "vectors":
            featurizers = featurizers[:1]
        if "vectors" in self._row.features:
            featurizers.append({"name": "bench.nlu_vectors.SentenceVectorFeaturizer"})
        config["pipeline"] = [*featurizers, classifier]
        examples: dict[str, list[str]] = defaultdict(list)
        for text, topic in zip(texts, topics, strict=True):
            examples[topic].append(f"- {self._read(text)}\n")
        data = {"nlu": [{"intent": t, "examples": "".join(e)} for t, e in examples.items()]}
        (folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
        (folder / "nlu.yml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        subprocess.run(
            [
                sys.executable, "-m", "rasa", "train", "nlu", "--config", "config.yml",
                "--nlu", "nlu.yml", "--fixed-model-name", "model", "--out", ".",
            ],
            cwd=folder, check=True, stdout=sys.stderr,
            env=os.environ | baselines.ENVIRONMENT | {
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": str(os.cpu_count() or 1),
                "RASA_CACHE_DIRECTORY": str(folder / "cache"),
                "LOG_LEVEL": "INFO",
            },
        )  # fmt: skip

    def load(self, folder: Path, encode: Encode) -> Predict:
        os.environ |= baselines.ENVIRONMENT | {
            "TF_INTER_OP_PARALLELISM_THREADS": "1", "TF_INTRA_OP_PARALLELISM_THREADS": "1",
        }  # fmt: skip
        import logging

        from rasa.core.agent import Agent
        from rasa.utils.log_utils import configure_structlog
        from rasa.utils.tensorflow.environment import setup_tf_environment

        # Rasa's default prints every message at debug level.
        configure_structlog(logging.ERROR)
        setup_tf_environment()
        agent = Agent.load(str(folder / "model.tar.gz"))
        loop = asyncio.new_event_loop()

        def predict(text: str) -> Probabilities:
            parsed = loop.run_until_complete(agent.parse_message(self._read(text).lstrip("/ ")))
            return {e["name"]: float(e["confidence"]) for e in parsed["intent_ranking"]}

        predict(".")
        return predict

    def _read(self, text: str) -> str:
        return plain(text) if self._row.normal else text


def examples(share: float) -> tuple[list[str], list[str]]:
    """Return texts and topics of the training data.

    Args:
        share: How much of each topic's examples, the same ones for every row; 1 is all.
    """
    by_topic: dict[str, list[str]] = defaultdict(list)
    for path in sorted(baselines.NLU.glob("*.yml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            lines = entry["examples"].splitlines()
            by_topic[entry["intent"]] += [line.strip().removeprefix("- ") for line in lines]
    chance = random.Random(_SEED)
    kept = {
        topic: chance.sample(texts, max(2, round(share * len(texts)))) if share < 1 else texts
        for topic, texts in by_topic.items()
    }
    pairs = [(text, topic) for topic, texts in kept.items() for text in texts if text]
    return [text for text, _ in pairs], [topic for _, topic in pairs]


def heldout() -> list[list[str]]:
    """Return the held-out messages: text, topic, second topic or "", register."""
    lines = HELDOUT.read_text("utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def _vectorizer(part: str) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    analyzer, span = ("char_wb", (2, 5)) if part == "ngrams" else ("word", (1, 2))
    return TfidfVectorizer(
        analyzer=analyzer, ngram_range=span, min_df=2 if part == "ngrams" else 1,
        sublinear_tf=True, dtype=np.float32, lowercase=False, token_pattern=r"(?u)\b\w+\b",
    )  # fmt: skip


def vectors_of(texts: list[str], file: Path = VECTORS) -> Any:
    """Return the sentence vectors of texts, kept in ``file``."""
    from bot.nlu.vectors import sentence_vectors

    return sentence_vectors().many(texts, file)


def _sharpness(margins: Any, columns: Any) -> float:
    rows = np.arange(len(columns))

    def loss(sharpness: float) -> float:
        scores = sharpness * (margins - margins.max(axis=1, keepdims=True))
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[rows, columns]).mean())

    return float(min(np.geomspace(0.5, 20, 60), key=loss))


def _train(row: Row, folder: Path, share: float, epochs: int) -> dict[str, float]:
    texts, topics = examples(share)
    if "vectors" in row.features:
        vectors_of(texts)
    began = time.perf_counter()
    row.way().train(folder, texts, topics, epochs)
    return {"train_seconds": time.perf_counter() - began, "examples": len(texts)}


def _evaluate(row: Row, folder: Path) -> dict[str, Any]:
    known: dict[str, Any] = {}

    def encode(text: str) -> Any:
        from bot.nlu.vectors import sentence_vectors

        return known[text] if text in known else sentence_vectors()(text)

    began = time.perf_counter()
    predict = row.way().load(folder, encode)
    load_seconds = time.perf_counter() - began
    texts = [line[0] for line in heldout()]
    times = []
    for text in texts[:_TIMED]:
        # Processor time: another process on the machine must not count. One thread: both agree.
        start = time.process_time()
        predict(text)
        times.append(time.process_time() - start)
    memory = _most_memory()
    if "vectors" in row.features:
        known |= zip(texts, vectors_of(texts, HELDOUT_VECTORS), strict=True)
    found = []
    for text in texts:
        probabilities = predict(text)
        best = sorted(probabilities, key=probabilities.__getitem__, reverse=True)[:3]
        found.append([(topic, round(probabilities[topic], 4)) for topic in best])
    return {
        "load_seconds": load_seconds,
        "message_seconds": statistics.median(times),
        "memory": memory,
        "found": found,
    }


def _most_memory() -> int:
    # Not getrusage: its peak is also that of the process this one was started from.
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main(arguments: Sequence[str]) -> int:
    """Do one half of a row; write what was measured into its folder."""
    half, place = arguments
    folder = Path(place)
    task = json.loads((folder / "row.json").read_text("utf-8"))
    row = Row(**task["row"])
    if half == "train":
        measured = _train(row, folder, task["share"], task["epochs"])
    else:
        measured = _evaluate(row, folder)
    (folder / f"{half}.json").write_text(json.dumps(measured), "utf-8")
    return 0


def described(row: Row, share: float, epochs: int) -> dict[str, Any]:
    """Return what row.json holds."""
    return {"row": asdict(row), "share": share, "epochs": epochs if row.slow else 0}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
