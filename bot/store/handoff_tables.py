"""Tables of the hand-off: who waits or talks, notes, guides' presence, call-back requests.

A hand-off that has ended is no longer here: it is a transcript (``desk_tables.transcripts``).
"""

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

handoffs = sa.Table(
    "handoffs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    # One at a time in a chat; it goes when the client deletes the chat.
    sa.Column(
        "chat",
        sa.String(32),
        sa.ForeignKey("chats.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_at", Moment, nullable=False, index=True),
    sa.Column("taken_at", Moment),
    sa.Column("guide", sa.String(32), nullable=False),
    sa.Column("guide_name", sa.String(80), nullable=False),
    # What the client agreed to show; empty when nothing.
    sa.Column("shown", sa.Text, nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("need", sa.String(32), nullable=False),
    sa.Column("not_understood", sa.Boolean, nullable=False),
    # The guide reads the chat from this message on.
    sa.Column("first_n", sa.Integer, nullable=False),
    sa.Column("client_has", sa.Integer, nullable=False),
    sa.Column("guide_has", sa.Integer, nullable=False),
    # When the client was last told that nobody has come.
    sa.Column("told_at", Moment),
    # Since when the guide's connection has been lost.
    sa.Column("lost_at", Moment),
)

handoff_notes = sa.Table(
    "handoff_notes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column(
        "handoff",
        sa.String(32),
        sa.ForeignKey("handoffs.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("guide_name", sa.String(80), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

presence = sa.Table(
    "presence",
    metadata,
    sa.Column("guide", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    # Whether the guide's page keeps a connection open; without script it cannot.
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

# It outlives the chat, which is erased sooner; the client's deletion takes both.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("chat", sa.String(32), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("return_at", Moment),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)
