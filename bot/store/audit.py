"""The audit log of the desk: who did what to which hand-off, never what was said in it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.desk_tables import audit_log
from bot.store.guides import Guide


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``subject`` is the id of what was touched."""

    id: int
    at: datetime
    guide_name: str
    action: str
    subject: str
    detail: str


class AuditLog:
    """Written by the desk, read by leads."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def note(
        self, guide: Guide, action: str, subject: str, at: datetime, detail: str = ""
    ) -> None:
        """Write a line; ``detail`` holds no words of a client."""
        async with self._engine.begin() as connection:
            await connection.execute(
                audit_log.insert().values(
                    at=at,
                    guide=guide.id,
                    guide_name=guide.name,
                    action=action,
                    subject=subject,
                    detail=detail[:200],
                )
            )

    async def latest(
        self, *, action: str = "", guide: str = "", subject: str = "", before: int = 0, most: int
    ) -> list[Entry]:
        """Return the latest lines, newest first.

        Args:
            action: Only of this action.
            guide: Only of the guide of this name.
            subject: Only about this hand-off.
            before: Only lines with a smaller id; 0 for all.
            most: At most so many.
        """
        query = sa.select(audit_log).order_by(audit_log.c.id.desc()).limit(most)
        for column, value in (
            (audit_log.c.action, action),
            (audit_log.c.guide_name, guide),
            (audit_log.c.subject, subject),
        ):
            if value:
                query = query.where(column == value)
        if before:
            query = query.where(audit_log.c.id < before)
        async with self._engine.connect() as connection:
            return [
                Entry(row.id, row.at, row.guide_name, row.action, row.subject, row.detail)
                for row in await connection.execute(query)
            ]

    async def guides(self) -> list[str]:
        """Return the names that the log knows, in order."""
        async with self._engine.connect() as connection:
            names = await connection.execute(
                sa.select(audit_log.c.guide_name).distinct().order_by(audit_log.c.guide_name)
            )
            return list(names.scalars())

    async def purge(self, before: datetime) -> int:
        """Delete lines older than ``before``; return how many."""
        async with self._engine.begin() as connection:
            return (
                await connection.execute(audit_log.delete().where(audit_log.c.at < before))
            ).rowcount
