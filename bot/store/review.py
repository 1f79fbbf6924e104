"""Lines for teaching the bot that wait for a lead: no way back to a chat or a person."""

import secrets
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.desk_tables import review_lines


@dataclass(frozen=True)
class ReviewLine:
    """A masked line and the topic that was suggested for it."""

    id: str
    text: str
    suggested: str
    added_on: date


class ReviewStore:
    """Reads and writes the list."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def add(self, text: str, suggested: str, on: date) -> None:
        """Put a line on the list; one that is there already stays as it is."""
        async with self._engine.begin() as connection:
            known = await connection.scalar(
                sa.select(review_lines.c.id).where(review_lines.c.text == text)
            )
            if known is None:
                await connection.execute(
                    review_lines.insert().values(
                        id=secrets.token_urlsafe(9), text=text, suggested=suggested, added_on=on
                    )
                )

    async def all(self) -> list[ReviewLine]:
        """Return the lines; in the order of their random ids, which tells nothing."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(sa.select(review_lines).order_by(review_lines.c.id))
            return [ReviewLine(row.id, row.text, row.suggested, row.added_on) for row in rows]

    async def read(self, line: str) -> ReviewLine | None:
        """Return a line, or None."""
        return next((each for each in await self.all() if each.id == line), None)

    async def drop(self, line: str) -> bool:
        """Take a line off the list; return whether it was there."""
        async with self._engine.begin() as connection:
            dropped = await connection.execute(
                review_lines.delete().where(review_lines.c.id == line)
            )
            return bool(dropped.rowcount)

    async def purge(self, before: date) -> int:
        """Delete lines put on the list before a day; return how many."""
        async with self._engine.begin() as connection:
            return (
                await connection.execute(
                    review_lines.delete().where(review_lines.c.added_on < before)
                )
            ).rowcount
