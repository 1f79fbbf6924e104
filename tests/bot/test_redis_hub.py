"""News between gateways, on a real Redis."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.hub import Listener
from bot.redis_hub import RedisHub
from bot.redis_link import Link

SOON = 10


@asynccontextmanager
async def running(*hubs: RedisHub):
    tasks = [asyncio.create_task(hub.run()) for hub in hubs]
    yield
    for task in tasks:
        task.cancel()
    _, stuck = await asyncio.wait(tasks, timeout=SOON)
    assert not stuck


async def heard(listener: Listener) -> None:
    """Wait for news; the first are that its hub has begun to hear."""
    async with asyncio.timeout(SOON):
        await listener.news.wait()
    listener.news.clear()


@pytest.fixture
def hubs(redis_server):
    return [RedisHub(Link(redis_server.url, "polku:hubs")) for _ in range(2)]


async def test_news_and_the_end_of_a_chat_reach_the_listeners_of_the_other_gateway(hubs):
    here, there = hubs
    async with there.listen("chat", reader="guide") as listener, running(*hubs):
        await heard(listener)
        here.tell("chat", typing="client")
        await heard(listener)
        assert listener.typing == "client"
        assert not listener.ended
        here.end("chat")
        await heard(listener)
        assert listener.ended


async def test_a_gateway_that_ends_ends_no_streams_of_others(hubs):
    here, there = hubs
    async with here.listen("chat") as ending, there.listen("chat") as listener, running(*hubs):
        await heard(listener)
        here.end_all()
        here.tell("chat")
        await heard(listener)
        assert ending.ended
        assert not listener.ended


async def test_gateways_with_another_secret_key_hear_nothing(redis_server, hubs):
    stranger = RedisHub(Link(redis_server.url, "polku:others"))
    here, there = hubs
    async with (
        stranger.listen("chat") as deaf,
        there.listen("chat") as listener,
        running(stranger, *hubs),
    ):
        await heard(deaf)
        await heard(listener)
        here.tell("chat")
        await heard(listener)
        assert not deaf.news.is_set()


async def test_a_hub_that_is_told_to_end_while_it_passes_news_on_ends(redis_server):
    for ticks in range(40):
        hub = RedisHub(Link(redis_server.url, "polku:hubs"))
        async with running(hub):
            await asyncio.sleep(0.01)
            hub.tell("chat")
            for _ in range(ticks):
                await asyncio.sleep(0)
