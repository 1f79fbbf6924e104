"""Telling an editor or an engineer why a message was understood as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from bot.nlu.text import clean
from bot.nlu.vectors import sentence_vectors
from bot.safety import Level, Verdict
from bot.settings import ROOT
from bot.understanding import Reasons

_EXAMPLES = ROOT / "data" / "nlu"
_SHOWN = 5


@dataclass(frozen=True)
class Near:
    """A training example and how like a message it is, 0 to 1."""

    text: str
    topic: str
    likeness: float


class Examples:
    """The training examples, to be searched by what they mean."""

    def __init__(self, vector_cache: Path, folder: Path = _EXAMPLES) -> None:
        """Read the examples.

        Args:
            vector_cache: Keeps the sentence vectors of examples, as training does; what is
                missing is computed, about 10 ms an example.
            folder: Training data, a file for each need.
        """
        self._examples = list(read_examples(folder))
        vectors = sentence_vectors().many([text for text, _ in self._examples], vector_cache)
        # All vectors lie in one narrow cone: what is alike shows when its axis is taken out.
        self._centre = vectors.mean(axis=0)
        self._vectors = self._spread(vectors)

    def nearest(self, text: str, count: int = _SHOWN) -> list[Near]:
        """Return the ``count`` examples that mean most nearly the same as ``text``."""
        likeness = self._vectors @ self._spread(sentence_vectors()(text)[np.newaxis])[0]
        best = np.argsort(-likeness)[:count].tolist()
        return [
            Near(text, topic, float(likeness[i]))
            for i in best
            for text, topic in (self._examples[i],)
        ]

    def _spread(self, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        spread: npt.NDArray[np.float32] = vectors - self._centre
        spread /= np.linalg.norm(spread, axis=1, keepdims=True) + 1e-9
        return spread


def explained(reasons: Reasons, examples: Examples, need_of: Callable[[str], str]) -> str:
    """Return the reasons as lines to be read, the message first."""
    found = reasons.understood
    certainty = "answers" if found.sure else "asks what was meant"
    second = f", and {reasons.second_topic}" if reasons.second_topic else ""
    lines = [
        f"» {found.text}",
        f"  {certainty}: {found.topic}{second} (confidence {found.confidence:.2f})",
        "  likeliest topics:",
        *(
            f"    {score:.3f}  {topic} ({need_of(topic)})"
            for topic, score in reasons.ranking[:_SHOWN]
        ),
        f"  crisis: {found.crisis}{_raised(reasons)}",
        f"    wordings: {_verdict(reasons.by_wordings)}",
        f"    classifier: {_verdict(reasons.by_classifier)}",
        "  nearest training examples:",
        *(
            f"    {near.likeness:.2f}  {near.topic}: {near.text}"
            for near in examples.nearest(clean(found.text))
        ),
    ]
    return "\n".join(lines) + "\n"


def read_examples(folder: Path = _EXAMPLES) -> Iterator[tuple[str, str]]:
    """Yield each training example in ``folder`` and its topic."""
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            for line in entry["examples"].splitlines():
                yield line.strip().removeprefix("- "), entry["intent"]


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not trained"
    if verdict.level is Level.NONE:
        return "none"
    kind = f", {verdict.kind}" if verdict.kind else ""
    return f"{verdict.name}{kind}{'' if verdict.sure else ', unsure'}"


def _raised(reasons: Reasons) -> str:
    by = {"the wordings": reasons.by_wordings, "the classifier": reasons.by_classifier}
    level = max(verdict.level for verdict in by.values() if verdict)
    if level is Level.NONE:
        return ""
    ways = [way for way, verdict in by.items() if verdict and verdict.level is level]
    return f", raised by {' and '.join(ways)}"
