"""Which chats are Telegram's, and how far each has been delivered."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import messages, telegram_chats


@dataclass(frozen=True)
class TelegramChat:
    """A live chat with a Telegram user.

    Attributes:
        chat: The chat's id.
        address: Telegram's id of the user, encrypted.
        delivered: The number of the last message that was delivered.
        parts: How many parts of the message after it were delivered.
    """

    chat: str
    address: str
    delivered: int
    parts: int


class TelegramChats:
    """Reads and writes the table; rows end with their chats."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def add(self, person: str, chat: str, address: str) -> None:
        """Note that ``chat`` is with ``person`` (a keyed hash), reached at ``address``."""
        async with self._engine.begin() as connection:
            await connection.execute(
                telegram_chats.insert().values(
                    person=person, chat=chat, address=address, delivered=0, parts=0
                )
            )

    async def of(self, person: str) -> TelegramChat | None:
        """Return the live chat with ``person``, or None."""
        return await self._one(telegram_chats.c.person == person)

    async def by_chat(self, chat: str) -> TelegramChat | None:
        """Return what is known of ``chat``, or None when it is not Telegram's or is gone."""
        return await self._one(telegram_chats.c.chat == chat)

    async def delivered(self, chat: str, n: int, parts: int = 0) -> None:
        """Remember that all up to message ``n`` was delivered, and ``parts`` of the next one."""
        async with self._engine.begin() as connection:
            await connection.execute(
                telegram_chats.update()
                .where(telegram_chats.c.chat == chat)
                .values(delivered=n, parts=parts)
            )

    async def chats(self) -> list[str]:
        """Return the ids of all live chats."""
        async with self._engine.connect() as connection:
            return list((await connection.execute(sa.select(telegram_chats.c.chat))).scalars())

    async def waiting(self) -> list[str]:
        """Return the ids of the chats in which something is still to be delivered."""
        undelivered = (
            sa.select(messages.c.n)
            .where(
                messages.c.chat == telegram_chats.c.chat,
                messages.c.n > telegram_chats.c.delivered,
                messages.c.sender != "client",
            )
            .exists()
        )
        async with self._engine.connect() as connection:
            found = await connection.execute(sa.select(telegram_chats.c.chat).where(undelivered))
            return list(found.scalars())

    async def _one(self, where: sa.ColumnElement[bool]) -> TelegramChat | None:
        async with self._engine.connect() as connection:
            row: Any = (await connection.execute(sa.select(telegram_chats).where(where))).first()
        return TelegramChat(row.chat, row.address, row.delivered, row.parts) if row else None
