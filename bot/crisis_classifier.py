"""The second way of the crisis screen: a classifier trained for the purpose.

A list of wordings finds about a quarter of what people write (docs/decisions); most cries for
help never name the thing. This classifier needs no Rasa and works while Rasa is down.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml

from bot.nlu.text_model import TextModel
from bot.nlu.vectors import sentence_vectors
from bot.safety import CALM, Level, Verdict
from bot.settings import ROOT

# On held-out lines (tests/safety): acute recall 0.98 first, then as few false alarms as that
# allows (docs/decisions/0005). Below SURE_FROM the ordinary answer follows the crisis text.
ACUTE_FROM = 0.28
DISTRESS_FROM = 0.5
SURE_FROM = 0.8

_LINES = ROOT / "data" / "crisis" / "lines.tsv"
_NLU = ROOT / "data" / "nlu"
_NONE, _DISTRESS = "none", "distress"
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
# Topics in which both acute and other messages are at home: they teach the screen nothing.
_MIXED_TOPICS = {
    "burnout", "child_at_risk", "grief", "hungry_now", "losing_reality", "low_mood",
    "partner_violence", "sexual_violence", "shelter", "threat_stalking", "urgent_care",
    "worry_close_one",
}  # fmt: skip


class CrisisClassifier:
    """Tells how likely a message is a cry for help, and of which kind."""

    def __init__(self, model: TextModel) -> None:
        """Use a trained model whose labels are none, distress and the kinds of crisis."""
        self._model = model

    def __call__(self, text: str) -> Verdict:
        """Return what the classifier finds in ``text``."""
        row = self._model.probabilities([text], sentence_vectors()(text)[np.newaxis])[0]
        likely = dict(zip(self._model.labels, map(float, row), strict=True))
        calm = likely.pop(_NONE)
        distress = likely.pop(_DISTRESS)
        kind = max(likely, key=likely.__getitem__)
        acute = 1 - calm - distress
        if acute >= ACUTE_FROM:
            return Verdict(Level.ACUTE, kind, sure=acute >= SURE_FROM)
        if acute + distress >= DISTRESS_FROM:
            return Verdict(Level.DISTRESS, kind)
        return CALM


def digest() -> str:
    """Return a name for the content that the model is trained from."""
    sha = hashlib.sha256()
    for path in (*sorted(_NLU.glob("*.yml")), _LINES, *sorted((ROOT / "bot/nlu").glob("te*.py"))):
        sha.update(path.read_bytes())
    sha.update(repr((sorted(_ACUTE_TOPICS.items()), sorted(_MIXED_TOPICS))).encode())
    return sha.hexdigest()[:16]


def find(models: Path) -> Path | None:
    """Return the folder of the newest trained model, today's content first, or None."""
    exact = models / f"crisis-{digest()}"
    if (exact / "model.json").exists():
        return exact
    made = [path.parent for path in models.glob("crisis-*/model.json")]
    return max(made, key=lambda path: path.stat().st_mtime, default=None)


def load(models: Path) -> CrisisClassifier | None:
    """Load the newest model in ``models``, or return None when there is none."""
    folder = find(models)
    return CrisisClassifier(TextModel.load(folder)) if folder else None


def train(models: Path, vector_cache: Path) -> Path:
    """Train when the content has changed, and return the model's folder."""
    folder = models / f"crisis-{digest()}"
    if not (folder / "model.json").exists():
        texts, labels = zip(*_examples(), strict=True)
        model = TextModel.fit(texts, labels, sentence_vectors().many(texts, vector_cache))
        folder.mkdir(parents=True, exist_ok=True)
        model.save(folder)
    return folder


def _examples() -> Iterator[tuple[str, str]]:
    for line in _LINES.read_text("utf-8").splitlines()[1:]:
        text, level, kind = line.split("\t")
        yield text, kind if level == "acute" else level
    for path in sorted(_NLU.glob("*.yml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            topic = entry["intent"]
            if topic not in _MIXED_TOPICS:
                label = _ACUTE_TOPICS.get(topic, _NONE)
                for line in entry["examples"].splitlines():
                    yield line.strip().removeprefix("- "), label
