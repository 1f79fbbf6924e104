"""The typing indicator, while an answer takes its time."""

import asyncio
from collections.abc import Awaitable, Callable

_SLOW_SECONDS = 0.8
# Telegram shows it for five seconds or until a message comes (Bot API, sendChatAction).
_AGAIN_SECONDS = 4.5
_MOST = 15


class Typing:
    """Shows that somebody is writing, in any number of chats."""

    def __init__(self, show: Callable[[str], Awaitable[None]]) -> None:
        """Use ``show``, which takes a chat's id and shows the indicator once."""
        self._show = show
        self._showing: dict[str, asyncio.Task[None]] = {}

    def begin(self, chat: str) -> None:
        """Show it in ``chat`` from a moment later on, unless it is ended by then."""
        if chat not in self._showing or self._showing[chat].done():
            self._showing[chat] = asyncio.create_task(self._keep_up(chat))

    def end(self, chat: str) -> None:
        """Show it in ``chat`` no more."""
        task = self._showing.pop(chat, None)
        if task:
            task.cancel()

    def end_all(self) -> None:
        """Show it nowhere."""
        for chat in list(self._showing):
            self.end(chat)

    async def _keep_up(self, chat: str) -> None:
        await asyncio.sleep(_SLOW_SECONDS)
        for _ in range(_MOST):
            await self._show(chat)
            await asyncio.sleep(_AGAIN_SECONDS)
