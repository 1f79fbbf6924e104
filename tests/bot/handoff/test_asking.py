"""A client asks for a human: what is shown, what goes, and who is there."""

import pytest

from tests.support.office import log, press, queue_up, take, titles, waiting

NEED = "mistä saan apua velkoihin"


@pytest.fixture
def client(office):
    client = office.client()
    yield client
    client.erase()


@pytest.fixture
def asked(office, maija, client):
    """Return the question that a client with a need gets."""
    office.gateway.wait_for(lambda: any(m["topic"] for m in client.say(NEED)), 60)
    return client.press("human")


def test_the_client_sees_first_exactly_what_would_go(asked):
    (question,) = asked
    assert "Aihe:" in question["text"]
    assert f"Kirjoitit: ”{NEED}”" in question["text"]
    assert "säilyy 30 päivää" in question["text"]
    assert titles(asked) == ["Kyllä, näytä", "Ei, aloitan alusta", "En halua jutella"]


def test_nothing_goes_before_the_yes(asked, maija):
    maija.get("/desk/")
    assert NEED not in maija.text()
    assert waiting(maija) == []


def test_after_the_yes_exactly_that_goes(asked, client, maija):
    answer = press(client, asked, "Kyllä, näytä")
    assert "Olet jonossa ensimmäisenä." in answer[-1]["text"]
    (handoff,) = waiting(maija)
    assert f"Kirjoitit: ”{NEED}”" in maija.text()
    assert f"Kirjoitit: ”{NEED}”" in log(maija, take(maija, handoff))


def test_after_a_no_nothing_of_the_past_goes(asked, client, maija):
    press(client, asked, "Ei, aloitan alusta")
    (handoff,) = waiting(maija)
    read = maija.text() + log(maija, take(maija, handoff))
    assert NEED not in read
    assert "velka" not in read.casefold()


def test_asking_in_words_again_does_not_hide_what_was_told(asked, client):
    client.say("haluan puhua ihmiselle")
    assert f"Kirjoitit: ”{NEED}”" in client.press("human")[0]["text"]


def test_who_does_not_want_to_talk_is_not_in_the_queue(asked, client, maija):
    press(client, asked, "En halua jutella")
    assert waiting(maija) == []


@pytest.mark.parametrize(
    ("typed", "goes"),
    [("joo", True), ("Kyllä, näytä!", True), ("ei", False), ("en halua jutella", None)],
)
def test_a_typed_answer_does_what_the_button_does(asked, client, maija, typed, goes):
    client.say(typed)
    found = waiting(maija)
    assert len(found) == (goes is not None)
    if found:
        assert (NEED in maija.text()) == goes


def test_another_need_typed_after_the_question_is_answered_by_the_bot(asked, client, maija):
    answer = client.say("ei mulla oo rahaa ruokaan")
    assert not any("jonossa" in m["text"] for m in answer)
    assert waiting(maija) == []


def test_asking_takes_two_presses_and_no_form(maija, client):
    asked = client.press("human")
    assert titles(asked) == ["Kyllä, haluan", "En halua jutella"]
    assert "Olet jonossa" in press(client, asked, "Kyllä, haluan")[-1]["text"]


def test_asking_in_words_is_asking(maija, client, office):
    office.gateway.wait_for(
        lambda: "Kyllä, haluan" in titles(client.say("haluan puhua ihmiselle")), 60
    )


def test_asking_twice_keeps_the_place(maija, client):
    queue_up(client)
    answer = client.press("human")
    assert "Odotat jo ohjaajaa. Olet jonossa ensimmäisenä." in answer[-1]["text"]
    assert len(waiting(maija)) == 1


def test_who_comes_later_waits_longer(office, maija, client):
    queue_up(client)
    second = office.client()
    assert "Olet jonossa toisena." in queue_up(second)[-1]["text"]
    client.press("leave_queue")
    assert "ensimmäisenä" in second.press("human")[-1]["text"]
    assert len(waiting(maija)) == 1
    second.erase()


def test_a_full_queue_is_told_and_nobody_is_dropped(office, maija):
    crowd = [office.client() for _ in range(3)]
    for each in crowd:
        assert "Olet jonossa" in queue_up(each)[-1]["text"]
    late = office.client()
    answer = late.press("human")
    assert len(answer) == 1
    assert "Jonossa ei ole tilaa." in answer[0]["text"]
    assert titles(answer) == ["Jatketaan", "Jätän soittopyynnön"]
    assert len(waiting(maija)) == 3
    for each in (*crowd, late):
        each.erase()


def test_the_queue_is_looked_at_again_when_the_client_says_yes(office, maija):
    slow = office.client()
    asked = slow.press("human")
    crowd = [office.client() for _ in range(3)]
    for each in crowd:
        queue_up(each)
    assert "Jonossa ei ole tilaa." in press(slow, asked, "Kyllä, haluan")[0]["text"]
    for each in (*crowd, slow):
        each.erase()


@pytest.mark.parametrize("state", ["break", "away"])
def test_nobody_present_is_told_at_once_and_again_at_the_yes(maija, kalle, client, state):
    asked = client.press("human")
    for guide in (maija, kalle):
        guide.send_from("/desk/", "/desk/paikalla", state=state)
    for answer in (press(client, asked, "Kyllä, haluan"), client.press("human")):
        assert len(answer) == 1
        assert "Ohjaaja ei ole juuri nyt paikalla." in answer[0]["text"]
        assert "116 117" in answer[0]["text"]
    assert waiting(maija) == []


def test_going_on_asks_the_bots_question_again(maija, kalle, client):
    before = client.press("menu")
    for guide in (maija, kalle):
        guide.send_from("/desk/", "/desk/paikalla", state="away")
    answer = press(client, client.press("human"), "Jatketaan")
    assert answer[-1]["text"] == before[-1]["text"]
    assert titles(answer) == titles(before)
    assert press(client, answer, titles(answer)[0])


def test_leaving_the_queue_brings_the_bot_back(maija, client):
    queue_up(client)
    answer = client.press("leave_queue")
    assert "Et ole enää jonossa." in answer[-1]["text"]
    assert waiting(maija) == []


def test_what_is_written_while_waiting_waits_for_the_guide(maija, client):
    queue_up(client)
    answer = client.say("oon tässä, odotan")
    assert [m["text"] for m in answer] == ["Viestisi odottaa ohjaajaa. Olet jonossa ensimmäisenä."]
    (handoff,) = waiting(maija)
    assert "oon tässä, odotan" not in maija.text()
    assert "oon tässä, odotan" in log(maija, take(maija, handoff))


def test_a_crisis_in_the_queue_gets_its_numbers_and_a_mark_at_the_desk(maija, client):
    queue_up(client)
    answer = client.say("haluan kuolla")
    assert answer[0]["crisis"] == "acute"
    assert "112" in answer[0]["text"]
    assert len(waiting(maija)) == 1
    assert "Hätä" in maija.text()


def test_a_chat_that_is_deleted_leaves_the_queue(maija, client):
    queue_up(client)
    assert len(waiting(maija)) == 1
    client.erase()
    assert waiting(maija) == []
