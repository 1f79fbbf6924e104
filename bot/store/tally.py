"""Counts that are kept in memory for some seconds and then added to a table together."""

import asyncio
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Tally:
    """Adds to the counts of a table, one transaction for many: an answer waits for none of it.

    What was counted since the last ``flush`` is lost when the process is killed.
    """

    def __init__(self, engine: AsyncEngine, number: sa.Column[int]) -> None:
        """Count into the column ``number``; the table's other columns tell what is counted."""
        self._engine = engine
        self._table = number.table
        self._number = number
        self._names = [c.name for c in self._table.columns if c is not number]
        self._pending: Counter[tuple[Any, ...]] = Counter()
        self._writing = asyncio.Lock()

    def add(self, **row: Any) -> None:
        """Count once more what ``row`` says: a value for each column but the number's."""
        self._pending[tuple(row[name] for name in self._names)] += 1

    async def flush(self) -> None:
        """Write what has been counted; after an error it stays for the next time."""
        async with self._writing:
            pending, self._pending = self._pending, Counter()
            try:
                try:
                    await self._write(pending)
                except IntegrityError:
                    # Another process was the first to count the same.
                    await self._write(pending)
            except BaseException:
                self._pending.update(pending)
                raise

    async def _write(self, pending: Counter[tuple[Any, ...]]) -> None:
        if not pending:
            return
        async with self._engine.begin() as connection:
            # In one order everywhere, so that two processes never wait for each other's rows.
            for values, more in sorted(pending.items()):
                await self._increase(connection, dict(zip(self._names, values, strict=True)), more)

    async def _increase(self, connection: AsyncConnection, row: dict[str, Any], more: int) -> None:
        same = [self._table.c[name] == value for name, value in row.items()]
        updated = await connection.execute(
            self._table.update().where(*same).values({self._number: self._number + more})
        )
        if not updated.rowcount:
            await connection.execute(self._table.insert().values({**row, self._number.name: more}))
