"""Rasa's own commands work in the repository as a Rasa user expects."""

import os
import subprocess
import sys

import pytest
import requests

from bot.settings import ROOT
from tests.support.gateway import free_port

ENVIRONMENT = os.environ | {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}


def rasa(*arguments, seconds=300, text=""):
    return subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=ROOT, env=ENVIRONMENT, input=text, capture_output=True, text=True, timeout=seconds,
        check=False,
    )  # fmt: skip


def test_data_validate_finds_no_fault():
    done = rasa("data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_test_core_passes_the_stories(model, tmp_path):
    done = rasa(
        "test", "core", "--model", str(model), "--stories", "tests/stories", "--out",
        str(tmp_path), "--fail-on-prediction-errors",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_run_actions_serves_the_actions():
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "rasa", "run", "actions", "--port", str(port)],
        cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                listed = requests.get(f"http://127.0.0.1:{port}/actions", timeout=1).json()
                break
            except requests.RequestException:
                pytest.importorskip("time").sleep(0.2)
        assert {"name": "action_answer_topic"} in listed
    finally:
        server.terminate()
        server.wait(20)
