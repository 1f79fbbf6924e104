"""Turns what happens in the gateway into counts by the hour, when it happens."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.store import Message
from bot.store.activity import ActivityStore

# (seconds less than, name)
_WAITS = ((60, "under_1"), (300, "1_5"), (900, "5_15"), (float("inf"), "over_15"))


class Counting:
    """Listens to the conversation and to the hand-off."""

    def __init__(
        self,
        activity: ActivityStore,
        misses: Callable[[Message], bool],
        service_needs: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        """Count into ``activity``.

        Args:
            activity: Where counts are kept.
            misses: Tells whether an answer says that the bot did not understand.
            service_needs: The needs that are counted; talk about the chat itself is not.
            now: The clock.
        """
        self._activity = activity
        self._misses = misses
        self._needs = service_needs
        self._now = now

    def started(self, _channel: str) -> None:
        """Count a new chat."""
        self._count("chat")

    def answered(self, message: Message, replies: Sequence[Message]) -> None:
        """Count a client's message and the bot's answer to it; a guide's answer is not counted."""
        said = [reply for reply in replies if reply.sender == "bot"]
        if not said:
            return
        needs = {reply.need for reply in said if reply.need in self._needs}
        for need in sorted(needs):
            self._count(f"need:{need}")
        if not message.command:
            missed = any(self._misses(reply) for reply in said)
            self._count("unanswered" if missed else "answered")

    def handed_off(self, name: str, seconds: float) -> None:
        """Count what happens in the hand-off, and how long a client waited for a guide."""
        self._count(name)
        if name == "handoff_taken":
            wait = next(title for limit, title in _WAITS if seconds < limit)
            self._count(f"waited:{wait}")

    def _count(self, name: str) -> None:
        self._activity.count(name, self._now())
