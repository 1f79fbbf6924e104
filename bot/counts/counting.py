"""Counts what the gateway and the dialogue report."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.store import Message
from bot.store.counts import CountStore

# A name tells a kind of happening and at most one group: no text of a client looks like it.
_NAME = re.compile(r"[a-z_]{1,30}(?::[a-z0-9_]{1,30})?")


class Counting:
    """Adds to the counts of the present week."""

    def __init__(self, store: CountStore, now: Callable[[], datetime]) -> None:
        """Count into ``store``; ``now`` returns the time in Europe/Helsinki."""
        self._store = store
        self._now = now

    def started(self, channel: str) -> None:
        """Count a new chat."""
        self([f"chat_started:{channel}"])

    def answered(self, _message: Message, replies: Sequence[Message]) -> None:
        """Count the needs that were answered."""
        self({f"need:{reply.need}" for reply in replies if reply.need})

    def __call__(self, names: Iterable[str]) -> None:
        """Count each name once; what is not a name (``need:money``) is left out."""
        known = [name for name in names if _NAME.fullmatch(name)]
        self._store.add(week_of(self._now()), known)

    async def effect(self, _chat: str, _message: Message, names: Any) -> list[Message]:
        """Carry out the effect ``counts``: a list of names; nothing is said."""
        self(str(name) for name in names)
        return []


def week_of(at: datetime) -> str:
    """Return the ISO 8601 week of a time, such as "2026-W48"."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"
