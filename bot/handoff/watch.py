"""Watches what nobody does: a queue without guides, a guide whose connection is lost."""

import asyncio
import logging
import time
from datetime import timedelta

from bot.handoff.queue import Queue
from bot.handoff.sayings import Sayings
from bot.hub import DESK, Hub
from bot.store import Message
from bot.store.handoffs import HERE, Handoff

log = logging.getLogger(__name__)

_EVERY = 2.0
_STALLED = 3 * _EVERY


class Watch:
    """Tells waiting clients the truth in time; several gateways may run one each."""

    def __init__(self, queue: Queue, sayings: Sayings, hub: Hub, chat_hours: int) -> None:
        """Use these parts; a talk without a word for ``chat_hours`` is ended."""
        self._queue = queue
        self._store = queue.store
        self._say = sayings
        self._hub = hub
        self._chat_age = timedelta(hours=chat_hours)
        self._awake_since = self._looked = time.monotonic()

    async def run(self) -> None:
        """Look again and again, for as long as the gateway runs."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.look()
            except Exception as error:
                log.error("the queue could not be looked at: %s", type(error).__name__)

    async def look(self) -> None:
        """Look once."""
        if time.monotonic() - self._looked > _STALLED:
            self._awake_since = time.monotonic()
        self._looked = time.monotonic()
        now = self._queue.now()
        await self._store.purge_callbacks(now)
        open_handoffs = await self._store.all()
        if not open_handoffs:
            return
        connected = await self._queue.connected()
        somebody = any(guide.state == HERE for guide in await self._queue.present())
        for handoff in open_handoffs:
            last = await self._store.last_said(handoff.chat)
            if last and now - last > self._chat_age:
                await self._end(handoff, "expired", [self._say.bot("expired")])
            elif handoff.is_active:
                if handoff.guide not in connected and self._has_settled():
                    await self._tell_lost(handoff)
            elif not somebody and not self._queue.hours.status(now).open:
                opening = self._queue.hours.status(now).text
                await self._end(handoff, "closed", [self._closed(opening)])
            elif now - (handoff.told_at or handoff.asked_at) >= timedelta(
                minutes=self._queue.settings.wait_minutes
            ):
                await self._tell_late(handoff)

    def _has_settled(self) -> bool:
        # After a start, or a stall of ours, guides' pages need a moment to be heard again.
        return time.monotonic() - self._awake_since > self._queue.settings.lost_seconds

    async def _tell_late(self, handoff: Handoff) -> None:
        said = self._say.bot(
            "nobody_came",
            self._say.button("bot"),
            self._say.button("callback"),
            self._say.button("wait"),
            place=await self._queue.place(handoff),
        )
        if await self._store.tell(handoff, self._queue.now(), [said], lost=False):
            self._hub.tell(handoff.chat)

    async def _tell_lost(self, handoff: Handoff) -> None:
        if handoff.lost_at:
            return
        said = self._say.bot(
            "guide_lost",
            self._say.button("wait"),
            self._say.button("bot"),
            self._say.button("callback"),
        )
        if await self._store.tell(handoff, self._queue.now(), [said], lost=True):
            self._hub.tell(handoff.chat)
            self._hub.tell(DESK)

    def _closed(self, opening: str) -> Message:
        return self._say.bot(
            "closed_while_waiting",
            self._say.button("go_on"),
            self._say.button("callback"),
            opening=opening,
        )

    async def _end(self, handoff: Handoff, reason: str, said: list[Message]) -> None:
        now = self._queue.now()
        if await self._store.end(handoff, reason=reason, at=now, said=said):
            name = "handoff_ended" if handoff.is_active else "handoff_missed"
            since = handoff.taken_at or handoff.asked_at
            self._queue.happened(name, (now - since).total_seconds())
            self._hub.tell(handoff.chat)
            self._hub.tell(DESK)
