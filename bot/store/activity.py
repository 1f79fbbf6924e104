"""Counts by the hour of what happens in the service, without a link to any chat or person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import HELSINKI
from bot.store.desk_tables import activity


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

    async def count(self, name: str, at: datetime) -> None:
        """Count ``name`` (at most 48 characters) once, in the hour of ``at``."""
        local = at.astimezone(HELSINKI)
        row = {
            "day": local.date(),
            "hour": local.hour,
            "open": self._is_open(at),
            "name": name[:48],
        }
        if not await self._increase(row):
            try:
                async with self._engine.begin() as connection:
                    await connection.execute(activity.insert().values(**row, count=1))
            except IntegrityError:
                await self._increase(row)

    async def between(self, first: date, last: date) -> list[Count]:
        """Return the counts from ``first`` to ``last``, both included."""
        query = sa.select(activity).where(activity.c.day.between(first, last))
        async with self._engine.connect() as connection:
            return [
                Count(row.day, row.hour, row.open, row.name, row._mapping["count"])
                for row in await connection.execute(query)
            ]

    async def _increase(self, row: dict[str, object]) -> bool:
        same = [activity.c[name] == value for name, value in row.items()]
        async with self._engine.begin() as connection:
            increased = await connection.execute(
                activity.update().where(*same).values(count=activity.c.count + 1)
            )
            return bool(increased.rowcount)


async def purge_activity(engine: AsyncEngine, before: date) -> int:
    """Delete the counts of days before ``before``; return how many rows."""
    async with engine.begin() as connection:
        return (
            await connection.execute(activity.delete().where(activity.c.day < before))
        ).rowcount
