"""Erases what is past its time, each kind by its own age, and leaves nothing in the files."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.settings import Settings
from bot.store import ChatStore
from bot.store.activity import purge_activity
from bot.store.audit import AuditLog
from bot.store.database import truncate_log
from bot.store.guides import GuideStore
from bot.store.handoff_tables import callbacks
from bot.store.review import ReviewStore
from bot.store.tables import metadata
from bot.store.transcripts import TranscriptStore


@dataclass(frozen=True)
class Erased:
    """How many of each kind were erased."""

    chats: int
    transcripts: int
    callbacks: int
    kept_paths: int
    review_lines: int
    audit_lines: int
    activity_rows: int

    def __str__(self) -> str:
        """Return the counts in one line."""
        return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in vars(self).items())

    @property
    def any(self) -> bool:
        """Return whether anything was erased."""
        return any(vars(self).values())


async def purge(engine: AsyncEngine, settings: Settings) -> Erased:
    """Erase what is past its time in every table, and empty SQLite's write-ahead log.

    Trackers go with their chats. Ages come from ``[retention]``; a call-back request carries
    its own end.
    """
    ages = settings.retention
    now = clock.now()

    def days(count: int) -> timedelta:
        return timedelta(days=count)

    erased = Erased(
        chats=await ChatStore(engine).purge(now - timedelta(hours=ages.chat_hours)),
        transcripts=await TranscriptStore(engine).purge(
            now - days(ages.transcript_days), now - days(ages.preserved_days)
        ),
        callbacks=await _purge(engine, callbacks.c.expires_at),
        kept_paths=await _purge(engine, *_kept_until()),
        review_lines=await ReviewStore(engine).purge((now - days(ages.review_days)).date()),
        audit_lines=await AuditLog(engine).purge(now - days(ages.audit_days)),
        activity_rows=await purge_activity(engine, (now - days(ages.activity_days)).date()),
    )
    await GuideStore(engine).purge(
        sessions_before=now - timedelta(hours=settings.desk.session_hours),
        tries_before=now - timedelta(hours=24),
    )
    await truncate_log(engine)
    return erased


def _kept_until() -> list[sa.Column[datetime]]:
    """Return the column that ends a kept path, where paths can be kept."""
    table = metadata.tables.get("kept_paths")
    return [] if table is None else [table.c.until]


async def _purge(engine: AsyncEngine, *ends: sa.Column[datetime]) -> int:
    """Delete the rows whose own end, in one of these columns, has passed."""
    erased = 0
    async with engine.begin() as connection:
        for end in ends:
            gone = await connection.execute(sa.delete(end.table).where(end < clock.now()))
            erased += gone.rowcount
    return erased
