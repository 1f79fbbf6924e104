"""Tables of the desk: accounts, sessions, the audit log, transcripts, review and numbers."""

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

guides = sa.Table(
    "guides",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    # The name as it is looked up, so that no two differ in capitals only.
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("role", sa.String(8), nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("totp_sealed", sa.Text),
    # The latest 30-second step whose code was used: a code works once.
    sa.Column("totp_step", sa.Integer),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
)

guide_sessions = sa.Table(
    "guide_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column(
        "guide", sa.String(16), sa.ForeignKey("guides.id", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False, index=True),
)

sign_in_tries = sa.Table(
    "sign_in_tries",
    metadata,
    # Keyed hash of an account's name or of a network address: neither is stored.
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False, index=True),
)

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("guide", sa.String(16), nullable=False),
    sa.Column("guide_name", sa.String(60), nullable=False),
    sa.Column("action", sa.String(24), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("detail", sa.String(200), nullable=False),
)

transcripts = sa.Table(
    "transcripts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("chat", sa.String(32), nullable=False, index=True),
    # The client's way to erase it, also when the chat itself is gone.
    sa.Column("token_hash", sa.String(64), nullable=False, index=True),
    sa.Column("guide", sa.String(16), nullable=False),
    sa.Column("guide_name", sa.String(60), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("taken_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, nullable=False, index=True),
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

transcript_lines = sa.Table(
    "transcript_lines",
    metadata,
    sa.Column(
        "transcript",
        sa.String(32),
        sa.ForeignKey("transcripts.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("n", sa.Integer, primary_key=True),
    # "shared": shown to the guide before the talk with the client's yes; "note": for colleagues.
    sa.Column("sender", sa.String(8), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("services", sa.JSON, nullable=False),
    sa.Column("pressed", sa.Boolean, nullable=False, server_default=sa.false()),
)

transcript_marks = sa.Table(
    "transcript_marks",
    metadata,
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
    sa.Column("at", Moment, nullable=False),
)

# No chat, no transcript, no guide and no time of day: a line leads back to nobody.
review_lines = sa.Table(
    "review_lines",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("suggested", sa.String(64), nullable=False),
    sa.Column("added_on", sa.Date, nullable=False, index=True),
)

activity = sa.Table(
    "activity",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True),
    sa.Column("open", sa.Boolean, primary_key=True),
    sa.Column("name", sa.String(48), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
