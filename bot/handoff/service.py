"""The parts of the hand-off put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.encryption import Box
from bot.handoff.callbacks import CallBacks
from bot.handoff.client_side import ClientSide
from bot.handoff.guide_side import GuideSide
from bot.handoff.queue import EventListener, Queue
from bot.handoff.sayings import Sayings
from bot.handoff.watch import Watch
from bot.hours import Hours
from bot.hub import Hub
from bot.settings import Settings
from bot.store import ChatStore
from bot.store.handoffs import HandoffStore
from services_catalog.answers import Answers
from services_catalog.phrases import load_phrases


@dataclass(frozen=True)
class HandOff:
    """What the rest of the gateway uses of the hand-off."""

    queue: Queue
    client: ClientSide
    guides: GuideSide
    callbacks: CallBacks
    watch: Watch

    def on_event(self, listener: EventListener) -> None:
        """Call ``listener`` with the name and seconds of everything that happens."""
        self.queue.on_event(listener)


HANDOFF = web.AppKey("handoff", HandOff)


def put_together(
    settings: Settings,
    engine: AsyncEngine,
    chats: ChatStore,
    hub: Hub,
    answers: Answers,
    now: Callable[[], datetime],
) -> HandOff:
    """Make the hand-off of a gateway; nothing runs yet."""
    texts = load_phrases(settings.catalogue_folder, "handoff.yml")
    store = HandoffStore(engine, chats)
    queue = Queue(store, Hours(settings.hours), settings.handoff, texts, now)
    sayings = Sayings(texts, answers.crisis_texts, now)
    callbacks = CallBacks(
        store,
        Box(settings.secret_key.get_secret_value(), "call-back requests"),
        now,
        settings.handoff.callback_days,
    )
    client = ClientSide(
        queue=queue,
        chats=chats,
        sayings=sayings,
        callbacks=callbacks,
        answers=answers,
        hub=hub,
        transcript_days=settings.retention.transcript_days,
    )
    guides = GuideSide(queue=queue, chats=chats, sayings=sayings, hub=hub)
    watch = Watch(queue, sayings, hub, settings.retention.chat_hours)
    return HandOff(queue, client, guides, callbacks, watch)
