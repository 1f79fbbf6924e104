"""Reply time, replies a second, memory and time to ready, beside bare Rasa on this machine."""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import baselines, texts
from bench.systems import BareRasa, Polku, Ready, System
from bot import crisis_classifier
from bot.safety import Level, Screen, Verdict
from bot.settings import ROOT, load_settings
from bot.training import newest_model

RESULT = Path(__file__).parent / "results" / "reply.md"
CHAT_MESSAGES = 8
WARM_UP = 60
COMPARED = 8
READY_GOAL = 3.0
ALL = {"A", "B", "C"}


@dataclass(frozen=True)
class Load:
    """What one number of clients found."""

    p50: float
    p95: float
    rate: float
    cpu: float
    failed: int


@dataclass
class Result:
    """What was measured of one system; times in seconds, memory in bytes."""

    title: str
    ready: list[Ready] = field(default_factory=list)
    loads: dict[int, Load] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    without_rasa: int = 0


def measure(arguments: Sequence[str]) -> int:
    """Measure, print the table and keep it."""
    options = _options(arguments)
    models = load_settings().models_folder
    if newest_model(models) is None:
        print("bench: there is no trained model: run `make train` first", file=sys.stderr)
        return 1
    screen = Screen()
    screen.classifier = crisis_classifier.load(models)
    alarming = [text for text in texts.messages() if _without_rasa(screen(text))]
    if alarming:
        # A sure alarm is answered without Rasa: that would flatter Polku.
        print(f"bench: answered without Rasa, of messages.txt: {alarming}", file=sys.stderr)
        return 1
    systems: dict[str, System] = {"A": Polku(models)} if "A" in options.systems else {}
    for baseline in (baselines.FULL, baselines.RULES):
        if baseline.name in options.systems:
            systems[baseline.name] = BareRasa(
                baseline, *baselines.trained(baseline, options.epochs, options.policy_epochs, _say)
            )
    if options.train_only:
        return 0
    sent = texts.varied(WARM_UP + sum(options.loads.values()))
    results = {
        name: _measured(name, system, sent, options.loads, options.starts)
        for name, system in systems.items()
    }
    text = _report(results, options)
    print(text)
    if set(results) == ALL:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, "utf-8")
    return 0


def _without_rasa(verdict: Verdict) -> bool:
    return verdict.level is Level.ACUTE and verdict.sure


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench reply", description=__doc__)
    parser.add_argument("--epochs", type=int, default=2, help="of DIET, bare Rasa (2)")
    parser.add_argument("--policy-epochs", type=int, default=2, help="of TED, bare Rasa (2)")
    parser.add_argument("--starts", type=int, default=2, help="starts of each system (2)")
    parser.add_argument(
        "--loads",
        type=_loads,
        default="1:160,8:320,32:640",
        help="clients:messages, separated by commas (1:160,8:320,32:640)",
    )
    parser.add_argument("--systems", default="ABC", help="letters of those to measure (ABC)")
    parser.add_argument("--train-only", action="store_true", help="train the baselines, no more")
    return parser.parse_args(arguments)


def _loads(text: str) -> dict[int, int]:
    return {int(c): int(m) for c, m in (part.split(":") for part in text.split(","))}


def _measured(
    name: str, system: System, sent: list[str], loads: dict[int, int], starts: int
) -> Result:
    result = Result(system.title)
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as folder:
        try:
            for start in range(starts):
                system.end()
                _say(f"{name}: start {start + 1} of {starts}")
                place = Path(folder) / str(start)
                place.mkdir()
                result.ready.append(system.start(place))
            assert system.process
            _sent(system, 4, sent[:WARM_UP])
            at = WARM_UP
            for clients, count in loads.items():
                _say(f"{name}: {count} messages from {clients} clients")
                part, at = sent[at : at + count], at + count
                before = sum(system.process.cpu().values())
                found = _sent(system, clients, part)
                used = sum(system.process.cpu().values()) - before
                times = sorted(found["times"])
                result.loads[clients] = Load(
                    _share(times, 0.5),
                    _share(times, 0.95),
                    count / found["seconds"],
                    used / count,
                    found["failed"],
                )
            result.memory = system.process.memory()
            # The first message of every start comes before Rasa is up, and is not of the load.
            result.without_rasa = max(0, system.unanswered_by_rasa() - 1)
        finally:
            system.end()
    return result


