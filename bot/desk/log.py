"""The audit log, for leads."""

import aiohttp_jinja2
from aiohttp import web

from bot.desk import access, labels
from bot.desk.keys import DESK

routes = web.RouteTableDef()

_MOST = 100


@routes.get("/desk/loki")
async def log(request: web.Request) -> web.Response:
    """Show who did what to which hand-off; the newest first."""
    await access.lead(request)
    audit = request.app[DESK].audit
    action, guide, subject = (
        request.query.get(name, "")[:64] for name in ("tapahtuma", "ohjaaja", "kohde")
    )
    before = request.query.get("ennen", "")
    found = await audit.latest(
        action=action if action in labels.ACTIONS else "",
        guide=guide,
        subject=subject,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0,
        most=_MOST,
    )
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/log.html",
        request,
        {
            "section": "loki",
            "rows": [
                {
                    "when": labels.day_and_time(entry.at),
                    "guide": entry.guide_name,
                    "action": labels.ACTIONS.get(entry.action, entry.action),
                    "subject": entry.subject,
                    "detail": entry.detail,
                }
                for entry in found
            ],
            "older": found[-1].id if len(found) == _MOST else 0,
            "action": action,
            "guide_name": guide,
            "subject": subject,
            "actions": labels.ACTIONS,
            "guides": await audit.guides(),
        },
    )
    return page
