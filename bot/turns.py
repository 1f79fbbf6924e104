"""Turns in a chat: what one message needs is done before the next one is looked at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Gives the turns of each chat one by one, in the order in which they were asked for."""

    def __init__(self) -> None:
        """Begin with every chat free."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def __call__(self, chat: str) -> AsyncIterator[None]:
        """Wait for a turn in ``chat`` and have it while the block lasts."""
        async with self._locks.setdefault(chat, asyncio.Lock()):
            yield
