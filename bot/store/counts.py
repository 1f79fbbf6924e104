"""Counts by ISO week: how often something happened, never to whom."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.tables import counts


class CountStore:
    """Adds to counts and reads them."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def add(self, week: str, names: Iterable[str]) -> None:
        """Count each of ``names`` once more in ``week``, such as "2026-W48"."""
        tally = Counter(names)
        if not tally:
            return
        try:
            async with self._engine.begin() as connection:
                await _add(connection, week, tally)
        except IntegrityError:
            # Another process was the first to count this name in this week.
            async with self._engine.begin() as connection:
                await _add(connection, week, tally)

    async def by_week(self, weeks: int) -> dict[str, dict[str, int]]:
        """Return the counts of the latest ``weeks`` weeks that have any, newest week first."""
        latest = sa.select(counts.c.week).distinct().order_by(counts.c.week.desc()).limit(weeks)
        found: dict[str, dict[str, int]] = {}
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(counts)
                .where(counts.c.week.in_(latest))
                .order_by(counts.c.week.desc(), counts.c.name)
            )
            for row in rows:
                found.setdefault(row.week, {})[row.name] = row.n
        return found


async def _add(connection: AsyncConnection, week: str, tally: Counter[str]) -> None:
    # In one order everywhere, so that two processes never wait for each other's rows.
    for name, more in sorted(tally.items()):
        updated = await connection.execute(
            counts.update()
            .where(counts.c.week == week, counts.c.name == name)
            .values(n=counts.c.n + more)
        )
        if not updated.rowcount:
            await connection.execute(counts.insert().values(week=week, name=name, n=more))
