"""Runs the bot in the gateway's process: long polling, or a webhook when its address is set."""

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine
from telegram import BotCommand, BotCommandScopeAllPrivateChats, Update

from bot.channels.telegram.api import Api, Gone, Refused
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.local import Local
from bot.channels.telegram.outbox import Attach, Outbox
from bot.channels.telegram.texts import Texts
from bot.channels.telegram.updates import Resume, StoreDown, Updates
from bot.conversation import Conversation
from bot.hub import Hub
from bot.settings import Settings
from bot.store import ChatStore, TelegramChats
from services_catalog.answers import Answers

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
_LARGEST_UPDATE = 1 << 20
_WANTED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
)
_POLL_GRACE_SECONDS = 10.0
_STORE_PAUSE_SECONDS = 1.0
_ENDING_SECONDS = 3.0


class TelegramChannel:
    """The Telegram bot of a gateway."""

    def __init__(
        self,
        *,
        settings: Settings,
        engine: AsyncEngine,
        store: ChatStore,
        conversation: Conversation,
        hub: Hub,
        answers: Answers,
        now: Callable[[], datetime],
    ) -> None:
        """Put its parts together; ``settings`` have the bot's token."""
        self._settings = settings.telegram
        people = TelegramChats(engine)
        identity = Identity(settings.secret_key.get_secret_value())
        self._secret = identity.webhook_secret()
        self._texts = Texts(answers, settings)
        self._api = Api(settings)
        self._outbox = Outbox(
            api=self._api,
            chats=store,
            people=people,
            hub=hub,
            answers=answers,
            texts=self._texts,
            identity=identity,
            settings=settings.telegram,
        )
        local = Local(
            conversation=conversation,
            texts=self._texts,
            phrases=answers.phrases,
            longest=settings.limits.message_characters,
            now=now,
        )
        conversation.on_command("telegram", local)
        self._updates = Updates(
            api=self._api,
            chats=store,
            people=people,
            conversation=conversation,
            hub=hub,
            outbox=self._outbox,
            local=local,
            texts=self._texts,
            identity=identity,
            limits=settings.limits,
            now=now,
        )

    def resume_with(self, resume: Resume) -> None:
        """Let ``/start`` with a return code continue what was kept: see ``Resume``."""
        self._updates.resume = resume

    def attach_with(self, attach: Attach) -> None:
        """Send files with messages: ``attach`` says which file a message has."""
        self._outbox.attach = attach

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return the webhook's route, or none when there is no webhook."""
        if self._settings.webhook_url:
            return [web.post(WEBHOOK_PATH, self._webhook)]
        return []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run while the block lasts; nothing that fails here fails the block."""
        await self._outbox.start()
        task = asyncio.create_task(self._run(), name="telegram")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self.settled(_ENDING_SECONDS)
            await self._outbox.stop()
            await self._api.close()

    async def take(self, raws: list[Any]) -> None:
        """Take updates; when this returns, what was said in them is stored."""
        while True:
            taken = await asyncio.gather(*map(self._updates.take, raws), return_exceptions=True)
            if not any(isinstance(result, StoreDown) for result in taken):
                return
            await asyncio.sleep(_STORE_PAUSE_SECONDS)

    async def settled(self, seconds: float) -> None:
        """Wait until what was taken is answered, ``seconds`` at the most."""
        await self._updates.finish(seconds)

    async def _run(self) -> None:
        while True:
            try:
                await self._api.patiently("the bot", self._prepare)
                webhook = bool(self._settings.webhook_url)
                log.info("Telegram is on, by %s", "webhook" if webhook else "long polling")
                if webhook:
                    return
                await self._poll()
            except (Gone, Refused):
                log.error("Telegram refuses the bot's set-up: see telegram.webhook_url")
            except Exception as error:
                log.error("the Telegram bot begins anew: %s", type(error).__name__)
            await asyncio.sleep(self._settings.longest_pause)

    async def _prepare(self) -> None:
        bot = self._api.bot
        await bot.initialize()
        await bot.set_my_commands(
            [BotCommand(name, text) for name, text in self._texts.commands.items()],
            scope=BotCommandScopeAllPrivateChats(),
        )
        await bot.set_my_description(self._texts.description)
        if self._settings.webhook_url:
            await bot.set_webhook(
                self._settings.webhook_url, secret_token=self._secret, allowed_updates=_WANTED
            )
        else:
            await bot.delete_webhook()

    async def _poll(self) -> None:
        """Ask for updates without end.

        The library's Updater tells Telegram that updates have arrived before they are stored, and
        lets one broken update spoil the rest: so it is not used.
        """
        seconds, offset = self._settings.poll_seconds, 0
        while True:

            async def ask(after: int = offset) -> Any:
                return await self._api.bot.do_api_request(
                    "getUpdates",
                    {"offset": after, "timeout": seconds, "allowed_updates": list(_WANTED)},
                    read_timeout=seconds + _POLL_GRACE_SECONDS,
                )

            raws = await self._api.patiently("what people write", ask)
            await self.take(raws)
            # Only now may Telegram forget them.
            offset = max([offset, *(raw["update_id"] + 1 for raw in raws if "update_id" in raw)])

    async def _webhook(self, request: web.Request) -> web.Response:
        secret = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode("utf-8", "replace"), self._secret.encode()):
            return web.Response(status=403)
        # An update is larger than what the web chat may send.
        body = await request.clone(client_max_size=_LARGEST_UPDATE).read()
        try:
            await self._updates.take(json.loads(body))
        except ValueError:
            log.warning("a webhook call without JSON was let be")
        except StoreDown:
            return web.Response(status=503)
        return web.Response()
