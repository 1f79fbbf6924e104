"""A hub whose news reach the listeners of other gateways, too."""

import asyncio
import json
import logging
import secrets

from bot.hub import Hub
from bot.redis_link import TROUBLE, Link

log = logging.getLogger(__name__)

_ASK_EVERY = 5.0
_AGAIN_SECONDS = 2.0
# More than this waits only while Redis is slow; who listens looks for itself in the end.
_MOST_WAITING = 1000


class RedisHub(Hub):
    """Passes news on by Redis, and hears those of the other gateways.

    News is the id of a chat and who is writing in it, never what is written. What is lost while
    Redis is away the listeners find in the store.
    """

    def __init__(self, link: Link) -> None:
        """Use ``link``; nothing is passed on before ``run``."""
        super().__init__()
        self._link = link
        self._channel = link.key("news")
        self._own = secrets.token_urlsafe(6)
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)

    def tell(self, chat: str, typing: str = "") -> None:
        """Wake the listeners of ``chat`` at every gateway."""
        super().tell(chat, typing)
        self._pass_on(chat, typing, ended=False)

    def end(self, chat: str) -> None:
        """Tell the listeners of ``chat`` at every gateway that it is gone."""
        super().end(chat)
        self._pass_on(chat, "", ended=True)

    def end_all(self) -> None:
        """Close every stream of this gateway, which is ending."""
        for chat in self._listeners:
            super().end(chat)

    async def run(self) -> None:
        """Pass news on and hear them, for as long as the gateway runs."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._send())
                both.create_task(self._hear())
        finally:
            await self._link.client.close()

    def _pass_on(self, chat: str, typing: str, *, ended: bool) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(json.dumps([self._own, chat, typing, ended]))

    async def _send(self) -> None:
        while True:
            news = await self._waiting.get()
            if not self._link.usable:
                continue
            try:
                await self._link.answer(self._link.client.publish(self._channel, news))
            except TROUBLE as error:
                self._link.lost(error)

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_until_lost()
            except Exception as error:
                self._link.lost(error)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _hear_until_lost(self) -> None:
        """Take news until Redis is gone.

        Raises:
            RedisError, OSError: It is.
        """
        async with self._link.client.pubsub() as subscription:
            await self._link.answer(subscription.subscribe(self._channel))
            asked = False
            while True:
                heard = await subscription.get_message(timeout=_ASK_EVERY)
                if heard is None:
                    if asked:
                        raise TimeoutError
                    await self._link.answer(subscription.ping())
                elif heard["type"] == "subscribe":
                    self._link.found()
                    self._wake_all()
                elif heard["type"] == "message":
                    self._take(heard["data"])
                asked = heard is None

    def _wake_all(self) -> None:
        """Let everybody look for what was said while nothing was heard."""
        for chat in list(self._listeners):
            super().tell(chat)

    def _take(self, news: bytes) -> None:
        try:
            sender, chat, typing, ended = json.loads(news)
        except ValueError:
            log.warning("news that nobody understands came by Redis")
            return
        if sender == self._own:
            return
        if ended:
            super().end(chat)
        else:
            super().tell(chat, typing)
