"""Keeps a chat's path, tells of its errand list, and brings a client back to a kept path."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.limits import RateLimit
from bot.paths.codes import Lock, new_code, read_code
from bot.paths.errand_list import ErrandList, ErrandLists
from bot.paths.model import Path
from bot.store import Message, PathStore, StoredPath
from services_catalog.dates import day_in_finnish
from services_catalog.phrases import Phrases

RESUME = "resume_path"
"""Prefix of the command of a client who came back with a code (``Conversation.say_for``)."""

# Takes a chat and its client's message; returns what the dialogue says to it.
Ask = Callable[[str, Message], Awaitable[list[Message]]]

# Codes tried in a minute: by one address or chat, and at this gateway in all. With 40 bits and a
# thousand kept paths, who guesses at the upper limit for a year has one chance in fifty.
_TRIES = 6
_TRIES_IN_ALL = 60

# One code in ten sounds alarming to the screen's classifier; so many never do all.
_CODES_SCREENED = 20


class TooManyCodes(Exception):
    """Codes are being tried too fast; ``wait`` is in seconds."""

    def __init__(self, wait: float) -> None:
        """Say how long to wait."""
        super().__init__()
        self.wait = wait


class Paths:
    """Carries out the dialogue's effects on paths, and answers return codes."""

    def __init__(
        self,
        *,
        store: PathStore,
        lists: ErrandLists,
        phrases: Phrases,
        secret: str,
        keep_days: int,
        now: Callable[[], datetime],
        ask: Ask,
        calm: Callable[[str], bool],
    ) -> None:
        """Use these parts.

        Args:
            store: Where paths are kept.
            lists: Makes errand lists.
            phrases: What is said.
            secret: The gateway's secret key.
            keep_days: How long a path is kept after the client's yes.
            now: The clock, Europe/Helsinki.
            ask: Asks the dialogue.
            calm: Tells whether the crisis screen keeps silent about a text; called in a thread.
        """
        self._store = store
        self._lists = lists
        self._phrases = phrases
        self._secret = secret
        self._keep_days = keep_days
        self._now = now
        self._ask = ask
        self._calm = calm
        self._tries = RateLimit(_TRIES)
        self._tries_in_all = RateLimit(_TRIES_IN_ALL)

    async def errands(self, chat: str) -> ErrandList | None:
        """Return the errand list of a chat, or None while there is nothing to put on it."""
        stored = await self._store.of(chat)
        errands = self._lists.of(Path.of(stored.path)) if stored else None
        return errands if errands and errands.sheets else None

    async def save(self, chat: str, _message: Message, path: Any) -> list[Message]:
        """Carry out the effect ``path``: save it, also where it is kept; nothing is said."""
        await self._store.save(chat, path)
        stored = await self._store.of(chat)
        if stored and stored.kept:
            sealed = Lock(stored.kept, stored.kept_key).seal(json.dumps(path))
            await self._store.renew(stored.kept, sealed)
        return []

    async def show_list(self, chat: str, _message: Message, _value: Any) -> list[Message]:
        """Carry out the effect ``errand_list``: say that the list is there."""
        if await self.errands(chat) is None:
            return [self._said("no_path")]
        return [self._said("list_ready", document="errand_list")]

    async def keep(self, chat: str, _message: Message, _value: Any) -> list[Message]:
        """Carry out the effect ``keep_path``: keep the path under a new code, and say it.

        A code that was given for this path before is no longer good.
        """
        stored = await self._store.of(chat)
        if stored is None:
            return [self._said("no_path")]
        code = await asyncio.to_thread(self._calm_code)
        lock = await asyncio.to_thread(Lock.of, code, self._secret)
        until = self._now() + timedelta(days=self._keep_days)
        await self._store.keep(chat, lock.id, lock.key, lock.seal(json.dumps(stored.path)), until)
        return [
            self._said(
                "code_made",
                code=code,
                days=str(self._keep_days),
                until=day_in_finnish(until.date()),
            )
        ]

    def _calm_code(self) -> str:
        """Return a code that no crisis text answers when it is typed."""
        codes = [new_code() for _ in range(_CODES_SCREENED)]
        return next(filter(self._calm, codes), codes[0])

    async def typed(self, chat: str, message: Message) -> list[Message] | None:
        """Answer a message that is a return code; None when it is something else.

        A relay of ``Conversation``: so a code is good in every channel.
        """
        if message.command or read_code(message.text) is None:
            return None
        return await self.come_back(chat, message.text)

    async def come_back(self, chat: str, code: str) -> list[Message]:
        """Go on in ``chat`` from the path that ``code`` opens; return what is said."""
        try:
            kept = await self.find(code, by=chat)
        except TooManyCodes:
            return [self._said("code_too_many")]
        if kept is None:
            return [self._said("code_unknown")]
        await self.take_up(chat, kept)
        return await self.resumed(chat, Message("client", self.came_back, self._now()), "")

    async def find(self, text: str, *, by: str) -> StoredPath | None:
        """Return the path that the code in ``text`` opens, or None.

        None says the same of a code that never was, that is mistyped and whose time is over.

        Args:
            text: What somebody typed as a code.
            by: Who tries: an address or a chat; for the limit, held in memory only.

        Raises:
            TooManyCodes: Too many have been tried in the last minute.
        """
        wait = self._tries.wait(by) or self._tries_in_all.wait("")
        if wait:
            raise TooManyCodes(wait)
        # What is no code takes as long as a wrong one.
        lock = await asyncio.to_thread(Lock.of, read_code(text) or text, self._secret)
        sealed = await self._store.kept(lock.id, self._now())
        opened = lock.open(sealed) if sealed else None
        return StoredPath(json.loads(opened), lock.id, lock.key) if opened else None

    async def take_up(self, chat: str, kept: StoredPath) -> None:
        """Make a kept path the path of ``chat``."""
        await self._store.link(chat, kept)

    async def resumed(self, chat: str, message: Message, _value: str) -> list[Message]:
        """Greet a client who came back, and let the dialogue ask how it went."""
        stored = await self._store.of(chat)
        if stored is None:
            return [self._said("code_unknown")]
        value = json.dumps({"path": json.dumps(stored.path, ensure_ascii=False)})
        asked = await self._ask(chat, replace(message, command=f"/resume_path{value}"))
        return [self._said("welcome_back", document="errand_list"), *asked]

    @property
    def came_back(self) -> str:
        """Return what a client says by coming back with a code."""
        return self._phrases("came_back")

    async def purge(self) -> int:
        """Delete the kept paths whose time is over; return how many."""
        return await self._store.purge(self._now())

    def _said(self, phrase: str, *, document: str = "", **values: str) -> Message:
        return Message("bot", self._phrases(phrase, **values), self._now(), document=document)
