"""The store, on a real SQLite file and a real PostgreSQL server."""

import asyncio
import sqlite3
from datetime import datetime, timedelta

import pytest

from bot.clock import HELSINKI
from bot.store import Button, ChatStore, Message, migrate

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)


@pytest.fixture
async def store(engine):
    return ChatStore(engine)


def said(text, client_id, at=NOON):
    return Message("client", text, at, client_id=client_id)


def answer(text, at=NOON, **more):
    return Message("bot", text, at, **more)


@pytest.fixture
async def file_store(file_engine):
    return ChatStore(file_engine)


async def test_migrating_again_is_harmless(engine):
    await migrate(engine)


async def test_a_message_comes_back_as_it_was_stored(store):
    chat, _ = await store.start("web", NOON)
    message = answer(
        "Hei.",
        buttons=(Button("Raha", "p1", "/money_gone"),),
        services=("kela",),
        topic="money_gone",
        need="money",
        crisis="distress",
    )
    stored = await store.add(chat.id, message)
    assert await store.after(chat.id, 0) == [stored]
    assert stored.n == 1
    assert stored.at == NOON


async def test_times_keep_their_moment_over_the_change_of_the_clocks(store):
    before = datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI, fold=0)
    after = datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI, fold=1)
    chat, _ = await store.start("web", before)
    await store.add(chat.id, answer("a", before))
    await store.add(chat.id, answer("b", after))
    first, second = await store.after(chat.id, 0)
    assert second.at.timestamp() - first.at.timestamp() == 3600


async def test_only_the_token_opens_a_chat(store):
    chat, token = await store.start("web", NOON)
    assert await store.by_token(token) == chat
    assert await store.by_token(token + "x") is None


async def test_the_token_itself_is_not_stored(file_store, tmp_path):
    _, token = await file_store.start("web", NOON)
    assert token.encode() not in (tmp_path / "polku.sqlite3-wal").read_bytes()


async def test_the_same_client_id_is_stored_once(store):
    chat, _ = await store.start("web", NOON)
    first, new = await store.receive(chat.id, said("a", "id-1"))
    again, new_again = await store.receive(chat.id, said("something else", "id-1"))
    assert (new, new_again) == (True, False)
    assert again == first


async def test_many_writers_never_get_one_number(store):
    chat, _ = await store.start("web", NOON)
    await asyncio.gather(*(store.receive(chat.id, said("x", f"id-{i}")) for i in range(20)))
    assert [message.n for message in await store.after(chat.id, 0)] == list(range(1, 21))


async def test_the_first_answer_stays_the_answer(store):
    chat, _ = await store.start("web", NOON)
    message, _ = await store.receive(chat.id, said("a", "id-1"))
    assert await store.unanswered() == [(chat.id, message)]
    first = await store.answer(chat.id, message, [answer("one"), answer("two")])
    assert await store.answer(chat.id, message, [answer("three")]) == first
    assert await store.unanswered() == []
    assert [m.text for m in await store.after(chat.id, 0)] == ["a", "one", "two"]


async def test_a_message_to_a_chat_that_is_gone_is_refused(store):
    chat, _ = await store.start("web", NOON)
    await store.erase(chat.id)
    with pytest.raises(LookupError):
        await store.receive(chat.id, said("a", "id-1"))


async def test_erasing_leaves_nothing_in_the_file(file_store, tmp_path):
    chat, _ = await file_store.start("web", NOON)
    await file_store.receive(chat.id, said("kanarialintu laulaa", "id-1"))
    await file_store.erase(chat.id)
    with sqlite3.connect(tmp_path / "polku.sqlite3") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in tmp_path.iterdir():
        assert b"kanarialintu" not in path.read_bytes()


async def test_purge_erases_the_chats_whose_last_message_is_old(store):
    old, _ = await store.start("web", NOON)
    await store.add(old.id, answer("a", NOON))
    young, _ = await store.start("web", NOON)
    await store.add(young.id, answer("b", NOON + timedelta(hours=2)))
    assert await store.purge(NOON + timedelta(hours=1)) == 1
    assert await store.after(old.id, 0) == []
    assert len(await store.after(young.id, 0)) == 1
