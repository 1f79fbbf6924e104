"""Coming back to a kept path with its code."""

from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.channels.web import session
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.paths import RESUME, TooManyCodes
from bot.store import Chat, StoredPath

routes = web.RouteTableDef()

_RETURNED = 303


@routes.get("/jatka")
@aiohttp_jinja2.template("return.html")
async def return_page(_request: web.Request) -> dict[str, Any]:
    """Ask for the code."""
    return {"notice": "", "code": ""}


@routes.post("/jatka")
async def return_form(request: web.Request) -> web.Response:
    """Take the code and go on in this browser's chat, or in a new one."""
    form = await request.post()
    session.check_form(request, str(form.get("csrf", "")))
    code = str(form.get("koodi", ""))
    try:
        kept = await kept_path(request, code)
    except ApiError as error:
        page: web.Response = aiohttp_jinja2.render_template(
            "return.html",
            request,
            {"notice": error.text(request), "code": code},
            status=error.status,
        )
        page.headers.update(error.headers)
        return page
    chat, token = await session.cookie_chat(request), ""
    if chat is None:
        chat, token, _ = await request.app[PARTS].conversation.start("web")
    await resume(request, chat, kept)
    response = web.Response(status=_RETURNED, headers={"Location": "/#uusin"})
    if token:
        session.set_cookie(request, response, token)
    return response


async def kept_path(request: web.Request, code: str) -> StoredPath:
    """Return the path that a code opens.

    Raises:
        ApiError: 404 for every code that opens nothing, 429 when too many are tried.
    """
    try:
        kept = await request.app[PARTS].paths.find(code, by=session.address(request))
    except TooManyCodes as error:
        raise ApiError(429, "too_many_codes", retry_after=error.wait) from None
    if kept is None:
        raise ApiError(404, "no_code")
    return kept


async def resume(request: web.Request, chat: Chat, kept: StoredPath) -> None:
    """Make a kept path the chat's, and let the conversation go on from it."""
    parts = request.app[PARTS]
    await parts.paths.take_up(chat.id, kept)
    await parts.conversation.say_for(chat.id, parts.paths.came_back, f"{RESUME}:")
