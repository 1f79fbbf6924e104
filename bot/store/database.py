"""Connecting to the database and bringing its tables up to date."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
# Revisions are numbered, and a file is named after its revision.
_NEWEST = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def connect(url: str) -> AsyncEngine:
    """Return an engine for ``url`` (sqlite+aiosqlite or postgresql+psycopg).

    SQLite gets a write-ahead log, a busy time-out and foreign keys, and overwrites what is
    deleted: an erased chat must not stay in free pages of the file.
    """
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=20000",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def truncate_log(engine: AsyncEngine) -> None:
    """Bring SQLite's write-ahead log into the file and empty it.

    What was erased is overwritten in the file, but older pages of it would stay in the log.
    Readers at work can hold it back; the next call does the rest.
    """
    if engine.dialect.name == "sqlite":
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables to the newest revision."""
    async with engine.begin() as connection:
        if await connection.run_sync(_revision) != _NEWEST:
            await connection.run_sync(_upgrade)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: sa.Connection) -> None:
    # Only now: importing alembic would keep people waiting at every start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
