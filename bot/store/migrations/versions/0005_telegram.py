"""The live chats of Telegram's users, and how far each has been delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "telegram_chats",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column(
            "chat",
            sa.String(32),
            sa.ForeignKey("chats.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("delivered", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("telegram_chats")
