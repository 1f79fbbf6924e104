"""Open hand-offs, guides' presence and call-back requests."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.chats import ChatStore, Message
from bot.store.database import take_turn
from bot.store.desk_tables import transcript_lines, transcripts
from bot.store.handoff_tables import callbacks, handoff_notes, handoffs, presence
from bot.store.tables import Moment, chats, messages

WAITING, ACTIVE = "waiting", "active"
HERE, BREAK, AWAY = "here", "break", "away"


@dataclass(frozen=True)
class Handoff:
    """A client who waits for a guide or talks with one; columns as in ``handoff_tables``."""

    chat: str
    asked_at: datetime
    id: str = ""
    state: str = WAITING
    taken_at: datetime | None = None
    guide: str = ""
    guide_name: str = ""
    shown: str = ""
    topic: str = ""
    need: str = ""
    not_understood: bool = False
    first_n: int = 1
    client_has: int = 0
    guide_has: int = 0
    told_at: datetime | None = None
    lost_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Return whether a guide has taken it."""
        return self.state == ACTIVE


@dataclass(frozen=True)
class Note:
    """What a guide wrote for colleagues."""

    guide_name: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Present:
    """A guide at the desk, as last heard of."""

    guide: str
    name: str
    state: str
    live: bool
    seen_at: datetime


@dataclass(frozen=True)
class CallBack:
    """A request to be called, or a promise to return; ``sealed`` holds what only guides see."""

    chat: str
    kind: str
    sealed: str
    asked_at: datetime
    expires_at: datetime
    return_at: datetime | None = None
    id: str = ""


# Built once, as every answer needs it.
_OF_CHAT = sa.select(handoffs).where(handoffs.c.chat == sa.bindparam("chat"))


