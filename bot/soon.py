"""Waiting for what is loaded in the first seconds after a start."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Somebody who writes in the first seconds after a start waits for an answer, not for ever.
_LONGEST = 8.0


class Soon:
    """Something that will be here soon; who needs it waits once, and then does without."""

    def __init__(self) -> None:
        """Begin without it."""
        self._here = asyncio.Event()

    async def load(self, make: Callable[[], T]) -> T:
        """Run ``make`` in a thread and return its value; who waits goes on, also if it fails."""
        try:
            return await asyncio.to_thread(make)
        finally:
            self._here.set()

    async def wait(self) -> None:
        """Wait for it, at most some seconds after the first has begun to wait."""
        try:
            async with asyncio.timeout(_LONGEST):
                await self._here.wait()
        except TimeoutError:
            self._here.set()
