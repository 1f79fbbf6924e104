"""Counts by the hour of what happens in the service, without a link to any chat or person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import HELSINKI
from bot.store.desk_tables import activity
from bot.store.tally import Tally


@dataclass(frozen=True)
class Count:
    """How often ``name`` happened in one hour of one day, Europe/Helsinki."""

    day: date
    hour: int
    open: bool
    name: str
    count: int


class ActivityStore:
    """Counts when something happens, and never afterwards from what was said."""

    def __init__(self, engine: AsyncEngine, is_open: Callable[[datetime], bool]) -> None:
        """Use ``engine``; ``is_open`` tells whether a time is inside office hours."""
        self._engine = engine
        self._is_open = is_open
        self._tally = Tally(engine, activity.c["count"])

    def count(self, name: str, at: datetime) -> None:
        """Count ``name`` (at most 48 characters) once, in the hour of ``at``."""
        local = at.astimezone(HELSINKI)
        self._tally.add(day=local.date(), hour=local.hour, open=self._is_open(at), name=name[:48])

    async def flush(self) -> None:
        """Write what has been counted; it is safe from then on."""
        await self._tally.flush()

    async def between(self, first: date, last: date) -> list[Count]:
        """Return the counts from ``first`` to ``last``, both included."""
        await self.flush()
        query = sa.select(activity).where(activity.c.day.between(first, last))
        async with self._engine.connect() as connection:
            return [
                Count(row.day, row.hour, row.open, row.name, row._mapping["count"])
                for row in await connection.execute(query)
            ]


async def purge_activity(engine: AsyncEngine, before: date) -> int:
    """Delete the counts of days before ``before``; return how many rows."""
    async with engine.begin() as connection:
        return (
            await connection.execute(activity.delete().where(activity.c.day < before))
        ).rowcount
