"""Paths of chats, paths kept under a code, and counts by week."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "paths",
        sa.Column(
            "chat", sa.String(32), sa.ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("path", sa.JSON, nullable=False),
        sa.Column("kept", sa.String(64)),
        sa.Column("kept_key", sa.String(44)),
    )
    op.create_table(
        "kept_paths",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "counts",
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("counts", "kept_paths", "paths"):
        op.drop_table(table)
