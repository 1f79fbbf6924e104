"""What is said in Telegram only is plain Finnish and complete."""

import asyncio
from datetime import datetime

from actions.context import answers
from bot.channels.telegram.kinds import _KINDS
from bot.channels.telegram.local import Local
from bot.channels.telegram.texts import Texts
from bot.clock import HELSINKI
from bot.conversation import FIXED_BUTTONS
from bot.settings import load_settings
from bot.store import Message
from services_catalog.plain_language import check_buttons, check_message

AT = datetime(2026, 11, 23, 8, 15, tzinfo=HELSINKI)
TEXTS = Texts(answers(), load_settings())


class _Greeting:
    def greeting(self):
        return Message("bot", "Hei!", AT)


LOCAL = Local(
    conversation=_Greeting(),  # type: ignore[arg-type]
    texts=TEXTS,
    phrases=answers().phrases,
    longest=4000,
    now=lambda: AT,
)


def test_every_text_is_plain_finnish():
    for key, text in TEXTS._lines.lines.items():
        if key.startswith("sent."):
            continue
        found = check_message(text.split("\n\n"))
        assert not [f for f in found if f.level == "error"], (key, found)


def test_buttons_are_few_and_short():
    for key in ("apua", "poista", "kinds.voice", "errors.old_button", "start"):
        for message in asyncio.run(LOCAL("", Message("client", "", AT), key)):
            assert not check_buttons([button.title for button in message.buttons])


def test_every_kind_and_every_command_has_its_answer():
    for kind in (*_KINDS, "edited", "forwarded"):
        assert asyncio.run(LOCAL("", Message("client", "", AT), f"kinds.{kind}"))
        assert TEXTS(f"sent.{kind}")
    for command in set(TEXTS.commands) - {"kuulumiset", "ihminen", "aukiolo"}:
        assert asyncio.run(LOCAL("", Message("client", "", AT), command))
    assert {"checkin", "human", "hours"} <= set(FIXED_BUTTONS)


def test_telegram_takes_the_description_and_the_commands():
    assert len(TEXTS.description) <= 512
    assert all(1 <= len(text) <= 256 for text in TEXTS.commands.values())
