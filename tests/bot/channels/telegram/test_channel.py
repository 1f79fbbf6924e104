"""The channel beside the parts it works with: later messages, typing, codes, files."""

import asyncio

from bot.channels.telegram import Attachment
from bot.clock import now
from bot.store import Message, TelegramChats
from tests.bot.channels.telegram.conftest import channel_beside


async def until(condition, seconds=20.0):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is in another thread
            await asyncio.sleep(0.02)


async def opened(gateway, user):
    """Begin a chat and return its id."""
    user.say("/start")
    await until(lambda: len(user.texts) == 2)
    (chat,) = await TelegramChats(gateway.engine).chats()
    return chat


async def test_what_a_guide_writes_later_is_delivered(telegram, tmp_path):
    async with channel_beside(telegram, tmp_path) as gateway:
        user = telegram.user()
        chat = await opened(gateway, user)
        await gateway.store.add(chat, Message("guide", "Hei, olen opas.", now()))
        await gateway.store.add(chat, Message("system", "Ohjaaja on nyt täällä.", now()))
        gateway.hub.tell(chat)
        await until(lambda: len(user.texts) == 4)
        assert user.texts[2].startswith("Ohjaaja kirjoittaa:")
        assert user.texts[3] == "Ohjaaja on nyt täällä."


async def test_what_another_process_adds_without_a_word_is_delivered(telegram, tmp_path):
    async with channel_beside(telegram, tmp_path) as gateway:
        user = telegram.user()
        chat = await opened(gateway, user)
        await gateway.store.add(chat, Message("guide", "Hei!", now()))
        await until(lambda: len(user.texts) == 3, 30)


async def test_typing_shows_while_somebody_writes_and_not_for_quick_answers(telegram, tmp_path):
    async with channel_beside(telegram, tmp_path) as gateway:
        user = telegram.user()
        chat = await opened(gateway, user)
        gateway.hub.tell(chat, typing="bot")
        gateway.hub.tell(chat)
        gateway.hub.tell(chat, typing="guide")
        await until(lambda: user.room.actions)
        gateway.hub.tell(chat)
        assert user.room.actions == ["typing"]


async def test_a_return_code_is_handed_over_and_its_answer_said(telegram, tmp_path):
    given = []

    async def resume(chat, code):
        given.append((chat, code))
        return [Message("bot", "Pääsitkö palveluun?", now())] if "metsa" in code else None

    async with channel_beside(telegram, tmp_path) as gateway:
        gateway.telegram.resume_with(resume)
        user = telegram.user()
        user.say("/start kettu-METSA-talvi-vene")
        await until(lambda: "Pääsitkö palveluun?" in user.texts)
        assert "Telegram näkee" in user.texts[0]
        user.say("/start sana_toinen_kolmas_neljas")
        await until(lambda: any("tällä koodilla" in text for text in user.texts))
        (chat,) = await TelegramChats(gateway.engine).chats()
        assert given == [
            (chat, "kettu metsa talvi vene"),
            (chat, "sana toinen kolmas neljas"),
        ]
        kept = str([m.text for m in await gateway.store.after(chat, 0)])
        assert "metsa" not in kept


async def test_a_file_goes_after_its_message(telegram, tmp_path):
    async def attach(_chat, message):
        return Attachment("muistilista.pdf", b"%PDF-") if "Muistilista" in message.text else None

    async with channel_beside(telegram, tmp_path) as gateway:
        gateway.telegram.attach_with(attach)
        user = telegram.user()
        chat = await opened(gateway, user)
        await gateway.store.add(chat, Message("bot", "Muistilista on tässä.", now()))
        await gateway.store.add(chat, Message("bot", "Mitä muuta?", now()))
        gateway.hub.tell(chat)
        await until(lambda: len(user.received) == 5)
        assert user.texts[2:] == ["Muistilista on tässä.", "", "Mitä muuta?"]
        assert user.received[3]["document"]["file_name"] == "muistilista.pdf"


async def test_an_erased_chat_gets_nothing_more(telegram, tmp_path):
    async with channel_beside(telegram, tmp_path) as gateway:
        user = telegram.user()
        chat = await opened(gateway, user)
        telegram.outages["sendMessage"] = "bad gateway"
        await gateway.store.add(chat, Message("guide", "Hei!", now()))
        gateway.hub.tell(chat)
        await until(lambda: any(call.status == 502 for call in telegram.calls))
        await gateway.store.erase(chat)
        gateway.hub.end(chat)
        telegram.outages.clear()
        user.say("/apua")
        await until(lambda: any("/kuulumiset" in text for text in user.texts))
        assert not any("Ohjaaja kirjoittaa" in text for text in user.texts)
