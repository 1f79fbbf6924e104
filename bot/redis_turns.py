"""Turns in a chat that several processes share through Redis."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.redis_link import TROUBLE, Link
from bot.turns import Turns

# A process that is killed in its turn keeps the others of the chat waiting for so long.
_LASTS_SECONDS = 10.0
_RENEWED_EVERY = 3.0
_LOOK_AGAIN_SECONDS = 0.05
# No answer takes so long. The store takes the first answer only, whatever happens here.
_LONGEST_WAIT = 60.0


class RedisTurns(Turns):
    """Gives the turns of each chat one by one, whichever process asks.

    Within a process their order is kept. While Redis is away a process gives its own turns.
    """

    def __init__(self, link: Link, kind: str) -> None:
        """Use ``link``; turns of another ``kind`` do not wait for these."""
        super().__init__()
        self._link = link
        self._kind = kind

    @asynccontextmanager
    async def __call__(self, chat: str) -> AsyncIterator[None]:
        """Wait for a turn in ``chat`` and have it while the block lasts."""
        async with super().__call__(chat):
            lock = self._link.client.lock(
                self._link.key(self._kind, chat),
                timeout=_LASTS_SECONDS,
                thread_local=False,
            )
            if not await self._taken(lock):
                yield
                return
            renewing = asyncio.create_task(self._renew(lock))
            try:
                yield
            finally:
                renewing.cancel()
                await self._release(lock)

    async def _taken(self, lock: Lock) -> bool:
        if not self._link.usable:
            return False
        until = time.monotonic() + _LONGEST_WAIT
        try:
            while not await self._link.answer(lock.acquire(blocking=False)):
                if time.monotonic() > until:
                    return False
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        except TROUBLE as error:
            self._link.lost(error)
            return False
        self._link.found()
        return True

    async def _renew(self, lock: Lock) -> None:
        while True:
            await asyncio.sleep(_RENEWED_EVERY)
            # What fails here shows when the turn is given back.
            with contextlib.suppress(*TROUBLE):
                await self._link.answer(lock.reacquire())

    async def _release(self, lock: Lock) -> None:
        try:
            await self._link.answer(lock.release())
        except LockError:
            return  # Redis was away so long that it has forgotten the turn.
        except TROUBLE as error:
            self._link.lost(error)
