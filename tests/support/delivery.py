"""What the gateway has said in Telegram's chats, and what has come to their users."""

import sqlite3
from typing import Any

from bot.channels.telegram.identity import Identity
from bot.channels.telegram.render import dialled
from tests.support.gateway import RunningGateway
from tests.support.telegram_server import TelegramUser


def read(gateway: RunningGateway, query: str, *values: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(gateway.var / "polku.sqlite3") as connection:
        return connection.execute(query, values).fetchall()


def said(gateway: RunningGateway, user: TelegramUser) -> list[str]:
    """Return the first paragraphs of what the gateway has said to a user, in order."""
    identity = Identity((gateway.var / "secret.key").read_text("utf-8").strip())
    found = read(
        gateway,
        "SELECT text FROM messages JOIN telegram_chats USING (chat) "
        "WHERE person = ? AND sender != 'client' ORDER BY n",
        identity.person(user.id),
    )
    return [dialled(text.split("\n\n")[0]) for (text,) in found]


def received(user: TelegramUser) -> list[str]:
    """Return the first paragraphs of what has come to a user; above a guide's stands who it is."""
    parts = (text.removeprefix("Ohjaaja kirjoittaa:\n\n").split("\n\n")[0] for text in user.texts)
    return [part for part in parts if part]


def answered(gateway: RunningGateway) -> int:
    """Return how many messages of Telegram's users are answered."""
    ((count,),) = read(
        gateway,
        "SELECT count(*) FROM messages JOIN telegram_chats USING (chat) "
        "WHERE sender = 'client' AND answered",
    )
    return int(count)


def all_noted(gateway: RunningGateway) -> bool:
    """Return whether whatever is said is noted as delivered."""
    return not read(
        gateway,
        "SELECT 1 FROM messages JOIN telegram_chats USING (chat) "
        "WHERE sender != 'client' AND n > delivered",
    )


def settled(gateway: RunningGateway) -> bool:
    """Return whether all that came is answered, and all answers are delivered."""
    return all_noted(gateway) and not read(
        gateway,
        "SELECT 1 FROM messages JOIN telegram_chats USING (chat) "
        "WHERE sender = 'client' AND NOT answered",
    )


def assert_all_delivered(gateway: RunningGateway, messages: int, *users: TelegramUser) -> None:
    """Wait until all are answered and delivered; check that nothing is lost, doubled, swapped."""
    gateway.wait_for(lambda: answered(gateway) == messages, 60)
    gateway.wait_for(lambda: all_noted(gateway), 60)
    for user in users:
        assert received(user) == said(gateway, user)
