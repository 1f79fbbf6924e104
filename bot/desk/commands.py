"""``polku guide``: the accounts of the desk."""

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable

from bot import clock
from bot.desk.accounts import (
    Accounts,
    BadPassword,
    check_password,
    make_accounts,
    new_password,
)
from bot.settings import Settings
from bot.store import connect, migrate
from bot.store.audit import AuditLog
from bot.store.guides import Account, Guide, GuideStore, NameTaken

_LONGEST_NAME = 60
_OPERATOR = Guide("", "ylläpito", "")
_FAULTS = {
    "short": "too short: at least 15 characters",
    "long": "too long: at most 200 characters",
    "name": "too easy to guess",
}


class Refused(Exception):
    """The command cannot be carried out; the text says why."""


class _Desk:
    """What the commands work on."""

    def __init__(self, store: GuideStore, keeper: Accounts, audit: AuditLog) -> None:
        self.store = store
        self.keeper = keeper
        self.audit = audit

    async def account(self, name: str) -> Account:
        account = await self.store.by_name(name)
        if account is None:
            raise Refused(f"there is no guide {name!r}; `polku guide list` shows all")
        return account

    async def note(self, action: str, name: str) -> None:
        await self.audit.note(_OPERATOR, action, name, clock.now())


def add(options: Namespace, settings: Settings) -> int:
    """Make an account and show its one-time password, unless one was typed."""

    async def run(desk: _Desk) -> None:
        name = " ".join(options.name.split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise Refused(f"a name is 1 to {_LONGEST_NAME} letters")
        if await desk.store.by_name(name):
            raise Refused(f"there is a guide {name!r} already")
        password, must_change = _password(name)
        role = "lead" if options.lead else "guide"
        try:
            await desk.store.add(
                name,
                role,
                await desk.keeper.hashed(password),
                clock.now(),
                must_change=must_change,
            )
        except NameTaken:
            raise Refused(f"there is a guide {name!r} already") from None
        await desk.note("account_added", name)
        print(f"{name} ({role}) may sign in at /desk/")
        _show(password, must_change)

    return _run(settings, run)


def show(_options: Namespace, settings: Settings) -> int:
    """List the accounts."""

    async def run(desk: _Desk) -> None:
        for account in await desk.store.all():
            state = "disabled" if account.disabled_at else "may sign in"
            codes = "one-time codes" if account.totp_sealed else "password only"
            print(f"{account.guide.name}\t{account.guide.role}\t{state}\t{codes}")

    return _run(settings, run)


def disable(options: Namespace, settings: Settings) -> int:
    """Close an account."""

    async def run(desk: _Desk) -> None:
        account = await desk.account(options.name)
        await desk.store.disable(account.guide.id, clock.now())
        await desk.note("account_disabled", account.guide.name)
        print(f"{account.guide.name} may not sign in any more")

    return _run(settings, run)


def password(options: Namespace, settings: Settings) -> int:
    """Give an account a new password, and take its one-time codes away when asked."""

    async def run(desk: _Desk) -> None:
        account = await desk.account(options.name)
        word, must_change = _password(account.guide.name)
        await desk.store.set_password(
            account.guide.id, await desk.keeper.hashed(word), must_change=must_change
        )
        if options.without_codes:
            await desk.store.set_totp(account.guide.id, None)
        await desk.note("account_password", account.guide.name)
        print(f"{account.guide.name} has a new password and is signed out everywhere")
        _show(word, must_change)

    return _run(settings, run)


def _run(settings: Settings, work: Callable[[_Desk], Awaitable[None]]) -> int:
    async def run() -> None:
        engine = connect(settings.database_url)
        try:
            await migrate(engine)
            await work(
                _Desk(GuideStore(engine), make_accounts(engine, settings), AuditLog(engine))
            )
        finally:
            await engine.dispose()

    try:
        asyncio.run(run())
    except Refused as error:
        print(f"polku: {error}", file=sys.stderr)
        return 1
    return 0


def _password(name: str) -> tuple[str, bool]:
    """Return a password, and whether it is for one sign-in only."""
    if not sys.stdin.isatty():
        return new_password(), True
    typed = getpass.getpass("Password (empty: a one-time password is made): ")
    if not typed:
        return new_password(), True
    try:
        check_password(name, typed)
    except BadPassword as error:
        raise Refused(f"the password is {_FAULTS[error.fault]}") from None
    if getpass.getpass("The same again: ") != typed:
        raise Refused("the passwords differ")
    return typed, False


def _show(password: str, must_change: bool) -> None:
    if must_change:
        print(f"One-time password, shown only now: {password}")
