"""Chats, messages and trackers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "chats",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, index=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "messages",
        sa.Column(
            "chat", sa.String(32), sa.ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("sender", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("client_id", sa.String(64)),
        sa.Column("reply_to", sa.Integer),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.UniqueConstraint("chat", "client_id"),
    )
    op.create_table(
        "trackers",
        sa.Column("chat", sa.String(64), primary_key=True),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("trackers", "messages", "chats"):
        op.drop_table(table)
