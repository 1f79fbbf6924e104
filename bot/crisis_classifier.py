"""The second way of the crisis screen: a classifier trained for the purpose.

A list of wordings finds about a quarter of what people write (docs/decisions); most cries for
help never name the thing. This classifier needs no Rasa and works while Rasa is down.

Two models of one make are asked and their log-odds weighed, as they err on different messages
(docs/decisions/0005). "kinds" knows everything ordinary as one class and leaves topics in which
both acute and other messages are at home untaught. "needs" knows ordinary messages as one class
a need, and those mixed topics as classes of their own that count neither as alarm nor as calm.
"""

import hashlib
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import yaml

from bot.nlu.neighbours import Matrix
from bot.nlu.text import words
from bot.nlu.text_model import TextModel
from bot.nlu.vectors import sentence_vectors
from bot.safety import CALM, Level, Verdict
from bot.settings import ROOT

log = logging.getLogger(__name__)

# Chosen on all held-out messages, where recall must not fall; figures in docs/decisions/0005.
# Below SURE_FROM the ordinary answer follows the crisis text.
ACUTE_FROM = 0.26
DISTRESS_FROM = 0.5
SURE_FROM = 0.8
_SURE_WORDS = 3
# "On", "ei", "joo": too few letters to tell anything by; the wordings read them all the same.
_SHORT_ANSWER = 3

# Keeps logarithms and quotients finite.
_TINY = 1e-5

_LINES = ROOT / "data" / "crisis" / "lines.tsv"
_NLU = ROOT / "data" / "nlu"
# The models, and how much the word of each counts.
_WEIGHTS = {"kinds": 0.35, "needs": 0.65}
# How much the nearest examples count: more than for topics.
_NEIGHBOURS_SHARE = 0.4
# What a message looks like to the models depends on these.
_MADE_BY = [
    ROOT / "bot/nlu" / f"{name}.py"
    for name in (
        "text", "text_model", "neighbours", "vectors", "encoder", "loud", "onnx_graph", "e5_file",
        "pieces",
    )
]  # fmt: skip
_DISTRESS = "distress"
# Begins the labels of near misses and of ordinary messages.
_NONE = "none"
# Begins the labels that are left out of the account.
_UNCLEAR = "unclear"
# Topics of the training data whose every message is of one kind of crisis.
_ACUTE_TOPICS = {
    "suicidal_thoughts": "suicide",
    "suicide_danger": "suicide",
    "self_injury": "self_injury",
    "violence_now": "violence",
    "close_one_suicidal": "close_one",
    "medical_emergency": "medical",
    "homeless_tonight": "shelter_tonight",
    "fear_of_hurting": "fear_of_hurting",
}
# Topics in which both acute and other messages are at home.
_MIXED_TOPICS = {
    "child_at_risk", "hungry_now", "losing_reality", "partner_violence", "sexual_violence",
    "shelter", "threat_stalking", "urgent_care", "worry_close_one",
}  # fmt: skip
# Heavy topics: each an ordinary class of its own to "needs", untaught to "kinds".
_HEAVY_TOPICS = {"burnout", "grief", "low_mood"}


class CrisisClassifier:
    """Tells how likely a message is a cry for help, and of which kind."""

    def __init__(self, models: Mapping[str, TextModel]) -> None:
        """Use the models that ``train`` made, by their names."""
        self._models = models
        self._kinds = {*_ACUTE_TOPICS.values(), "child"}

    def __call__(self, text: str) -> Verdict:
        """Return what the classifier finds in ``text``."""
        if len(text.strip()) <= _SHORT_ANSWER:
            return CALM
        acute, distress, kind = self.weigh([text], sentence_vectors()(text)[np.newaxis])[0]
        if acute >= ACUTE_FROM:
            # A word or two are too little to put a crisis text in the place of the answer.
            enough = len(words(text)) >= _SURE_WORDS
            return Verdict(Level.ACUTE, kind, sure=acute >= SURE_FROM and enough)
        if acute + distress >= DISTRESS_FROM:
            return Verdict(Level.DISTRESS, kind)
        return CALM

    def weigh(self, texts: Sequence[str], vectors: Matrix) -> list[tuple[float, float, str]]:
        """Return for each text how likely it is acute and distress, and its likeliest kind.

        Args:
            texts: Messages.
            vectors: Their sentence vectors, one row each.
        """
        tables = [model.probabilities(texts, vectors) for model in self._models.values()]
        return [self._weighed(rows) for rows in zip(*tables, strict=True)]

    def _weighed(self, rows: Sequence[Matrix]) -> tuple[float, float, str]:
        odds = heavy = 0.0
        kinds: Counter[str] = Counter()
        for (name, model), row in zip(self._models.items(), rows, strict=True):
            likely = dict(zip(model.labels, map(float, row), strict=True))
            clear = sum(p for label, p in likely.items() if not label.startswith(_UNCLEAR))
            acute = {
                kind: p / (clear + _TINY) for kind, p in likely.items() if kind in self._kinds
            }
            kinds.update(acute)
            total = sum(acute.values())
            odds += _WEIGHTS[name] * math.log((total + _TINY) / (1 - total + _TINY))
            heavy += _WEIGHTS[name] * likely[_DISTRESS] / (clear + _TINY)
        return 1 / (1 + math.exp(-odds)), heavy, max(kinds, key=kinds.__getitem__)


