"""The Bot API, called with patience: floods and outages are waited out, faults are sorted."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter
from telegram.error import TelegramError as Fault
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.settings import Settings

log = logging.getLogger(__name__)

# These libraries log addresses, which hold the token, and answers, which hold texts.
for _library in ("telegram", "httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)
# Raw updates are asked for on purpose, and both forms of retry_after are read.
warnings.filterwarnings("ignore", category=PTBUserWarning)

_T = TypeVar("_T")

_FIRST_PAUSE = 0.5
# A message whose answer came too late would be sent twice, so the answer gets its time.
_READ_SECONDS = 20.0
_CONNECTIONS = 128
_SHORT_OF_PATIENCE = 60.0
_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Gone(Exception):
    """Nobody can be reached there: blocked, deleted, moved."""


class Refused(Exception):
    """Telegram does not take this request; another one may do."""


class Api:
    """One bot of Telegram's."""

    def __init__(self, settings: Settings) -> None:
        """Use the token and the address in ``settings``; nothing is asked yet."""
        base = settings.telegram_base_url.rstrip("/").removesuffix("/bot")
        self.bot = Bot(
            settings.telegram_token.get_secret_value(),
            base_url=f"{base}/bot",
            request=_request(_CONNECTIONS),
            get_updates_request=_request(1),
        )
        self._longest_pause = settings.telegram.longest_pause
        self._failing: set[str] = set()

    async def patiently(self, what: str, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call until Telegram has taken it, and return what it answered.

        Args:
            what: What is being done, for the log; an outage is logged once for each.
            call: Makes the request anew each time.

        Raises:
            Gone: There is nobody at the address.
            Refused: The request is wrong in itself.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                answer = await call()
            except RetryAfter as error:
                wait = _seconds(error)
            except (Forbidden, ChatMigrated):
                raise Gone from None
            except BadRequest as error:
                raise (Gone if _nobody(error) else Refused) from None
            except Fault as error:
                self._note_failure(what, error)
                wait = min(pause, self._longest_pause)
                pause *= 2
            else:
                self._note_success(what)
                return answer
            await asyncio.sleep(wait)

    async def briefly(self, call: Callable[[], Awaitable[object]]) -> None:
        """Call for a minute at the most; what does not go through is let be."""
        try:
            async with asyncio.timeout(_SHORT_OF_PATIENCE):
                await self.patiently("a courtesy", call)
        except (Gone, Refused, TimeoutError):
            return

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.shutdown()

    def _note_failure(self, what: str, error: Fault) -> None:
        if what in self._failing:
            return
        self._failing.add(what)
        # The type only: the error's text can hold the token.
        if isinstance(error, InvalidToken):
            log.error("Telegram refuses POLKU_TELEGRAM_TOKEN: %s waits", what)
        else:
            log.warning("Telegram does not answer (%s): %s waits", type(error).__name__, what)

    def _note_success(self, what: str) -> None:
        if what in self._failing:
            self._failing.discard(what)
            log.info("Telegram answers again: %s goes on", what)


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        pool_timeout=_READ_SECONDS,
        read_timeout=_READ_SECONDS,
    )


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _nobody(error: BadRequest) -> bool:
    return any(sign in str(error).lower() for sign in _NOBODY_THERE)
