"""What the desk's handlers find in the aiohttp application."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.desk.accounts import Accounts
from bot.store.activity import ActivityStore
from bot.store.audit import AuditLog
from bot.store.review import ReviewStore
from bot.store.transcripts import TranscriptStore


@dataclass(frozen=True)
class Desk:
    """The parts of the desk.

    Attributes:
        accounts: Signs guides in.
        audit: Notes what guides do.
        transcripts: Hand-offs that are over.
        review: Lines for teaching the bot.
        activity: Counts by the hour.
        nearest_topic: Returns the topic nearest to a text, or ""; called in a thread.
        reviewed_file: Where accepted lines go.
    """

    accounts: Accounts
    audit: AuditLog
    transcripts: TranscriptStore
    review: ReviewStore
    activity: ActivityStore
    nearest_topic: Callable[[str], str]
    reviewed_file: Path


DESK = web.AppKey("desk", Desk)
