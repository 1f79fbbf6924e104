"""What a client can read about the service, and how its pages look: all without a script."""

from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.channels.web import display, session
from bot.channels.web.keys import PARTS

routes = web.RouteTableDef()


def _facts(request: web.Request) -> dict[str, Any]:
    settings = request.app[PARTS].settings
    return {
        "about": settings.organisation,
        "retention": settings.retention,
        "callback_days": settings.handoff.callback_days,
        "telegram": bool(settings.telegram_token.get_secret_value()),
        "date": f"{settings.organisation.statement_date:%-d.%-m.%Y}",
    }


@routes.get("/tietoa")
@aiohttp_jinja2.template("about.html")
async def about(request: web.Request) -> dict[str, Any]:
    """Tell what the bot is, what it can do, and who is behind it."""
    return _facts(request)


@routes.get("/tietosuoja")
@aiohttp_jinja2.template("privacy.html")
async def privacy(request: web.Request) -> dict[str, Any]:
    """Tell what is kept, why, how long, who reads it and how to delete it."""
    return _facts(request)


@routes.get("/saavutettavuus")
@aiohttp_jinja2.template("accessibility.html")
async def accessibility(request: web.Request) -> dict[str, Any]:
    """Show the accessibility statement of Act 306/2019 and Decision (EU) 2018/1523."""
    return _facts(request)


@routes.get("/asetukset")
@aiohttp_jinja2.template("display.html")
async def display_page(request: web.Request) -> dict[str, Any]:
    """Offer sizes of text and colours."""
    return {"sizes": display.SIZES, "colours": display.COLOURS, "chosen": display.chosen(request)}


@routes.post("/asetukset")
async def display_chosen(request: web.Request) -> web.Response:
    """Keep what was chosen until the browser is closed, and lead back to the chat."""
    form = await request.post()
    session.check_form(request, str(form.get("csrf", "")))
    response = web.Response(status=303, headers={"Location": "/"})
    display.keep(
        request, response, display.read(f"{form.get('size', '')}.{form.get('colours', '')}")
    )
    return response
