"""Bare Rasa projects to compare with: what ``rasa init`` proposes, trained on our examples."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.children import end_with_parent
from bot.settings import ROOT

NLU = ROOT / "data" / "nlu"
FOLDER = ROOT / "var" / "bench"

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "ERROR",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}

# `rasa init` of 3.6 (rasa/cli/initial_project/config.yml and the pipeline it suggests). Epochs
# change how long training takes and how well it understands, not how fast it answers.
_FEATURES: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_FALLBACK = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}
_STORY_TURNS = 4


@dataclass(frozen=True)
class Baseline:
    """One bare Rasa.

    Attributes:
        name: Its letter in the table.
        title: What it is, in a few words.
        learned_policies: Whether TED, UnexpecTED and memoization choose beside the rules.
    """

    name: str
    title: str
    learned_policies: bool

    def config(self, epochs: int, policy_epochs: int) -> dict[str, Any]:
        """Return its config.yml."""
        diet = {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True}
        selector = {
            "name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True,
        }  # fmt: skip
        pipeline = [*_FEATURES, diet, {"name": "EntitySynonymMapper"}]
        policies: list[dict[str, Any]] = [{"name": "RulePolicy"}]
        if self.learned_policies:
            pipeline.append(selector)
            learned = {"max_history": 5, "epochs": policy_epochs}
            policies = [
                {"name": "MemoizationPolicy"},
                *policies,
                {"name": "UnexpecTEDIntentPolicy", **learned},
                {"name": "TEDPolicy", **learned, "constrain_similarities": True},
            ]
        return {
            "recipe": "default.v1",
            "language": "fi",
            "assistant_id": f"bench-{self.name.lower()}",
            "pipeline": [*pipeline, _FALLBACK],
            "policies": policies,
        }


FULL = Baseline("B", "bare `rasa run`, pipeline and policies of `rasa init`", True)
RULES = Baseline("C", "bare `rasa run`, DIET and rules only", False)


def trained(
    baseline: Baseline, epochs: int, policy_epochs: int, say: Callable[[str], None]
) -> tuple[Path, Path]:
    """Return the folder and the model of ``baseline``, trained anew only if something changed."""
    files = {
        "config.yml": baseline.config(epochs, policy_epochs),
        "domain.yml": _domain(),
        "data/rules.yml": _rules(),
        "data/stories.yml": _stories(),
        "credentials.yml": {"rest": None},
        "endpoints.yml": {},
    }
    sha = hashlib.sha256(yaml.safe_dump(files).encode())
    for path in sorted(NLU.rglob("*.yml")):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    prefix = f"{baseline.name.lower()}-"
    folder = FOLDER / f"{prefix}{sha.hexdigest()[:16]}"
    model = folder / "models" / "bench.tar.gz"
    if model.exists():
        return folder, model
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    say(f"training {baseline.name} ({epochs} epochs of DIET); this takes minutes, once")
    began = time.monotonic()
    with (folder / "train.log").open("wb") as log:
        subprocess.run(
            [
                sys.executable, "-m", "rasa", "train", "--domain", "domain.yml",
                "--data", "data", str(NLU), "--fixed-model-name", "bench", "--out", "models",
            ],
            cwd=folder, stdout=log, stderr=log, check=True, preexec_fn=end_with_parent,
            # One cache for both: they have DIET in common.
            env=os.environ | ENVIRONMENT | {"RASA_CACHE_DIRECTORY": str(FOLDER / "cache")},
        )  # fmt: skip
    say(f"{baseline.name} trained in {time.monotonic() - began:.0f} s")
    for old in FOLDER.glob(f"{prefix}*"):
        if old != folder:
            shutil.rmtree(old)
    return folder, model


def example_count() -> int:
    """Return how many training examples there are."""
    return sum(
        line.strip().startswith("- ")
        for _, examples in _intents()
        for line in examples.splitlines()
    )


def _intents() -> list[tuple[str, str]]:
    return [
        (entry["intent"], entry["examples"])
        for path in sorted(NLU.rglob("*.yml"))
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        if "intent" in entry
    ]


def _names() -> list[str]:
    return list(dict.fromkeys(name for name, _ in _intents()))


def _domain() -> dict[str, Any]:
    answers = {
        f"utter_{name}": [{"text": f"Tämä on kiinteä vastaus aiheeseen {name}."}]
        for name in [*_names(), "nlu_fallback"]
    }
    return {"version": "3.1", "intents": _names(), "responses": answers}


def _rules() -> dict[str, Any]:
    return {
        "version": "3.1",
        "rules": [
            {"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
            for name in [*_names(), "nlu_fallback"]
        ],
    }


def _stories() -> dict[str, Any]:
    # Each intent once, a few in a row: enough for TED to have something to learn.
    names = _names()
    return {
        "version": "3.1",
        "stories": [
            {
                "story": f"story {start // _STORY_TURNS}",
                "steps": [
                    step
                    for name in names[start : start + _STORY_TURNS]
                    for step in ({"intent": name}, {"action": f"utter_{name}"})
                ],
            }
            for start in range(0, len(names), _STORY_TURNS)
        ],
    }