def digest() -> str:
    """Return a name for the content that the model is trained from."""
    sha = hashlib.sha256()
    for path in (*sorted(_NLU.glob("*.yml")), _LINES, *_MADE_BY):
        sha.update(path.read_bytes())
    sha.update(
        repr(
            (
                sorted(_ACUTE_TOPICS.items()),
                sorted(_MIXED_TOPICS),
                sorted(_HEAVY_TOPICS),
                _NEIGHBOURS_SHARE,
            )
        ).encode()
    )
    return sha.hexdigest()[:16]


def is_trained(models: Path) -> bool:
    """Return whether there is a model of today's content."""
    return _is_whole(models / f"crisis-{digest()}")


def found(models: Path) -> list[Path]:
    """Return the folders of trained models, today's content first, then the newest."""
    made = [folder for folder in models.glob("crisis-*") if _is_whole(folder)]
    today = f"crisis-{digest()}"
    return sorted(made, key=lambda path: (path.name == today, path.stat().st_mtime), reverse=True)


def load(models: Path) -> CrisisClassifier | None:
    """Load the first of ``found(models)`` that can be read, or return None when there is none."""
    for folder in found(models):
        try:
            return CrisisClassifier({name: TextModel.load(folder / name) for name in _WEIGHTS})
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            kind = type(error).__name__
            log.error("%s cannot be read (%s): run `polku train`", folder.name, kind)
    return None


def read_ahead(vector_cache: Path) -> None:
    """Compute the vectors of all examples, Rasa's among them, that are not in the cache."""
    sentence_vectors().many([text for text, _ in _examples(_need_label)], vector_cache)


def train(models: Path, vector_cache: Path) -> Path:
    """Train when the content has changed, and return the model's folder."""
    folder = models / f"crisis-{digest()}"

    def fit(name: str, label: Callable[[str, str], str | None]) -> None:
        if not (folder / name / "model.json").exists():
            texts, labels = zip(*_examples(label), strict=True)
            vectors = sentence_vectors().many(texts, vector_cache)
            model = TextModel.fit(texts, labels, vectors, _NEIGHBOURS_SHARE)
            (folder / name).mkdir(parents=True, exist_ok=True)
            model.save(folder / name)

    with ThreadPoolExecutor() as pool:
        list(pool.map(fit, _WEIGHTS, (_kind_label, _need_label)))
    return folder


def _is_whole(folder: Path) -> bool:
    return all((folder / name / "model.json").exists() for name in _WEIGHTS)


def _examples(label: Callable[[str, str], str | None]) -> Iterator[tuple[str, str]]:
    for line in _LINES.read_text("utf-8").splitlines()[1:]:
        text, level, kind = line.split("\t")
        yield text, kind if level == "acute" else level
    for path in sorted(_NLU.glob("*.yml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            taught = label(entry["intent"], path.stem)
            if taught:
                for line in entry["examples"].splitlines():
                    yield line.strip().removeprefix("- "), taught


def _kind_label(topic: str, need: str) -> str | None:
    if topic in _MIXED_TOPICS | _HEAVY_TOPICS:
        return None
    return _ACUTE_TOPICS.get(topic, _NONE)


def _need_label(topic: str, need: str) -> str:
    if topic in _MIXED_TOPICS:
        return f"{_UNCLEAR}:{topic}"
    return _ACUTE_TOPICS.get(topic) or f"{_NONE}:{topic if topic in _HEAVY_TOPICS else need}"
