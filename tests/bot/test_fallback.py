"""Answers without Rasa, right after a start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import crisis_classifier
from bot.safety import Level, LexicalScreen
from bot.settings import ROOT
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway


@contextmanager
def just_started(var: Path, models: Path) -> Iterator[ChatClient]:
    gateway = RunningGateway(var, environment={"POLKU_MODELS": str(models)}).start()
    try:
        yield ChatClient.open(gateway.url)
    finally:
        gateway.stop()


def test_a_message_in_the_first_seconds_after_a_start_gets_its_answer(tmp_path):
    with just_started(tmp_path / "var", tmp_path / "none") as chat:
        said = chat.say("mistä apua velkoihin")
    assert {message["topic"] for message in said} - {""} == {"debt_help"}


def test_a_cry_for_help_in_the_first_seconds_is_read_by_the_whole_screen(tmp_path):
    crisis_classifier.train(ROOT / "models", ROOT / "var" / "cache" / "vectors.npz")
    only_indirect = "kohta kukaan ei joudu enää huolehtimaan musta"
    assert LexicalScreen()(only_indirect).level is Level.NONE
    with just_started(tmp_path / "var", ROOT / "models") as chat:
        said = chat.say(only_indirect)
    assert [message["crisis"] for message in said].count("acute") == 1
