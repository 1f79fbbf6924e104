"""Understanding of posts as strangers write them in public, half of them long stories.

Written by three hands that have seen neither the training data nor the other held-out messages;
never trained on. The recorded figures are the floor.
"""

import csv
import json
import subprocess
import sys

import pytest

from bot.settings import ROOT
from tests.nlu.test_heldout import examples, normal

RECORDED = json.loads((ROOT / "tests" / "nlu" / "recorded.json").read_text("utf-8"))["strangers"]
# So many in 100 may be lost by a change that helps elsewhere; cries for help never.
SLACK = 0.02


@pytest.fixture(scope="module")
def posts():
    with (ROOT / "tests/nlu/strangers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def understood(model, posts):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot", "understand"],
        cwd=ROOT, input="\n".join(post["text"] for post in posts) + "\n",
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def need_of(catalogue):
    return {topic.id: topic.need for topic in catalogue.topics}


def share(marks):
    print(f"{sum(marks)} of {len(marks)}")
    return sum(marks) / len(marks)


def alarms(level, posts, understood):
    return [
        found["crisis"] == "acute"
        for post, found in zip(posts, understood, strict=True)
        if post["level"] == level
    ]


def test_the_needs_of_strangers_are_understood_as_well_as_before(posts, understood, need_of):
    right = []
    for post, found in zip(posts, understood, strict=True):
        wanted = {need_of[post[name]] for name in ("topic", "second_topic") if post[name]}
        right.append(bool({found["need"], found["second_need"]} & wanted))
    assert share(right) >= RECORDED["need_accuracy"] - SLACK


def test_a_cry_for_help_within_a_story_is_heard(posts, understood):
    assert share(alarms("acute", posts, understood)) >= RECORDED["acute_recall"]


def test_stories_without_danger_are_alarmed_as_seldom_as_before(posts, understood):
    assert share(alarms("none", posts, understood)) <= RECORDED["false_alarms"] + SLACK


def test_no_post_is_trained_on(posts):
    lines = (ROOT / "data" / "crisis" / "lines.tsv").read_text("utf-8").splitlines()[1:]
    trained = {normal(text) for _, text in examples()}
    trained |= {normal(line.split("\t")[0]) for line in lines}
    assert not [post["text"] for post in posts if normal(post["text"]) in trained]
