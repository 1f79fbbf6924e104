"""People talk with the bot in Telegram, through a stand-in of the Bot API."""

import sqlite3
import time

import pytest

from tests.bot.channels.telegram.conftest import open_first_topic
from tests.support.telegram_server import TelegramUser, buttons

ACUTE = "aion tappaa itseni tänä iltana"
FILE = {"file_id": "f", "file_unique_id": "f"}


@pytest.fixture
def user(shared_telegram, shared_gateway) -> TelegramUser:
    return shared_telegram.user()


@pytest.fixture
def greeted(user) -> TelegramUser:
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    return user


def rows(gateway, query):
    with sqlite3.connect(gateway.var / "polku.sqlite3") as connection:
        return connection.execute(query).fetchall()


def settled(user, seconds=0.6):
    """Return the texts once nothing more is coming."""
    user.wait_for(lambda u: u.server.waiting() == 0)
    count = -1
    while count != len(user.texts):
        count = len(user.texts)
        time.sleep(seconds)
    return user.texts


def test_start_greets_and_says_that_telegram_sees_the_conversation(greeted):
    greeting, privacy = greeted.texts
    assert "Polku" in greeting
    assert "Telegram näkee" in privacy
    assert "https://polku.example/" in privacy
    assert [b["text"] for b in buttons(greeted.received[1])] == [
        "Näytä aiheet", "Mitä sinulle kuuluu?", "Puhu ihmiselle",
    ]  # fmt: skip


def test_the_menu_of_commands_is_in_finnish(greeted):
    menu = {command["command"]: command["description"] for command in greeted.server.commands}
    assert list(menu) == ["start", "apua", "kuulumiset", "ihminen", "aukiolo", "poista", "tietoja"]
    assert menu["poista"] == "Poista keskustelu"
    assert "Telegram näkee" in greeted.server.description


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/apua", "/kuulumiset: Kerro"),
        ("/APUA@polku_test_bot", "/kuulumiset: Kerro"),
        ("/help", "/kuulumiset: Kerro"),
        ("/kuulumiset", "Aloitetaan yhdestä asiasta"),
        ("/ihminen", "Ohjaaja"),
        ("/aukiolo", "Ohjaaja"),
        ("/poista", "Haluatko poistaa keskustelun?"),
        ("/tietoja", "Poistan keskustelumme itse"),
        ("/start", "Telegram näkee"),
        ("/outo", "Valitse aihe"),
        ("häätö uhkaa /apua", "Osa minusta on hetken poissa"),
    ],
)
def test_every_command_is_answered(greeted, command, answer):
    before = len(greeted.texts)
    greeted.say(command)
    greeted.wait_for(lambda u: any(answer in text for text in u.texts[before:]))


def test_a_first_message_gets_the_privacy_notice_once_and_its_answer(user):
    user.say("häätö uhkaa")
    user.wait_for(lambda u: len(u.texts) >= 2)
    user.say("vuokra on rästissä")
    user.wait_for(lambda u: len(u.texts) >= 4)
    assert "Telegram näkee" in user.texts[0]
    assert sum("Telegram näkee" in text for text in user.texts) == 1


