"""SQLite under an async engine, each step done at once instead of handed to a thread.

A step takes some tens of microseconds; handed over, it waits for the event loop after every one,
and a transaction holds the write lock all the while: under load others starved at it for seconds
(docs/decisions/0036). Only for the lock of another process the event loop is let go.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_only

DRIVER = "sqlite+atonce"
_LONGEST_WAIT = 20.0
_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.02


class _Cursor(sqlite3.Cursor):
    # SQLAlchemy asks: what is read is here at once, all of it.
    server_side = False

    def execute(self, *statement: Any) -> Self:
        await_only(_patiently(super().execute, *statement))
        return self

    def executemany(self, *statement: Any) -> Self:
        await_only(_patiently(super().executemany, *statement))
        return self

    async def _async_soft_close(self) -> None:
        """Do nothing: SQLAlchemy lets go of its async cursors by this."""


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class Dialect(SQLiteDialect_pysqlite):
    """What ``create_async_engine`` makes of an address that begins with ``DRIVER``."""

    driver = DRIVER.partition("+")[2]
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, _url: sa.URL) -> type[Pool]:
        """Return the pool whose waiting lets the event loop go on."""
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: sa.URL) -> Any:
        """Return what ``sqlite3.connect`` is given."""
        arguments, named = super().create_connect_args(url)
        # Its own waiting would stop the event loop.
        return arguments, {**named, "factory": _Connection, "timeout": 0}


registry.register(DRIVER.replace("+", "."), __name__, Dialect.__name__)


async def _patiently(step: Callable[..., object], *statement: Any) -> None:
    """Do ``step`` with ``statement``, as soon as no other connection writes.

    Raises:
        sqlite3.OperationalError: ``step`` fails, or others have been writing for too long.
    """
    now = asyncio.get_running_loop().time
    until = now() + _LONGEST_WAIT
    pause = _FIRST_PAUSE
    while True:
        try:
            step(*statement)
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not is_busy or now() > until:
                raise
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
