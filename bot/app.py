"""The composition root: builds the gateway's application from the settings."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp_jinja2
import jinja2
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock, terminal
from bot.actions_server import ActionsServer
from bot.channels.web import api, embed, errands, information, pages, returning, stream
from bot.channels.web.errors import errors
from bot.channels.web.headers import security_headers
from bot.channels.web.keys import PARTS, Parts
from bot.channels.web.static import STATIC, Static
from bot.conversation import Conversation
from bot.counts import Counting
from bot.desk import access
from bot.desk.live import add_live
from bot.desk.setup import add_desk, count, make_desk
from bot.desk.sign_in import sign_in_first
from bot.fallback import Fallback
from bot.handoff.service import HANDOFF, HandOff, put_together
from bot.hours import Hours
from bot.hub import Hub
from bot.limits import RateLimit
from bot.paths import RESUME, ErrandLists, Paths, Planner
from bot.rasa_server import RasaServer
from bot.retention import purge
from bot.safety import Level, Screen, Verdict
from bot.settings import Settings
from bot.store import ChatStore, CountStore, Message, PathStore, connect, migrate
from bot.store.activity import ActivityStore
from bot.together import Together, alone_or_together
from bot.training import newest_model
from services_catalog.answers import Answers
from services_catalog.checkin import load_checkin
from services_catalog.phone_numbers import digits
from services_catalog.phrases import load_phrases

if TYPE_CHECKING:
    from bot.channels.telegram import TelegramChannel

log = logging.getLogger(__name__)

_PURGE_EVERY = 600.0
_COUNTS_EVERY = 5.0
_PATHS = Path(__file__).parent / "paths"


@dataclass(frozen=True)
class Gateway:
    """The parts of a gateway; ``running`` starts and stops those that live."""

    settings: Settings
    engine: AsyncEngine
    store: ChatStore
    hub: Hub
    answers: Answers
    actions: ActionsServer
    rasa: RasaServer
    conversation: Conversation
    paths: Paths
    planner: Planner
    fallback: Fallback
    screen: Screen
    handoff: HandOff
    telegram: "TelegramChannel | None"
    counts: CountStore
    activity: ActivityStore
    together: Together

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Bring the tables up to date, start Rasa in the background, and clean up in the end."""
        # Beside the tables: people wait for both.
        loading = asyncio.create_task(self.load(), name="load")
        try:
            await migrate(self.engine)
        except BaseException:
            loading.cancel()
            raise
        helpers = [
            asyncio.create_task(self._start_parts(loading), name="start"),
            asyncio.create_task(self._purge(), name="purge"),
            asyncio.create_task(self.handoff.watch.run(), name="watch"),
            asyncio.create_task(self._write_counts(), name="counts"),
        ]
        if self.together.run:
            helpers.append(asyncio.create_task(self.together.run(), name="news"))
        try:
            yield
        finally:
            for helper in helpers:
                helper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await helper
            await self.rasa.stop()
            await self.actions.stop()
            await self._flush_counts()
            await self.engine.dispose()

    async def load(self) -> None:
        """Load what answers people without Rasa: first the screen, nothing matters as much."""
        await self.screen.load(lambda: _load_classifier(self.settings.models_folder))
        await self.fallback.start()

    async def _start_parts(self, loading: asyncio.Task[None]) -> None:
        # What was not answered before a restart waits for Rasa, or for its failure to start.
        try:
            await loading
            await self.actions.start()
            await self.rasa.start()
            await self.rasa.settled()
        except Exception as error:
            log.error("a part of the gateway cannot be started: %s", type(error).__name__)
        await self.conversation.recover()

    async def _write_counts(self) -> None:
        while True:
            await asyncio.sleep(_COUNTS_EVERY)
            await self._flush_counts()

    async def _flush_counts(self) -> None:
        for store in (self.counts, self.activity):
            try:
                await store.flush()
            except Exception as error:
                log.error("counts wait for the database: %s", type(error).__name__)

    async def _purge(self) -> None:
        while True:
            try:
                erased = await purge(self.engine, self.settings)
            except Exception as error:
                log.error("what is past its time could not be erased: %s", type(error).__name__)
            else:
                if erased.any:
                    log.info("past their time and erased: %s", erased)
            await asyncio.sleep(_PURGE_EVERY)


def assemble(settings: Settings, answers: Answers) -> Gateway:
    """Put the parts of a gateway together; nothing runs yet."""
    engine = connect(settings.database_url)
    store = ChatStore(engine)
    together = alone_or_together(settings)
    hub = together.hub
    actions = ActionsServer()
    rasa = RasaServer(
        model=lambda: newest_model(settings.models_folder),
        actions_url=lambda: actions.url,
        database_url=settings.database_url,
        lock_store=together.rasa_lock_store,
        var=settings.var,
        answer_seconds=settings.rasa.answer_seconds,
        ready_seconds=settings.rasa.ready_seconds,
    )
    fallback = Fallback(answers)
    screen = Screen(load_checkin(settings.catalogue_folder).everyday_answers())
    counts = CountStore(engine)
    conversation = Conversation(
        store=store,
        rasa=rasa,
        screen=screen,
        answers=answers,
        fallback=fallback,
        hub=hub,
        turns=together.turns,
        now=clock.now,
        public_numbers=frozenset(
            digits(phone.number)
            for service in answers.catalogue.services
            for phone in service.phones
        ),
        vector=_vector,
    )
    hours = Hours(settings.hours)
    activity = ActivityStore(engine, lambda at: hours.status(at).open)
    handoff = put_together(settings, engine, store, hub, answers, clock.now)
    paths = _paths(settings, engine, answers, conversation, screen)
    _connect(conversation, handoff, paths, Counting(counts, clock.now))
    telegram = None
    if settings.telegram_token.get_secret_value():
        telegram = _telegram(settings, engine, store, conversation, hub, answers, paths)
    return Gateway(
        settings, engine, store, hub, answers, actions, rasa, conversation, paths,
        Planner(load_phrases(_PATHS), clock.now), fallback, screen, handoff, telegram,
        counts, activity,
        together,
    )  # fmt: skip


