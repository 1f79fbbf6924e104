"""Tells those who listen that something new has happened in a chat or at the desk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# What the desk's pages listen to: somebody waits, has been taken, has gone, is present.
DESK = "desk"


@dataclass(eq=False)
class Listener:
    """One open event stream.

    Attributes:
        reader: Who reads it, "client" or "guide"; nobody is told of their own typing.
        news: Set when there are new messages or a change of who is typing.
        typing: "bot", "guide" or "client" while one is writing, otherwise "".
        ended: Whether the chat is gone.
    """

    reader: str = "client"
    news: asyncio.Event = field(default_factory=asyncio.Event)
    typing: str = ""
    ended: bool = False


class Hub:
    """Wakes the listeners of a chat; what is new they read from the store."""

    def __init__(self) -> None:
        """Begin without listeners."""
        self._listeners: dict[str, set[Listener]] = {}
        self._watchers: list[Callable[[str, str], None]] = []

    def watch(self, watcher: Callable[[str, str], None]) -> None:
        """Call ``watcher`` with every chat that has news, and with who is writing in it."""
        self._watchers.append(watcher)

    @asynccontextmanager
    async def listen(self, *chats: str, reader: str = "client") -> AsyncIterator[Listener]:
        """Give a listener to ``chats`` for as long as the block lasts."""
        listener = Listener(reader)
        for chat in chats:
            self._listeners.setdefault(chat, set()).add(listener)
        try:
            yield listener
        finally:
            for chat in chats:
                self._listeners[chat].discard(listener)
                if not self._listeners[chat]:
                    del self._listeners[chat]

    def tell(self, chat: str, typing: str = "") -> None:
        """Wake the listeners of ``chat``; ``typing`` says who is writing now."""
        for listener in self._listeners.get(chat, ()):
            listener.typing = typing if typing != listener.reader else listener.typing
            listener.news.set()
        for watcher in self._watchers:
            watcher(chat, typing)

    def end(self, chat: str) -> None:
        """Tell the listeners of ``chat`` that it is gone."""
        for listener in self._listeners.get(chat, ()):
            listener.ended = True
            listener.news.set()

    def end_all(self) -> None:
        """Close every stream: the gateway is ending."""
        for chat in self._listeners:
            self.end(chat)

    @property
    def listening(self) -> int:
        """Return how many streams are open."""
        return sum(len(listeners) for listeners in self._listeners.values())
