"""What a gateway shares with others: nothing when it is alone, or Redis."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.hub import Hub
from bot.settings import Settings, SettingsError
from bot.turns import Turns


@dataclass(frozen=True)
class Together:
    """The parts that differ between one gateway and several.

    Attributes:
        hub: Tells listeners what is new.
        turns: See that the messages of a chat are answered one by one.
        run: Passes news between gateways for as long as it runs, or None.
        rasa_lock_store: The lock store of Rasa's endpoints, or None for Rasa's own.
    """

    hub: Hub
    turns: Turns
    run: Callable[[], Coroutine[Any, Any, None]] | None = None
    rasa_lock_store: dict[str, str] | None = None


def alone_or_together(settings: Settings) -> Together:
    """Return the parts that the settings ask for; nothing runs yet.

    Raises:
        SettingsError: The address of Redis is none.
    """
    url = settings.redis_url.get_secret_value()
    if not url:
        return Together(Hub(), Turns())
    # Only now: most do without it.
    from bot.redis_hub import RedisHub
    from bot.redis_link import Link, namespace
    from bot.redis_turns import RedisTurns

    name = namespace(settings.secret_key.get_secret_value())
    try:
        link = Link(url, name)
    except ValueError:
        raise SettingsError("POLKU_REDIS_URL is not the address of a Redis server") from None
    hub = RedisHub(link)
    return Together(
        hub,
        RedisTurns(link, "turn"),
        hub.run,
        {"type": "bot.store.rasa_lock_store.SharedLockStore", "url": url, "namespace": name},
    )
