"""Accounts of guides, sessions, audit log, transcripts, review and numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "guides",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("totp_sealed", sa.Text),
        sa.Column("totp_step", sa.Integer),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "guide_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "guide", sa.String(16), sa.ForeignKey("guides.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("guide", sa.String(16), nullable=False),
        sa.Column("guide_name", sa.String(60), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
    )
    op.create_table(
        "transcripts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("chat", sa.String(32), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, index=True),
        sa.Column("guide", sa.String(16), nullable=False),
        sa.Column("guide_name", sa.String(60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("need", sa.String(32), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("not_understood", sa.Boolean, nullable=False),
        sa.Column("rating", sa.String(16), nullable=False),
        sa.Column("rating_words", sa.Text, nullable=False),
        sa.Column("follow_up", sa.String(16), nullable=False),
        sa.Column("kept_because", sa.Text, nullable=False),
        sa.Column("kept_by", sa.String(60), nullable=False),
    )
    op.create_table(
        "transcript_lines",
        sa.Column(
            "transcript",
            sa.String(32),
            sa.ForeignKey("transcripts.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("sender", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("services", sa.JSON, nullable=False),
    )
    op.create_table(
        "transcript_marks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "transcript",
            sa.String(32),
            sa.ForeignKey("transcripts.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("guide_name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "review_lines",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("suggested", sa.String(64), nullable=False),
        sa.Column("added_on", sa.Date, nullable=False, index=True),
    )
    op.create_table(
        "activity",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True),
        sa.Column("open", sa.Boolean, primary_key=True),
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "activity",
        "review_lines",
        "transcript_marks",
        "transcript_lines",
        "transcripts",
        "audit_log",
        "sign_in_tries",
        "guide_sessions",
        "guides",
    ):
        op.drop_table(table)
