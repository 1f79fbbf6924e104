"""The documentation says what the code does."""

import re
import subprocess

import yaml

from actions.commands import BUTTON_INTENTS
from bot.settings import ROOT, Settings

DOCUMENTED = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_setting_is_documented_with_its_default():
    sections = ("organisation", "server", "retention", "limits", "catalogue", "rasa")
    for name in sections:
        section = Settings.__fields__[name].type_
        for key in section.__fields__:
            assert f"`{name}.{key}`" in DOCUMENTED
    named = re.findall(r"`(\w+)\.(\w+)`", DOCUMENTED)
    known = {(s, k) for s in sections for k in Settings.__fields__[s].type_.__fields__}
    assert {pair for pair in named if pair[0] in sections} == known


def test_every_environment_variable_is_documented():
    used = set()
    for folder in ("bot", "actions"):
        for path in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r'"(POLKU_\w+)"', path.read_text("utf-8")))
    assert used == set(re.findall(r"`(POLKU_\w+)`", DOCUMENTED))


def test_every_direct_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    listed = project.split("dependencies = [", 1)[1].split("]\n", 1)[0]
    for name in re.findall(r'"([a-z0-9-]+)', listed):
        assert name in reasons, name


def test_every_intent_is_a_topic_with_a_rule(catalogue):
    intents = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]
    topics = [topic.id for topic in catalogue.topics]
    assert sorted(intents) == sorted([*topics, *BUTTON_INTENTS])
    rules = "".join(p.read_text("utf-8") for p in (ROOT / "data/rules").glob("*.yml"))
    assert set(re.findall(r"- intent: (\w+)", rules)) == {*intents, "nlu_fallback"}


def test_make_alone_lists_the_targets():
    listed = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert {"run", "test", "bench", "train"} <= set(re.findall(r"make (\w+)", listed))


def test_every_command_explains_itself():
    import sys

    for arguments in ([], ["serve"], ["understand"], ["catalog"], ["catalog", "verify"]):
        helped = subprocess.run(
            [sys.executable, "-m", "bot", *arguments, "--help"],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert "usage: polku" in helped.stdout


def test_a_wrong_setting_is_one_plain_line(tmp_path):
    import os
    import sys

    config = tmp_path / "polku.toml"
    config.write_text("[limits]\nmessage_characters = -1\n")
    failed = subprocess.run(
        [sys.executable, "-m", "bot", "purge"], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60,
        env=os.environ | {"POLKU_CONFIG": str(config), "POLKU_VAR": str(tmp_path / "var")},
    )  # fmt: skip
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert "message_characters" in failed.stderr
