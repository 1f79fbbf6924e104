"""Puts the desk into the gateway's web application."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.conversation import Conversation
from bot.desk import account, callbacks, log, numbers, sign_in, teaching, transcripts
from bot.desk.accounts import make_accounts
from bot.desk.counting import Counting
from bot.desk.keys import DESK, Desk
from bot.fallback import Fallback
from bot.handoff.service import HandOff
from bot.settings import Settings
from bot.store import Message
from bot.store.activity import ActivityStore
from bot.store.audit import AuditLog
from bot.store.review import ReviewStore
from bot.store.transcripts import TranscriptStore
from services_catalog.answers import Answers

_NOT_UNDERSTOOD = ("not_understood", "resting_nothing")


def make_desk(
    engine: AsyncEngine, settings: Settings, fallback: Fallback, activity: ActivityStore
) -> Desk:
    """Return the parts of the desk."""
    return Desk(
        accounts=make_accounts(engine, settings),
        audit=AuditLog(engine),
        transcripts=TranscriptStore(engine),
        review=ReviewStore(engine),
        activity=activity,
        nearest_topic=fallback.nearest,
        reviewed_file=settings.reviewed_file,
    )


def count(
    activity: ActivityStore, answers: Answers, conversation: Conversation, handoff: HandOff
) -> None:
    """Count by the hour what happens in the conversation and in the hand-off."""
    openings = tuple(answers.phrases(key).split("\n\n")[0] for key in _NOT_UNDERSTOOD)

    def misses(reply: Message) -> bool:
        return reply.text.startswith(openings)

    needs = frozenset(need.id for need in answers.catalogue.needs if need.service_need)
    counting = Counting(activity, misses, needs, clock.now)
    conversation.watch_with(counting)
    handoff.on_event(counting.handed_off)


def add_desk(app: web.Application, desk: Desk) -> None:
    """Add the desk's parts and pages to ``app``."""
    app[DESK] = desk
    for pages in (sign_in, account, transcripts, teaching, callbacks, numbers, log):
        app.add_routes(pages.routes)
