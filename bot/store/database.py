"""Connecting to the database and bringing its tables up to date."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.settings import SettingsError
from bot.store import sqlite

_MIGRATIONS = Path(__file__).parent / "migrations"
# Revisions are numbered, and a file is named after its revision.
_NEWEST = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
_CONNECT_SECONDS = 10
_LONGEST_REASON = 300
_TRUNCATE_TRIES = 50
_TRUNCATE_PAUSE = 0.02


class StoreUnavailable(SettingsError):
    """The database cannot be used; the text says which and why, in one line, no password."""


def connect(url: str) -> AsyncEngine:
    """Return an engine for ``url`` (sqlite or postgresql+psycopg).

    SQLite gets a write-ahead log and foreign keys, and overwrites what is deleted: an erased chat
    must not stay in free pages of the file. PostgreSQL's connections are tried before use: it may
    have been started anew.

    Raises:
        StoreUnavailable: ``url`` is no address.
    """
    try:
        address = sa.make_url(url)
        if address.drivername == "sqlite":
            engine = create_async_engine(address.set(drivername=sqlite.DRIVER))
            sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            return engine
        return create_async_engine(
            address, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_SECONDS}
        )
    except (ArgumentError, ValueError):
        raise StoreUnavailable("POLKU_DATABASE_URL is not the address of a database") from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def truncate_log(engine: AsyncEngine) -> None:
    """Bring SQLite's write-ahead log into the file and empty it.

    What was erased is overwritten in the file, but older pages of it would stay in the log.
    Others at work can hold it back for longer than this waits; the next call does the rest.
    """
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        for _ in range(_TRUNCATE_TRIES):
            done = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            held_back = done.one()[0]
            if not held_back:
                return
            await asyncio.sleep(_TRUNCATE_PAUSE)


async def take_turn(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction has the turn ``name``; keep it until this one ends.

    For what must not happen twice at once. SQLite's writers take turns anyway.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables to the newest revision.

    Raises:
        StoreUnavailable: The database cannot be reached, or refuses.
    """
    try:
        async with engine.begin() as connection:
            if await connection.run_sync(_revision) != _NEWEST:
                await take_turn(connection, "migrate")
                await connection.run_sync(_upgrade)
    except DBAPIError as error:
        plain = engine.url.set(drivername=engine.url.get_backend_name(), query={})
        where = plain.render_as_string(hide_password=True)
        reason = " ".join(str(error.orig).split())[:_LONGEST_REASON]
        raise StoreUnavailable(f"the database {where} cannot be used: {reason}") from None


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
