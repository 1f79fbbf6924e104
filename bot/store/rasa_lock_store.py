"""Rasa's turns in a chat, shared by the Rasa servers of several gateways."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig

from bot.redis_link import Link
from bot.redis_turns import RedisTurns


class SharedLockStore(InMemoryLockStore):  # type: ignore[misc]
    """Named in the gateway's endpoints file when there is a Redis.

    Rasa's own store in Redis fails every message while Redis is away, and leaves keys behind.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Use the ``url`` and the ``namespace`` of the endpoint."""
        super().__init__()
        link = Link(endpoint_config.url, endpoint_config.kwargs["namespace"])
        self._turns = RedisTurns(link, "rasa")

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, *arguments: Any, **named: Any
    ) -> AsyncIterator[TicketLock]:
        """Wait for a turn in the conversation and have it while the block lasts."""
        async with (
            self._turns(conversation_id),
            super().lock(conversation_id, *arguments, **named) as ticket,
        ):
            yield ticket
