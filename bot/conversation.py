"""The one way that every message takes, whatever channel it came by."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from actions.commands import command
from bot.fallback import Fallback
from bot.hub import Hub
from bot.nlu.text import clean, folded
from bot.privacy import mask, without_marks
from bot.rasa_server import RasaServer, RasaUnavailable
from bot.safety import CALM, Level, Screen, Verdict
from bot.store import Button, Chat, ChatStore, Message
from bot.turns import Turns
from services_catalog.answers import Answers, Bubble

log = logging.getLogger(__name__)

# Buttons that a page can show before any message: payload → (what the client says, command).
FIXED_BUTTONS = {
    "human": ("Haluan jutella ihmisen kanssa", "/talk_to_human"),
    "menu": ("Näytä aiheet", "/help_menu"),
    "leave": ("Lopetan keskustelun", "handoff:leave"),
    "leave_queue": ("En odota enää", "handoff:go_on"),
    "checkin": ("Kerron, mitä minulle kuuluu", "/start_checkin"),
    "hours": ("Milloin ihminen on paikalla?", "/guide_hours"),
}


# After a crisis text Rasa is told to let an open check-in wait; it may offer to go on later.
_PAUSE = "/pause_for_crisis"
_PAUSE_SECONDS = 2.0

# Takes the chat's id, the client's message and a value; returns what is said because of it.
Handler = Callable[[str, Message, Any], Awaitable[list[Message]]]

# Takes the chat's id and the client's message; returns None when the bot is to answer.
Relay = Callable[[str, Message], Awaitable[list[Message] | None]]

# Takes the chat's id and a typed text; returns the text without what it has kept elsewhere.
Catcher = Callable[[str, str], Awaitable[str]]


class Watcher(Protocol):
    """Is told what happens, for counting; it must not fail."""

    def started(self, channel: str) -> None:
        """A chat has begun."""

    def answered(self, message: Message, replies: Sequence[Message]) -> None:
        """A client's message has got its answer."""


class EmptyMessage(ValueError):
    """There is nothing to read in the message."""


class OldButton(LookupError):
    """The button is not one of this chat's."""