@pytest.mark.parametrize(
    "content",
    [
        {"text": ACUTE},
        {"text": f"/apua {ACUTE}"},
        {"text": f"/start {ACUTE}"},
        {"text": "/start aion tappaa itseni nyt"},
        {"caption": ACUTE, "photo": [{**FILE, "width": 1, "height": 1}]},
        {"text": ACUTE, "edited": True},
        {
            "text": ACUTE,
            "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Joku"},
        },
    ],
)
def test_a_crisis_text_comes_before_everything(user, content):
    user.send(**content)
    user.wait_for_text("Telegram näkee")
    assert "112" in user.texts[0]
    assert "Telegram" not in user.texts[0]


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"voice": {**FILE, "duration": 3}}, "En osaa kuunnella"),
        ({"video_note": {**FILE, "duration": 3, "length": 240}}, "En osaa kuunnella"),
        ({"photo": [{**FILE, "width": 90, "height": 90}]}, "En osaa katsoa kuvia"),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, "En osaa katsoa kuvia"),
        (
            {
                "animation": {**FILE, "width": 1, "height": 1, "duration": 1},
                "document": FILE,
            },
            "En osaa katsoa kuvia",
        ),
        (
            {
                "sticker": {
                    **FILE, "type": "regular", "width": 512, "height": 512,
                    "is_animated": False, "is_video": False, "emoji": "🙂",
                }
            },
            "En osaa lukea tarroja",
        ),
        ({"location": {"latitude": 62.24, "longitude": 25.75}}, "En lue sijaintiasi"),
        ({"contact": {"phone_number": "+358401234567", "first_name": "Maija"}}, "yhteystietoja"),
        ({"document": {**FILE, "file_name": "paatos.pdf"}}, "En osaa avata tiedostoja"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "En osaa lukea tällaista"),
        ({"text": "muutettu", "edited": True}, "Muutit vanhaa viestiäsi"),
        (
            {
                "text": "katso tämä",
                "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Joku"},
            },
            "on kirjoittanut joku muu",
        ),
        ({"uusi_asia": {"a": 1}}, "En osaa lukea tällaista"),
    ],
)  # fmt: skip
def test_what_is_not_text_gets_a_fitting_answer(greeted, shared_gateway, content, answer):
    greeted.send(**content)
    greeted.wait_for_text(answer)
    # Nothing is fetched, and nothing of it is kept.
    assert not {"getFile"} & set(greeted.server.counts())
    kept = str(rows(shared_gateway, "SELECT text, details FROM messages"))
    for private in ("paatos.pdf", "Maija", "401234567", "62.24", "katso tämä", "muutettu", "Joku"):
        assert private not in kept


def test_the_words_under_a_picture_are_read(greeted):
    greeted.send(photo=[{**FILE, "width": 9, "height": 9}], caption="häätö uhkaa")
    greeted.wait_for_text("En osaa katsoa kuvia")
    greeted.wait_for_text("Osa minusta on hetken poissa")


