"""Counts by ISO week: how often something happened, never to whom."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import counts
from bot.store.tally import Tally


class CountStore:
    """Adds to counts and reads them."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine
        self._tally = Tally(engine, counts.c.n)

    def add(self, week: str, names: Iterable[str]) -> None:
        """Count each of ``names`` once more in ``week``, such as "2026-W48"."""
        for name in names:
            self._tally.add(week=week, name=name)

    async def flush(self) -> None:
        """Write what has been counted; it is safe from then on."""
        await self._tally.flush()

    async def by_week(self, weeks: int) -> dict[str, dict[str, int]]:
        """Return the counts of the latest ``weeks`` weeks that have any, newest week first."""
        await self.flush()
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
