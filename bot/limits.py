"""How many messages one chat and one address may send."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MINUTE = 60.0
_REMEMBERED = 20_000


class RateLimit:
    """Counts events by key in a sliding minute; keys live in memory only."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow ``per_minute`` events a key; ``clock`` returns seconds."""
        self._per_minute = per_minute
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Count an event; return 0, or the seconds until one is allowed again."""
        now = self._clock()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self._per_minute:
            return times[0] + _MINUTE - now
        times.append(now)
        return 0.0
