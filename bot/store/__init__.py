"""The store: chats, their messages, and Rasa's trackers, in SQLite or PostgreSQL."""

from bot.store.chats import Button, Chat, ChatStore, Message
from bot.store.counts import CountStore
from bot.store.database import StoreUnavailable, connect, migrate
from bot.store.paths import PathStore, StoredPath
from bot.store.telegram import TelegramChat, TelegramChats

__all__ = [
    "Button",
    "Chat",
    "ChatStore",
    "CountStore",
    "Message",
    "PathStore",
    "StoreUnavailable",
    "StoredPath",
    "TelegramChat",
    "TelegramChats",
    "connect",
    "migrate",
]
