"""Paths of chats, and those kept under a return code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import kept_paths, paths


@dataclass(frozen=True)
class StoredPath:
    """A chat's path as it was handed over, and where and with which key it is kept, or ""."""

    path: dict[str, Any]
    kept: str = ""
    kept_key: str = ""


class PathStore:
    """Reads and writes paths; ``ChatStore`` erases them with their chats."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def of(self, chat: str) -> StoredPath | None:
        """Return the path of a chat, or None."""
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(sa.select(paths).where(paths.c.chat == chat))
            ).one_or_none()
        return StoredPath(row.path, row.kept or "", row.kept_key or "") if row else None

    async def save(self, chat: str, path: dict[str, Any]) -> None:
        """Save or replace the path of a chat; what keeps it stays.

        Raises:
            sqlalchemy.exc.IntegrityError: The chat is gone.
        """
        await self._write(chat, {"path": path})

    async def link(self, chat: str, stored: StoredPath) -> None:
        """Make a kept path the path of a chat.

        Raises:
            sqlalchemy.exc.IntegrityError: The chat is gone.
        """
        await self._write(
            chat, {"path": stored.path, "kept": stored.kept, "kept_key": stored.kept_key}
        )

    async def keep(
        self, chat: str, kept: str, kept_key: str, sealed: str, until: datetime
    ) -> None:
        """Keep the path of a chat, sealed, in place of what was kept for it before."""
        async with self._engine.begin() as connection:
            before = sa.select(paths.c.kept).where(paths.c.chat == chat)
            await connection.execute(kept_paths.delete().where(kept_paths.c.id.in_(before)))
            await connection.execute(
                kept_paths.insert().values(id=kept, sealed=sealed, until=until)
            )
            await connection.execute(
                paths.update().where(paths.c.chat == chat).values(kept=kept, kept_key=kept_key)
            )

    async def renew(self, kept: str, sealed: str) -> None:
        """Replace what is kept, for the time that it has left."""
        async with self._engine.begin() as connection:
            await connection.execute(
                kept_paths.update().where(kept_paths.c.id == kept).values(sealed=sealed)
            )

    async def kept(self, kept: str, now: datetime) -> str | None:
        """Return what is kept there, sealed, while its time is not over."""
        async with self._engine.connect() as connection:
            sealed: str | None = await connection.scalar(
                sa.select(kept_paths.c.sealed).where(
                    kept_paths.c.id == kept, kept_paths.c.until > now
                )
            )
        return sealed

    async def purge(self, now: datetime) -> int:
        """Delete the kept paths whose time is over; return how many."""
        async with self._engine.begin() as connection:
            deleted = await connection.execute(
                kept_paths.delete().where(kept_paths.c.until <= now)
            )
            return deleted.rowcount

    async def _write(self, chat: str, values: dict[str, Any]) -> None:
        async with self._engine.begin() as connection:
            updated = await connection.execute(
                paths.update().where(paths.c.chat == chat).values(values)
            )
            if not updated.rowcount:
                await connection.execute(paths.insert().values(chat=chat, **values))
