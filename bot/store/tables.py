"""The tables. A change here needs a migration in ``bot/store/migrations/versions``."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.clock import HELSINKI

metadata = sa.MetaData()


class Moment(sa.TypeDecorator[datetime]):
    """An aware time: stored as UTC, since SQLite drops the offset, and read as Helsinki time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return ``value`` in UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return the stored UTC time in Helsinki time."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(HELSINKI)


chats = sa.Table(
    "chats",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False, index=True),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column(
        "chat", sa.String(32), sa.ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("sender", sa.String(8), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("reply_to", sa.Integer),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.UniqueConstraint("chat", "client_id"),
)

trackers = sa.Table(
    "trackers",
    metadata,
    sa.Column("chat", sa.String(64), primary_key=True),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False, index=True),
)

paths = sa.Table(
    "paths",
    metadata,
    sa.Column(
        "chat", sa.String(32), sa.ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("path", sa.JSON, nullable=False),
    # The kept path that belongs to it, and the key that seals that one.
    sa.Column("kept", sa.String(64)),
    sa.Column("kept_key", sa.String(44)),
)

kept_paths = sa.Table(
    "kept_paths",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)

counts = sa.Table(
    "counts",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
)

# The live chats of Telegram's users. A row ends with its chat: nothing else knows the address.
telegram_chats = sa.Table(
    "telegram_chats",
    metadata,
    # A keyed hash of Telegram's numeric id.
    sa.Column("person", sa.String(64), primary_key=True),
    sa.Column(
        "chat",
        sa.String(32),
        sa.ForeignKey("chats.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    # Telegram's numeric id, encrypted: needed to deliver what is said later.
    sa.Column("address", sa.String(255), nullable=False),
    # The last message that was delivered, and how many parts of the one after it.
    sa.Column("delivered", sa.Integer, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
)