class HandoffStore:
    """Reads and writes hand-offs; every method is one short transaction."""

    def __init__(self, engine: AsyncEngine, chat_store: ChatStore) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine
        self._chats = chat_store

    async def join(self, handoff: Handoff, room: int) -> Handoff | None:
        """Put a client in the queue; return the hand-off, an older one if there is one.

        Args:
            handoff: Without an id.
            room: How many may wait at once; None is returned when so many do.
        """
        known = await self.of_chat(handoff.chat)
        if known:
            return known
        new = replace(handoff, id=secrets.token_urlsafe(16))
        row = _columns(new)
        waiting = sa.select(sa.func.count()).where(handoffs.c.state == WAITING).scalar_subquery()
        try:
            async with self._engine.begin() as connection:
                # Nobody may join between the counting of the queue and the joining.
                await take_turn(connection, "queue")
                added = await connection.execute(
                    handoffs.insert().from_select(
                        list(row),
                        sa.select(
                            *(
                                sa.literal(value, handoffs.c[key].type)
                                for key, value in row.items()
                            )
                        ).where(waiting < room),
                    ),
                    # An insert's count is otherwise lost with its cursor.
                    execution_options={"preserve_rowcount": True},
                )
                await connection.execute(
                    callbacks.delete().where(
                        callbacks.c.chat == new.chat, callbacks.c.return_at.is_not(None)
                    )
                )
                return new if added.rowcount else None
        except IntegrityError:
            return await self.of_chat(handoff.chat)

    async def of_chat(self, chat: str) -> Handoff | None:
        """Return the open hand-off of a chat, or None."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(_OF_CHAT, {"chat": chat})).first()
        return Handoff(**row._mapping) if row else None

    async def get(self, handoff: str) -> Handoff | None:
        """Return an open hand-off, or None."""
        found = await self._read(handoffs.c.id == handoff)
        return found[0] if found else None

    async def all(self) -> list[Handoff]:
        """Return every open hand-off, the one that has waited longest first."""
        return await self._read()

    async def place(self, handoff: Handoff) -> int:
        """Return the place in the queue, from 1."""
        async with self._engine.connect() as connection:
            before = await connection.scalar(
                sa.select(sa.func.count()).where(
                    handoffs.c.state == WAITING,
                    sa.or_(
                        handoffs.c.asked_at < handoff.asked_at,
                        sa.and_(
                            handoffs.c.asked_at == handoff.asked_at, handoffs.c.id < handoff.id
                        ),
                    ),
                )
            )
            return int(before or 0) + 1

    async def waiting(self) -> int:
        """Return how many wait."""
        async with self._engine.connect() as connection:
            count = await connection.scalar(
                sa.select(sa.func.count()).where(handoffs.c.state == WAITING)
            )
            return int(count or 0)

    async def take(
        self, handoff: str, guide: str, name: str, at: datetime, said: list[Message]
    ) -> bool:
        """Give a waiting client, or one whose guide is lost, to a guide; the first one gets it.

        Args:
            handoff: The hand-off.
            guide: The guide's id.
            name: The guide's name.
            at: When.
            said: What is said in the chat because of it.
        """
        free = sa.or_(
            handoffs.c.state == WAITING,
            sa.and_(handoffs.c.lost_at.is_not(None), handoffs.c.guide != guide),
        )
        return await self._change(
            sa.and_(handoffs.c.id == handoff, free),
            {
                "state": ACTIVE,
                "taken_at": sa.func.coalesce(handoffs.c.taken_at, sa.literal(at, Moment())),
                "guide": guide,
                "guide_name": name,
                "lost_at": None,
            },
            handoff,
            said,
        )

    async def transfer(
        self, handoff: str, guide: str, to: str, name: str, said: list[Message]
    ) -> bool:
        """Give the chat of ``guide`` to another guide; return False when it is not ``guide``'s."""
        return await self._change(
            _held(handoff, guide),
            {"guide": to, "guide_name": name, "guide_has": 0, "lost_at": None},
            handoff,
            said,
        )

    async def say(self, handoff: str, guide: str, message: Message) -> Message | None:
        """Store a guide's message, once for one ``client_id``.

        Returns:
            The stored message, or None when the chat is not this guide's any more.
        """
        async with self._engine.begin() as connection:
            held = await connection.execute(
                handoffs.update().where(_held(handoff, guide)).values(lost_at=None)
            )
            if not held.rowcount:
                return None
            chat = await self._chat_of(connection, handoff)
            known = await connection.scalar(
                sa.select(messages.c.n).where(
                    messages.c.chat == chat, messages.c.client_id == message.client_id
                )
            )
            if known:
                return replace(message, n=known)
            return (await self._chats.insert(connection, chat, [message]))[0]

    async def end(
        self,
        handoff: Handoff,
        *,
        reason: str,
        at: datetime,
        said: list[Message],
        guide: str | None = None,
    ) -> bool:
        """End a hand-off; one that had been taken becomes a transcript.

        Args:
            handoff: As it was read; it may have been taken since.
            reason: Why, a key of the reasons in handoff.yml.
            at: When.
            said: What is said in the chat because of it; not part of the transcript.
            guide: The guide who must hold it, or None for anybody.

        Returns:
            False when it has ended already, or is in other hands.
        """
        which: sa.ColumnElement[bool] = handoffs.c.id == handoff.id
        if guide is not None:
            which = _held(handoff.id, guide)
        elif not handoff.is_active:
            which = sa.and_(which, handoffs.c.state == WAITING)
        async with self._engine.begin() as connection:
            # The update comes first: it takes the write lock.
            locked = await connection.execute(
                handoffs.update().where(which).values(state=handoffs.c.state)
            )
            if not locked.rowcount:
                return False
            row = (
                await connection.execute(sa.select(handoffs).where(handoffs.c.id == handoff.id))
            ).one()
            if row.state == ACTIVE:
                await self._keep(connection, row, reason, at)
            await connection.execute(handoffs.delete().where(handoffs.c.id == handoff.id))
            await self._chats.insert(connection, row.chat, said)
            return True

    async def rate(self, chat: str, transcript: str, rating: str) -> None:
        """Store how a client rates a hand-off that has ended."""
        await self._update_transcript(chat, transcript, {"rating": rating})

    async def rate_in_words(self, chat: str, transcript: str, words: str) -> None:
        """Store what a client says of a hand-off that has ended."""
        await self._update_transcript(chat, transcript, {"rating_words": words})

    async def got(self, handoff: str, *, client: int = 0, guide: int = 0) -> bool:
        """Note up to which message the client or the guide has got; return whether it is news."""
        column, n = (handoffs.c.client_has, client) if client else (handoffs.c.guide_has, guide)
        async with self._engine.begin() as connection:
            changed = await connection.execute(
                handoffs.update()
                .where(handoffs.c.id == handoff, column < n)
                .values({column.name: n})
            )
            return bool(changed.rowcount)

    async def tell(
        self, handoff: Handoff, at: datetime, said: list[Message], *, lost: bool
    ) -> bool:
        """Tell a client once that nobody has come, or (``lost``) that the guide is gone."""
        if lost:
            which = sa.and_(
                handoffs.c.id == handoff.id,
                handoffs.c.guide == handoff.guide,
                handoffs.c.lost_at.is_(None),
            )
            return await self._change(which, {"lost_at": at}, handoff.id, said)
        before: sa.ColumnElement[bool] = handoffs.c.told_at.is_(None)
        if handoff.told_at:
            before = handoffs.c.told_at == handoff.told_at
        which = sa.and_(handoffs.c.id == handoff.id, handoffs.c.state == WAITING, before)
        return await self._change(which, {"told_at": at}, handoff.id, said)

    async def found(self, handoff: str, guide: str, said: list[Message]) -> bool:
        """Note that a lost guide is back, and say so; False when the guide was not lost."""
        which = sa.and_(_held(handoff, guide), handoffs.c.lost_at.is_not(None))
        return await self._change(which, {"lost_at": None}, handoff, said)

    async def last_said(self, chat: str) -> datetime | None:
        """Return when the last message of a chat was stored."""
        async with self._engine.connect() as connection:
            at: datetime | None = await connection.scalar(
                sa.select(chats.c.last_at).where(chats.c.id == chat)
            )
            return at

    async def unread(self, handoff: Handoff) -> tuple[int, str]:
        """Return how many messages of the client the guide has not got, and the worst crisis."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(messages.c.n, messages.c.details).where(
                    messages.c.chat == handoff.chat,
                    messages.c.sender == "client",
                    messages.c.n >= handoff.first_n,
                )
            )
            found = [(row.n, row.details["crisis"]) for row in rows]
        levels = {level for _, level in found}
        worst = next((level for level in ("acute", "distress") if level in levels), "none")
        # The first message is the client's yes, nothing to read.
        got = max(handoff.guide_has, handoff.first_n)
        return sum(n > got for n, _ in found), worst

    async def note(self, handoff: str, note: Note) -> None:
        """Store a note for colleagues."""
        async with self._engine.begin() as connection:
            await connection.execute(
                handoff_notes.insert().values(
                    handoff=handoff, guide_name=note.guide_name, at=note.at, text=note.text
                )
            )

    async def notes(self, handoff: str) -> list[Note]:
        """Return the notes of a hand-off, in order."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(handoff_notes)
                .where(handoff_notes.c.handoff == handoff)
                .order_by(handoff_notes.c.id)
            )
            return [Note(row.guide_name, row.at, row.text) for row in rows]

    async def set_presence(self, new: Present) -> None:
        """Store whether a guide is at the desk."""
        row = {"name": new.name, "state": new.state, "live": new.live, "seen_at": new.seen_at}
        async with self._engine.begin() as connection:
            await take_turn(connection, f"presence {new.guide}")
            changed = await connection.execute(
                presence.update().where(presence.c.guide == new.guide).values(row)
            )
            if not changed.rowcount:
                await connection.execute(presence.insert().values(guide=new.guide, **row))

    async def seen(self, guide: str, at: datetime, *, live: bool, gone_before: datetime) -> None:
        """Store a sign of life of a guide who is known; what the guide has chosen stays.

        Args:
            guide: The guide's id.
            at: When it came.
            live: Whether it came by an open connection; once so, it is remembered.
            gone_before: Who was last seen before this is away, and stays so.
        """
        values: dict[Any, Any] = {
            presence.c.seen_at: at,
            presence.c.state: sa.case(
                (presence.c.seen_at < gone_before, AWAY), else_=presence.c.state
            ),
        }
        if live:
            values[presence.c.live] = True
        async with self._engine.begin() as connection:
            await connection.execute(
                presence.update().where(presence.c.guide == guide).values(values)
            )

    async def presences(self) -> list[Present]:
        """Return what is known of every guide's presence, by name."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(sa.select(presence).order_by(presence.c.name))
            return [Present(r.guide, r.name, r.state, r.live, r.seen_at) for r in rows]

    async def ask_callback(self, new: CallBack) -> None:
        """Store a call-back request in place of an older one of the same chat."""
        async with self._engine.begin() as connection:
            await connection.execute(callbacks.delete().where(callbacks.c.chat == new.chat))
            await connection.execute(
                callbacks.insert().values(
                    id=secrets.token_urlsafe(16),
                    chat=new.chat,
                    kind=new.kind,
                    sealed=new.sealed,
                    return_at=new.return_at,
                    asked_at=new.asked_at,
                    expires_at=new.expires_at,
                )
            )

    async def callbacks(self) -> list[CallBack]:
        """Return every call-back request, the oldest first."""
        return await self._read_callbacks(sa.true())

    async def callback(self, callback: str) -> CallBack | None:
        """Return a call-back request, or None."""
        found = await self._read_callbacks(callbacks.c.id == callback)
        return found[0] if found else None

    async def callback_of(self, chat: str) -> CallBack | None:
        """Return the call-back request of a chat, or None."""
        found = await self._read_callbacks(callbacks.c.chat == chat)
        return found[0] if found else None

    async def reseal(self, callback: str, sealed: str) -> None:
        """Put other sealed contents into a call-back request."""
        async with self._engine.begin() as connection:
            await connection.execute(
                callbacks.update().where(callbacks.c.id == callback).values(sealed=sealed)
            )

    async def drop_callback(self, callback: str) -> bool:
        """Delete a call-back request; return False when it was gone already."""
        async with self._engine.begin() as connection:
            dropped = await connection.execute(
                callbacks.delete().where(callbacks.c.id == callback)
            )
            return bool(dropped.rowcount)

    async def purge_callbacks(self, now: datetime) -> int:
        """Delete the call-back requests whose time is over; return how many."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(callbacks.delete().where(callbacks.c.expires_at < now))
            return gone.rowcount

    async def _change(
        self,
        which: sa.ColumnElement[bool],
        values: dict[str, Any],
        handoff: str,
        said: list[Message],
    ) -> bool:
        """Change the hand-off if it is still as ``which`` says, and say so in its chat."""
        async with self._engine.begin() as connection:
            changed = await connection.execute(handoffs.update().where(which).values(values))
            if not changed.rowcount:
                return False
            await self._chats.insert(connection, await self._chat_of(connection, handoff), said)
            return True

    async def _chat_of(self, connection: AsyncConnection, handoff: str) -> str:
        chat = await connection.scalar(sa.select(handoffs.c.chat).where(handoffs.c.id == handoff))
        return str(chat)

    async def _keep(
        self, connection: AsyncConnection, row: Any, reason: str, at: datetime
    ) -> None:
        """Copy the hand-off, and nothing else of the chat, to the transcripts."""
        token_hash = await connection.scalar(
            sa.select(chats.c.token_hash).where(chats.c.id == row.chat)
        )
        await connection.execute(
            transcripts.insert().values(
                id=row.id, chat=row.chat, token_hash=token_hash, guide=row.guide,
                guide_name=row.guide_name, asked_at=row.asked_at, taken_at=row.taken_at,
                ended_at=at, reason=reason, need=row.need, topic=row.topic,
                not_understood=row.not_understood, rating="", rating_words="", follow_up="",
                kept_because="", kept_by="",
            )
        )  # fmt: skip
        lines: list[tuple[str, datetime, str, list[str], bool]] = []
        lines += [("shared", row.asked_at, row.shown, [], False)] if row.shown else []
        said = await connection.execute(
            sa.select(messages)
            .where(messages.c.chat == row.chat, messages.c.n >= row.first_n)
            .order_by(messages.c.n)
        )
        lines += [
            (m.sender, m.at, m.text, m.details["services"], bool(m.details["command"]))
            for m in said
        ]
        notes = await connection.execute(
            sa.select(handoff_notes)
            .where(handoff_notes.c.handoff == row.id)
            .order_by(handoff_notes.c.id)
        )
        lines += [("note", n.at, f"{n.guide_name}: {n.text}", [], False) for n in notes]
        if lines:
            await connection.execute(
                transcript_lines.insert(),
                [
                    {
                        "transcript": row.id, "n": n, "sender": sender, "at": at, "text": text,
                        "services": services, "pressed": pressed,
                    }
                    for n, (sender, at, text, services, pressed) in enumerate(lines, start=1)
                ],
            )  # fmt: skip

    async def _update_transcript(self, chat: str, transcript: str, values: dict[str, str]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                transcripts.update()
                .where(transcripts.c.id == transcript, transcripts.c.chat == chat)
                .values(values)
            )

    async def _read(self, *where: sa.ColumnElement[bool]) -> list[Handoff]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(handoffs).where(*where).order_by(handoffs.c.asked_at, handoffs.c.id)
            )
            return [Handoff(**row._mapping) for row in rows]

    async def _read_callbacks(self, where: sa.ColumnElement[bool]) -> list[CallBack]:
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(callbacks).where(where).order_by(callbacks.c.asked_at)
            )
            return [CallBack(**row._mapping) for row in rows]


def _held(handoff: str, guide: str) -> sa.ColumnElement[bool]:
    return sa.and_(handoffs.c.id == handoff, handoffs.c.guide == guide, handoffs.c.state == ACTIVE)


def _columns(handoff: Handoff) -> dict[str, Any]:
    return {column.name: getattr(handoff, column.name) for column in handoffs.c}
