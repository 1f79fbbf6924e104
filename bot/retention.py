"""Erases what is past its time, each kind by its own age, and leaves nothing in the files."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.settings import Settings
from bot.store import ChatStore, PathStore
from bot.store.activity import purge_activity
from bot.store.audit import AuditLog
from bot.store.database import take_turn, truncate_log
from bot.store.guides import GuideStore
from bot.store.handoff_tables import callbacks
from bot.store.review import ReviewStore
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

    async with engine.begin() as turn:
        # Two gateways that delete the same rows could wait for each other for ever.
        await take_turn(turn, "purge")
        erased = Erased(
            chats=await ChatStore(engine).purge(now - timedelta(hours=ages.chat_hours)),
            transcripts=await TranscriptStore(engine).purge(
                now - days(ages.transcript_days), now - days(ages.preserved_days)
            ),
            callbacks=await _purge_callbacks(engine),
            kept_paths=await PathStore(engine).purge(now),
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


async def _purge_callbacks(engine: AsyncEngine) -> int:
    async with engine.begin() as connection:
        gone = await connection.execute(
            callbacks.delete().where(callbacks.c.expires_at < clock.now())
        )
        return gone.rowcount
