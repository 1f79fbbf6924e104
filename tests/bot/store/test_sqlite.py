"""SQLite under the event loop."""

import asyncio
import sqlite3
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.clock import HELSINKI
from bot.store import ChatStore, sqlite

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)


@pytest.fixture
def other(file_engine, tmp_path):
    """Return another program's connection that is in the middle of writing."""
    connection = sqlite3.connect(tmp_path / "polku.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


async def test_a_write_waits_for_another_program_and_the_event_loop_does_not(file_engine, other):
    store = ChatStore(file_engine)
    writing = asyncio.create_task(store.start("web", NOON))
    for _ in range(5):
        await asyncio.sleep(0.01)
        assert await store.by_token("nobody's") is None
    assert not writing.done()
    other.execute("COMMIT")
    chat, token = await writing
    assert await store.by_token(token) == chat


async def test_who_writes_for_too_long_is_not_waited_for(file_engine, other, monkeypatch):
    monkeypatch.setattr(sqlite, "_LONGEST_WAIT", 0.1)
    store = ChatStore(file_engine)
    with pytest.raises(OperationalError, match="locked"):
        await store.start("web", NOON)
    other.execute("COMMIT")
    await store.start("web", NOON)


async def test_a_write_that_is_cancelled_while_it_waits_leaves_nothing(file_engine, other):
    store = ChatStore(file_engine)
    writing = asyncio.create_task(store.start("web", NOON))
    await asyncio.sleep(0.02)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    other.execute("COMMIT")
    async with file_engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM chats")) == 0


async def test_a_hundred_writers_at_once_are_all_served(file_engine):
    store = ChatStore(file_engine)
    opened = await asyncio.gather(*(store.start("web", NOON) for _ in range(100)))
    assert len({chat.id for chat, _ in opened}) == 100


async def test_a_statement_that_is_wrong_is_refused_at_once(file_engine):
    async with file_engine.connect() as connection:
        with pytest.raises(OperationalError, match="no such table"):
            await connection.execute(sa.text("SELECT 1 FROM nowhere"))
