"""Chats and their messages."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.database import truncate_log
from bot.store.desk_tables import transcripts
from bot.store.handoff_tables import callbacks, handoffs
from bot.store.tables import chats, kept_paths, messages, paths, telegram_chats, trackers
from bot.store.transcripts import erase_transcripts


@dataclass(frozen=True)
class Chat:
    """A conversation with one client: a random id, no name, no address."""

    id: str
    channel: str


@dataclass(frozen=True)
class Button:
    """A ready answer.

    Attributes:
        title: What the client sees and, once pressed, has said.
        payload: The opaque id that a channel sends back.
        command: What the gateway makes of it; never leaves the server.
    """

    title: str
    payload: str
    command: str


@dataclass(frozen=True)
class Message:
    """One message of a chat.

    Attributes:
        n: Its place in the chat, from 1; 0 until it is stored.
        sender: client, bot, guide or system.
        at: When it was stored, Europe/Helsinki.
        text: Paragraphs with an empty line between them.
        buttons: Ready answers.
        services: Ids of the services whose cards are shown.
        topic: The topic it answers, or "".
        need: The need of that topic, or "".
        crisis: none, distress or acute.
        client_id: The id that the client's program gave its message, or "".
        command: What a pressed button stands for, or "".
        masked: Finnish names of the personal data that was taken out.
        crisis_kind: In a client's message, the kind of crisis that was found, or "".
        crisis_sure: Whether the crisis text is the whole answer.
        document: "errand_list" when it tells of the chat's errand list, otherwise "".
    """

    sender: str
    text: str
    at: datetime
    n: int = 0
    buttons: tuple[Button, ...] = ()
    services: tuple[str, ...] = ()
    topic: str = ""
    need: str = ""
    crisis: str = "none"
    client_id: str = ""
    command: str = ""
    masked: tuple[str, ...] = ()
    crisis_kind: str = ""
    crisis_sure: bool = True
    document: str = ""

    def details(self) -> dict[str, Any]:
        """Return what is stored as JSON beside the text."""
        return {
            "buttons": [[b.title, b.payload, b.command] for b in self.buttons],
            "services": list(self.services),
            "topic": self.topic,
            "need": self.need,
            "crisis": self.crisis,
            "command": self.command,
            "masked": list(self.masked),
            "crisis_kind": self.crisis_kind,
            "crisis_sure": self.crisis_sure,
            "document": self.document,
        }


# What every answer needs is built once: building took as long as running.
_CHAT = messages.c.chat == sa.bindparam("chat")
_BY_TOKEN = sa.select(chats.c.id, chats.c.channel).where(
    chats.c.token_hash == sa.bindparam("token_hash")
)
_ALL = sa.select(messages).where(_CHAT).order_by(messages.c.n)
_AFTER = _ALL.where(messages.c.n > sa.bindparam("n"))
_REPLIES = _ALL.where(messages.c.reply_to == sa.bindparam("n"))
_BY_CLIENT_ID = _ALL.where(messages.c.client_id == sa.bindparam("client_id"))
_LATEST = (
    sa.select(messages)
    .where(_CHAT, messages.c.sender == sa.bindparam("sender"))
    .order_by(messages.c.n.desc())
    .limit(1)
)
_NEWEST = sa.select(sa.func.max(messages.c.n)).where(_CHAT)
_TOUCH = (
    chats.update().where(chats.c.id == sa.bindparam("chat")).values(last_at=sa.bindparam("at"))
)
_INSERT = messages.insert()
# The names of an update's conditions must not be those of its columns.
_MARK = (
    messages.update()
    .where(
        messages.c.chat == sa.bindparam("of"),
        messages.c.n == sa.bindparam("place"),
        ~messages.c.answered,
    )
    .values(answered=True)
)


class ChatStore:
    """Reads and writes chats; every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def start(self, channel: str, at: datetime) -> tuple[Chat, str]:
        """Open a chat and return it with its secret token, which is stored only as a hash."""
        chat = Chat(secrets.token_urlsafe(16), channel)
        token = secrets.token_urlsafe(24)
        async with self._engine.begin() as connection:
            await connection.execute(
                chats.insert().values(
                    id=chat.id,
                    token_hash=_hash(token),
                    channel=channel,
                    started_at=at,
                    last_at=at,
                )
            )
        return chat, token

    async def by_token(self, token: str) -> Chat | None:
        """Return the chat that ``token`` opens, or None."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(_BY_TOKEN, {"token_hash": _hash(token)})).first()
        return Chat(row.id, row.channel) if row else None

    async def add(self, chat: str, message: Message) -> Message:
        """Store one message and return it with its number."""
        return (await self._add(chat, [message], reply_to=None))[0]

    async def receive(self, chat: str, message: Message) -> tuple[Message, bool]:
        """Store a client's message unless its ``client_id`` is stored already.

        Returns:
            The stored message, and whether it is new.

        Raises:
            LookupError: The chat does not exist (any more).
        """
        try:
            return await self.add(chat, message), True
        except IntegrityError:
            known = await self.by_client_id(chat, message.client_id)
            if known is None:
                raise LookupError(chat) from None
            return known, False

    async def answer(self, chat: str, to: Message, replies: list[Message]) -> list[Message]:
        """Store the replies to a client's message and mark it answered, in one step.

        A message that is already answered keeps its first answer, which is returned.
        """
        async with self._engine.begin() as connection:
            marked = await connection.execute(_MARK, {"of": chat, "place": to.n})
            if marked.rowcount:
                return await self.insert(connection, chat, replies, reply_to=to.n)
        return await self.replies(chat, to.n)

    async def replies(self, chat: str, n: int) -> list[Message]:
        """Return the replies to message ``n``, in order; empty while there is no answer."""
        return await self._read(_REPLIES, chat=chat, n=n)

    async def is_answered(self, chat: str, n: int) -> bool:
        """Return whether message ``n`` has been answered."""
        async with self._engine.connect() as connection:
            found = await connection.execute(
                sa.select(messages.c.answered).where(messages.c.chat == chat, messages.c.n == n)
            )
            return bool(found.scalar())

    async def after(self, chat: str, n: int) -> list[Message]:
        """Return the messages with a number greater than ``n``, in order."""
        return await self._read(_AFTER, chat=chat, n=n)

    async def count(self, chat: str) -> int:
        """Return how many messages a chat has."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(_NEWEST, {"chat": chat}) or 0)

    async def latest(self, chat: str, sender: str) -> Message | None:
        """Return the newest message of ``sender``, or None."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(_LATEST, {"chat": chat, "sender": sender})).first()
        return _message(row) if row else None

    async def by_client_id(self, chat: str, client_id: str) -> Message | None:
        """Return the client's message with this id, or None."""
        found = await self._read(_BY_CLIENT_ID, chat=chat, client_id=client_id)
        return found[0] if found else None

    async def unanswered(self) -> list[tuple[str, Message]]:
        """Return stored client messages without an answer, oldest first, with their chats."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(messages)
                .where(messages.c.sender == "client", ~messages.c.answered)
                .order_by(messages.c.at, messages.c.n)
            )
            return [(row.chat, _message(row)) for row in rows]

    async def lock(self, chat: str) -> None:
        """Let no token open the chat any more; it is erased when its time is over."""
        async with self._engine.begin() as connection:
            await connection.execute(
                chats.update()
                .where(chats.c.id == chat)
                .values(token_hash=_hash(secrets.token_urlsafe(24)))
            )

    async def erase(self, chat: str) -> None:
        """Delete everything of a chat, Rasa's tracker, transcripts and kept paths too."""
        async with self._engine.begin() as connection:
            # First, as everywhere: two that change a hand-off and its chat must not cross.
            await connection.execute(handoffs.delete().where(handoffs.c.chat == chat))
            await connection.execute(callbacks.delete().where(callbacks.c.chat == chat))
            token_hash = sa.select(chats.c.token_hash).where(chats.c.id == chat)
            await erase_transcripts(
                connection,
                sa.or_(
                    transcripts.c.chat == chat,
                    transcripts.c.token_hash == token_hash.scalar_subquery(),
                ),
            )
            kept = sa.select(paths.c.kept).where(paths.c.chat == chat)
            await connection.execute(kept_paths.delete().where(kept_paths.c.id.in_(kept)))
            await _erase(connection, chats.c.id == chat)
            await connection.execute(trackers.delete().where(trackers.c.chat == chat))
        await truncate_log(self._engine)

    async def has_left(self, token: str) -> bool:
        """Return whether a transcript is there of a chat of this token that is gone itself."""
        async with self._engine.connect() as connection:
            found = await connection.scalar(
                sa.select(transcripts.c.id).where(transcripts.c.token_hash == _hash(token))
            )
            return found is not None

    async def carry_over(self, old: str, new: str) -> None:
        """Let the token of a browser's new chat delete what its old one has left."""
        async with self._engine.begin() as connection:
            await connection.execute(
                transcripts.update()
                .where(transcripts.c.token_hash == _hash(old))
                .values(token_hash=_hash(new))
            )

    async def erase_left(self, token: str) -> bool:
        """Delete what chats of this token that are gone have left; return whether there was any.

        A transcript outlives its chat, and its client may delete it all the same.
        """
        which = transcripts.c.token_hash == _hash(token)
        async with self._engine.begin() as connection:
            of_chats = sa.select(transcripts.c.chat).where(which)
            await connection.execute(callbacks.delete().where(callbacks.c.chat.in_(of_chats)))
            erased = await erase_transcripts(connection, which)
        await truncate_log(self._engine)
        return bool(erased)

    async def purge(self, before: datetime) -> int:
        """Delete the chats whose last message is older than ``before``; return how many.

        A chat stays while a hand-off is open in it, and until its client has promised to return.
        Paths kept under a code stay for their own time.
        """
        kept = sa.union(
            sa.select(handoffs.c.chat),
            sa.select(callbacks.c.chat).where(callbacks.c.return_at >= before),
        )
        async with self._engine.begin() as connection:
            erased = await _erase(
                connection, sa.and_(chats.c.last_at < before, chats.c.id.not_in(kept))
            )
            await connection.execute(
                trackers.delete().where(
                    trackers.c.saved_at < before, trackers.c.chat.not_in(sa.select(chats.c.id))
                )
            )
            return erased

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self._engine.connect() as connection:
            await connection.execute(sa.select(1))

    async def _add(self, chat: str, new: list[Message], reply_to: int | None) -> list[Message]:
        async with self._engine.begin() as connection:
            return await self.insert(connection, chat, new, reply_to)

    async def insert(
        self,
        connection: AsyncConnection,
        chat: str,
        new: list[Message],
        reply_to: int | None = None,
    ) -> list[Message]:
        """Store messages in a transaction of the caller's; return them with their numbers."""
        if not new:
            return []
        # The update comes first: it takes the write lock, so two writers never get one number.
        await connection.execute(_TOUCH, {"chat": chat, "at": max(m.at for m in new)})
        last: int = await connection.scalar(_NEWEST, {"chat": chat}) or 0
        numbered = [replace(message, n=last + i) for i, message in enumerate(new, start=1)]
        await connection.execute(
            _INSERT,
            [
                {
                    "chat": chat,
                    "n": message.n,
                    "sender": message.sender,
                    "at": message.at,
                    "text": message.text,
                    "details": message.details(),
                    "client_id": message.client_id or None,
                    "reply_to": reply_to,
                    "answered": message.sender != "client",
                }
                for message in numbered
            ],
        )
        return numbered

    async def _read(self, statement: sa.Select[Any], **values: Any) -> list[Message]:
        async with self._engine.connect() as connection:
            return [_message(row) for row in await connection.execute(statement, values)]


async def _erase(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> int:
    ids = sa.select(chats.c.id).where(which)
    await connection.execute(trackers.delete().where(trackers.c.chat.in_(ids)))
    await connection.execute(telegram_chats.delete().where(telegram_chats.c.chat.in_(ids)))
    await connection.execute(messages.delete().where(messages.c.chat.in_(ids)))
    await connection.execute(paths.delete().where(paths.c.chat.in_(ids)))
    return (await connection.execute(chats.delete().where(which))).rowcount


def _message(row: Any) -> Message:
    details = row.details
    return Message(
        n=row.n,
        sender=row.sender,
        text=row.text,
        at=row.at,
        buttons=tuple(Button(*button) for button in details["buttons"]),
        services=tuple(details["services"]),
        topic=details["topic"],
        need=details["need"],
        crisis=details["crisis"],
        command=details["command"],
        masked=tuple(details["masked"]),
        crisis_kind=details["crisis_kind"],
        crisis_sure=details["crisis_sure"],
        document=details.get("document", ""),
        client_id=row.client_id or "",
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
