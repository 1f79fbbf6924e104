"""Requests to be called: opened one at a time, noted, and deleted when done."""

import aiohttp_jinja2
from aiohttp import web

from bot import clock
from bot.channels.web.errors import ApiError
from bot.desk import access, labels
from bot.desk.keys import DESK
from bot.encryption import CannotOpen
from bot.handoff.callbacks import PHONE
from bot.handoff.service import HANDOFF
from services_catalog.phone_numbers import link

routes = web.RouteTableDef()

HOME = "/desk/soitot"

_SEE_OTHER = 303
_KINDS = {PHONE: "Soittopyyntö"}
_RETURNS = "Palaa itse keskusteluun"
_DONE = {"hoidettu": "Pyyntö on hoidettu ja poistettu."}
_SEALED = "Pyyntöä ei voi avata. Kerro asiasta palvelun ylläpidolle."


@routes.get(HOME)
async def requests(request: web.Request) -> web.Response:
    """List the requests, the oldest first, without what is in them."""
    await access.guide(request)
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/callbacks.html",
        request,
        {
            "section": "soitot",
            "rows": [
                {
                    "id": each.id,
                    "kind": _KINDS.get(each.kind, _RETURNS),
                    "asked": labels.day_and_time(each.asked_at),
                    "returns": labels.day_and_time(each.return_at) if each.return_at else "",
                    "expires": labels.day_and_time(each.expires_at),
                }
                for each in await request.app[HANDOFF].callbacks.all()
            ],
            "done": _DONE.get(request.query.get("tehty", ""), ""),
        },
    )
    return page


@routes.get(HOME + "/{callback}")
async def open_request(request: web.Request) -> web.Response:
    """Show one request, and note that it was opened."""
    guide = await access.guide(request)
    callback = request.match_info["callback"][:64]
    try:
        found = await request.app[HANDOFF].callbacks.open(callback)
    except CannotOpen:
        found, notice = None, _SEALED
    else:
        notice = ""
        if found is None:
            raise ApiError(404, "not_found")
        await request.app[DESK].audit.note(guide, "callback_seen", callback, clock.now())
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/callback.html",
        request,
        {
            "section": "soitot",
            "id": callback,
            "found": found,
            "notice": notice,
            "kind": _KINDS.get(found.kind, _RETURNS) if found else "",
            "href": link(found.number) if found and found.number else "",
            "asked": labels.day_and_time(found.asked_at) if found else "",
            "returns": labels.day_and_time(found.return_at) if found and found.return_at else "",
            "expires": labels.day_and_time(found.expires_at) if found else "",
        },
    )
    return page


@routes.post(HOME + "/{callback}/hoidettu")
async def done(request: web.Request) -> web.Response:
    """Delete a request that has been taken care of."""
    guide = await access.guide(request)
    await access.check_form(request, await request.post())
    callback = request.match_info["callback"][:64]
    if await request.app[HANDOFF].callbacks.done(callback):
        await request.app[DESK].audit.note(guide, "callback_done", callback, clock.now())
    return web.Response(status=_SEE_OTHER, headers={"Location": f"{HOME}?tehty=hoidettu"})
