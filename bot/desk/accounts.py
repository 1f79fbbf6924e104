"""Signing in: passwords, one-time codes, sessions, and patience with wrong tries."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.encryption import Box, CannotOpen
from bot.settings import Settings
from bot.store.guides import Account, Guide, GuideStore, key_of

# Length alone, as NIST SP 800-63B-4 recommends; 15 without a second factor is its value.
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200

# Free tries, then waits that double from a minute to a quarter of an hour. Many guides may
# share one address, so an address gets more.
_ACCOUNT_TRIES = 5
_ADDRESS_TRIES = 20
_LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(hours=24)

_STEP_SECONDS = 30


class WrongSignIn(Exception):
    """Name, password or code is wrong; which one is not told."""


class TooManyTries(Exception):
    """Signing in must wait; the same for a name that no account has."""

    def __init__(self, wait: timedelta) -> None:
        """Say how long to wait."""
        super().__init__()
        self.wait = wait

    @property
    def minutes(self) -> int:
        """Return the wait in whole minutes, at least one."""
        return max(1, -(-int(self.wait.total_seconds()) // 60))


class BadPassword(ValueError):
    """A new password is not accepted; ``fault`` is short, long, name, same or differ."""

    def __init__(self, fault: str) -> None:
        """Name the fault."""
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class SignedIn:
    """A valid session: whose it is, and when it ends if nothing is asked any more."""

    guide: Guide
    must_change: bool
    ends_at: datetime


class Accounts:
    """Signs guides in and out."""

    def __init__(
        self,
        store: GuideStore,
        secret: str,
        *,
        idle: timedelta,
        longest: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        """Use ``store``; a session ends after ``idle`` without use, at the latest ``longest``."""
        self._store = store
        self._secret = secret.encode()
        self._box = Box(secret, "one-time codes")
        self._idle = idle
        self._longest = longest
        self._now = now
        self._hasher = PasswordHasher()
        self._unknown = self._hasher.hash(secrets.token_urlsafe(24))
        # A hash takes 64 MiB: many tries at once must not take the memory of the chats.
        self._turn = asyncio.Semaphore(2)

    async def sign_in(
        self, name: str, password: str, code: str, address: str
    ) -> tuple[Guide, str]:
        """Return who signed in, and the token of the new session.

        Args:
            name: The name of the account.
            password: Its password.
            code: A one-time code, when the account asks for one; spaces do not matter.
            address: The network address that asks; kept as a keyed hash for a day.

        Raises:
            TooManyTries: Too many have failed, for this name or from this address.
            WrongSignIn: Something is wrong.
        """
        keys = {
            self._key("name", key_of(name)): _ACCOUNT_TRIES,
            self._key("address", address): _ADDRESS_TRIES,
        }
        await self._check_patience(keys)
        # Counted before the password is looked at, so that tries at once count each.
        for key in keys:
            await self._store.count_try(key, self._now())
        account = await self._store.by_name(name)
        hashed = account.password_hash if account else self._unknown
        right = await self._matches(hashed, password)
        if account is None or not right or account.disabled_at:
            raise WrongSignIn
        if account.totp_sealed and not await self._code_is_right(account, code):
            raise WrongSignIn
        for key, tries in keys.items():
            await self._store.uncount_try(key, all_of_them=tries == _ACCOUNT_TRIES)
        if self._hasher.check_needs_rehash(account.password_hash):
            await self._store.set_password(
                account.guide.id, await self.hashed(password), must_change=account.must_change
            )
        return account.guide, await self.begin(account.guide)

    async def known(self, name: str) -> Guide | None:
        """Return the guide of this name, or None."""
        account = await self._store.by_name(name)
        return account.guide if account else None

    async def begin(self, guide: Guide) -> str:
        """Begin a session and return its token, of which only a hash is stored."""
        token = secrets.token_urlsafe(32)
        await self._store.begin_session(_hash(token), guide.id, self._now())
        return token

    async def signed_in(self, token: str, *, by_hand: bool) -> SignedIn | None:
        """Return who has this token, unless the session is over.

        Args:
            token: From the cookie.
            by_hand: Whether a person asks, which puts off the end; a page that asks by itself
                must not keep an unattended desk open.
        """
        session = await self._store.session(_hash(token))
        if session is None:
            return None
        now = self._now()
        latest = session.began_at + self._longest
        if now >= min(session.seen_at + self._idle, latest):
            await self._store.end_session(_hash(token))
            return None
        seen = session.seen_at
        if by_hand and now - seen >= timedelta(seconds=20):
            await self._store.touch(_hash(token), now)
            seen = now
        account = session.account
        return SignedIn(account.guide, account.must_change, min(seen + self._idle, latest))

    async def sign_out(self, token: str) -> None:
        """End a session."""
        await self._store.end_session(_hash(token))

    async def change_password(self, guide: Guide, old: str, new: str, again: str) -> None:
        """Give ``guide`` a new password and end all sessions of the guide.

        Raises:
            WrongSignIn: The old password is wrong.
            TooManyTries: It has been wrong too often.
            BadPassword: The new one is not accepted.
        """
        await self.confirm(guide, old)
        if new != again:
            raise BadPassword("differ")
        if new == old:
            raise BadPassword("same")
        check_password(guide.name, new)
        await self._store.set_password(guide.id, await self.hashed(new), must_change=False)

    async def confirm(self, guide: Guide, password: str) -> None:
        """Ask a signed-in guide for the password once more.

        Raises:
            WrongSignIn: It is wrong.
            TooManyTries: It has been wrong too often.
        """
        key = self._key("confirm", guide.id)
        await self._check_patience({key: _ACCOUNT_TRIES})
        await self._store.count_try(key, self._now())
        account = await self._store.by_id(guide.id)
        if account is None or not await self._matches(account.password_hash, password):
            raise WrongSignIn
        await self._store.uncount_try(key, all_of_them=True)

    async def has_codes(self, guide: Guide) -> bool:
        """Return whether the account asks for one-time codes."""
        account = await self._store.by_id(guide.id)
        return bool(account and account.totp_sealed)

    def new_code_secret(self) -> tuple[str, str]:
        """Return a new secret for an authenticator, plain and sealed for the form."""
        secret = pyotp.random_base32()
        return secret, self._box.seal(secret)

    def code_secret(self, sealed: str) -> str:
        """Return the secret that ``new_code_secret`` sealed.

        Raises:
            WrongSignIn: It did not.
        """
        try:
            return self._box.open(sealed)
        except CannotOpen:
            raise WrongSignIn from None

    async def use_codes(self, guide: Guide, sealed: str, code: str) -> None:
        """Ask for one-time codes from now on, once the first one is right.

        Raises:
            WrongSignIn: The code is wrong.
        """
        if self._step(self.code_secret(sealed), code) is None:
            raise WrongSignIn
        await self._store.set_totp(guide.id, sealed)

    async def drop_codes(self, guide: Guide, password: str) -> None:
        """Ask for no codes any more.

        Raises:
            WrongSignIn: The password is wrong.
            TooManyTries: It has been wrong too often.
        """
        await self.confirm(guide, password)
        await self._store.set_totp(guide.id, None)

    async def hashed(self, password: str) -> str:
        """Return what is stored of a password."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _matches(self, hashed: str, password: str) -> bool:
        async with self._turn:
            return await asyncio.to_thread(self._verify, hashed, password[:LONGEST_PASSWORD])

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _code_is_right(self, account: Account, code: str) -> bool:
        step = self._step(self._box.open(account.totp_sealed), code)
        return step is not None and await self._store.use_step(account.guide.id, step)

    def _step(self, secret: str, code: str) -> int | None:
        """Return the 30-second step that ``code`` belongs to: this one or a neighbour."""
        typed = "".join(code.split())
        here = int(self._now().timestamp()) // _STEP_SECONDS
        for step in (here, here - 1, here + 1):
            expected = pyotp.TOTP(secret).at(step * _STEP_SECONDS)
            if hmac.compare_digest(expected.encode(), typed.encode()):
                return step
        return None

    async def _check_patience(self, keys: dict[str, int]) -> None:
        for key, tries in keys.items():
            failures, last = await self._store.tries(key)
            if last is None or self._now() - last >= _FORGOTTEN_AFTER:
                await self._store.uncount_try(key, all_of_them=True)
                continue
            if failures >= tries:
                wait = min(timedelta(minutes=2 ** min(failures - tries, 9)), _LONGEST_WAIT)
                left = last + wait - self._now()
                if left > timedelta(0):
                    raise TooManyTries(left)

    def _key(self, kind: str, value: str) -> str:
        return hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def make_accounts(engine: AsyncEngine, settings: Settings) -> Accounts:
    """Return the accounts of the desk, for its pages and for ``polku guide``."""
    return Accounts(
        GuideStore(engine),
        settings.secret_key.get_secret_value(),
        idle=timedelta(minutes=settings.desk.idle_minutes),
        longest=timedelta(hours=settings.desk.session_hours),
        now=clock.now,
    )


def check_password(name: str, password: str) -> None:
    """Refuse a weak password.

    Raises:
        BadPassword: It is short, very long, or made of the name.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadPassword("short")
    if len(password) > LONGEST_PASSWORD:
        raise BadPassword("long")
    rest = key_of(password).replace(key_of(name), "")
    if len(set(password)) < 5 or len(rest) < SHORTEST_PASSWORD // 2:
        raise BadPassword("name")


def new_password() -> str:
    """Return a random password that can be read aloud and typed: five groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
