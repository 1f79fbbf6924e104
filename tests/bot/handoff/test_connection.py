"""A gateway is killed and a guide's network is cut: nothing is lost, and the truth is told."""

import threading
import uuid

import pytest
import requests

from tests.support.gateway import RunningGateway
from tests.support.office import (
    Office,
    log,
    office_config,
    press,
    queue_up,
    say,
    take,
    titles,
    waiting,
)


@pytest.fixture
def office(tmp_path):
    """Return an office in which a connection counts as lost in eight seconds."""
    gateway = RunningGateway(
        tmp_path / "var",
        office_config(tmp_path, lost_seconds=8),
        environment={"POLKU_MODELS": str(tmp_path / "models")},
    )
    try:
        yield Office(gateway.start())
    finally:
        gateway.stop()


class Page:
    """A guide's open page: listens, and answers each event with a sign of life."""

    def __init__(self, desk, url: str) -> None:
        self._desk, self._url = desk, url
        self._off = threading.Event()
        self._heard = threading.Event()
        self._csrf = desk.get("/desk/") and desk.csrf()
        threading.Thread(target=self._beat, daemon=True).start()

    def cut(self) -> None:
        assert self._heard.wait(60)
        self._off.set()

    def _beat(self) -> None:
        while not self._off.wait(0.5):
            try:
                requests.post(
                    f"{self._url}/desk/elossa",
                    headers={"Cookie": self._desk.cookie, "X-CSRF": self._csrf},
                    timeout=5,
                ).raise_for_status()
            except requests.RequestException:
                continue
            self._heard.set()


def lost(client) -> list[dict]:
    return [m for m in client.messages() if "yhteys on katkennut" in m["text"]]


def test_a_lost_guide_is_told_of_once_and_nothing_is_lost(office):
    maija = office.guide("Maija")
    page = Page(maija, office.url)
    client = office.client()
    queue_up(client)
    talk = take(maija, waiting(maija)[0])
    client.say("ennen katkosta")
    page.cut()
    office.gateway.wait_for(lambda: bool(lost(client)), 90)
    assert titles(lost(client)) == ["Odotan", "Jatkan botin kanssa", "Jätän soittopyynnön"]
    assert "Odotetaan ohjaajaa" in press(client, lost(client), "Odotan")[0]["text"]
    assert client.say("katkoksen aikana") == []
    assert len(lost(client)) == 1
    Page(maija, office.url)
    office.gateway.wait_for(
        lambda: client.messages()[-1]["text"] == "Ohjaaja on taas yhteydessä.", 60
    )
    read = log(maija, talk)
    assert read.index("ennen katkosta") < read.index("katkoksen aikana")


def test_the_client_of_a_lost_guide_can_go_on_with_the_bot_or_another_guide(office):
    maija, kalle = office.guide("Maija"), office.guide("Kalle")
    page = Page(maija, office.url)
    first, second = office.client(), office.client()
    for client in (first, second):
        queue_up(client)
        talk = take(maija, waiting(maija)[0])
        client.say("tässä asiani")
    page.cut()
    office.gateway.wait_for(lambda: bool(lost(first)) and bool(lost(second)), 90)
    answer = press(first, lost(first), "Jatkan botin kanssa")
    assert "Vastaan taas minä, botti." in answer[0]["text"]
    Page(kalle, office.url)
    kalle.get("/desk/")
    assert "Yhteys ohjaajaan on katkennut" in kalle.text()
    kalle.post(f"{talk}/ota")
    assert "tässä asiani" in log(kalle, talk)
    assert second.messages()[-1]["text"].startswith("Kalle tuli keskusteluun.")
    assert maija.get(talk).status_code == 404


def test_a_guide_who_is_silent_but_there_is_not_lost(office):
    maija = office.guide("Maija")
    Page(maija, office.url)
    client = office.client()
    queue_up(client)
    take(maija, waiting(maija)[0])
    for n in range(5):
        assert client.say(f"onko siellä ketään {n}") == []
        threading.Event().wait(1)
    assert lost(client) == []


def test_beside_a_guide_who_writes_nothing_for_over_an_hour_the_bot_is_silent(tmp_path):
    gateway = RunningGateway(
        tmp_path / "var",
        office_config(tmp_path),
        {"POLKU_MODELS": str(tmp_path / "models"), "POLKU_NOW": "2026-11-23T09:00"},
    )
    try:
        office = Office(gateway.start())
        maija, client = office.guide("Maija"), office.client()
        queue_up(client)
        take(maija, waiting(maija)[0])
        before = client.messages()
        for time in ("09:25", "09:50", "10:15"):
            gateway.stop()
            gateway.environment["POLKU_NOW"] = f"2026-11-23T{time}"
            gateway.start()
            # The page is open at the desk: it shows that the guide is there.
            page = Page(maija, office.url)
            assert client.say(f"onko siellä ketään, kello on {time}") == []
            page.cut()
        after = client.messages()[len(before) :]
        assert [message["from"] for message in after] == ["client"] * 3
    finally:
        gateway.stop()


def test_a_guide_who_signs_out_in_the_middle_is_told_of(office):
    maija = office.guide("Maija")
    client = office.client()
    queue_up(client)
    take(maija, waiting(maija)[0])
    maija.send_from("/desk/", "/desk/ulos")
    office.gateway.wait_for(lambda: bool(lost(client)), 90)


def test_a_killed_gateway_loses_doubles_and_reorders_nothing(office):
    gateway = office.gateway
    maija = office.guide("Maija")
    client = office.client()
    queue_up(client)
    talk = take(maija, waiting(maija)[0])
    client.say("alku")
    say(maija, talk, "ohjaaja tässä")
    texts = [f"asia {n}" for n in range(12)]
    ids = [str(uuid.uuid4()) for _ in texts]
    replies = [str(uuid.uuid4()) for _ in range(12)]
    csrf = maija.csrf()

    def write() -> None:
        for client_id, text in zip(ids, texts, strict=True):
            try:
                client.post(id=client_id, text=text)
            except requests.RequestException:
                return

    def reply() -> None:
        for n, name in enumerate(replies):
            try:
                maija.post(f"{talk}/viesti", csrf=csrf, id=name, text=f"vastaus {n}.")
            except requests.RequestException:
                return

    threads = [threading.Thread(target=write), threading.Thread(target=reply)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.4)
    gateway.kill()
    for thread in threads:
        thread.join()
    gateway.start()
    # Whoever got no answer sends again, with the same id.
    for client_id, text in zip(ids, texts, strict=True):
        assert client.say(text, id=client_id) == []
    for n, name in enumerate(replies):
        maija.post(f"{talk}/viesti", csrf=csrf, id=name, text=f"vastaus {n}.")
    messages = client.messages()
    assert [m["n"] for m in messages] == list(range(1, len(messages) + 1))
    said = [m["text"] for m in messages if m["from"] == "client"]
    assert said[-13:] == ["alku", *texts]
    told = [m["text"] for m in messages if m["from"] == "guide"]
    assert told == ["ohjaaja tässä", *(f"vastaus {n}." for n in range(12))]
    read = log(maija, talk)
    assert all(text in read for text in (*texts, *told))
