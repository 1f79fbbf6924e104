"""Delivers what is said in Telegram's chats: in order, and once, also across a restart.

The store is the queue. Whatever anyone adds to a chat is delivered from there, and how far each
chat has come is remembered after every part. A message can be doubled only when the gateway is
killed between Telegram's answer and that note, or when Telegram's answer is lost.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from telegram import InputFile
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.api import Api, Gone, Refused
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.indicator import Typing
from bot.channels.telegram.render import NO_PREVIEW, Part, parts
from bot.channels.telegram.storing import insist
from bot.channels.telegram.texts import Texts
from bot.channels.web.views import cards
from bot.hub import Hub
from bot.settings import TelegramSettings
from bot.store import ChatStore, Message, TelegramChats
from services_catalog.answers import Answers

log = logging.getLogger(__name__)

# Finds what was added without a word to the hub, and what failed for another reason.
_SWEEP_SECONDS = 10.0
_ENDING_SECONDS = 3.0


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    content: bytes


# Takes a chat's id and one of its messages; returns the file that goes with it, or None.
Attach = Callable[[str, Message], Awaitable[Attachment | None]]


async def nothing(_chat: str, _message: Message) -> Attachment | None:
    """Attach nothing."""
    return None


class _Over(Exception):
    """There is nothing more to deliver in this chat."""


class Outbox:
    """Brings the messages of Telegram's live chats to Telegram."""

    def __init__(
        self,
        *,
        api: Api,
        chats: ChatStore,
        people: TelegramChats,
        hub: Hub,
        answers: Answers,
        texts: Texts,
        identity: Identity,
        settings: TelegramSettings,
    ) -> None:
        """Use these parts; nothing is delivered before ``start``."""
        self._api = api
        self._chats = chats
        self._people = people
        self._hub = hub
        self._answers = answers
        self._texts = texts
        self._identity = identity
        self._most = settings.undelivered_most
        self._pause = 1 / settings.messages_per_second
        self._next_at = 0.0
        self._live: set[str] = set()
        self._news: set[str] = set()
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._typing = Typing(self._show_typing)
        self.attach: Attach = nothing

    async def start(self) -> None:
        """Deliver what waits, and from now on whatever is added."""
        self._live |= set(await self._people.chats())
        self._hub.watch(self._heard)
        self._sweeper = asyncio.create_task(self._sweep(), name="telegram sweep")

    async def stop(self) -> None:
        """Let what is being sent be sent and noted, begin nothing more."""
        self._live.clear()
        self._typing.end_all()
        if self._sweeper:
            self._sweeper.cancel()
        workers = list(self._workers.values())
        if workers:
            _, late = await asyncio.wait(workers, timeout=_ENDING_SECONDS)
            for worker in late:
                worker.cancel()

    def add(self, chat: str) -> None:
        """Deliver what is said in ``chat`` from now on."""
        self._live.add(chat)

    async def forget(self, chat: str) -> None:
        """Erase a chat and everything that waits in it."""
        self._live.discard(chat)
        self._typing.end(chat)
        await self._chats.erase(chat)
        self._hub.end(chat)

    def _heard(self, chat: str, typing: str) -> None:
        if chat not in self._live:
            return
        if typing:
            self._typing.begin(chat)
        else:
            self._typing.end(chat)
            self._wake(chat)

    def _wake(self, chat: str) -> None:
        self._news.add(chat)
        if chat not in self._workers:
            self._workers[chat] = asyncio.create_task(self._work(chat))

    async def _sweep(self) -> None:
        while True:
            try:
                for chat in await self._people.waiting():
                    self._live.add(chat)
                    self._wake(chat)
            except Exception as error:
                log.error("what waits for Telegram cannot be read: %s", type(error).__name__)
            await asyncio.sleep(_SWEEP_SECONDS)

    async def _work(self, chat: str) -> None:
        try:
            while chat in self._news:
                self._news.discard(chat)
                await self._deliver(chat)
        except _Over:
            return
        except Gone:
            log.info("a chat whose Telegram user cannot be reached any more was erased")
            await self.forget(chat)
        except Exception as error:
            log.error("a Telegram chat has to wait: %s", type(error).__name__)
        finally:
            # At once, not when the task's end is noticed: news in between would be lost.
            del self._workers[chat]

    async def _deliver(self, chat: str) -> None:
        """Send what waits in ``chat``, and note each part.

        Raises:
            Gone: The user cannot be reached any more.
            _Over: The chat was erased, or the gateway ends.
        """
        known = await self._people.by_chat(chat)
        if known is None:
            raise _Over
        to, before, done = self._identity.opened(known.address), known.delivered, known.parts
        waiting = [m for m in await self._chats.after(chat, before) if m.sender != "client"]
        skipped = self._too_many(waiting)
        if skipped:
            log.warning("%d messages to one Telegram chat were skipped", len(skipped))
            await self._send(chat, to, Part(self._texts("skipped")))
        for message in waiting:
            sending = [] if message.n in skipped else await self._sending(chat, to, message)
            for count, send in enumerate(sending[done:], start=done + 1):
                await send()
                if count < len(sending):
                    await insist(partial(self._people.delivered, chat, before, count))
            # A note that is not made is a message that is sent twice.
            await insist(partial(self._people.delivered, chat, message.n))
            before, done = message.n, 0

    def _too_many(self, waiting: list[Message]) -> set[int]:
        """Return the numbers of those that come too late to be of use; never a crisis text."""
        return {m.n for m in waiting[: -self._most] if m.crisis != "acute"}

    async def _sending(
        self, chat: str, to: int, message: Message
    ) -> list[Callable[[], Awaitable[None]]]:
        """Return what sends each part of a message, and its file."""
        urgent = message.crisis == "acute"
        sending: list[Callable[[], Awaitable[None]]] = [
            partial(self._send, chat, to, part, urgent=urgent)
            for part in parts(message, cards(message, self._answers), self._texts)
        ]
        file = await self.attach(chat, message)
        return [*sending, partial(self._send_file, chat, to, file)] if file else sending

    async def _send(self, chat: str, to: int, part: Part, *, urgent: bool = False) -> None:
        """Send one part; what Telegram refuses is sent plain, and if that fails, told."""
        for attempt in (part, Part(part.text), Part(self._texts("refused"))):

            async def call(attempt: Part = attempt) -> None:
                await self._turn(chat, urgent)
                await self._api.bot.send_message(
                    to,
                    attempt.text,
                    entities=attempt.entities,
                    reply_markup=attempt.keyboard,
                    link_preview_options=NO_PREVIEW,
                )

            try:
                await self._api.patiently("what is said", call)
            except Refused:
                log.error("Telegram refused a message")
            else:
                return

    async def _send_file(self, chat: str, to: int, file: Attachment) -> None:
        async def call() -> None:
            await self._turn(chat, urgent=False)
            await self._api.bot.send_document(to, InputFile(file.content, file.name))

        try:
            await self._api.patiently("what is said", call)
        except Refused:
            log.error("Telegram refused a file")

    async def _turn(self, chat: str, urgent: bool) -> None:
        """Wait for a turn among all chats; a crisis text does not.

        Raises:
            _Over: The chat was erased while it waited, or the gateway ends.
        """
        now = time.monotonic()
        if not urgent:
            self._next_at = max(now, self._next_at + self._pause)
            await asyncio.sleep(self._next_at - now)
        if chat not in self._live or await self._people.by_chat(chat) is None:
            raise _Over

    async def _show_typing(self, chat: str) -> None:
        known = await self._people.by_chat(chat)
        if known:
            to = self._identity.opened(known.address)
            with contextlib.suppress(TelegramError):
                await self._api.bot.send_chat_action(to, ChatAction.TYPING)
