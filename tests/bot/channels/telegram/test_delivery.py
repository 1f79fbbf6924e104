"""What is said reaches Telegram in order and once, whatever happens to it or to the gateway."""

import threading
import time

import requests

from tests.support.client import ChatClient
from tests.support.delivery import all_noted, answered, assert_all_delivered
from tests.support.telegram_server import buttons

TALK = [
    "häätö uhkaa", "/apua", "ruoka on loppu", "/tietoja", "mistä saan toimeentulotukea", "/apua",
    "olen yksin", "/aukiolo", "velat painavat", "/tietoja",
]  # fmt: skip


def begin(gateway, user):
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    gateway.wait_for(lambda: all_noted(gateway), 20)


def test_a_restart_loses_and_doubles_nothing(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    for text in TALK[:5]:
        user.say(text)
    user.wait_for(lambda u: len(u.texts) >= 2)
    gateway.stop()
    for text in TALK[5:]:
        user.say(text)
    gateway.start()
    assert_all_delivered(gateway, len(TALK), user)


def test_a_kill_before_delivery_loses_and_doubles_nothing(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    begin(gateway, user)
    telegram.outages["sendMessage"] = "bad gateway"
    for text in TALK[:4]:
        user.say(text)
    gateway.wait_for(lambda: answered(gateway) == 5, 30)
    gateway.kill()
    telegram.outages.clear()
    gateway.start()
    assert_all_delivered(gateway, 5, user)


def test_what_was_fetched_but_not_stored_at_a_kill_is_fetched_again(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    begin(gateway, user)
    gateway.kill()
    # Not acknowledged, although taken: Telegram gives it again, with the same id.
    number = user.say("häätö uhkaa")
    (update,) = [u for u in telegram._updates if u["update_id"] == number]
    gateway.start()
    user.wait_for(lambda u: len(u.texts) >= 4)
    telegram.redeliver(update)
    user.say("/tietoja")
    assert_all_delivered(gateway, 3, user)


def test_an_outage_keeps_order_and_the_web_chat(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    begin(gateway, user)
    for count, trouble in enumerate(("cut", "bad gateway"), start=1):
        telegram.outages["*"] = trouble
        for text in TALK[:3]:
            user.say(text)
        assert ChatClient.open(gateway.url).say("häätö uhkaa")
        time.sleep(2)
        telegram.outages.clear()
        assert_all_delivered(gateway, 1 + 3 * count, user)
    assert "Telegram does not answer" in gateway.logs()
    assert "Telegram answers again" in gateway.logs()
    assert gateway.logs().count("Telegram does not answer") <= 6


def test_a_burst_of_refusals_for_speed_keeps_order(telegram, start_gateway):
    gateway = start_gateway()
    users = [telegram.user() for _ in range(5)]
    telegram.floods = 8
    for text in TALK[:3]:
        for user in users:
            user.say(text)
    assert_all_delivered(gateway, 15, *users)
    assert telegram.floods == 0
    refused = [call for call in telegram.calls if call.status == 429]
    assert len(refused) == 8


def test_too_much_undelivered_is_skipped_and_told(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    begin(gateway, user)
    telegram.outages["sendMessage"] = "bad gateway"
    user.say("aion tappaa itseni tänä iltana")
    for count in range(12):
        user.say("/apua" if count % 2 else "/tietoja")
    gateway.wait_for(lambda: answered(gateway) == 14, 60)
    gateway.stop()
    telegram.outages.clear()
    gateway.start()
    user.wait_for(lambda u: len(u.texts) >= 2 + 1 + 1 + 10, 60)
    after = user.texts[2:]
    assert "Osa viesteistäni jäi sen takia pois" in after[0]
    assert "112" in after[1]
    assert len(after) == 12


def open_a_card(user):
    """Press the first need and its first topic, which is answered with a card."""
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    user.press("Näytä aiheet")
    for part in ("Valitse, mistä haluat apua", "Raha"):
        user.wait_for(lambda u, part=part: part in u.texts[-1] and buttons(u.received[-1]))
        user.press(buttons(user.received[-1])[0]["text"])


def test_a_message_that_telegram_refuses_is_sent_plain(telegram, start_gateway):
    start_gateway()
    user = telegram.user()
    telegram.refuses_entities = True
    open_a_card(user)
    user.wait_for_text("Näin aloitat: ")
    assert not any(message.get("entities") for message in user.received)


def test_a_message_that_telegram_refuses_in_any_form_is_told_of(telegram, start_gateway):
    start_gateway()
    user = telegram.user()
    telegram.refused_text = "Näin aloitat: "
    open_a_card(user)
    user.wait_for_text("Yksi viestini ei tullut perille")
    user.say("/tietoja")
    user.wait_for_text("Minusta vastaa")


def test_a_wrong_token_is_one_line_in_the_log_and_the_web_goes_on(telegram, start_gateway):
    wrong = "987654321:this-is-not-the-token-of-any-bot-here"
    gateway = start_gateway(POLKU_TELEGRAM_TOKEN=wrong)
    telegram.wait_for(lambda: sum(call.status == 401 for call in telegram.calls) >= 2)
    assert ChatClient.open(gateway.url).say("häätö uhkaa")
    assert gateway.logs().count("Telegram refuses POLKU_TELEGRAM_TOKEN") == 1
    assert "not-the-token" not in gateway.logs()


def test_without_a_token_it_is_off_with_one_line_in_the_log(telegram, start_gateway):
    gateway = start_gateway(POLKU_TELEGRAM_TOKEN="")
    assert ChatClient.open(gateway.url).greeting
    assert gateway.logs().count("Telegram is off: POLKU_TELEGRAM_TOKEN is not set") == 1
    assert requests.post(f"{gateway.url}/telegram", json={}, timeout=60).status_code == 404
    assert not telegram.calls


def test_an_unreachable_telegram_does_not_keep_the_web_from_starting(telegram, start_gateway):
    gateway = start_gateway(POLKU_TELEGRAM_BASE_URL="http://127.0.0.1:9")
    assert ChatClient.open(gateway.url).say("häätö uhkaa")


def test_another_program_with_the_same_token_is_waited_out(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    ended = threading.Event()

    def poll():
        while not ended.is_set():
            requests.post(
                f"{telegram.url}/bot{telegram.token}/getUpdates",
                data={"timeout": 1, "offset": -1, "allowed_updates": '["poll"]'},
                timeout=60,
            )

    other = threading.Thread(target=poll)
    other.start()
    telegram.wait_for(lambda: any(call.status == 409 for call in telegram.calls))
    ended.set()
    other.join()
    assert ChatClient.open(gateway.url).say("häätö uhkaa")
    user.say("/apua")
    user.wait_for_text("/kuulumiset")


def test_who_sends_too_fast_is_told_once_and_a_cry_for_help_is_let_through(
    telegram, start_gateway
):
    start_gateway(messages_per_minute=3)
    user = telegram.user()
    for _ in range(8):
        user.say("/tietoja")
    user.say("aion tappaa itseni tänä iltana")
    user.wait_for(lambda u: any("Olet tärkeä" in t or "112" in t for t in u.texts))
    assert sum("Viestejä tuli nyt liian monta" in text for text in user.texts) == 1
    assert sum("Minusta vastaa" in text for text in user.texts) == 3


def test_buttons_work_after_a_restart(telegram, start_gateway):
    gateway = start_gateway()
    user = telegram.user()
    user.say("xyzzy")
    user.wait_for(lambda u: u.received and any(buttons(m) for m in u.received[1:]))
    gateway.stop()
    gateway.start()
    title = buttons(user.received[-1])[0]["text"]
    before = len(user.texts)
    user.press(title)
    user.wait_for(lambda u: len(u.texts) > before)
    assert not any("nappi on vanhentunut" in text for text in user.texts)