def test_what_nobody_said_is_not_answered(greeted):
    before = len(greeted.texts)
    moving = {"latitude": 62.24, "longitude": 25.75, "live_period": 60}
    greeted.send(location=moving, edited=True)
    greeted.send(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    assert len(settled(greeted)) == before


def test_an_empty_message_is_answered(greeted):
    greeted.send(text="\u200b \u200b")
    greeted.wait_for_text("Kirjoita ensin viesti")


def test_a_message_over_the_limit_is_told_of_and_a_cry_for_help_in_it_is_heard(greeted):
    greeted.say("ä" * 4096)
    greeted.wait_for_text("Kirjoita enintään 4000 merkkiä")
    greeted.say("aion tappaa itseni tänä iltana. " + "ä" * 4050)
    greeted.wait_for_text("112")


def test_half_a_character_does_not_stop_the_bot(greeted):
    greeted.send(text="häätö \ud83d uhkaa")
    greeted.wait_for_text("Osa minusta on hetken poissa")


def test_a_pressed_button_is_answered_and_stays_readable(greeted):
    asked = greeted.received[1]
    greeted.press("Näytä aiheet")
    greeted.wait_for_text("Valitse, mistä haluat apua")
    greeted.wait_for(lambda u: not buttons(u.received[1]))
    assert asked["text"].startswith("Tiedä tämä")
    assert greeted.texts[1].endswith("Valitsit: Näytä aiheet")


def test_names_stay_bold_after_a_button_is_pressed(greeted):
    open_first_topic(greeted)
    card = next(m for m in reversed(greeted.received) if m.get("entities") and buttons(m))
    bold = [e for e in card["entities"] if e["type"] == "bold"]
    assert bold
    title = buttons(card)[0]["text"]
    greeted.press(title, card)
    greeted.wait_for(lambda u: f"Valitsit: {title}" in card["text"])
    assert card["entities"] == bold


def test_two_quick_taps_are_one_answer(greeted):
    question = greeted.received[1]
    again = dict(question)
    toasts = greeted.server.toasts
    greeted.press("Näytä aiheet", again)
    greeted.press("Näytä aiheet", again)
    greeted.press("Puhu ihmiselle", again)
    greeted.wait_for(lambda u: toasts.count("Valitsit tästä jo.") == 2)
    texts = settled(greeted)
    assert sum("Valitse, mistä haluat apua" in text for text in texts) == 1
    assert not any("Haluat puhua ihmisen" in text for text in texts)


@pytest.mark.parametrize("data", ["vanha-nappi", "ääkkösiä", "x" * 64])
def test_an_old_button_gets_a_sensible_answer(greeted, data):
    greeted.press_data(data, greeted.received[1])
    greeted.wait_for_text("Tämä nappi on vanhentunut")


def test_a_button_of_a_message_that_telegram_no_longer_shows_still_works(greeted):
    gone = {"message_id": 999_999, "chat": greeted.room.as_json(), "date": 0}
    greeted.press_data("menu", gone)
    greeted.wait_for_text("Valitse, mistä haluat apua")


def test_a_button_of_a_chat_that_is_erased_is_answered_in_a_new_chat(greeted):
    question = dict(greeted.received[1])
    greeted.say("/poista")
    greeted.wait_for_text("Haluatko poistaa")
    greeted.press("Poista keskustelu")
    greeted.wait_for_text("Poistin keskustelun")
    greeted.press_data("menu", question)
    greeted.wait_for_text("Valitse, mistä haluat apua")


def test_erasing_needs_a_yes_and_leaves_nothing_in_the_store(greeted, shared_gateway):
    count = "SELECT (SELECT count(*) FROM telegram_chats), (SELECT count(*) FROM messages)"
    greeted.say("vuokra on rästissä")
    greeted.wait_for_text("Osa minusta on hetken poissa")
    greeted.say("/poista")
    greeted.wait_for_text("Haluatko poistaa")
    greeted.press("Älä poista")
    greeted.wait_for_text("En poistanut mitään")
    ((chats, messages),) = rows(shared_gateway, count)
    greeted.say("/poista")
    greeted.wait_for(lambda u: sum("Haluatko poistaa" in text for text in u.texts) == 2)
    greeted.press("Poista keskustelu")
    text = greeted.wait_for_text("Poistin keskustelun")
    assert "En voi poistaa viestejä Telegramista" in text
    ((chats_left, messages_left),) = rows(shared_gateway, count)
    assert chats_left == chats - 1
    assert messages_left < messages
    greeted.say("moi")
    greeted.wait_for(lambda u: "Telegram näkee" in u.texts[-1] or len(u.texts) > 10)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_the_bot_leaves_a_group_after_saying_why(shared_telegram, shared_gateway, kind):
    room = shared_telegram.group(kind)
    shared_telegram.wait_for(lambda: room.state == "left")
    assert ["Juttelen vain kahden kesken" in m["text"] for m in room.messages] == [True]


def test_a_message_in_a_group_is_not_read(shared_telegram, shared_gateway):
    room = shared_telegram.group(tell=False)
    TelegramUser(shared_telegram, room).send(text="meidän salaisuus")
    shared_telegram.wait_for(lambda: room.state == "left")
    assert "salaisuus" not in str(rows(shared_gateway, "SELECT text FROM messages"))


def test_a_group_that_has_moved_is_left_alone(shared_telegram, shared_gateway):
    room = shared_telegram.group("group")
    shared_telegram.wait_for(lambda: room.state == "left")
    room.migrated_to = room.id - 1
    room.state = "member"
    user = shared_telegram.user()
    TelegramUser(shared_telegram, room).send(migrate_to_chat_id=room.id - 1)
    user.say("/apua")
    user.wait_for_text("/kuulumiset")


@pytest.mark.parametrize("state", ["kicked", "deactivated"])
def test_who_cannot_be_reached_any_more_is_erased(greeted, shared_gateway, state):
    count = "SELECT count(*) FROM telegram_chats"
    ((before,),) = rows(shared_gateway, count)
    greeted.say("/apua")
    greeted.block(state)
    shared_gateway.wait_for(lambda: rows(shared_gateway, count) == [(before - 1,)], 20)


def test_who_blocks_the_bot_is_erased_at_once(greeted, shared_gateway):
    count = "SELECT count(*) FROM telegram_chats"
    ((before,),) = rows(shared_gateway, count)
    greeted.block(tell=True)
    shared_gateway.wait_for(lambda: rows(shared_gateway, count) == [(before - 1,)], 20)


def test_nothing_that_tells_who_writes_is_stored_or_logged(greeted, shared_gateway):
    greeted.say("häätö uhkaa, numeroni on 040 123 4567")
    greeted.wait_for_text("puhelinnumero")
    files = [p.read_bytes() for p in shared_gateway.var.rglob("*") if p.is_file()]
    kept = b"".join(files)
    for private in (str(greeted.id), "Aino", "Kuusikangas", "aino_k", "123 4567"):
        assert private.encode() not in kept
    log = shared_gateway.logs()
    assert greeted.server.token not in log
    assert greeted.server.token.partition(":")[2] not in log
    assert "häätö" not in log
