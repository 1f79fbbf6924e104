"""A server that stands in for Telegram's Bot API, over HTTP, as core.telegram.org/bots/api says.

It keeps chats and updates as Telegram does: getUpdates with offset, limit and long poll, webhooks
with a secret token, and the documented errors with their codes, words and parameters.
"""

import asyncio
import itertools
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "123456789:AAE-stand-in-token-of-the-tests-only"
BOT = {
    "id": 123456789,
    "is_bot": True,
    "first_name": "Polku",
    "username": "polku_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
_LONGEST_TEXT = 4096
_LONGEST_PAYLOAD = 64
_MOST_UPDATES = 100
_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
    "can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info",
    "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
_LEFT = {"kicked": "bot was blocked by the user", "deactivated": "user is deactivated"}


class ApiFault(Exception):
    """An answer with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


@dataclass
class Call:
    """One request of the bot, and how it ended."""

    method: str
    parameters: dict[str, Any]
    status: int
    at: float


@dataclass
class Room:
    """A chat as Telegram keeps it; ``state`` says whether the bot can write there."""

    id: int
    type: str = "private"
    state: str = "member"
    migrated_to: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        if self.type == "private":
            return {"id": self.id, "type": self.type, "first_name": "Aino", "username": "aino_k"}
        return {"id": self.id, "type": self.type, "title": "Kaverit"}


class TelegramServer:
    """The stand-in; runs in a thread of its own, so that tests can be plain functions."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.rooms: dict[int, Room] = {}
        self.calls: list[Call] = []
        self.commands: list[dict[str, str]] = []
        self.description = ""
        self.webhook: dict[str, Any] = {}
        self.webhook_target = ""
        self.webhook_statuses: list[int] = []
        self.toasts: list[str] = []
        # Method, or "*" for all, → "cut" (the connection) or "bad gateway".
        self.outages: dict[str, str] = {}
        # How many of the next messages are refused for coming too fast, and for how long.
        self.floods = 0
        self.retry_after = 1
        # Texts that hold this are refused: no bot can make sure that there are none.
        self.refused_text = ""
        self.refuses_entities = False
        self.url = ""
        self._updates: list[dict[str, Any]] = []
        self._update_ids = itertools.count(700_000_001)
        self._message_ids = itertools.count(1)
        self._user_ids = itertools.count(5_000_000_001)
        self._polls = 0
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None

    # What tests do.

    def start(self) -> "TelegramServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def environment(self) -> dict[str, str]:
        """Return what a gateway must be told to talk to this server."""
        return {"POLKU_TELEGRAM_TOKEN": self.token, "POLKU_TELEGRAM_BASE_URL": self.url}

    def user(self) -> "TelegramUser":
        """Return a new person with a private chat with the bot."""
        room = self.rooms[number] = Room(number := next(self._user_ids))
        return TelegramUser(self, room)

    def group(self, kind: str = "supergroup", *, tell: bool = True) -> Room:
        """Return a new group or channel that the bot is in; ``tell`` gives the update of it."""
        number = -1_001_000_000_000 - next(self._user_ids)
        room = self.rooms[number] = Room(number, kind)
        if tell:
            self.membership(room, "left", "administrator" if kind == "channel" else "member")
        return room

    def membership(self, room: Room, before: str, after: str) -> None:
        """Tell the bot of a change of its own membership."""
        room.state = after
        bot = {key: BOT[key] for key in ("id", "is_bot", "first_name", "username")}
        self.update(
            my_chat_member={
                "chat": room.as_json(),
                "from": person(room.id if room.type == "private" else next(self._user_ids)),
                "date": int(time.time()),
                "old_chat_member": _member(bot, before),
                "new_chat_member": _member(bot, after),
            }
        )

    def update(self, **content: Any) -> int:
        """Give the bot an update; return its id."""
        number = next(self._update_ids)
        self.redeliver({"update_id": number, **content})
        return number

    def redeliver(self, update: dict[str, Any]) -> None:
        """Give the bot exactly this update, as Telegram does when it was not acknowledged."""
        self._updates.append(update)
        self._loop.call_soon_threadsafe(self._news.set)

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def waiting(self) -> int:
        """Return how many updates the bot has not acknowledged."""
        return len(self._updates)

    def counts(self) -> Counter[str]:
        return Counter(call.method for call in self.calls)

    def wait_for(self, condition: Any, seconds: float = 30) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, seconds), [
                (call.method, call.status) for call in self.calls[-20:]
            ]

    # The server.

    async def _start(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._deliverer = asyncio.create_task(self._deliver_to_webhook())

    async def _stop(self) -> None:
        self._deliverer.cancel()
        if self._runner:
            await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters = {key: _value(value) for key, value in (await request.post()).items()}
        outage = self.outages.get(method) or self.outages.get("*")
        if outage == "cut":
            self._note(method, parameters, 0)
            assert request.transport
            request.transport.abort()
            return web.Response()
        if outage:
            self._note(method, parameters, 502)
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        try:
            handler = self._handler(request.match_info["token"], method)
            body, status = {"ok": True, "result": await handler(**parameters)}, 200
        except ApiFault as fault:
            body, status = fault.body, fault.code
        self._note(method, parameters, status)
        return web.json_response(body, status=status)

    def _handler(self, token: str, method: str) -> Any:
        if token != self.token:
            raise ApiFault(401, "Unauthorized")
        handler = getattr(self, f"do_{method}", None)
        if handler is None:
            raise ApiFault(404, "Not Found")
        return handler

    def _note(self, method: str, parameters: dict[str, Any], status: int) -> None:
        with self._changed:
            self.calls.append(Call(method, parameters, status, time.monotonic()))
            self._changed.notify_all()

    async def do_getMe(self) -> dict[str, Any]:
        return BOT

    async def do_setMyCommands(self, commands: list[dict[str, str]], scope: Any = None) -> bool:
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise ApiFault(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise ApiFault(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    async def do_setMyDescription(self, description: str = "") -> bool:
        if len(description) > 512:
            raise ApiFault(400, "Bad Request: BOT_DESCRIPTION_TOO_LONG")
        self.description = description
        return True

    async def do_setWebhook(self, url: str = "", **options: Any) -> bool:
        if url and not url.startswith("https://"):
            raise ApiFault(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
            )
        secret = options.get("secret_token", "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ApiFault(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = {"url": url, **options} if url else {}
        self._news.set()
        return True

    async def do_deleteWebhook(self, **_options: Any) -> bool:
        self.webhook = {}
        return True

    async def do_getUpdates(
        self,
        offset: int = 0,
        limit: int = _MOST_UPDATES,
        timeout: int = 0,  # noqa: ASYNC109 - the Bot API's name
        allowed_updates: Any = (),
    ) -> list[dict[str, Any]]:
        if self.webhook:
            raise ApiFault(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._polls += 1
        mine = self._polls
        self._news.set()
        # What is asked for from an id on, is acknowledged up to it.
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        end = self._loop.time() + timeout
        while not (found := self._wanted(allowed_updates)) and self._loop.time() < end:
            self._news.clear()
            try:
                async with asyncio.timeout_at(end):
                    await self._news.wait()
            except TimeoutError:
                break
            if self._polls != mine:
                self._news.set()
                raise ApiFault(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        return found[:limit]

    async def do_sendMessage(
        self,
        chat_id: int,
        text: str = "",
        entities: Any = (),
        reply_markup: Any = None,
        link_preview_options: Any = None,
    ) -> dict[str, Any]:
        room = self._room(chat_id)
        if self.floods:
            self.floods -= 1
            raise ApiFault(
                429,
                f"Too Many Requests: retry after {self.retry_after}",
                retry_after=self.retry_after,
            )
        text = str(text)
        self._check_text(text, entities)
        if self.refused_text and self.refused_text in text:
            raise ApiFault(400, "Bad Request: MESSAGE_REFUSED")
        if self.refuses_entities and entities:
            raise ApiFault(400, "Bad Request: ENTITIES_REFUSED")
        return self._keep(room, text=text, **_checked(entities, reply_markup))

    async def do_sendDocument(self, chat_id: int, document: Any = None, **_o: Any) -> Any:
        room = self._room(chat_id)
        if not isinstance(document, web.FileField):
            raise ApiFault(400, "Bad Request: there is no document in the request")
        content = document.file.read()
        described = {"file_id": "f", "file_unique_id": "f", "file_name": document.filename}
        return self._keep(room, document=described | {"file_size": len(content)})

    async def do_sendChatAction(self, chat_id: int, action: str) -> bool:
        self._room(chat_id).actions.append(action)
        return True

    async def do_editMessageText(
        self, chat_id: int, message_id: int, text: str = "", **options: Any
    ) -> dict[str, Any]:
        message = self._message(chat_id, message_id)
        entities = options.get("entities", ())
        self._check_text(text, entities)
        new = {"text": text, **_checked(entities, options.get("reply_markup"))}
        return self._edit(message, new)

    async def do_editMessageReplyMarkup(
        self, chat_id: int, message_id: int, reply_markup: Any = None
    ) -> dict[str, Any]:
        message = self._message(chat_id, message_id)
        kept = {key: message[key] for key in ("text", "entities") if key in message}
        return self._edit(message, kept | _checked((), reply_markup))

    async def do_answerCallbackQuery(self, callback_query_id: str, text: str = "") -> bool:
        if callback_query_id == "old":
            raise ApiFault(
                400,
                "Bad Request: query is too old and response timeout expired or "
                "query ID is invalid",
            )
        self.toasts.append(text)
        return True

    async def do_leaveChat(self, chat_id: int) -> bool:
        self._room(chat_id).state = "left"
        return True

    def _room(self, number: int) -> Room:
        room = self.rooms.get(number)
        if room is None:
            raise ApiFault(400, "Bad Request: chat not found")
        if room.migrated_to:
            raise ApiFault(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=room.migrated_to,
            )
        if room.state in _LEFT:
            raise ApiFault(403, f"Forbidden: {_LEFT[room.state]}")
        if room.state == "left":
            raise ApiFault(403, f"Forbidden: bot is not a member of the {room.type} chat")
        return room

    def _message(self, chat: int, number: int) -> dict[str, Any]:
        for message in self._room(chat).messages:
            if message["message_id"] == number:
                return message
        raise ApiFault(400, "Bad Request: message to edit not found")

    def _check_text(self, text: str, entities: Any) -> None:
        if not text.strip():
            raise ApiFault(400, "Bad Request: message text is empty")
        if _length(text) > _LONGEST_TEXT:
            raise ApiFault(400, "Bad Request: message is too long")
        for entity in entities or ():
            if entity["offset"] < 0 or entity["offset"] + entity["length"] > _length(text):
                raise ApiFault(400, "Bad Request: entity is outside of the text")

    def _keep(self, room: Room, **content: Any) -> dict[str, Any]:
        message = {
            "message_id": self.next_message_id(),
            "from": BOT,
            "chat": room.as_json(),
            "date": int(time.time()),
            **content,
        }
        room.messages.append(message)
        return message

    def _edit(self, message: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        shown = ("text", "entities", "reply_markup")
        if {key: message[key] for key in shown if key in message} == new:
            raise ApiFault(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        for key in shown:
            message.pop(key, None)
        message.update(new, edit_date=int(time.time()))
        return message

    def _wanted(self, kinds: Any) -> list[dict[str, Any]]:
        return [u for u in self._updates if not kinds or set(kinds) & set(u) or len(u) == 1]

    async def _deliver_to_webhook(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                await asyncio.sleep(0.02)
                if not (self.webhook and self.webhook_target and self._updates):
                    continue
                update = self._updates[0]
                status = await self._post(session, update)
                self.webhook_statuses.append(status)
                if 200 <= status < 300:
                    self._updates.remove(update)
                else:
                    await asyncio.sleep(0.2)

    async def _post(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            async with session.post(self.webhook_target, json=update, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0


@dataclass
class TelegramUser:
    """A person with Telegram on the phone."""

    server: TelegramServer
    room: Room

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def received(self) -> list[dict[str, Any]]:
        """Return what the bot has written, as it looks now."""
        return list(self.room.messages)

    @property
    def texts(self) -> list[str]:
        return [message.get("text", "") for message in self.room.messages]

    def say(self, text: str) -> int:
        command = re.match(r"/\w+", text)
        entities = (
            [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else None
        )
        return self.send(text=text, **({"entities": entities} if entities else {}))

    def send(self, *, edited: bool = False, **content: Any) -> int:
        """Send a message with this content; return the update's id."""
        message = {
            "message_id": self.server.next_message_id(),
            "from": person(self.id),
            "chat": self.room.as_json(),
            "date": int(time.time()),
            **({"edit_date": int(time.time())} if edited else {}),
            **content,
        }
        return self.server.update(**{"edited_message" if edited else "message": message})

    def press(self, title: str, message: dict[str, Any] | None = None) -> int:
        """Press the button with ``title``, of the newest message that has it."""
        for found in [message] if message else reversed(self.room.messages):
            for button in buttons(found):
                if button["text"] == title:
                    return self.press_data(button["callback_data"], found)
        raise AssertionError(f"no button {title!r}: {self.room.messages[-1:]}")

    def press_data(self, data: str, message: dict[str, Any]) -> int:
        return self.server.update(
            callback_query={
                "id": str(message["message_id"] * 7919),
                "from": person(self.id),
                "message": json.loads(json.dumps(message)),
                "chat_instance": "1",
                "data": data,
            }
        )

    def block(self, state: str = "kicked", *, tell: bool = False) -> None:
        """Block the bot (or delete the account); ``tell`` sends Telegram's notice of it."""
        if tell:
            self.server.membership(self.room, "member", state)
        self.room.state = state

    def wait_for(self, condition: Any, seconds: float = 30) -> None:
        try:
            self.server.wait_for(lambda: condition(self), seconds)
        except AssertionError as error:
            raise AssertionError(f"{self.texts} {error}") from None

    def wait_for_text(self, part: str, seconds: float = 30) -> str:
        """Wait until the bot has written ``part`` and return the message's text."""
        self.wait_for(lambda _: any(part in text for text in self.texts), seconds)
        return next(text for text in reversed(self.texts) if part in text)


def person(number: int) -> dict[str, Any]:
    """Return a user as Telegram describes one, with all that must not be kept."""
    return {
        "id": number,
        "is_bot": False,
        "first_name": "Aino",
        "last_name": "Kuusikangas",
        "username": "aino_k",
        "language_code": "fi",
    }


def buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    """Return the buttons of a message, in order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if status == "administrator":
        more = dict.fromkeys(_RIGHTS, False)
    elif status == "kicked":
        more = {"until_date": 0}
    return {"user": bot, "status": status, **more}


def _checked(entities: Any, reply_markup: Any) -> dict[str, Any]:
    for row in (reply_markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button["text"].strip():
                raise ApiFault(400, "Bad Request: inline keyboard button text is empty")
            if not 1 <= len(button["callback_data"].encode()) <= _LONGEST_PAYLOAD:
                raise ApiFault(400, "Bad Request: BUTTON_DATA_INVALID")
    return ({"entities": entities} if entities else {}) | (
        {"reply_markup": reply_markup} if (reply_markup or {}).get("inline_keyboard") else {}
    )


def _value(value: Any) -> Any:
    """Return a form value as Telegram reads it: everything but texts is JSON."""
    if isinstance(value, str) and re.fullmatch(r"-?\d+|true|false|[\[{].*[\]}]", value, re.S):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
