"""Rasa dies, and the chat goes on."""

import os
import signal

from tests.support.client import ChatClient


def text_of(messages):
    return "\n".join(message["text"] for message in messages)


def test_killing_rasa_leaves_help_and_it_comes_back_by_itself(gateway):
    client = ChatClient.open(gateway.url)
    assert client.say("mulla on rahat loppu")[-1]["need"] == "money"
    os.kill(gateway.rasa_pid(), signal.SIGKILL)

    while_down = client.say("vuokra on rästissä ja häätö tulossa")

    assert "hetken poissa" in text_of(while_down)
    assert any(card["phones"] or card["web"] for m in while_down for card in m["cards"])
    assert gateway.health()["status"] == "ok"
    gateway.wait_for_rasa()
    again = client.say("missä saan ruokaa ilmaiseksi")
    assert "hetken poissa" not in text_of(again)
    assert again[-1]["need"] == "food"


def test_a_button_pressed_while_rasa_is_away_is_answered_from_the_catalogue(lonely_gateway):
    client = ChatClient.open(lonely_gateway.url)
    needs = client.press("menu")[-1]["buttons"]
    topics = client.press(needs[0]["payload"])[-1]["buttons"]
    answer = client.press(topics[0]["payload"])
    assert any(message["topic"] for message in answer)
    assert any(message["cards"] for message in answer)


def test_nothing_found_while_rasa_is_away_gives_numbers_and_the_needs(lonely_gateway):
    answer = ChatClient.open(lonely_gateway.url).say("qwrtp zxcvb")
    assert "Soita 112" in text_of(answer)
    assert answer[-1]["buttons"]


def test_a_crisis_is_answered_at_once_while_rasa_is_away(lonely_gateway):
    answer = ChatClient.open(lonely_gateway.url).say("en jaksa enää elää")
    assert answer[0]["crisis"] == "acute"
    assert "112" in answer[0]["text"]
    assert "09 2525 0111" in answer[0]["text"]
