"""The connection to Redis, which gateways share; all of them go on when it is gone."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable
from typing import TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_T = TypeVar("_T")

# What a Redis that is down, slow or refuses us makes of a command.
TROUBLE = (RedisError, OSError)

_CONNECT_SECONDS = 1.0
_ANSWER_SECONDS = 2.0
_PAUSE_SECONDS = 2.0


class Link:
    """A client of Redis that knows when it is better to do without.

    One outage is one warning, however many commands fail. Keys and channels hold random ids of
    chats, values hold nothing that anybody has said.
    """

    def __init__(self, url: str, namespace: str) -> None:
        """Prepare, but connect to nothing.

        Args:
            url: ``redis://``, ``rediss://`` or ``unix://``.
            namespace: Goes before every key and channel.
        """
        self.client = Redis.from_url(
            url,
            socket_connect_timeout=_CONNECT_SECONDS,
            # Connections from before a restart of Redis fail once each.
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[NoConnection],
        )
        self._namespace = namespace
        self._up: bool | None = None
        self._try_at = 0.0

    @property
    def usable(self) -> bool:
        """Return whether a command is worth trying now."""
        return self._up is True or time.monotonic() >= self._try_at

    async def answer(self, command: Awaitable[_T]) -> _T:
        """Return what Redis answers to a command of ``client``.

        Raises:
            RedisError, OSError: There is no answer, or none in time. (The client's own time-out
                would swallow a cancellation that comes while it sends.)
        """
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await command

    def key(self, *names: str) -> str:
        """Return the key or channel of ``names``."""
        return ":".join((self._namespace, *names))

    def lost(self, error: BaseException) -> None:
        """Note that a command has failed."""
        if self._up is not False:
            # The type only: the address may hold a password.
            log.warning(
                "Redis does not answer (%s): this gateway goes on by itself and tries again; "
                "what happens at other gateways is seen here some seconds later",
                type(error).__name__,
            )
        self._up = False
        self._try_at = time.monotonic() + _PAUSE_SECONDS

    def found(self) -> None:
        """Note that Redis answers."""
        if not self._up:
            log.info("Redis answers: this gateway and the others know of each other")
        self._up = True


def namespace(secret: str) -> str:
    """Return what sets the gateways of one service apart: they alone have the same secret key.

    A number of a database in the address would not do: channels know no such numbers.
    """
    return f"polku:{hashlib.sha256(b'redis' + secret.encode()).hexdigest()[:12]}"
