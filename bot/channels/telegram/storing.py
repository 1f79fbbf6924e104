"""The store, asked again while it is busy."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_T = TypeVar("_T")

STORE_TROUBLE = (InterfaceError, OperationalError, PoolTimeout)
_TRIES = 60
_PAUSE_SECONDS = 1.0


async def insist(call: Callable[[], Awaitable[_T]]) -> _T:
    """Call until the store has taken it; what has happened outside cannot be undone.

    Raises:
        SQLAlchemyError: One of ``STORE_TROUBLE``, when it lasts for more than a minute.
    """
    for _ in range(_TRIES):
        try:
            return await call()
        except STORE_TROUBLE:
            await asyncio.sleep(_PAUSE_SECONDS)
    return await call()
