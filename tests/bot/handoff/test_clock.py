"""What a client who asks for a human hears at the edges of the hours, over HTTP."""

from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway
from tests.support.office import Office, queue_up, titles

INSIDE = "Ohjaaja ei ole juuri nyt paikalla. Hänen työaikansa jatkuu vielä."
CLOSED = "Ohjaaja ei ole nyt paikalla. Ohjaaja on paikalla "


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the usual hours, a closed day, and hours in the night of the clock changes."""
    text = (ROOT / "polku.toml").read_text("utf-8")
    text = text.replace("sunday = []", 'sunday = ["3:00-5:00"]')
    text = text.replace("[hours.exceptions]\n", '[hours.exceptions]\n"2026-11-25" = []\n')
    path = tmp_path_factory.mktemp("clock") / "polku.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T08:59:59", CLOSED + "tänään kello 9."),
        ("2026-11-23T09:00:00", INSIDE),
        ("2026-11-23T14:59:59", INSIDE),
        ("2026-11-23T15:00:00", CLOSED + "huomenna tiistaina kello 9."),
        ("2026-11-24T15:00:00", CLOSED + "torstaina kello 9."),
        ("2026-11-25T10:00:00", CLOSED + "huomenna torstaina kello 9."),
        ("2026-11-28T12:00:00", CLOSED + "huomenna sunnuntaina kello 3."),
        ("2026-12-06T04:00:00", CLOSED + "huomenna maanantaina kello 9."),
        ("2027-03-26T10:00:00", CLOSED + "tiistaina kello 9."),
        ("2027-06-25T10:00:00", CLOSED + "sunnuntaina kello 3."),
        ("2026-10-25T03:30:00+03:00", INSIDE),
        ("2026-10-25T03:30:00+02:00", INSIDE),
        ("2026-10-25T05:00:00+02:00", CLOSED + "huomenna maanantaina kello 9."),
        ("2028-03-26T02:59:59+02:00", CLOSED + "tänään kello 4."),
        ("2028-03-26T04:00:00+03:00", INSIDE),
    ],
)  # fmt: skip
def test_the_one_answer_is_right_to_the_second(config, tmp_path, moment, words):
    gateway = RunningGateway(
        tmp_path / "var",
        config,
        {"POLKU_MODELS": str(tmp_path / "models"), "POLKU_NOW": moment},
    )
    try:
        answer = ChatClient.open(gateway.start().url).press("human")
        assert len(answer) == 1
        assert words in answer[0]["text"]
        assert "116 117" in answer[0]["text"]
        assert titles(answer) == ["Jatketaan", "Jätän soittopyynnön"]
    finally:
        gateway.stop()


def test_who_waits_when_the_day_ends_is_told_and_asked_what_to_do(tmp_path):
    environment = {"POLKU_MODELS": str(tmp_path / "models")}
    gateway = RunningGateway(
        tmp_path / "var", None, environment | {"POLKU_NOW": "2026-11-27T14:58"}
    )
    try:
        office = Office(gateway.start())
        office.guide("Maija")
        client = office.client()
        assert "Olet jonossa ensimmäisenä." in queue_up(client)[-1]["text"]
        gateway.stop()
        gateway.environment = environment | {"POLKU_NOW": "2026-11-27T15:30"}
        gateway.start()
        gateway.wait_for(lambda: "ehtinyt" in client.messages()[-1]["text"], 20)
        last = client.messages()[-1]
        assert "Ohjaaja on paikalla maanantaina kello 9." in last["text"]
        assert titles([last]) == ["Jatketaan", "Jätän soittopyynnön"]
        told = len(client.messages())
        assert client.say("mistä saan apua velkoihin")
        assert sum("ehtinyt" in m["text"] for m in client.messages()) == 1
        assert told < len(client.messages())
    finally:
        gateway.stop()


def test_nobody_picks_up(tmp_path):
    environment = {"POLKU_MODELS": str(tmp_path / "models")}
    gateway = RunningGateway(
        tmp_path / "var", None, environment | {"POLKU_NOW": "2026-11-27T10:00"}
    )

    def at(moment: str) -> None:
        gateway.stop()
        gateway.environment = environment | {"POLKU_NOW": moment}
        gateway.start()

    def told() -> int:
        return sum("ei ole vielä ehtinyt" in m["text"] for m in client.messages())

    try:
        office = Office(gateway.start())
        office.guide("Maija")
        client = office.client()
        queue_up(client)
        at("2026-11-27T10:09:59")
        client.say("oon tässä")
        assert told() == 0
        at("2026-11-27T10:10:00")
        gateway.wait_for(lambda: told() == 1, 20)
        last = client.messages()[-1]
        assert titles([last]) == ["Jatkan botin kanssa", "Jätän soittopyynnön", "Odotan"]
        (wait,) = [b["payload"] for b in last["buttons"] if b["title"] == "Odotan"]
        assert "Olet jonossa ensimmäisenä." in client.press(wait)[-1]["text"]
        at("2026-11-27T10:20:00")
        gateway.wait_for(lambda: told() == 2, 20)
    finally:
        gateway.stop()
