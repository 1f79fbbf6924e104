"""Rasa's trackers in our tables, and its turns when several Rasa servers share a Redis."""

import asyncio
from datetime import datetime

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.clock import HELSINKI
from bot.store import ChatStore
from bot.store.rasa_lock_store import SharedLockStore
from bot.store.rasa_tracker_store import PolkuTrackerStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)
DOMAIN = Domain.from_yaml(
    'version: "3.1"\nslots: {area: {type: text, influence_conversation: false, mappings: '
    "[{type: custom}]}}"
)


@pytest.fixture
async def trackers(database):
    store = PolkuTrackerStore(DOMAIN, database_url=database)
    yield store
    await store._engine.dispose()


def tracker(chat: str, *events: object) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(chat, list(events), DOMAIN.slots)


async def test_a_tracker_comes_back_as_it_was_saved_and_goes_with_its_chat(engine, trackers):
    chats = ChatStore(engine)
    chat, _ = await chats.start("web", NOON)
    await trackers.save(tracker(chat.id, UserUttered("hei"), SlotSet("area", "raha")))
    await trackers.save(tracker(chat.id, UserUttered("ä\U0001f642"), SlotSet("area", "koti")))
    found = await trackers.retrieve(chat.id)
    assert found.get_slot("area") == "koti"
    assert found.latest_message.text == "ä\U0001f642"
    assert await trackers.keys() == [chat.id]
    await chats.erase(chat.id)
    assert await trackers.retrieve(chat.id) is None


async def test_a_turn_that_ends_after_its_chat_was_erased_leaves_nothing(engine, trackers):
    await trackers.save(tracker("gone", UserUttered("hei")))
    assert await trackers.keys() == []


async def test_two_rasa_servers_never_work_on_one_chat_at_once(redis_server):
    endpoint = EndpointConfig(url=redis_server.url, namespace="polku:test")
    stores = [SharedLockStore(endpoint) for _ in range(2)]
    inside = done = 0

    async def turn(store: SharedLockStore) -> None:
        nonlocal inside, done
        async with store.lock("chat"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0.01)
            inside -= 1
            done += 1

    await asyncio.gather(*(turn(store) for store in stores * 4))
    assert done == 8
    assert redis_server.everything() == ""


async def test_a_rasa_server_without_its_redis_answers_all_the_same():
    store = SharedLockStore(EndpointConfig(url="redis://127.0.0.1:1", namespace="polku:test"))
    async with store.lock("chat") as ticket:
        assert ticket is not None
