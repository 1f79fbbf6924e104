"""Thousands of updates of random shapes: none stops the bot, no ordinary message is unanswered."""

import asyncio
import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.identity import Identity
from bot.store import TelegramChats
from tests.bot.channels.telegram.conftest import channel_beside
from tests.support.telegram_server import BOT, Room, TelegramServer, person

_AT_ONCE = 10
# `make test-long` tries ten thousand.
_EXAMPLES = int(os.environ.get("POLKU_TEST_UPDATES", "1500")) // _AT_ONCE
_PEOPLE = 40

words = st.sampled_from(
    ["moi", "häätö uhkaa", "olen yksin", "ei rahaa", "/apua", "/start", "/tietoja", "/kuulumiset",
     "/outo", "/start a-b-c-d", "/ihminen", "xyzzy", "010190-123A", "\u200b", "😀", "112"]
)  # fmt: skip
any_text = words | st.text(min_size=1, max_size=60) | st.just("ä" * 4096)
file = st.fixed_dictionaries({"file_id": st.text(max_size=5), "file_unique_id": st.just("u")})
media = st.sampled_from(
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
        {"photo": []},
        {"location": {"latitude": 62.2, "longitude": 25.7}},
        {"contact": {"phone_number": "+358401234567", "first_name": "A"}},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {"dice": {"emoji": "🎲", "value": 1}},
        {"pinned_message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "date": 0}},
        {"new_kind": {"a": 1}},
        {"voice": {"file_id": 3}},
        {"sticker": "?"},
    ]
)
broken = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["update_id", "message", "chat", "id", "text", "from", "date", "type"])
        | st.text(max_size=5), inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn, content: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    who = draw(st.integers(1, _PEOPLE))
    chat = {"id": who, "type": "private", "first_name": "Aino"}
    group = {"id": -who, "type": draw(st.sampled_from(["group", "supergroup"])), "title": "T"}
    return {
        "message_id": draw(st.integers(1, 10**6)),
        "from": person(who),
        "chat": draw(st.sampled_from([chat, chat, chat, group])),
        "date": draw(st.integers(0, 2**31)),
        **draw(content),
    }


said = messages(st.fixed_dictionaries({"text": any_text}))
shown = messages(media.flatmap(lambda m: st.sampled_from([m, {**m, "caption": "häätö"}])))
forwarded = messages(
    st.fixed_dictionaries(
        {
            "text": any_text,
            "forward_origin": st.just({"type": "hidden_user", "date": 1, "sender_user_name": "x"}),
        }
    )
)
pressed = st.builds(
    lambda message, data: {
        "id": "1", "from": message["from"], "message": message, "chat_instance": "1", "data": data,
    },
    messages(st.fixed_dictionaries({"text": any_text})),
    st.sampled_from(["menu", "human", "erase", "keep", "checkin"]) | st.text(max_size=64),
)  # fmt: skip
member = st.builds(
    lambda who, status: {
        "chat": {"id": who, "type": "private"},
        "from": person(who),
        "date": 1,
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": status, "user": BOT, "until_date": 0},
    },
    st.integers(1, _PEOPLE),
    st.sampled_from(["member", "kicked", "left", "?"]),
)
content = st.one_of(
    st.fixed_dictionaries({"message": said}),
    st.fixed_dictionaries({"message": said}),
    st.fixed_dictionaries({"message": shown | forwarded}),
    st.fixed_dictionaries({"edited_message": said | shown}),
    st.fixed_dictionaries({"callback_query": pressed}),
    st.fixed_dictionaries({"my_chat_member": member}),
    st.fixed_dictionaries({"channel_post": broken, "poll": broken}),
    st.dictionaries(st.sampled_from(["message", "callback_query", "poll"]), broken, max_size=2),
)
updates = content | content | content | broken


def is_ordinary(update: Any) -> bool:
    """Return whether somebody wrote something to the bot, in a chat of their own."""
    message = isinstance(update, dict) and update.get("message")
    return (
        isinstance(message, dict)
        and isinstance(message.get("text"), str)
        and isinstance(message.get("chat"), dict)
        and message["chat"].get("type") == "private"
        and isinstance(message.get("from"), dict)
        and "forward_origin" not in message
    )


def ends_chat(update: Any, who: int) -> bool:
    """Return whether ``update`` erases the chat of ``who``."""
    if not isinstance(update, dict):
        return False
    pressed, member = update.get("callback_query"), update.get("my_chat_member")
    if isinstance(pressed, dict) and pressed.get("data") == "erase":
        return pressed["message"]["chat"]["id"] == who
    return isinstance(member, dict) and member["chat"]["id"] == who


async def assert_answered(gateway: Any, update: Any, batch: list[Any]) -> None:
    """It is in the store with its answer, unless the same person had all erased."""
    who = update["message"]["chat"]["id"]
    identity = Identity(gateway.settings.secret_key.get_secret_value())
    known = await TelegramChats(gateway.engine).of(identity.person(who))
    client_id = f"update-{update['update_id']}"
    stored = await gateway.store.by_client_id(known.chat, client_id) if known else None
    if stored is None:
        assert any(ends_chat(other, who) for other in batch), update
    else:
        assert await gateway.store.replies(known.chat, stored.n), update


def test_thousands_of_updates_stop_nothing_and_leave_no_message_unanswered(tmp_path, caplog):
    given_updates = ordinary = 0
    loop = asyncio.new_event_loop()
    server = TelegramServer().start()
    server.rooms = {number: Room(number) for number in range(1, _PEOPLE + 1)}
    running = channel_beside(server, tmp_path)
    gateway = loop.run_until_complete(running.__aenter__())

    async def take(batch: list[Any]) -> None:
        nonlocal given_updates, ordinary
        numbered = []
        for update in batch:
            given_updates += 1
            known = isinstance(update, dict) and "update_id" not in update
            numbered.append({"update_id": given_updates, **update} if known else update)
        await gateway.telegram.take(numbered)
        await gateway.telegram.settled(60)
        assert await gateway.store.unanswered() == []
        for update in filter(is_ordinary, numbered):
            ordinary += 1
            await assert_answered(gateway, update, numbered)

    @settings(
        max_examples=_EXAMPLES, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
        # What came before stays in the store, so a smaller example would not be the same one.
        phases=[Phase.generate],
    )  # fmt: skip
    @given(st.lists(updates, min_size=_AT_ONCE, max_size=_AT_ONCE))
    def check(batch: list[Any]) -> None:
        loop.run_until_complete(take(batch))

    async def until_delivered() -> None:
        async with asyncio.timeout(120):
            while await TelegramChats(gateway.engine).waiting():  # noqa: ASYNC110 - polls
                await asyncio.sleep(0.5)

    try:
        check()
        loop.run_until_complete(until_delivered())
        assert given_updates >= _EXAMPLES * _AT_ONCE
        assert ordinary > given_updates / 10
        assert "could not be handled" not in caplog.text
        assert "could not be answered" not in caplog.text
    finally:
        loop.run_until_complete(running.__aexit__(None, None, None))
        server.stop()
        loop.close()
