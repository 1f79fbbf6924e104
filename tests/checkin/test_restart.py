"""Rasa and the gateway are killed in the middle of a check-in: nothing told is lost."""

import os
import signal

import pytest

from tests.support.checkin import Walk
from tests.support.gateway import RunningGateway


@pytest.fixture
def own_gateway(model, roomy_config, tmp_path):
    gateway = RunningGateway(tmp_path / "var", roomy_config).start()
    try:
        gateway.wait_for_rasa()
        yield gateway
    finally:
        gateway.stop()


def test_the_check_in_survives_the_end_of_rasa_and_of_the_gateway(own_gateway):
    walk = Walk.begin(own_gateway.url)
    walk.answer(["Hyvin", "En saa", "Asioita on liikaa"])
    assert walk.text.endswith("Riittävätkö rahasi?")

    os.kill(own_gateway.rasa_pid(), signal.SIGKILL)
    own_gateway.wait_for(lambda: not own_gateway.rasa_is("up"), 30)
    own_gateway.wait_for_rasa()
    assert walk.press("Riittävät").endswith("Onko kotisi kunnossa?")

    own_gateway.kill()
    own_gateway.start().wait_for_rasa()
    assert walk.press("On").endswith("Millainen terveytesi on?")

    partial = walk.say("lopeta")
    assert "• Arki\n• Raha\n• Koti" in partial
    assert "• Asioiden hoitaminen: asioita on liikaa" in partial
    assert walk.scores() == []


def test_an_answer_given_while_rasa_is_down_is_not_lost_on_the_next_try(own_gateway):
    walk = Walk.begin(own_gateway.url)
    walk.press("Hyvin")
    os.kill(own_gateway.rasa_pid(), signal.SIGKILL)
    own_gateway.wait_for(lambda: not own_gateway.rasa_is("up"), 30)
    assert "hetken poissa" in walk.press("Saan")
    own_gateway.wait_for_rasa()
    # The old button still answers its own question.
    assert walk.press("Saan").endswith("Riittävätkö rahasi?")
