"""Whether a client can have a guide now, and what is said of the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.hours import Hours, Status
from bot.settings import HandoffSettings
from bot.store.handoffs import AWAY, HERE, Handoff, HandoffStore, Present
from services_catalog.phrases import Phrases

State = Literal["open", "closed", "absent", "full"]

# Takes the name of what happened and how long it took, in seconds.
EventListener = Callable[[str, float], None]

_ORDINALS = ("first", "second", "third")


@dataclass(frozen=True)
class Opening:
    """Whether there is a guide for a client now: open, or why not."""

    state: State
    hours: Status


class Queue:
    """The queue as a whole: hours, guides present, room."""

    def __init__(
        self,
        store: HandoffStore,
        hours: Hours,
        settings: HandoffSettings,
        texts: Phrases,
        now: Callable[[], datetime],
    ) -> None:
        """Use these parts; ``now`` is the clock, Europe/Helsinki."""
        self.store = store
        self.hours = hours
        self.settings = settings
        self.texts = texts
        self.now = now
        self._listeners: list[EventListener] = []

    def on_event(self, listener: EventListener) -> None:
        """Call ``listener`` with the name and seconds of everything that happens."""
        self._listeners.append(listener)

    def happened(self, name: str, seconds: float = 0.0) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener(name, seconds)

    async def opening(self) -> Opening:
        """Return whether somebody who asks now gets a guide, or why not."""
        status = self.hours.status(self.now())
        if not status.open:
            return Opening("closed", status)
        if not any(guide.state == HERE for guide in await self.present()):
            return Opening("absent", status)
        full = await self.store.waiting() >= self.settings.queue_size
        return Opening("full" if full else "open", status)

    async def present(self) -> list[Present]:
        """Return the guides who are at the desk or on a break, by name."""
        return [
            guide
            for guide in await self.store.presences()
            if guide.state != AWAY and not self.is_lost(guide)
        ]

    async def connected(self) -> set[str]:
        """Return the ids of the guides whose connection is not lost, whatever their state."""
        return {g.guide for g in await self.store.presences() if not self.is_lost(g)}

    def is_lost(self, guide: Present) -> bool:
        """Return whether nothing has been heard of a guide for too long."""
        settings = self.settings
        limit = (
            timedelta(seconds=settings.lost_seconds)
            if guide.live
            else timedelta(minutes=settings.away_minutes)
        )
        return self.now() - guide.seen_at > limit

    async def place(self, handoff: Handoff) -> str:
        """Say the place in the queue."""
        place = await self.store.place(handoff)
        if place <= len(_ORDINALS):
            return self.texts(f"place.{_ORDINALS[place - 1]}")
        return self.texts("place.later", before=str(place - 1))