def _sent(system: System, clients: int, part: list[str]) -> dict[str, list[float]]:
    task = {
        "kind": system.kind,
        "url": system.url,
        "clients": clients,
        "chat_messages": CHAT_MESSAGES,
        "texts": part,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT, input=json.dumps(task), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def _share(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


def _report(results: dict[str, Result], options: argparse.Namespace) -> str:
    return "\n".join(
        [
            "# Reply time beside bare Rasa",
            "",
            f"Measured {datetime.now(UTC).date()} by `python -m bench reply`, one system after "
            f"the other, each alone on one machine with {os.cpu_count()} CPU cores, over "
            f"loopback. Python {platform.python_version()}, Rasa {version('rasa')}, TensorFlow "
            f"{version('tensorflow-cpu')}, aiohttp {version('aiohttp')}, Linux "
            f"{platform.machine()}.",
            "",
            *(f"- **{name}**: {result.title}" for name, result in results.items()),
            "",
            "B and C have the easiest task there is: one fixed text for each intent, no actions, "
            "trackers in memory, nothing stored, no access tokens, no masking, no crisis screen. "
            "A does all of its work, on disk. So the comparison favours B and C.",
            "",
            f"All answer the same messages: {len(texts.messages())} in `bench/messages.txt`, "
            "each time with other slips of the finger, so that nothing remembered helps. "
            f"A client sends its next message when the last one is answered, and opens a new "
            f"chat every {CHAT_MESSAGES} messages (in A a request of its own, counted in the "
            "replies a second). "
            + "; ".join(f"{m} messages from {_clients(c)}" for c, m in options.loads.items())
            + f", after {WARM_UP} to warm up. Time to ready: median of {options.starts} starts, "
            "the files being in the page cache. B and C were trained on our "
            f"{baselines.example_count():,} examples with {options.epochs} epochs of DIET and "
            f"{options.policy_epochs} of TED and UnexpecTED; epochs do not change reply time.",
            "",
            *_table(results),
            "",
            *_goals(results),
            "",
        ]
    )


def _table(results: dict[str, Result]) -> list[str]:
    first = next(iter(results.values()))
    rows: list[tuple[str, dict[str, float], str]] = []

    def row(title: str, form: str, values: dict[str, float]) -> None:
        rows.append((title, values, form))

    for clients in first.loads:
        loads = {name: result.loads[clients] for name, result in results.items()}
        said = _clients(clients)
        row(f"reply time p50, {said}, ms", ".0f", {n: 1e3 * x.p50 for n, x in loads.items()})
        row(f"reply time p95, {said}, ms", ".0f", {n: 1e3 * x.p95 for n, x in loads.items()})
        row(f"replies a second, {said}", ".1f", {n: x.rate for n, x in loads.items()})
        row(
            f"processor time a reply, {said}, ms",
            ".0f",
            {n: 1e3 * x.cpu for n, x in loads.items()},
        )
    row(
        "memory (RSS of all processes) after the load, MB",
        ".0f",
        {name: sum(result.memory.values()) / 1e6 for name, result in results.items()},
    )
    row(
        "start until a person is answered, s",
        ".1f",
        {n: statistics.median(r.people for r in x.ready) for n, x in results.items()},
    )
    row(
        "start until Rasa is up, s",
        ".1f",
        {n: statistics.median(r.rasa for r in x.ready) for n, x in results.items()},
    )
    row("messages without an answer", ".0f", {n: _failed(x) for n, x in results.items()})
    others = [name for name in results if name != "A"] if "A" in results else []
    lines = [
        "| | " + " | ".join([*results, *(f"A / {name}" for name in others)]) + " |",
        "|---|" + "--:|" * (len(results) + len(others)),
    ]
    for title, values, form in rows:
        ratios = [f"{values['A'] / values[o]:.2f}" if values[o] else "–" for o in others]
        lines.append(
            f"| {title} | "
            + " | ".join([*(f"{v:{form}}" for v in values.values()), *ratios])
            + " |"
        )
    notes = [
        f"Memory of {name} by process: "
        + ", ".join(f"`{part}` {size / 1e6:.0f} MB" for part, size in result.memory.items())
        + "."
        for name, result in results.items()
        if len(result.memory) > 1
    ]
    if "A" in results:
        notes.append(
            f"A answered {results['A'].without_rasa} messages by catalogue search because Rasa "
            "was slower than its limit."
        )
    return [*lines, "", *notes]


def _goals(results: dict[str, Result]) -> list[str]:
    if set(results) != ALL:
        return []
    a, b, c = (results[name] for name in "ABC")
    slowest = max(ready.people for ready in a.ready)
    rows = []
    if COMPARED in a.loads:
        at_b, at_c = (a.loads[COMPARED].rate / x.loads[COMPARED].rate for x in (b, c))
        said = _clients(COMPARED)
        rows += [
            (f"at least 2 times the replies a second of B, {said}", f"{at_b:.2f} ×", at_b >= 2),
            (f"no fewer replies a second than C, {said}", f"{at_c:.2f} ×", at_c >= 1),
        ]
    for clients, load in a.loads.items():
        other = [x.loads[clients].p95 for x in (b, c)]
        rows.append(
            (
                f"p95 below B and C, {_clients(clients)}",
                f"{1e3 * load.p95:.0f} ms; {1e3 * other[0]:.0f}, {1e3 * other[1]:.0f} ms",
                load.p95 < min(other),
            )
        )
    rows.append(
        (
            f"people are answered within {READY_GOAL:.0f} s of the start, at every start",
            f"{slowest:.1f} s at most",
            slowest <= READY_GOAL,
        )
    )
    return [
        "| goal | measured | met |",
        "|---|---|---|",
        *(f"| {goal} | {found} | {'yes' if met else '**no**'} |" for goal, found, met in rows),
    ]


def _failed(result: Result) -> float:
    return sum(load.failed for load in result.loads.values())


def _clients(count: int) -> str:
    return f"{count} client" if count == 1 else f"{count} clients"


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
