"""Answers without Rasa, right after a start."""

from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway


def test_a_message_in_the_first_seconds_after_a_start_gets_its_answer(tmp_path):
    gateway = RunningGateway(
        tmp_path / "var", environment={"POLKU_MODELS": str(tmp_path / "none")}
    ).start()
    try:
        said = ChatClient.open(gateway.url).say("mistä apua velkoihin")
    finally:
        gateway.stop()
    assert {message["topic"] for message in said} - {""} == {"debt_help"}
