"""The load generator, a process of its own: ``python -m bench.load``, JSON in, JSON out.

Every client waits for the answer to one message before it sends the next, as people do, and
begins a new chat every few messages.
"""

import asyncio
import json
import sys
import time
import uuid
from typing import Any

import aiohttp

_LIMIT = aiohttp.ClientTimeout(total=60)


class PolkuClient:
    """A client of the gateway's HTTP contract."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._messages = ""
        self._headers: dict[str, str] = {}

    async def begin(self) -> None:
        """Open a chat."""
        async with self._session.post(f"{self._url}/api/chats", json={}) as response:
            response.raise_for_status()
            opened = await response.json()
        self._messages = f"{self._url}/api/chats/{opened['chat']}/messages"
        self._headers = {"Authorization": f"Bearer {opened['token']}"}

    async def say(self, text: str) -> bool:
        """Send a message; return whether there was an answer."""
        body = {"id": str(uuid.uuid4()), "text": text}
        async with self._session.post(
            self._messages, json=body, headers=self._headers
        ) as response:
            return response.status == 200 and bool((await response.json())["messages"])


class RasaClient:
    """A client of Rasa's REST channel."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/webhooks/rest/webhook"
        self._sender = ""

    async def begin(self) -> None:
        """Take a new sender: that opens a chat."""
        self._sender = uuid.uuid4().hex

    async def say(self, text: str) -> bool:
        """Send a message; return whether there was an answer."""
        async with self._session.post(
            self._url, json={"sender": self._sender, "message": text}
        ) as response:
            return response.status == 200 and bool(await response.json())


CLIENTS = {"polku": PolkuClient, "rasa": RasaClient}


async def run(kind: str, url: str, clients: int, chat_messages: int, texts: list[str]) -> Any:
    """Send ``texts`` with ``clients`` at once; return times in seconds and what failed."""
    waiting = iter(texts)
    times: list[float] = []
    failed = 0

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal failed
        speaker = CLIENTS[kind](session, url)
        # One iterator for all: it ends for every client at the last text.
        for said, text in enumerate(waiting):
            if said % chat_messages == 0:
                await speaker.begin()
            began = time.perf_counter()
            try:
                answered = await speaker.say(text)
            except (aiohttp.ClientError, TimeoutError):
                answered = False
            times.append(time.perf_counter() - began)
            failed += not answered

    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(connector=connector, timeout=_LIMIT) as session:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client(session))
        seconds = time.perf_counter() - began
    return {"times": times, "seconds": seconds, "failed": failed, "own_cpu": time.process_time()}


if __name__ == "__main__":
    json.dump(asyncio.run(run(**json.load(sys.stdin))), sys.stdout)
