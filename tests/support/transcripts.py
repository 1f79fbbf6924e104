"""Transcripts put straight into the database, for what is done with them afterwards."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import clock
from bot.store.desk_tables import transcript_lines, transcripts
from tests.support.gateway import RunningGateway


def keep_transcript(
    gateway: RunningGateway,
    lines: Sequence[tuple[str, str]],
    *,
    ended_at: datetime | None = None,
    token: str = "",
    chat: str = "",
    **columns: object,
) -> str:
    """Store a transcript of (sender, text) lines and return its id."""
    name = secrets.token_urlsafe(12)
    at = ended_at or clock.now()
    engine = sa.create_engine(f"sqlite:///{gateway.var / 'polku.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(
            transcripts.insert().values(
                **{
                    "id": name,
                    "chat": chat or secrets.token_urlsafe(16),
                    "token_hash": hashlib.sha256(token.encode()).hexdigest(),
                    "guide": "g",
                    "guide_name": "Maija",
                    "asked_at": at - timedelta(minutes=12),
                    "taken_at": at - timedelta(minutes=10),
                    "ended_at": at,
                    "reason": "helped",
                    "need": "debt",
                    "topic": "debt_help",
                    "not_understood": False,
                    "rating": "",
                    "rating_words": "",
                    "follow_up": "",
                    "kept_because": "",
                    "kept_by": "",
                    **columns,
                }
            )
        )
        connection.execute(
            transcript_lines.insert(),
            [
                {
                    "transcript": name,
                    "n": n,
                    "sender": sender,
                    "at": at - timedelta(minutes=10),
                    "text": text,
                    "services": [],
                }
                for n, (sender, text) in enumerate(lines, start=1)
            ],
        )
    engine.dispose()
    return name
