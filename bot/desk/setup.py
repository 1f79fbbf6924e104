"""Puts the desk into the gateway's web application."""

from datetime import timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.desk import account, sign_in
from bot.desk.accounts import Accounts
from bot.desk.keys import DESK, Desk
from bot.settings import Settings
from bot.store.audit import AuditLog
from bot.store.guides import GuideStore


def accounts(engine: AsyncEngine, settings: Settings) -> Accounts:
    """Return the accounts of the desk, for its pages and for ``polku guide``."""
    return Accounts(
        GuideStore(engine),
        settings.secret_key.get_secret_value(),
        idle=timedelta(minutes=settings.desk.idle_minutes),
        longest=timedelta(hours=settings.desk.session_hours),
        now=clock.now,
    )


def add_desk(app: web.Application, engine: AsyncEngine, settings: Settings) -> None:
    """Add the desk's parts and pages to ``app``."""
    app[DESK] = Desk(accounts=accounts(engine, settings), audit=AuditLog(engine))
    for table in (sign_in.routes, account.routes):
        app.add_routes(table)
