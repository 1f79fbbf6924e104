"""Several guides, clients and gateways at the same moment: nothing is lost, doubled or stuck."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot import retention
from bot.clock import HELSINKI
from bot.settings import load_settings
from bot.store import ChatStore, Message
from bot.store.guides import GuideStore
from bot.store.handoffs import AWAY, HERE, Handoff, HandoffStore, Present

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HELSINKI)


def said(text: str) -> Message:
    return Message("guide", text, NOON, client_id=text)


@pytest.fixture(autouse=True)
async def connections(engine):
    """Open connections beforehand, so that what begins at once meets at once."""
    await asyncio.gather(*(ChatStore(engine).ping() for _ in range(10)))


async def test_no_more_clients_join_the_queue_than_there_is_room_for(engine):
    chats = ChatStore(engine)
    handoffs = HandoffStore(engine, chats)
    ids = [(await chats.start("web", NOON))[0].id for _ in range(8)]
    joined = await asyncio.gather(*(handoffs.join(Handoff(chat, NOON), room=3) for chat in ids))
    assert sum(each is not None for each in joined) == 3
    assert await handoffs.waiting() == 3


async def test_of_many_guides_one_gets_the_client(engine):
    chats = ChatStore(engine)
    handoffs = HandoffStore(engine, chats)
    chat, _ = await chats.start("web", NOON)
    waiting = await handoffs.join(Handoff(chat.id, NOON), room=1)
    taken = await asyncio.gather(
        *(handoffs.take(waiting.id, f"g{i}", f"G{i}", NOON, [said(f"{i}")]) for i in range(6))
    )
    assert sum(taken) == 1
    assert [message.text for message in await chats.after(chat.id, 0)] == [str(taken.index(True))]


async def test_a_guides_signs_of_life_at_once_are_one_presence(engine):
    handoffs = HandoffStore(engine, ChatStore(engine))
    await asyncio.gather(
        *(handoffs.set_presence(Present("g", "Maija", HERE, True, NOON)) for _ in range(6))
    )
    assert len(await handoffs.presences()) == 1


async def test_a_sign_of_life_at_the_same_moment_leaves_what_the_guide_has_chosen(engine):
    handoffs = HandoffStore(engine, ChatStore(engine))
    await handoffs.set_presence(Present("g", "Maija", AWAY, True, NOON))
    now = NOON + timedelta(seconds=9)
    early = NOON - timedelta(minutes=10)
    seen = [handoffs.seen("g", now, live=True, gone_before=early) for _ in range(4)]
    here = handoffs.set_presence(Present("g", "Maija", HERE, False, now))
    await asyncio.gather(*seen[:2], here, *seen[2:])
    (present,) = await handoffs.presences()
    assert (present.state, present.seen_at) == (HERE, now)


async def test_a_guide_who_was_gone_for_long_is_away_when_heard_of_again(engine):
    handoffs = HandoffStore(engine, ChatStore(engine))
    await handoffs.set_presence(Present("g", "Maija", HERE, False, NOON))
    later = NOON + timedelta(hours=1)
    for _ in range(2):
        await handoffs.seen("g", later, live=True, gone_before=later - timedelta(minutes=10))
    (present,) = await handoffs.presences()
    assert (present.state, present.live, present.seen_at) == (AWAY, True, later)
    await handoffs.seen("nobody", later, live=True, gone_before=NOON)
    assert len(await handoffs.presences()) == 1


async def test_wrong_tries_to_sign_in_at_once_are_all_counted(engine):
    guides = GuideStore(engine)
    await asyncio.gather(*(guides.count_try("key", NOON) for _ in range(10)))
    assert await guides.tries("key") == (10, NOON)


async def test_a_client_who_deletes_the_chat_while_the_guide_writes_gets_no_fault(engine):
    chats = ChatStore(engine)
    handoffs = HandoffStore(engine, chats)
    for _ in range(6):
        chat, _ = await chats.start("web", NOON)
        waiting = await handoffs.join(Handoff(chat.id, NOON), room=9)
        await handoffs.take(waiting.id, "g", "G", NOON, [])
        writing = (handoffs.say(waiting.id, "g", said(f"{i}")) for i in range(5))
        await asyncio.gather(*writing, chats.erase(chat.id))
        assert await chats.after(chat.id, 0) == []
        assert await handoffs.of_chat(chat.id) is None


async def test_two_gateways_purge_at_once_and_erase_each_chat_once(engine, tmp_path, monkeypatch):
    chats = ChatStore(engine)
    for _ in range(20):
        chat, _ = await chats.start("web", NOON)
        await chats.add(chat.id, said("kanarialintu"))
    settings = load_settings({"POLKU_VAR": str(tmp_path)})
    monkeypatch.setenv("POLKU_NOW", (NOON + timedelta(hours=25)).isoformat())
    erased = await asyncio.gather(*(retention.purge(engine, settings) for _ in range(2)))
    assert sorted(each.chats for each in erased) == [0, 20]