class Conversation:
    """Receives clients' messages and sees that each is stored, answered once and delivered."""

    def __init__(
        self,
        *,
        store: ChatStore,
        rasa: RasaServer,
        screen: Screen,
        answers: Answers,
        fallback: Fallback,
        hub: Hub,
        turns: Turns,
        now: Callable[[], datetime],
        public_numbers: frozenset[str],
        vector: Callable[[str], str | None],
    ) -> None:
        """Use these parts.

        Args:
            store: Where chats are kept.
            rasa: The Rasa server, which may be down.
            screen: The crisis screen.
            answers: Texts of the catalogue.
            fallback: Answers while Rasa is down.
            hub: Wakes open event streams.
            turns: See that the messages of a chat are answered one by one.
            now: The clock, Europe/Helsinki.
            public_numbers: Digits of phone numbers that are not masked.
            vector: Returns the packed sentence vector of a text, so that Rasa need not compute
                it again, or None while its model is being loaded. Called in a thread.
        """
        self._store = store
        self._rasa = rasa
        self._screen = screen
        self._answers = answers
        self._fallback = fallback
        self._hub = hub
        self._turns = turns
        self._now = now
        self._public_numbers = public_numbers
        self._vector = vector
        self._relays: list[Relay] = []
        self._catcher: Catcher | None = None
        self._watchers: list[Watcher] = []
        self._commands: dict[str, Handler] = {}
        self._effects: dict[str, Handler] = {}
        self._pausing: set[asyncio.Task[None]] = set()

    def relay_to(self, relay: Relay) -> None:
        """Ask ``relay`` before Rasa: while it returns messages, Rasa is not asked.

        Of several relays the first that returns messages answers.
        """
        self._relays.append(relay)

    def catch_with(self, catcher: Catcher) -> None:
        """Let ``catcher`` take what was asked for out of typed texts, before they are masked."""
        self._catcher = catcher

    def watch_with(self, watcher: Watcher) -> None:
        """Tell ``watcher`` of every chat that begins and every message that is answered."""
        self._watchers.append(watcher)

    def on_command(self, prefix: str, handler: Handler) -> None:
        """Answer buttons whose command is ``prefix:value`` here, with or without Rasa.

        The handler gets the text after the colon.
        """
        self._commands[prefix] = handler

    def on_effect(self, name: str, handler: Handler) -> None:
        """Carry out the effect ``name`` of an answer; what it returns is said after the answer.

        The handler gets the effect's value.
        """
        self._effects[name] = handler

    def greeting(self) -> Message:
        """Return the message that opens every chat; not stored yet."""
        title, begin = FIXED_BUTTONS["checkin"]
        return Message(
            "bot",
            self._answers.phrases("greeting"),
            self._now(),
            buttons=(Button(title, "checkin", begin),),
        )

    async def start(self, channel: str) -> tuple[Chat, str, list[Message]]:
        """Open a chat; return it, its secret token and its first messages."""
        chat, token = await self._store.start(channel, self._now())
        for watcher in self._watchers:
            watcher.started(channel)
        return chat, token, [await self._store.add(chat.id, self.greeting())]

    async def is_acute(self, text: str) -> bool:
        """Return whether ``text`` needs a crisis answer at once, whatever limits say."""
        return (await self._screened(text)).level is Level.ACUTE

    async def receive(
        self, chat: str, client_id: str, *, text: str = "", payload: str = ""
    ) -> list[Message]:
        """Store a client's message, answer it and return the answer.

        The same ``client_id`` again gets the same answer, once given.

        Args:
            chat: The chat's id.
            client_id: The id that the client's program gave the message.
            text: What was typed; or
            payload: The id of the button that was pressed.

        Raises:
            EmptyMessage: Nothing is left of the text.
            OldButton: The payload is not of a button of this chat.
            LookupError: There is no such chat.
        """
        async with self._turns(chat):
            known = await self._store.by_client_id(chat, client_id)
            if known is not None:
                return await self._answered(chat, known)
            message, new = await self._stored(chat, client_id, text, payload)
            return await self._answered(chat, message, new=new)

    async def say_for(self, chat: str, text: str, command: str) -> list[Message]:
        """Say ``text`` in the client's name as if a button had been pressed; return the answer.

        For what a client does outside the log, such as coming back with a code.

        Raises:
            LookupError: There is no such chat.
        """
        async with self._turns(chat):
            said, _ = await self._store.receive(
                chat,
                Message("client", text, self._now(), command=command, client_id=str(uuid4())),
            )
            return await self._answered(chat, said, new=True)

    async def accept(
        self, chat: str, client_id: str, *, text: str = "", payload: str = ""
    ) -> Message:
        """Store a client's message at once; it is answered by ``answer``, or after a restart.

        For a channel that must tell its sender that the message is safe before the answer is
        ready. Takes and raises what ``receive`` does.
        """
        known = await self._store.by_client_id(chat, client_id)
        if known is None:
            known, _ = await self._stored(chat, client_id, text, payload)
        return known

    async def answer(self, chat: str, message: Message) -> list[Message]:
        """Answer an accepted message, after those accepted before it; return the answer."""
        async with self._turns(chat):
            return await self._answered(chat, message)

    async def recover(self) -> None:
        """Answer what was stored but not answered when the gateway ended."""
        for chat, message in await self._store.unanswered():
            prefix, colon, _ = message.command.partition(":")
            if colon and prefix.isidentifier() and prefix not in self._commands:
                # A channel that another gateway has; that one answers.
                continue
            async with self._turns(chat):
                await self._answered(chat, message)

    async def _stored(
        self, chat: str, client_id: str, text: str, payload: str
    ) -> tuple[Message, bool]:
        """Return the stored message, and whether it was not stored before."""
        if payload:
            text, command = await self._pressed(chat, payload)
            found: Sequence[str] = ()
        else:
            text = clean(text)
            if self._catcher:
                text = await self._catcher(chat, text)
            masked = mask(text, self._public_numbers)
            text, command, found = masked.text, "", masked.found
        if not text:
            raise EmptyMessage
        verdict = CALM
        if not payload:
            verdict = await self._screened(text)
            if verdict.level is not Level.ACUTE or not verdict.sure:
                command = await self._typed_title(chat, text)
                verdict = CALM if command else verdict
        stored = await self._store.receive(
            chat,
            Message(
                "client",
                text,
                self._now(),
                command=command,
                client_id=client_id,
                crisis=verdict.name,
                crisis_kind=verdict.kind,
                crisis_sure=verdict.sure,
                masked=tuple(found),
            ),
        )
        self._hub.tell(chat)
        return stored

    async def _screened(self, text: str) -> Verdict:
        await self._screen.ready()
        return await asyncio.to_thread(self._screen, text)

    async def _pause(self, chat: str, message: Message) -> None:
        """Let an open check-in wait, and say what the dialogue offers."""
        async with self._turns(chat):
            try:
                if await self._relayed(chat, message) is not None:
                    return
                async with asyncio.timeout(_PAUSE_SECONDS):
                    said = await self._rasa.ask(chat, _PAUSE, {})
                offered = await self._spoken(chat, message, said)
                for each in offered:
                    await self._store.add(chat, each)
            except Exception as error:
                # The crisis text stands; the check-in is only not asked to wait.
                log.warning("the dialogue could not be paused: %s", type(error).__name__)
                return
            if offered:
                self._hub.tell(chat)

    async def _pressed(self, chat: str, payload: str) -> tuple[str, str]:
        if payload in FIXED_BUTTONS:
            return FIXED_BUTTONS[payload]
        for message in reversed(await self._store.after(chat, 0)):
            for button in message.buttons:
                if secrets.compare_digest(button.payload, payload):
                    return button.title, button.command
        raise OldButton

    async def _typed_title(self, chat: str, text: str) -> str:
        """Return the command of the newest button whose title somebody typed, or ""."""
        asked = await self._store.latest(chat, "bot")
        typed = folded(text)
        titles = {folded(b.title): b.command for b in asked.buttons} if asked else {}
        return titles.get(typed, "") if typed else ""

    async def _answered(self, chat: str, message: Message, *, new: bool = False) -> list[Message]:
        if not new and await self._store.is_answered(chat, message.n):
            return await self._store.replies(chat, message.n)
        try:
            replies = await self._reply(chat, message)
        except Exception as error:
            # The type only: what a client wrote could be in the error's text.
            log.error("a message could not be answered: %s", type(error).__name__)
            replies = [self._say(Bubble(self._answers.phrases("apology")))]
        stored = await self._store.answer(chat, message, replies)
        self._hub.tell(chat)
        for watcher in self._watchers:
            watcher.answered(message, stored)
        if message.crisis == "acute" and message.crisis_sure:
            # It waits for its turn, and so until this answer has been given.
            task = asyncio.create_task(self._pause(chat, message), name="pause")
            self._pausing.add(task)
            task.add_done_callback(self._pausing.discard)
        return stored

    async def _reply(self, chat: str, message: Message) -> list[Message]:
        replies = []
        if message.masked:
            notice = self._answers.phrases("masked", found=", ".join(message.masked))
            replies.append(Message("system", notice, self._now()))
        if message.crisis == "acute":
            replies.append(self._say(self._answers.crisis(message.crisis_kind)))
            if message.crisis_sure:
                return [*replies, *await self._warned(chat, message)]
            answer = await self._ordinary(chat, message)
            return [*replies, *(said for said in answer if said.crisis != "acute")]
        replies += await self._ordinary(chat, message)
        if message.crisis == "distress" and all(r.crisis != "acute" for r in replies):
            text = "\n\n".join(self._answers.crisis_texts.distress)
            replies.insert(
                -1 if len(replies) > 1 else 1, self._say(Bubble(text, crisis="distress"))
            )
        return replies

    async def _warned(self, chat: str, message: Message) -> list[Message]:
        """Let a guide know of an acute message; whatever fails, the crisis text is said."""
        try:
            return await self._relayed(chat, message) or []
        except Exception as error:
            log.error("a guide could not be warned: %s", type(error).__name__)
            return []

    async def _ordinary(self, chat: str, message: Message) -> list[Message]:
        """Return the answer of whoever is in turn: a guide, the gateway itself, Rasa."""
        relayed = await self._relayed(chat, message)
        if relayed is not None:
            return relayed
        prefix, colon, value = message.command.partition(":")
        if colon and prefix in self._commands:
            return await self._commands[prefix](chat, message, value)
        return await self._understood(chat, message)

    async def _relayed(self, chat: str, message: Message) -> list[Message] | None:
        for relay in self._relays:
            relayed = await relay(chat, message)
            if relayed is not None:
                return relayed
        return None

    async def _understood(self, chat: str, message: Message) -> list[Message]:
        self._hub.tell(chat, typing="bot")
        said = await self.ask(chat, message)
        if said:
            return said
        await self._fallback.ready()
        bubbles = await asyncio.to_thread(
            self._fallback, message.command, without_marks(message.text)
        )
        spoken = [self._say(bubble) for bubble in bubbles if bubble.text]
        for bubble in bubbles:
            spoken += await self._carried_out(chat, message, bubble.effects)
        return spoken

    async def ask(self, chat: str, message: Message) -> list[Message]:
        """Return what Rasa says to a message, its effects carried out; nothing while it is down.

        For handlers, within the answer to a client's message.
        """
        text = without_marks(message.text)
        try:
            # Typed text that begins with a slash would be a command to Rasa.
            said = await self._rasa.ask(
                chat, message.command or text.lstrip("/ ") or ".", await self._metadata(message)
            )
        except RasaUnavailable as error:
            log.warning("answered without rasa: %s", error)
            return []
        return await self._spoken(chat, message, said)

    async def _carried_out(
        self, chat: str, message: Message, effects: Mapping[str, Any]
    ) -> list[Message]:
        """Carry out the effects of an answer, in order."""
        because: list[Message] = []
        for name, value in effects.items():
            if name in self._effects:
                because += await self._effects[name](chat, message, value)
            else:
                log.warning("nobody carries out the effect %s", name)
        return because

    async def _metadata(self, message: Message) -> dict[str, Any]:
        if message.command:
            return {}
        vector = await asyncio.to_thread(self._vector, without_marks(message.text))
        # The check-in waits after a crisis text, and gives no numbers twice.
        crisis = {"crisis": message.crisis} if message.crisis != "none" else {}
        return {**crisis, **({"vector": vector} if vector else {})}

    async def _spoken(
        self, chat: str, message: Message, said: list[dict[str, Any]]
    ) -> list[Message]:
        """Return Rasa's answers as messages, each beside what its effects say.

        Rasa sends each paragraph by itself, the buttons with the last one, and then what the
        action attached to the whole. Buttons stay last: a page offers those of the newest message.
        """
        messages: list[Message] = []
        paragraphs: list[str] = []
        buttons: list[dict[str, str]] = []
        for part in [*said, {"custom": None}]:
            if "text" in part:
                paragraphs.append(part["text"])
                buttons = part.get("buttons") or buttons
            elif "custom" in part:
                details = part["custom"] or {}
                because = await self._carried_out(chat, message, details.get("effects", {}))
                if paragraphs:
                    answer = self._message("\n\n".join(paragraphs), buttons)
                    answer = _with(answer, details) if details else answer
                    waits = bool(buttons) and not any(said.buttons for said in because)
                    because = [*because, answer] if waits else [answer, *because]
                    paragraphs, buttons = [], []
                messages += because
        return messages

    def _say(self, bubble: Bubble) -> Message:
        return _with(
            self._message(
                bubble.text,
                [{"title": c.title, "payload": command(c)} for c in bubble.choices],
            ),
            bubble.as_dict(),
        )

    def _message(self, text: str, buttons: list[dict[str, str]]) -> Message:
        return Message(
            "bot",
            text,
            self._now(),
            buttons=tuple(
                Button(button["title"], secrets.token_urlsafe(9), button["payload"])
                for button in buttons
            ),
        )


def _with(message: Message, details: dict[str, Any]) -> Message:
    return replace(
        message,
        services=tuple(details["services"]),
        topic=details["topic"],
        need=details["need"],
        crisis=details["crisis"],
    )
