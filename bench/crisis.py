"""How long the crisis screen takes for one message, with and without its classifier."""

import statistics
import time
from collections.abc import Sequence

from bot import crisis_classifier
from bot.nlu.vectors import sentence_vectors
from bot.safety import LexicalScreen, Screen
from bot.settings import ROOT, load_settings

_MESSAGES = 300
_GOAL_MS = 50


def measure(options: Sequence[str]) -> int:
    """Print milliseconds a message; no message is read twice, so that no vector is remembered.

    Args:
        options: None are known.
    """
    rows = (ROOT / "data" / "crisis" / "lines.tsv").read_text("utf-8").splitlines()[1:]
    texts = [row.split("\t")[0] for row in rows[:: len(rows) // _MESSAGES]][:_MESSAGES]
    screen = Screen()
    screen.classifier = crisis_classifier.load(load_settings().models_folder)
    if screen.classifier is None:
        print("no crisis classifier is trained; see python -m bot train")
        return 1
    sentence_vectors()("lämmittely")
    print(f"{'crisis screen, ms a message':34} median   p95   longest   (goal {_GOAL_MS})")
    for name, read in (("wordings alone", LexicalScreen()), ("wordings and classifier", screen)):
        spent = sorted(_milliseconds(read, text) for text in texts)
        p95 = spent[int(len(spent) * 0.95)]
        print(f"{name:34} {statistics.median(spent):6.1f} {p95:5.1f} {spent[-1]:9.1f}")
    return 0


def _milliseconds(read: Screen | LexicalScreen, text: str) -> float:
    began = time.perf_counter()
    read(text)
    return (time.perf_counter() - began) * 1000
