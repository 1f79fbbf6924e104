"""Guides' accounts, their sessions and failed sign-ins."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import take_turn
from bot.store.desk_tables import guide_sessions, guides, sign_in_tries


@dataclass(frozen=True)
class Guide:
    """Somebody who may sign in to the desk; ``role`` is guide or lead."""

    id: str
    name: str
    role: str

    @property
    def is_lead(self) -> bool:
        """Return whether the guide may also read the audit log and decide on keeping."""
        return self.role == "lead"


@dataclass(frozen=True)
class Account:
    """A guide's account as it is stored."""

    guide: Guide
    password_hash: str
    must_change: bool
    totp_sealed: str
    totp_step: int
    made_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class Session:
    """A signed-in browser: since when, and when it last asked for something."""

    account: Account
    began_at: datetime
    seen_at: datetime


class NameTaken(ValueError):
    """There is an account of this name already."""


class GuideStore:
    """Reads and writes accounts; every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use ``engine``, whose tables are up to date."""
        self._engine = engine

    async def add(
        self, name: str, role: str, password_hash: str, at: datetime, *, must_change: bool
    ) -> Guide:
        """Make an account; with ``must_change`` its first password is good for one sign-in.

        Raises:
            NameTaken: There is one of this name.
        """
        guide = Guide(secrets.token_urlsafe(9), name, role)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(
                    guides.insert().values(
                        id=guide.id,
                        name=name,
                        key=key_of(name),
                        role=role,
                        password_hash=password_hash,
                        must_change=must_change,
                        made_at=at,
                    )
                )
        except IntegrityError:
            raise NameTaken(name) from None
        return guide

    async def all(self) -> list[Account]:
        """Return every account, by name."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(sa.select(guides).order_by(guides.c.key))
            return [_account(row) for row in rows]

    async def by_name(self, name: str) -> Account | None:
        """Return the account of a name, capitals and spaces aside, or None."""
        return await self._one(guides.c.key == key_of(name))

    async def by_id(self, guide: str) -> Account | None:
        """Return the account with this id, or None."""
        return await self._one(guides.c.id == guide)

    async def set_password(self, guide: str, password_hash: str, *, must_change: bool) -> None:
        """Give a guide a new password; every session of the guide ends."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guides.update()
                .where(guides.c.id == guide)
                .values(password_hash=password_hash, must_change=must_change)
            )
            await connection.execute(
                guide_sessions.delete().where(guide_sessions.c.guide == guide)
            )

    async def set_totp(self, guide: str, sealed: str | None) -> None:
        """Set the sealed secret of one-time codes, or take it away."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guides.update()
                .where(guides.c.id == guide)
                .values(totp_sealed=sealed, totp_step=None)
            )

    async def use_step(self, guide: str, step: int) -> bool:
        """Use up the code of a 30-second step; return False when it has been used."""
        async with self._engine.begin() as connection:
            used = await connection.execute(
                guides.update()
                .where(
                    guides.c.id == guide,
                    sa.or_(guides.c.totp_step.is_(None), guides.c.totp_step < step),
                )
                .values(totp_step=step)
            )
            return bool(used.rowcount)

    async def disable(self, guide: str, at: datetime) -> None:
        """Close an account and end its sessions; what the guide did stays in the log."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guides.update().where(guides.c.id == guide).values(disabled_at=at)
            )
            await connection.execute(
                guide_sessions.delete().where(guide_sessions.c.guide == guide)
            )

    async def begin_session(self, token_hash: str, guide: str, at: datetime) -> None:
        """Store a session, which begins now."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guide_sessions.insert().values(
                    token_hash=token_hash, guide=guide, began_at=at, seen_at=at
                )
            )

    async def session(self, token_hash: str) -> Session | None:
        """Return the session of a token, or None; whether it is too old is not asked."""
        query = (
            sa.select(guides, guide_sessions.c.began_at, guide_sessions.c.seen_at)
            .join(guide_sessions, guide_sessions.c.guide == guides.c.id)
            .where(guide_sessions.c.token_hash == token_hash, guides.c.disabled_at.is_(None))
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return Session(_account(row), row.began_at, row.seen_at) if row else None

    async def touch(self, token_hash: str, at: datetime) -> None:
        """Note that a session is in use."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guide_sessions.update()
                .where(guide_sessions.c.token_hash == token_hash)
                .values(seen_at=at)
            )

    async def end_session(self, token_hash: str) -> None:
        """Delete a session."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guide_sessions.delete().where(guide_sessions.c.token_hash == token_hash)
            )

    async def tries(self, key: str) -> tuple[int, datetime | None]:
        """Return how many sign-ins in a row have failed for ``key``, and when the last did."""
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(
                    sa.select(sign_in_tries).where(sign_in_tries.c.key == key)
                )
            ).first()
        return (row.failures, row.last_at) if row else (0, None)

    async def count_try(self, key: str, at: datetime) -> None:
        """Count one more failure for ``key``."""
        table = sign_in_tries
        async with self._engine.begin() as connection:
            await take_turn(connection, f"sign-in {key}")
            counted = await connection.execute(
                table.update()
                .where(table.c.key == key)
                .values(failures=table.c.failures + 1, last_at=at)
            )
            if not counted.rowcount:
                await connection.execute(table.insert().values(key=key, failures=1, last_at=at))

    async def uncount_try(self, key: str, *, all_of_them: bool) -> None:
        """Take back one failure of ``key``, or all: the sign-in was right."""
        table = sign_in_tries
        async with self._engine.begin() as connection:
            if all_of_them:
                await connection.execute(table.delete().where(table.c.key == key))
            else:
                await connection.execute(
                    table.update()
                    .where(table.c.key == key, table.c.failures > 0)
                    .values(failures=table.c.failures - 1)
                )

    async def purge(self, *, sessions_before: datetime, tries_before: datetime) -> None:
        """Delete sessions not used and failures not repeated since."""
        async with self._engine.begin() as connection:
            await connection.execute(
                guide_sessions.delete().where(guide_sessions.c.seen_at < sessions_before)
            )
            await connection.execute(
                sign_in_tries.delete().where(sign_in_tries.c.last_at < tries_before)
            )

    async def _one(self, which: sa.ColumnElement[bool]) -> Account | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(sa.select(guides).where(which))).first()
        return _account(row) if row else None


def key_of(name: str) -> str:
    """Return a name as it is compared: without capitals, needless spaces and variant letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(
        Guide(row.id, row.name, row.role),
        row.password_hash,
        row.must_change,
        row.totp_sealed or "",
        row.totp_step or 0,
        row.made_at,
        row.disabled_at,
    )
