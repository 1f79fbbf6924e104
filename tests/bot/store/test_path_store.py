"""Paths in the store: erased with their chats, kept only as long as agreed."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from bot.clock import HELSINKI
from bot.store import ChatStore, PathStore, StoredPath

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)
LATER = NOON + timedelta(days=30)


@pytest.fixture
async def stores(engine):
    return ChatStore(engine), PathStore(engine)


@pytest.fixture
async def kept(stores):
    """A chat whose path is kept under the id "kept"."""
    chats, paths = stores
    chat, _ = await chats.start("web", NOON)
    await paths.save(chat.id, {"things": ["kanarialintu"]})
    await paths.keep(chat.id, "kept", "key", "sealed", LATER)
    return chat.id


async def test_a_new_path_takes_the_place_of_the_old_and_stays_kept(stores, kept):
    _, paths = stores
    await paths.save(kept, {"things": []})
    assert await paths.of(kept) == StoredPath({"things": []}, "kept", "key")


async def test_keeping_again_forgets_what_was_kept_before(stores, kept):
    _, paths = stores
    await paths.keep(kept, "new", "key", "sealed", LATER)
    assert await paths.kept("kept", NOON) is None
    assert await paths.kept("new", NOON) == "sealed"


async def test_erasing_the_chat_erases_its_path_and_what_is_kept(stores, kept):
    chats, paths = stores
    await chats.erase(kept)
    assert await paths.of(kept) is None
    assert await paths.kept("kept", NOON) is None


async def test_an_erased_path_leaves_nothing_in_the_file(file_engine, tmp_path):
    chats, paths = ChatStore(file_engine), PathStore(file_engine)
    chat, _ = await chats.start("web", NOON)
    await paths.save(chat.id, {"things": ["kanarialintu"]})
    await chats.erase(chat.id)
    with sqlite3.connect(tmp_path / "polku.sqlite3") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in tmp_path.iterdir():
        assert b"kanarialintu" not in path.read_bytes()


async def test_erasing_a_chat_leaves_the_paths_of_others(stores, kept):
    chats, paths = stores
    other, _ = await chats.start("web", NOON)
    await paths.save(other.id, {})
    await chats.erase(other.id)
    assert await paths.kept("kept", NOON) == "sealed"


async def test_a_chat_that_goes_by_its_age_leaves_what_is_kept(stores, kept):
    chats, paths = stores
    await chats.purge(NOON + timedelta(days=1))
    assert await paths.of(kept) is None
    assert await paths.kept("kept", NOON) == "sealed"


async def test_what_is_kept_is_gone_when_its_time_is_over(stores, kept):
    _, paths = stores
    assert await paths.kept("kept", LATER - timedelta(seconds=1)) == "sealed"
    assert await paths.kept("kept", LATER) is None
    assert await paths.purge(LATER - timedelta(seconds=1)) == 0
    assert await paths.purge(LATER) == 1
    assert await paths.kept("kept", NOON) is None


async def test_a_chat_that_came_back_can_erase_what_is_kept(stores, kept):
    chats, paths = stores
    back, _ = await chats.start("telegram", NOON)
    await paths.link(back.id, StoredPath({}, "kept", "key"))
    await chats.erase(back.id)
    assert await paths.kept("kept", NOON) is None
