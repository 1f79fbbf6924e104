"""What the desk's handlers find in the aiohttp application."""

from dataclasses import dataclass

from aiohttp import web

from bot.desk.accounts import Accounts
from bot.store.audit import AuditLog


@dataclass(frozen=True)
class Desk:
    """The parts of the desk."""

    accounts: Accounts
    audit: AuditLog


DESK = web.AppKey("desk", Desk)
