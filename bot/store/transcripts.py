"""Transcripts of hand-offs: what the client agreed to show, and the talk with the guide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.desk_tables import transcript_lines, transcript_marks, transcripts


@dataclass(frozen=True)
class Line:
    """One message of a transcript.

    Attributes:
        n: Its place, from 1.
        sender: client, bot, guide or system; "shared" for what the client let the guide see
            before the talk, "note" for what a guide wrote for colleagues.
        at: When it was said, Europe/Helsinki.
        text: What was said.
        services: Ids of the services that were shown.
        pressed: Whether it is a button that the client pressed, in the words of the bot.
    """

    n: int
    sender: str
    at: datetime
    text: str
    services: tuple[str, ...]
    pressed: bool = False

    @property
    def is_clients_own(self) -> bool:
        """Whether it holds words that the client wrote."""
        return self.sender in ("client", "shared") and not self.pressed


@dataclass(frozen=True)
class Mark:
    """What a guide has noted of a transcript."""

    mark: str
    words: str
    guide_name: str
    at: datetime


@dataclass(frozen=True)
class Summary:
    """A transcript without what was said in it."""

    id: str
    guide_name: str
    asked_at: datetime
    taken_at: datetime
    ended_at: datetime
    reason: str
    need: str
    topic: str
    not_understood: bool
    rating: str
    rating_words: str
    follow_up: str
    kept_because: str
    kept_by: str


@dataclass(frozen=True)
class Transcript:
    """A transcript with its lines and marks, in order."""

    summary: Summary
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Search:
    """What to look for; empty values are not looked at. ``follow_up`` "" is a state too."""

    first: datetime | None = None
    before: datetime | None = None
    need: str = ""
    reason: str = ""
    guide_name: str = ""
    follow_up: str | None = None
    mark: str = ""
    not_understood: bool = False
    words: str = ""


class TranscriptStore:
    """Reads and writes transcripts; every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def search(self, search: Search, *, most: int) -> list[Summary]:
        """Return what is found, newest first, at most ``most``."""
        query = sa.select(transcripts).order_by(transcripts.c.ended_at.desc()).limit(most)
        for column, value in (
            (transcripts.c.need, search.need),
            (transcripts.c.reason, search.reason),
            (transcripts.c.guide_name, search.guide_name),
        ):
            if value:
                query = query.where(column == value)
        if search.follow_up is not None:
            query = query.where(transcripts.c.follow_up == search.follow_up)
        if search.first:
            query = query.where(transcripts.c.ended_at >= search.first)
        if search.before:
            query = query.where(transcripts.c.ended_at < search.before)
        if search.not_understood:
            query = query.where(transcripts.c.not_understood)
        if search.mark:
            marked = sa.select(transcript_marks.c.transcript).where(
                transcript_marks.c.mark == search.mark
            )
            query = query.where(transcripts.c.id.in_(marked))
        async with self._engine.connect() as connection:
            if not search.words:
                return [_summary(row) for row in await connection.execute(query)]
            # In Python: SQLite's own comparison does not know that Ä and ä are one letter.
            found = []
            for row in (await connection.execute(query.limit(None))).all():
                texts = await connection.execute(
                    sa.select(transcript_lines.c.text).where(
                        transcript_lines.c.transcript == row.id
                    )
                )
                if _holds([row.rating_words, *texts.scalars()], search.words):
                    found.append(_summary(row))
                if len(found) == most:
                    break
            return found

    async def choices(self, column: str) -> list[str]:
        """Return the values that the column ``need``, ``reason`` or ``guide_name`` has."""
        chosen = transcripts.c[column]
        async with self._engine.connect() as connection:
            values = await connection.execute(sa.select(chosen).distinct().order_by(chosen))
            return [value for value in values.scalars() if value]

    async def read(self, transcript: str) -> Transcript | None:
        """Return a transcript, or None."""
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(
                    sa.select(transcripts).where(transcripts.c.id == transcript)
                )
            ).first()
            if row is None:
                return None
            lines = await connection.execute(
                sa.select(transcript_lines)
                .where(transcript_lines.c.transcript == transcript)
                .order_by(transcript_lines.c.n)
            )
            marks = await connection.execute(
                sa.select(transcript_marks)
                .where(transcript_marks.c.transcript == transcript)
                .order_by(transcript_marks.c.id)
            )
            return Transcript(
                _summary(row),
                tuple(
                    Line(
                        line.n, line.sender, line.at, line.text, tuple(line.services), line.pressed
                    )
                    for line in lines
                ),
                tuple(Mark(mark.mark, mark.words, mark.guide_name, mark.at) for mark in marks),
            )

    async def mark(self, transcript: str, mark: Mark) -> None:
        """Add a mark; the same one by the same guide again changes nothing.

        Raises:
            LookupError: There is no such transcript (any more).
        """
        table = transcript_marks
        async with self._engine.begin() as connection:
            await self._must_exist(connection, transcript)
            again = await connection.scalar(
                sa.select(table.c.id).where(
                    table.c.transcript == transcript,
                    table.c.mark == mark.mark,
                    table.c.words == mark.words,
                    table.c.guide_name == mark.guide_name,
                )
            )
            if again is None:
                await connection.execute(
                    table.insert().values(
                        transcript=transcript,
                        mark=mark.mark,
                        words=mark.words,
                        guide_name=mark.guide_name,
                        at=mark.at,
                    )
                )

    async def follow_up(self, transcript: str, state: str) -> None:
        """Set the state of the follow-up."""
        await self._set(transcript, follow_up=state)

    async def correct_need(self, transcript: str, need: str) -> None:
        """Set the need that the talk was about; a topic of another need is taken away."""
        await self._set(transcript, need=need, topic="")

    async def preserve(self, transcript: str, because: str, by: str) -> None:
        """Keep a transcript past its time; with an empty reason let it go at its time again."""
        await self._set(transcript, kept_because=because, kept_by=by if because else "")

    async def delete(self, transcript: str) -> bool:
        """Delete a transcript; return whether there was one."""
        async with self._engine.begin() as connection:
            return bool(await erase_transcripts(connection, transcripts.c.id == transcript))

    async def purge(self, before: datetime, kept_before: datetime) -> int:
        """Delete transcripts that ended before ``before``; the kept ones by ``kept_before``."""
        old = sa.or_(
            sa.and_(transcripts.c.ended_at < before, transcripts.c.kept_because == ""),
            transcripts.c.ended_at < kept_before,
        )
        async with self._engine.begin() as connection:
            return await erase_transcripts(connection, old)

    async def _set(self, transcript: str, **values: Any) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                transcripts.update().where(transcripts.c.id == transcript).values(**values)
            )

    async def _must_exist(self, connection: Any, transcript: str) -> None:
        known = await connection.scalar(
            sa.select(transcripts.c.id).where(transcripts.c.id == transcript)
        )
        if known is None:
            raise LookupError(transcript)


async def erase_transcripts(connection: Any, which: sa.ColumnElement[bool]) -> int:
    """Delete transcripts with their lines and marks; return how many."""
    ids = sa.select(transcripts.c.id).where(which)
    for table in (transcript_lines, transcript_marks):
        await connection.execute(table.delete().where(table.c.transcript.in_(ids)))
    deleted: int = (await connection.execute(transcripts.delete().where(which))).rowcount
    return deleted


def _holds(texts: Sequence[str], words: str) -> bool:
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words.casefold().split())


def _summary(row: Any) -> Summary:
    return Summary(
        row.id,
        row.guide_name,
        row.asked_at,
        row.taken_at,
        row.ended_at,
        row.reason,
        row.need,
        row.topic,
        row.not_understood,
        row.rating,
        row.rating_words,
        row.follow_up,
        row.kept_because,
        row.kept_by,
    )
