"""Requests to be called: a number goes to guides only, encrypted, and is deleted."""

import re
import sqlite3

import pytest
import requests

from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway
from tests.support.office import Office, office_config, press, queue_up, titles, waiting

NUMBER = "040 123 4567"


@pytest.fixture
def client(office):
    client = office.client()
    yield client
    client.erase()


@pytest.fixture
def asked(client, maija, kalle):
    """Return the question for a number; no guide is there."""
    for guide in (maija, kalle):
        guide.send_from("/desk/", "/desk/paikalla", state="away")
    return press(client, client.press("human"), "Jätän soittopyynnön")


def requests_at(desk) -> list[str]:
    return re.findall(r'href="(/desk/soitot/[\w-]+)"', desk.get("/desk/soitot").text)


def raw_files(gateway: RunningGateway) -> bytes:
    return b"".join(p.read_bytes() for p in gateway.var.rglob("*") if p.is_file())


def test_what_happens_to_the_number_is_told_before_it_is_asked_for(asked):
    (question,) = asked
    assert "Vain ohjaajat näkevät sen." in question["text"]
    assert "viimeistään 14 päivän kuluttua" in question["text"]
    assert titles(asked) == ["Palaan itse chattiin", "Perun"]


def test_the_number_reaches_the_guides_and_no_message_log_or_file(asked, client, maija, office):
    answer = client.say(f"soittakaa {NUMBER} illalla")
    assert "Soittopyyntösi on tallessa." in answer[0]["text"]
    assert not any("Älä kirjoita sitä tähän" in m["text"] for m in answer)
    said = [m["text"] for m in client.messages() if m["from"] == "client"]
    assert said[-1] == "soittakaa [numero ohjaajalle] illalla"
    address = requests_at(maija)[-1]
    assert NUMBER not in maija.text()
    maija.get(address)
    assert f"soittakaa {NUMBER} illalla" in maija.text()
    assert NUMBER.encode() not in raw_files(office.gateway)
    assert NUMBER.replace(" ", "") not in office.gateway.logs()


@pytest.mark.parametrize("typed", ["0401234567", "+358 40 123 4567", "numero on 040-1234567."])
def test_numbers_are_understood_as_people_write_them(asked, client, maija, typed):
    assert "Soittopyyntösi on tallessa." in client.say(typed)[0]["text"]
    maija.get(requests_at(maija)[-1])
    assert typed.removeprefix("numero on ").rstrip(".") in maija.text()


@pytest.mark.parametrize("typed", ["12345", "se on 040 12", "010594Y9032", "010594-9032"])
def test_what_is_no_number_is_asked_for_again(asked, client, maija, typed):
    before = requests_at(maija)
    answer = client.say(typed)
    assert "En saanut numerosta selvää." in answer[-1]["text"]
    assert requests_at(maija) == before
    assert "Soittopyyntösi on tallessa." in client.say(NUMBER)[0]["text"]


def test_another_need_instead_of_a_number_is_answered_by_the_bot(asked, client, maija):
    before = requests_at(maija)
    assert client.say("mistä saan apua velkoihin")
    assert requests_at(maija) == before
    answer = client.say(NUMBER)
    assert "Älä kirjoita sitä tähän" in answer[0]["text"]
    assert requests_at(maija) == before


def test_a_number_that_nobody_asked_for_is_masked(client, maija, office):
    client.say(f"numeroni on {NUMBER}")
    assert NUMBER.encode() not in raw_files(office.gateway)
    client.say("[numero ohjaajalle]")
    assert not any("tallessa. Ohjaaja" in m["text"] for m in client.messages())


def test_what_was_told_goes_along_only_after_a_yes(client, maija, kalle):
    client.say("mistä saan apua velkoihin")
    for guide in (maija, kalle):
        guide.send_from("/desk/", "/desk/paikalla", state="away")
    press(client, client.press("human"), "Jätän soittopyynnön")
    answer = client.say(NUMBER)
    assert "velkoihin" in answer[-1]["text"]
    address = requests_at(maija)[-1]
    maija.get(address)
    assert "velkoihin" not in maija.text()
    press(client, answer, "Kyllä, näytä")
    maija.get(address)
    assert "velkoihin" in maija.text()


def test_a_request_that_has_been_taken_care_of_is_gone(asked, client, maija):
    client.say(NUMBER)
    address = requests_at(maija)[-1]
    maija.send_from(address, f"{address}/hoidettu")
    assert address not in requests_at(maija)
    assert maija.get(address).status_code == 404


def test_the_client_can_take_the_request_back(asked, client, maija):
    answer = client.say(NUMBER)
    address = requests_at(maija)[-1]
    press(client, answer, "Perun soittopyynnön")
    assert address not in requests_at(maija)


def test_deleting_the_chat_deletes_the_request(asked, client, maija):
    client.say(NUMBER)
    address = requests_at(maija)[-1]
    client.erase()
    assert address not in requests_at(maija)


def test_giving_up_the_number_leads_back(asked, client, maija):
    before = requests_at(maija)
    assert press(client, asked, "Perun")
    assert requests_at(maija) == before


def test_a_client_can_promise_to_come_back_instead(asked, client, maija):
    times = press(client, asked, "Palaan itse chattiin")
    assert titles(times)[-1] == "Perun"
    assert titles(times)[0].startswith("Huomenna ")
    answer = press(client, times, titles(times)[0])
    assert "Ohjaaja odottaa sinua huomenna" in answer[-1]["text"]
    maija.get("/desk/soitot")
    assert "Palaa itse keskusteluun" in maija.text()


def test_who_waits_in_the_queue_can_ask_for_a_call_instead(client, maija):
    queue_up(client)
    press(client, client.say("oon tässä"), "Jätän soittopyynnön")
    assert waiting(maija) == []
    assert "Soittopyyntösi on tallessa." in client.say(NUMBER)[0]["text"]


def test_nobody_opens_a_request_without_signing_in(asked, client, maija, office):
    client.say(NUMBER)
    address = requests_at(maija)[-1]
    answer = requests.get(office.url + address, allow_redirects=False, timeout=20)
    assert answer.status_code == 303
    assert NUMBER not in answer.text


def test_requests_end_with_their_time_and_return_promises_keep_the_chat(tmp_path):
    environment = {"POLKU_MODELS": str(tmp_path / "models")}
    gateway = RunningGateway(tmp_path / "var", office_config(tmp_path), environment)

    def at(moment: str) -> None:
        gateway.stop()
        gateway.environment = environment | {"POLKU_NOW": moment}
        gateway.start()

    def stored() -> int:
        with sqlite3.connect(gateway.var / "polku.sqlite3") as database:
            return database.execute("SELECT count(*) FROM callbacks").fetchone()[0]

    try:
        at("2026-11-23T10:00")
        caller, returner = ChatClient.open(gateway.url), ChatClient.open(gateway.url)
        press(caller, caller.press("human"), "Jätän soittopyynnön")
        caller.say(NUMBER)
        asked = press(returner, returner.press("human"), "Jätän soittopyynnön")
        times = press(returner, asked, "Palaan itse chattiin")
        press(returner, times, titles(times)[2])  # in three days
        at("2026-11-26T09:00")
        assert returner.messages()
        assert caller.post(text="moi").status_code == 404
        assert stored() == 2
        at("2026-12-07T09:59")
        gateway.wait_for(lambda: stored() == 1, 20)
        at("2026-12-07T10:01")
        gateway.wait_for(lambda: stored() == 0, 20)
        assert Office(gateway).client().messages()
    finally:
        gateway.stop()
