"""What people do in Telegram, brought into the conversation.

An update is taken once its message is stored; the answer is made afterwards and delivered by the
outbox, so that one slow answer keeps nobody else waiting.
"""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import telegram
from telegram.constants import ChatMemberStatus, ChatType, MessageLimit

from bot.channels.telegram import render
from bot.channels.telegram.api import Api
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.kinds import kind_of
from bot.channels.telegram.local import ERASE, KEEP, Local
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.storing import STORE_TROUBLE, insist
from bot.channels.telegram.texts import Texts
from bot.conversation import Conversation, EmptyMessage, OldButton
from bot.hub import Hub
from bot.limits import RateLimit
from bot.settings import Limits
from bot.store import ChatStore, Message, TelegramChats

log = logging.getLogger(__name__)

# Takes a chat's id and a return code, its words with a space between; returns what is said, or
# None when there is no such code.
Resume = Callable[[str, str], Awaitable[list[Message] | None]]

_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.+))?", re.IGNORECASE | re.DOTALL)
# A start parameter holds A-Z, a-z, 0-9, _ and - only (Bot API, deep linking).
_CODE = re.compile(r"[^\W_]+(?:[-_ ][^\W_]+){3}")
_STEPS = {"kuulumiset": "checkin", "ihminen": "human", "aukiolo": "hours"}
_ALSO = {"help": "apua"}
_PRESENT = {
    ChatMemberStatus.ADMINISTRATOR,
    ChatMemberStatus.MEMBER,
    ChatMemberStatus.RESTRICTED,
}
_REMEMBERED = 10_000
# One writes to SQLite at a time anyway, and the web chat must get its turn.
_AT_ONCE = 8
_NO_SUCH_BUTTON = "-"


class StoreDown(Exception):
    """Nothing can be stored now; the same update has to come again."""


@dataclass(frozen=True)
class Said:
    """Who said something, by Telegram's id, and the id it is stored under."""

    who: int
    id: str


