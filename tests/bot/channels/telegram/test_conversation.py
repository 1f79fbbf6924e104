"""People talk with the bot in Telegram, through a stand-in of the Bot API."""

import pytest

from tests.support.telegram_server import TelegramUser, buttons


@pytest.fixture
def user(shared_telegram, shared_gateway) -> TelegramUser:
    return shared_telegram.user()


def test_start_greets_and_says_that_telegram_sees_the_conversation(user):
    user.say("/start")
    user.wait_for(lambda u: len(u.texts) == 2)
    greeting, privacy = user.texts
    assert "Polku" in greeting
    assert "Telegram näkee" in privacy
    assert "https://polku.example/" in privacy
    assert [b["text"] for b in buttons(user.received[1])] == [
        "Näytä aiheet", "Mitä sinulle kuuluu?", "Puhu ihmiselle",
    ]  # fmt: skip


def test_a_first_message_gets_the_privacy_notice_once_and_its_answer(user):
    user.say("häätö uhkaa")
    user.wait_for(lambda u: len(u.texts) >= 2)
    user.say("vuokra on rästissä")
    user.wait_for(lambda u: len(u.texts) >= 4)
    assert "Telegram näkee" in user.texts[0]
    assert sum("Telegram näkee" in text for text in user.texts) == 1


def test_a_crisis_text_comes_before_everything(user):
    user.say("aion tappaa itseni tänä iltana")
    user.wait_for_text("Telegram näkee")
    assert "112" in user.texts[0]
    assert "Telegram" not in user.texts[0]