def _paths(
    settings: Settings,
    engine: AsyncEngine,
    answers: Answers,
    conversation: Conversation,
    screen: Screen,
) -> Paths:
    phrases = load_phrases(_PATHS)
    return Paths(
        store=PathStore(engine),
        lists=ErrandLists(
            answers,
            load_checkin(settings.catalogue_folder),
            phrases,
            clock.today,
            settings.catalogue.max_age_days,
        ),
        phrases=phrases,
        secret=settings.secret_key.get_secret_value(),
        keep_days=settings.retention.path_days,
        now=clock.now,
        ask=conversation.ask,
        calm=lambda text: screen(text).level is Level.NONE,
    )


def _connect(
    conversation: Conversation, handoff: HandOff, paths: Paths, counting: Counting
) -> None:
    """Register who answers which buttons, effects and typed texts beside the dialogue."""
    # A guide comes first: while one is in the chat nobody else answers.
    conversation.relay_to(handoff.client.relay)
    conversation.relay_to(paths.typed)
    conversation.catch_with(handoff.client.catch_number)
    conversation.watch_with(counting)
    conversation.on_command("handoff", handoff.client.command)
    conversation.on_command(RESUME, paths.resumed)
    conversation.on_effect("handoff", handoff.client.asked)
    conversation.on_effect("guide_hours", handoff.client.hours)
    conversation.on_effect("counts", counting.effect)
    conversation.on_effect("path", paths.save)
    conversation.on_effect("errand_list", paths.show_list)
    conversation.on_effect("keep_path", paths.keep)


def _telegram(
    settings: Settings,
    engine: AsyncEngine,
    store: ChatStore,
    conversation: Conversation,
    hub: Hub,
    answers: Answers,
    paths: Paths,
) -> "TelegramChannel":
    # Only now: the library takes a while to load, and many do without it.
    from bot.channels.telegram import TelegramChannel
    from bot.channels.telegram.outbox import Attachment
    from bot.paths.as_pdf import as_pdf

    async def attached(chat: str, message: Message) -> Attachment | None:
        errands = await paths.errands(chat) if message.document == "errand_list" else None
        if errands is None:
            return None
        return Attachment("muistilista.pdf", await asyncio.to_thread(as_pdf, errands))

    telegram = TelegramChannel(
        settings=settings,
        engine=engine,
        store=store,
        conversation=conversation,
        hub=hub,
        answers=answers,
        now=clock.now,
    )
    telegram.resume_with(paths.come_back)
    telegram.attach_with(attached)
    return telegram


def build(gateway: Gateway) -> web.Application:
    """Return the web application of a gateway, which runs while the application does."""

    async def running(_app: web.Application) -> AsyncIterator[None]:
        telegram = gateway.telegram.running() if gateway.telegram else contextlib.nullcontext()
        async with gateway.running(), telegram:
            if gateway.telegram is None:
                log.info("Telegram is off: POLKU_TELEGRAM_TOKEN is not set")
            yield

    async def close_streams(_app: web.Application) -> None:
        gateway.hub.end_all()

    settings = gateway.settings
    app = web.Application(
        middlewares=[errors, sign_in_first], client_max_size=settings.limits.body_bytes
    )
    app[PARTS] = Parts(
        settings=settings,
        store=gateway.store,
        conversation=gateway.conversation,
        hub=gateway.hub,
        answers=gateway.answers,
        rasa=gateway.rasa,
        paths=gateway.paths,
        planner=gateway.planner,
        chat_limit=RateLimit(settings.limits.messages_per_minute),
        address_limit=RateLimit(settings.limits.address_messages_per_minute),
    )
    app[HANDOFF] = gateway.handoff
    app[STATIC] = Static()
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "web" / "templates"),
        context_processors=[pages.common, access.context],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for table in (api, stream, pages, information, errands, returning, embed):
        app.add_routes(table.routes)
    desk = make_desk(gateway.engine, settings, gateway.fallback, gateway.activity)
    count(desk.activity, gateway.answers, gateway.conversation, gateway.handoff)
    add_desk(app, desk)
    add_live(app, gateway.fallback, gateway.answers)
    app.add_routes(gateway.telegram.routes() if gateway.telegram else ())
    app.router.add_get("/static/{name}", app[STATIC].serve)
    app.on_response_prepare.append(security_headers(settings))
    app.on_shutdown.append(close_streams)
    app.cleanup_ctx.append(running)
    return app


def _load_classifier(models: Path) -> Callable[[str], Verdict] | None:
    from bot import crisis_classifier
    from bot.nlu.vectors import sentence_vectors

    sentence_vectors()
    return crisis_classifier.load(models)


def _vector(text: str) -> str | None:
    # numpy and the model take a second to load, in which people are answered without them.
    packed = getattr(sys.modules.get("bot.nlu.vectors"), "packed_when_loaded", None)
    return packed(text) if packed else None


async def talk_in_terminal(gateway: Gateway) -> None:
    """Run a gateway without the web, for ``polku chat``."""
    async with gateway.running():
        await gateway.rasa.settled()
        await terminal.chat(gateway.conversation, gateway.rasa, gateway.answers)
