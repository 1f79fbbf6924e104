"""The client's side of a hand-off: asking, waiting, talking, leaving, rating."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.handoff.callbacks import CallBacks, has_digits
from bot.handoff.queue import Queue
from bot.handoff.sayings import PREFIX, Sayings
from bot.handoff.shown import NOTHING, Shown, what_would_go
from bot.hours import when
from bot.hub import DESK, Hub
from bot.store import Button, ChatStore, Message
from bot.store.handoffs import Handoff
from services_catalog.answers import Answers

_TIMES = 3
_SHORT = 3

_YES = {"kyllä", "kyl", "kylla", "joo", "juu", "jep", "ok", "okei", "saa", "saat", "näytä"}
_NO = {"ei", "en", "älä"}


@dataclass(frozen=True)
class ClientView:
    """What the client's page tells of the hand-off.

    Attributes:
        state: "waiting", "talking" or "lost"; "" when there is no hand-off.
        text: The same in words.
        button: Title of the button that ends it, or "".
        payload: The payload of that button, one of the fixed ones.
        got: The number of the latest message that the guide has got.
        got_text: Said beside that message.
    """

    state: str = ""
    text: str = ""
    button: str = ""
    payload: str = ""
    got: int = 0
    got_text: str = ""


class ClientSide:
    """Answers everything a client does about human guides, with or without Rasa."""

    def __init__(
        self,
        *,
        queue: Queue,
        chats: ChatStore,
        sayings: Sayings,
        callbacks: CallBacks,
        answers: Answers,
        hub: Hub,
        transcript_days: int,
    ) -> None:
        """Use these parts; clients are told that transcripts last ``transcript_days``."""
        self._queue = queue
        self._store = queue.store
        self._chats = chats
        self._say = sayings
        self._callbacks = callbacks
        self._answers = answers
        self._hub = hub
        self._days = str(transcript_days)
        self._does: dict[str, Callable[[str, Message, str], Awaitable[list[Message]]]] = {
            "ask": self._ask,
            "share": self._share,
            "fresh": self._fresh,
            "no": self._no,
            "go_on": self._go_on,
            "wait": self._wait,
            "leave": self._leave,
            "rate": self._rate,
            "words": self._words,
            "cancel": self._cancel,
            "callback": self._callback,
            "callback_share": self._callback_share,
            "callback_share_no": self._callback_share_no,
            "return": self._return,
            "return_at": self._return_at,
            "drop": self._drop,
        }

    async def asked(self, chat: str, message: Message, value: Any) -> list[Message]:
        """Answer a client who wants a human (the effect "handoff").

        Args:
            chat: The chat.
            message: The client's message.
            value: What the dialogue knows: {"summary", "path", "topic"}, each or all None.
        """
        known = await self._store.of_chat(chat)
        if known:
            return [await self._already(known)]
        self._queue.happened("handoff_asked")
        shown = what_would_go(
            value if isinstance(value, dict) else None,
            await self._chats.after(chat, 0),
            message.n,
            self._say.texts,
            self._answers,
        )
        no_guide = await self._no_guide()
        if no_guide:
            return [no_guide]
        if not shown.text:
            return [
                self._say.bot(
                    "ask_to_join",
                    self._say.button("join"),
                    self._say.button("no"),
                    days=self._days,
                )
            ]
        return [
            self._say.bot(
                "ask_to_show",
                self._say.button("share", f"share {shown.packed()}"),
                self._say.button("fresh"),
                self._say.button("no"),
                shown=f"{self._say.text('shown_intro')}\n{shown.text}",
                days=self._days,
            )
        ]

    async def hours(self, _chat: str, _message: Message, _value: Any) -> list[Message]:
        """Tell whether a guide is there (the effect "guide_hours")."""
        opening = await self._queue.opening()
        key = {"open": "here", "closed": "away"}.get(opening.state, "busy")
        return [
            self._say.bot(
                f"hours.{key}",
                self._say.button("human"),
                self._say.menu(),
                opening=opening.hours.text,
            )
        ]

    async def command(self, chat: str, message: Message, value: str) -> list[Message]:
        """Answer a button whose command is ``handoff:value``."""
        name, _, rest = value.partition(" ")
        return await self._does[name](chat, message, rest)

    async def relay(self, chat: str, message: Message) -> list[Message] | None:
        """Take what is for a guide, or answers one of the questions here; otherwise None."""
        if message.command.startswith(f"{PREFIX}:"):
            return None
        handoff = await self._store.of_chat(chat)
        if handoff and handoff.is_active:
            self._hub.tell(DESK)
            return []
        if message.command:
            return None
        if message.crisis == "acute":
            return [] if handoff else None
        answered = await self._typed_answer(chat, message)
        if answered is not None:
            return answered
        if handoff:
            self._hub.tell(DESK)
            return [await self._waits(handoff, "waits")]
        return None

    async def catch_number(self, chat: str, text: str) -> str:
        """Keep the phone number of a text, if it was asked for, and return the text without it.

        Called before anything of the text is masked, stored or logged.
        """
        if not has_digits(text) or not await self._awaits(chat, "cancel number"):
            return text
        number = await self._callbacks.keep_number(chat, text)
        return text.replace(number, self._mark) if number else text

    async def view(self, chat: str) -> ClientView:
        """Return what the client's page tells of the hand-off."""
        handoff = await self._store.of_chat(chat)
        if handoff is None:
            return ClientView()
        text, got = self._say.text, handoff.guide_has
        if handoff.is_active:
            state = "lost" if handoff.lost_at else "talking"
            said = text(f"status.{state}", name=handoff.guide_name)
            button, has = text("buttons.leave"), text("status.has")
            return ClientView(state, said, button, "leave", got, has)
        said = text("status.waiting", place=await self._queue.place(handoff))
        return ClientView("waiting", said, text("buttons.leave_queue"), "leave_queue")

    async def delivered(self, chat: str, messages: Sequence[Message]) -> None:
        """Note that the client's page has got these messages; the guide sees it."""
        newest = max((m.n for m in messages if m.sender == "guide"), default=0)
        if not newest:
            return
        handoff = await self._store.of_chat(chat)
        if handoff and await self._store.got(handoff.id, client=newest):
            self._hub.tell(chat)

    async def typing(self, chat: str) -> None:
        """Show the guide that the client is writing."""
        self._hub.tell(chat, typing="client")

    @property
    def _mark(self) -> str:
        return f"[{self._say.text('callback.mark')}]"

    async def _already(self, handoff: Handoff) -> Message:
        if handoff.is_active:
            return self._say.bot("already_talking")
        return await self._waits(handoff, "already_waiting")

    async def _waits(self, handoff: Handoff, key: str) -> Message:
        return self._say.bot(
            key,
            self._say.button("bot"),
            self._say.button("callback"),
            place=await self._queue.place(handoff),
        )

    async def _no_guide(self) -> Message | None:
        """Return the one clear answer when nobody is there, or None when somebody is."""
        opening = await self._queue.opening()
        if opening.state == "open":
            return None
        closed = opening.state == "closed"
        self._queue.happened("handoff_closed" if closed else "handoff_absent")
        return self._say.bot(
            opening.state,
            self._say.button("go_on"),
            self._say.button("callback"),
            opening=opening.hours.text,
        )

    async def _ask(self, chat: str, message: Message, _rest: str) -> list[Message]:
        return await self.asked(chat, message, None)

    async def _share(self, chat: str, message: Message, packed: str) -> list[Message]:
        return await self._join(chat, message, Shown.unpacked(packed))

    async def _fresh(self, chat: str, message: Message, _rest: str) -> list[Message]:
        return await self._join(chat, message, NOTHING)

    async def _join(self, chat: str, message: Message, shown: Shown) -> list[Message]:
        known = await self._store.of_chat(chat)
        if known:
            return [await self._already(known)]
        # Checked again: minutes may have passed since the question.
        no_guide = await self._no_guide()
        if no_guide:
            return [no_guide]
        now = self._queue.now()
        handoff = await self._store.join(
            Handoff(
                chat,
                now,
                shown=shown.text,
                topic=shown.topic,
                need=shown.need,
                not_understood=shown.not_understood,
                first_n=message.n,
            ),
            self._queue.settings.queue_size,
        )
        if handoff is None:
            return [self._say.bot("full", self._say.button("go_on"), self._say.button("callback"))]
        self._queue.happened("handoff_queued")
        self._hub.tell(DESK)
        said = self._say.bot(
            "joined",
            self._say.button("leave_queue"),
            place=await self._queue.place(handoff),
        )
        if not shown.text:
            said = replace(said, text=f"{self._say.text('joined_fresh')}\n\n{said.text}")
        return [said]

    async def _no(self, _chat: str, _message: Message, _rest: str) -> list[Message]:
        return [self._say.bot("refused", self._say.menu())]

    async def _go_on(self, chat: str, message: Message, _rest: str) -> list[Message]:
        handoff = await self._store.of_chat(chat)
        if handoff and handoff.is_active:
            # An old button must not end a talk that goes on.
            if handoff.lost_at is None:
                return [self._say.bot("already_talking")]
            return await self._leave(chat, message, "")
        if handoff:
            now = self._queue.now()
            left = await self._store.end(handoff, reason="client", at=now, said=[])
            if not left:
                return [self._say.bot("already_talking")]
            waited = (now - handoff.asked_at).total_seconds()
            self._queue.happened("handoff_missed", waited)
            self._hub.tell(DESK)
            return [self._say.bot("left_queue", self._say.menu())]
        return await self._where_we_were(chat)

    async def _where_we_were(self, chat: str) -> list[Message]:
        """Ask again what the bot had asked before the talk of a human."""
        for message in reversed(await self._chats.after(chat, 0)):
            own = any(b.command.startswith(f"{PREFIX}:") for b in message.buttons)
            if message.sender != "bot" or own or message.crisis == "acute":
                continue
            if message.buttons:
                again = self._say.spoken(message.text, *map(self._say.again, message.buttons))
                again = replace(again, topic=message.topic, need=message.need)
                return [self._say.bot("go_on_from"), again]
        return [self._say.bot("go_on", self._say.menu())]

    async def _wait(self, chat: str, _message: Message, _rest: str) -> list[Message]:
        handoff = await self._store.of_chat(chat)
        if handoff is None:
            return [self._say.bot("not_open", self._say.menu())]
        if handoff.is_active:
            key = "keep_waiting_lost" if handoff.lost_at else "already_talking"
            return [self._say.bot(key)]
        return [await self._waits(handoff, "keep_waiting")]

    async def _leave(self, chat: str, message: Message, _rest: str) -> list[Message]:
        handoff = await self._store.of_chat(chat)
        if handoff is None:
            return [self._say.bot("not_open", self._say.menu())]
        if not handoff.is_active:
            return await self._go_on(chat, message, "")
        now = self._queue.now()
        if await self._store.end(handoff, reason="client_left", at=now, said=[]):
            talked = (now - (handoff.taken_at or now)).total_seconds()
            self._queue.happened("handoff_ended", talked)
            self._hub.tell(DESK)
        return [self._say.bot("ended.client"), self._say.rate(handoff.id)]

    async def _rate(self, chat: str, _message: Message, rest: str) -> list[Message]:
        handoff, rating = rest.split(" ")
        await self._store.rate(chat, handoff, rating)
        return [
            self._say.bot("rated", self._say.button("words", f"words {handoff}"), self._say.menu())
        ]

    async def _words(self, _chat: str, _message: Message, handoff: str) -> list[Message]:
        return [self._say.bot("ask_words", self._say.button("cancel", f"cancel words {handoff}"))]

    async def _cancel(self, chat: str, message: Message, _rest: str) -> list[Message]:
        handoff = await self._store.of_chat(chat)
        if handoff:
            return [await self._already(handoff)]
        return await self._where_we_were(chat)

    async def _callback(self, chat: str, message: Message, _rest: str) -> list[Message]:
        handoff = await self._store.of_chat(chat)
        if handoff and handoff.is_active and handoff.lost_at is None:
            return [self._say.bot("already_talking")]
        if handoff:
            # Nobody waits and is called as well.
            await self._go_on(chat, message, "")
        return [
            self._say.bot(
                "callback.ask",
                self._say.button("return"),
                self._say.button("cancel", "cancel number"),
                days=str(self._queue.settings.callback_days),
            )
        ]

    async def _callback_share(self, chat: str, _message: Message, packed: str) -> list[Message]:
        if await self._callbacks.show(chat, Shown.unpacked(packed).text):
            return [self._say.bot("callback.shown", self._say.menu(), self._say.button("drop"))]
        return [self._say.bot("callback.dropped", self._say.menu())]

    async def _callback_share_no(self, _chat: str, _m: Message, _rest: str) -> list[Message]:
        return [self._say.bot("callback.not_shown", self._say.menu(), self._say.button("drop"))]

    async def _return(self, _chat: str, _message: Message, _rest: str) -> list[Message]:
        now = self._queue.now()
        times = self._queue.hours.next_openings(now, _TIMES)
        if not times:
            return [self._say.bot("callback.no_times", self._say.button("callback"))]
        return [
            self._say.bot(
                "callback.ask_time",
                *(
                    self._say.choice(_capital(when(at, now)), f"return_at {at.isoformat()}")
                    for at in times
                ),
                self._say.button("cancel"),
            )
        ]

    async def _return_at(self, chat: str, _message: Message, rest: str) -> list[Message]:
        at, now = datetime.fromisoformat(rest), self._queue.now()
        if at <= now:
            return await self._return(chat, _message, "")
        await self._callbacks.keep_return(chat, at)
        self._queue.happened("callback_asked")
        self._hub.tell(DESK)
        return [
            self._say.bot(
                "callback.return", self._say.menu(), self._say.button("drop"), time=when(at, now)
            )
        ]

    async def _drop(self, chat: str, _message: Message, _rest: str) -> list[Message]:
        await self._callbacks.drop(chat)
        self._hub.tell(DESK)
        return [self._say.bot("callback.dropped", self._say.menu())]

    async def _typed_answer(self, chat: str, message: Message) -> list[Message] | None:
        """Answer a typed message that answers one of the questions here; otherwise None."""
        asked = await self._chats.latest(chat, "bot")
        if asked is None or not any(b.command.startswith(f"{PREFIX}:") for b in asked.buttons):
            return None
        for button in asked.buttons:
            does = button.command.removeprefix(f"{PREFIX}:")
            if does.startswith("cancel words "):
                await self._store.rate_in_words(
                    chat, does.removeprefix("cancel words "), message.text
                )
                return [self._say.bot("words_kept", self._say.menu())]
            tried = has_digits(message.text) or message.masked or self._mark in message.text
            if does == "cancel number" and tried:
                return [await self._number_answer(chat, message)]
        chosen = _meant(message.text, asked.buttons)
        if chosen is None or not chosen.command.startswith(f"{PREFIX}:"):
            return None
        return await self.command(chat, message, chosen.command.removeprefix(f"{PREFIX}:"))

    async def _number_answer(self, chat: str, message: Message) -> Message:
        if self._mark not in message.text or not await self._callbacks.has(chat):
            return self._say.bot(
                "callback.wrong",
                self._say.button("return"),
                self._say.button("cancel", "cancel number"),
            )
        self._queue.happened("callback_asked")
        self._hub.tell(DESK)
        opening = self._queue.hours.status(self._queue.now())
        kept = self._say.text("callback.kept", opening=opening.text)
        shown = what_would_go(
            None, await self._chats.after(chat, 0), message.n, self._say.texts, self._answers
        )
        if not shown.text:
            return self._say.spoken(kept, self._say.menu(), self._say.button("drop"))
        intro = f"{self._say.text('shown_intro')}\n{shown.text}"
        return self._say.spoken(
            f"{kept}\n\n{self._say.text('callback.ask_to_show', shown=intro)}",
            self._say.button("share", f"callback_share {shown.packed()}"),
            self._say.button("share_no"),
            self._say.button("drop"),
        )

    async def _awaits(self, chat: str, does: str) -> bool:
        asked = await self._chats.latest(chat, "bot")
        return asked is not None and any(b.command == f"{PREFIX}:{does}" for b in asked.buttons)


def _meant(text: str, buttons: Sequence[Button]) -> Button | None:
    """Return the button that a short typed answer means, or None."""
    words = re.findall(r"\w+", text.casefold())
    titles = [re.findall(r"\w+", button.title.casefold()) for button in buttons]
    for button, title in zip(buttons, titles, strict=True):
        if words == title:
            return button
    if not words or len(words) > _SHORT:
        return None
    first = "kyllä" if words[0] in _YES else "ei" if words[0] in _NO else ""
    for button, title in zip(buttons, titles, strict=True):
        if title[0] == first:
            return button
    return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
