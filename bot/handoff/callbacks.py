"""Requests to be called and promises to return: encrypted at rest, for guides' eyes only."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.encryption import Box
from bot.privacy import mask
from bot.store.handoffs import CallBack, HandoffStore

PHONE, RETURN = "phone", "return"

_NUMBER = re.compile(r"(?<![\w+])(?:\+|00|0)[ ]?\d(?:[ ()/-]{0,2}\d){5,13}(?!\w)")
_DIGITS = 3
_RETURN_GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """A call-back request, opened.

    Attributes:
        id: Its id.
        kind: "phone", or "return" for a client who comes back to the chat.
        asked_at: When it was made.
        expires_at: When it is deleted at the latest.
        return_at: When the client comes back, or None.
        number: The number to call, or "".
        words: What the client wrote with the number.
        shown: What the client agreed to show.
    """

    id: str
    kind: str
    asked_at: datetime
    expires_at: datetime
    return_at: datetime | None
    number: str
    words: str
    shown: str


class CallBacks:
    """Keeps and opens call-back requests."""

    def __init__(
        self, store: HandoffStore, box: Box, now: Callable[[], datetime], days: int
    ) -> None:
        """Use ``box`` for what is stored; a request is deleted after ``days``."""
        self._store = store
        self._box = box
        self._now = now
        self._days = days

    async def keep_number(self, chat: str, text: str) -> str:
        """Take the phone number out of a typed text and keep both, encrypted.

        Returns:
            The number as it was typed, or "" when there is none to be sure of.
        """
        if mask(text).found != ("puhelinnumero",) and not text.lstrip().startswith("+"):
            return ""
        found = _NUMBER.search(text)
        if found is None:
            return ""
        sealed = {"number": found[0], "words": text.strip(), "shown": ""}
        await self._ask(chat, PHONE, sealed, self._now() + timedelta(days=self._days), None)
        return found[0]

    async def keep_return(self, chat: str, at: datetime) -> None:
        """Keep that the client comes back at ``at``."""
        sealed = {"number": "", "words": "", "shown": ""}
        await self._ask(chat, RETURN, sealed, at + _RETURN_GRACE, at)

    async def show(self, chat: str, shown: str) -> bool:
        """Add what the client agreed to show; return False when the request is gone."""
        stored = await self._store.callback_of(chat)
        if stored is None:
            return False
        opened = json.loads(self._box.open(stored.sealed))
        await self._store.reseal(stored.id, self._box.seal(json.dumps({**opened, "shown": shown})))
        return True

    async def has(self, chat: str) -> bool:
        """Return whether the chat has a request to be called."""
        stored = await self._store.callback_of(chat)
        return stored is not None and stored.kind == PHONE

    async def drop(self, chat: str) -> None:
        """Delete the chat's request."""
        stored = await self._store.callback_of(chat)
        if stored:
            await self._store.drop_callback(stored.id)

    async def all(self) -> list[CallBack]:
        """Return every request, still sealed, the oldest first."""
        return [each for each in await self._store.callbacks() if each.expires_at > self._now()]

    async def open(self, callback: str) -> Request | None:
        """Open a request for a guide; None when it is gone.

        Raises:
            CannotOpen: POLKU_SECRET_KEY is not the one it was sealed with.
        """
        stored = await self._store.callback(callback)
        if stored is None:
            return None
        return Request(
            stored.id, stored.kind, stored.asked_at, stored.expires_at, stored.return_at,
            **json.loads(self._box.open(stored.sealed)),
        )  # fmt: skip

    async def done(self, callback: str) -> bool:
        """Delete a request that has been taken care of; False when it was gone already."""
        return await self._store.drop_callback(callback)

    async def _ask(
        self,
        chat: str,
        kind: str,
        sealed: dict[str, str],
        expires_at: datetime,
        return_at: datetime | None,
    ) -> None:
        await self._store.ask_callback(
            CallBack(
                chat, kind, self._box.seal(json.dumps(sealed)), self._now(), expires_at, return_at
            )
        )


def has_digits(text: str) -> bool:
    """Return whether somebody seems to have tried to write a number."""
    return sum(character.isdigit() for character in text) >= _DIGITS