class Updates:
    """Takes Telegram's updates, each once, those of one person in order."""

    def __init__(
        self,
        *,
        api: Api,
        chats: ChatStore,
        people: TelegramChats,
        conversation: Conversation,
        hub: Hub,
        outbox: Outbox,
        local: Local,
        texts: Texts,
        identity: Identity,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        """Use these parts."""
        self._api = api
        self._chats = chats
        self._people = people
        self._conversation = conversation
        self._hub = hub
        self._outbox = outbox
        self._local = local
        self._texts = texts
        self._identity = identity
        self._longest = limits.message_characters
        self._limit = RateLimit(limits.messages_per_minute)
        # Who sends too fast is told so once a minute: more would be sent too fast by us.
        self._told = RateLimit(1)
        self._now = now
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._answering: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._left: OrderedDict[int, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self.resume: Resume = _no_codes

    async def take(self, raw: Any) -> None:
        """Take one update as it came; when this returns, what was said in it is stored.

        A repeated update and a broken one are let be.

        Raises:
            StoreDown: Nothing was done; the update is to be given again.
        """
        update = self._read(raw)
        if update is None or not _new(update.update_id, self._seen):
            return
        who = update.effective_user or update.effective_chat
        async with self._locks.setdefault(who.id if who else 0, asyncio.Lock()), self._room:
            try:
                await self._handle(update)
            except STORE_TROUBLE as error:
                self._seen.pop(update.update_id, None)
                log.error("an update cannot be stored: %s", type(error).__name__)
                raise StoreDown from None
            except Exception as error:
                log.error("an update could not be handled: %s", type(error).__name__)
                self._apologise(update)

    async def finish(self, seconds: float) -> None:
        """Wait for the answers that are being made; what is stored is answered at next start."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()

    def _read(self, raw: Any) -> telegram.Update | None:
        try:
            update = telegram.Update.de_json(raw, self._api.bot)
            return update if isinstance(update.update_id, int) else None
        except Exception as error:
            log.warning("a broken update was let be: %s", type(error).__name__)
            return None

    async def _handle(self, update: telegram.Update) -> None:
        message = update.effective_message
        if update.callback_query:
            await self._pressed(update.callback_query)
        elif update.my_chat_member:
            await self._invited(update.my_chat_member)
        elif message and message.chat.type != ChatType.PRIVATE:
            self._leave(message.chat.id)
        elif message:
            said = Said(message.chat.id, f"update-{update.update_id}")
            await self._said(said, message, edited=update.edited_message is not None)

    async def _said(self, said: Said, message: telegram.Message, *, edited: bool) -> None:
        text = _whole(message.text or message.caption or "")
        kind = kind_of(message, edited=edited)
        if not kind or await self._too_much(said, text):
            return
        if kind == "text":
            await self._typed(said, text)
            return
        acute = bool(text) and await self._conversation.is_acute(text)
        if not acute:
            note = Said(said.who, f"{said.id}-{kind}")
            await self._answer_here(note, f"kinds.{kind}", self._texts(f"sent.{kind}"))
        # What somebody else wrote, or wrote before, is no new message, but may be a cry for help.
        if acute or (text and kind not in ("edited", "forwarded")):
            await self._pass_on(said, text=text)

    async def _typed(self, said: Said, text: str) -> None:
        found = _COMMAND.fullmatch(text.strip())
        name = found[1].lower() if found else ""
        name = _ALSO.get(name, name)
        if not found or name not in self._texts.commands:
            await self._pass_on(said, text=text)
        elif more := found[2]:
            if name == "start" and _CODE.fullmatch(more.strip()):
                await self._come_back(said, more)
            else:
                # Words after a command are a message like any other.
                await self._pass_on(said, text=more if name == "start" else text)
        elif name in _STEPS:
            await self._pass_on(said, payload=_STEPS[name])
        else:
            await self._answer_here(said, name, f"/{name}")

    async def _come_back(self, said: Said, code: str) -> None:
        if await self._conversation.is_acute(code):
            await self._pass_on(said, text=code)
            return
        words = " ".join(re.split(r"[-_\s]+", code.strip().lower()))
        await self._answer_here(
            said, "resume_unknown", self._texts("sent.code"), lambda chat: self.resume(chat, words)
        )

    async def _pressed(self, query: telegram.CallbackQuery) -> None:
        message, data = query.message, query.data or _NO_SUCH_BUTTON
        if message is None or message.chat.type != ChatType.PRIVATE:
            self._later(self._api.briefly(query.answer))
            return
        # One keyboard takes one press: a second tap on a slow phone is not a second answer.
        said = Said(message.chat.id, f"press-{message.message_id}")
        known = await self._people.of(self._identity.person(said.who))
        again = known and await self._chats.by_client_id(known.chat, said.id)
        toast = self._texts("chosen_already") if again else None
        self._later(self._api.briefly(lambda: query.answer(toast)))
        if isinstance(message, telegram.Message):
            self._later(self._api.briefly(lambda: _mark_used(message, data, self._texts)))
        if again:
            return
        if data == ERASE:
            await self._erase(said.who)
        elif data == KEEP:
            await self._answer_here(said, "kept", self._texts("buttons.keep"))
        elif not await self._too_much(said, ""):
            await self._pass_on(said, payload=data if data.isascii() else _NO_SUCH_BUTTON)

    async def _pass_on(self, said: Said, *, text: str = "", payload: str = "") -> None:
        """Hand to the conversation what was said, and let it be answered."""
        while True:
            chat, new = await self._chat(said.who)
            try:
                message = await self._conversation.accept(
                    chat, said.id, text=text, payload=payload
                )
            except EmptyMessage:
                await self._answer_here(said, "errors.empty", self._texts("sent.empty"))
            except OldButton:
                await self._answer_here(said, "errors.old_button", self._texts("sent.button"))
            except LookupError:
                # Erased just now, for its age; the next turn opens another.
                continue
            else:
                await self._let_answer(chat, message, new)
            return

    async def _let_answer(self, chat: str, message: Message, new: bool) -> None:
        # A crisis text comes before everything, also before who sees the conversation.
        acute = message.crisis == "acute"
        if new and not acute:
            await self._chats.add(chat, self._local.privacy())

        async def answer() -> None:
            await self._conversation.answer(chat, message)
            if new and acute:
                await self._chats.add(chat, self._local.privacy())
                self._hub.tell(chat)

        self._later(self._in_turn(chat, answer))

    async def _answer_here(
        self,
        said: Said,
        key: str,
        sent: str,
        make: Callable[[str], Awaitable[list[Message] | None]] | None = None,
    ) -> None:
        """Answer with what ``make`` returns for the chat, or with this channel's text ``key``.

        ``sent`` is what is noted in place of the client's words.
        """
        chat, new = await self._chat(said.who)
        message, _ = await self._chats.receive(
            chat,
            Message("client", sent, self._now(), command=f"telegram:{key}", client_id=said.id),
        )

        async def answer() -> None:
            if await self._chats.is_answered(chat, message.n):
                return
            replies = await make(chat) if make else None
            replies = replies or await self._local(chat, message, key)
            if new and key != "start":
                replies = [self._local.privacy(), *replies]
            await self._chats.answer(chat, message, replies)
            self._hub.tell(chat)

        self._later(self._in_turn(chat, answer))

    async def _in_turn(self, chat: str, answer: Callable[[], Awaitable[None]]) -> None:
        """Answer after the messages that came before in the same chat."""
        async with self._answering.setdefault(chat, asyncio.Lock()):
            await insist(answer)

    async def _too_much(self, said: Said, text: str) -> bool:
        """Tell who sends too much at once; a cry for help is let through all the same."""
        person = self._identity.person(said.who)
        too_fast = self._limit.wait(person) > 0
        if not too_fast and len(text) <= self._longest:
            return False
        if text and await self._conversation.is_acute(text):
            return False
        if not too_fast or not self._told.wait(person):
            fault = "errors.too_fast" if too_fast else "errors.too_long"
            await self._answer_here(said, fault, self._texts("sent.refused"))
        return True

    async def _chat(self, who: int) -> tuple[str, bool]:
        """Return the live chat of a person, opened now if need be, and whether it is new."""
        person = self._identity.person(who)
        known = await self._people.of(person)
        if known:
            return known.chat, False
        opened, _ = await self._chats.start("telegram", self._now())
        await self._people.add(person, opened.id, self._identity.sealed(who))
        self._outbox.add(opened.id)
        return opened.id, True

    async def _erase(self, who: int) -> None:
        known = await self._people.of(self._identity.person(who))
        if known:
            await self._outbox.forget(known.chat)
        self._later(
            self._api.briefly(lambda: self._api.bot.send_message(who, self._texts("erased")))
        )

    async def _invited(self, change: telegram.ChatMemberUpdated) -> None:
        status = change.new_chat_member.status
        if change.chat.type != ChatType.PRIVATE:
            if status in _PRESENT:
                self._leave(change.chat.id)
        elif status == ChatMemberStatus.BANNED:
            known = await self._people.of(self._identity.person(change.chat.id))
            if known:
                log.info("a chat whose Telegram user blocked the bot was erased")
                await self._outbox.forget(known.chat)

    def _leave(self, group: int) -> None:
        if _new(group, self._left):
            self._later(self._say_goodbye(group))

    async def _say_goodbye(self, group: int) -> None:
        bot = self._api.bot
        await self._api.briefly(lambda: bot.send_message(group, self._texts("group")))
        await self._api.briefly(lambda: bot.leave_chat(group))
        # Who asks it in again is answered again.
        self._left.pop(group, None)

    def _apologise(self, update: telegram.Update) -> None:
        message = update.effective_message
        if message and message.chat.type == ChatType.PRIVATE:
            to, text = message.chat.id, self._local.apology()
            self._later(self._api.briefly(lambda: self._api.bot.send_message(to, text)))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _no_codes(_chat: str, _code: str) -> None:
    return None


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:
        # The type only: texts and the token could be in the error's text.
        log.error("an answer to Telegram failed: %s", type(error).__name__)


async def _mark_used(message: telegram.Message, data: str, texts: Texts) -> None:
    """Take the keyboard from a message and write what was chosen under its text."""
    title = next(
        (
            button.text
            for row in (message.reply_markup.inline_keyboard if message.reply_markup else ())
            for button in row
            if button.callback_data == data
        ),
        "",
    )
    text = f"{message.text}\n\n{texts('chosen', title=title)}"
    if message.text and title and render.length(text) <= MessageLimit.MAX_TEXT_LENGTH:
        bold = [e for e in message.entities if e.type == telegram.MessageEntity.BOLD]
        await message.edit_text(text, entities=bold, link_preview_options=render.NO_PREVIEW)
    elif message.reply_markup:
        await message.edit_reply_markup(None)


def _whole(text: str) -> str:
    """Return ``text`` without halves of surrogate pairs, which no database can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _new(key: int, known: "OrderedDict[int, None]") -> bool:
    """Note ``key`` and return whether it was not known."""
    if key in known:
        return False
    known[key] = None
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return True
