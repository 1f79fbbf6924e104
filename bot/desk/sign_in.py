"""Signing in and out, and what happens to a form whose session is over."""

from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web

from bot import clock
from bot.channels.web.errors import Handler
from bot.channels.web.session import address
from bot.desk import access
from bot.desk.accounts import TooManyTries, WrongSignIn
from bot.desk.keys import DESK
from bot.handoff.service import HANDOFF
from bot.store.guides import Guide

routes = web.RouteTableDef()

_SEE_OTHER = 303
_HOME = "/desk/"
_WRONG = "Nimi, salasana tai kertakoodi on väärin. Tarkista ne ja yritä uudelleen."
_WAIT = "Kirjautuminen ei onnistunut monta kertaa. Odota {minutes} minuuttia."
_OVER = "Istuntosi on päättynyt. Kirjaudu uudelleen."

# Fields in which a guide may have written something worth keeping.
_WRITTEN = ("text", "words", "note", "because")


@web.middleware
async def sign_in_first(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show the sign-in page for a form without a session, with what was written in it."""
    try:
        return await handler(request)
    except access.SignInFirst:
        form = await request.post()
        draft = "\n\n".join(str(form[name]) for name in _WRITTEN if form.get(name))
        came_from = urlsplit(request.headers.get("Referer", "")).path
        return _page(request, notice=_OVER, draft=draft, target=_own(came_from), status=401)


@routes.get("/desk")
async def without_slash(_request: web.Request) -> web.Response:
    """Lead to the desk."""
    return web.Response(status=_SEE_OTHER, headers={"Location": _HOME})


@routes.get(access.SIGN_IN)
async def sign_in_page(request: web.Request) -> web.Response:
    """Show the form for signing in."""
    return _page(request, target=_own(request.query.get("mihin", "")))


@routes.post(access.SIGN_IN)
async def sign_in(request: web.Request) -> web.Response:
    """Sign in and lead to where the guide was going."""
    form = await request.post()
    await access.check_form(request, form)
    name, password, code, target = (
        str(form.get(field, ""))[:400] for field in ("name", "password", "code", "mihin")
    )
    desk = request.app[DESK]
    try:
        guide, token = await desk.accounts.sign_in(name, password, code, address(request))
    except TooManyTries as error:
        page = _page(
            request,
            notice=_WAIT.format(minutes=error.minutes),
            typed=name,
            target=_own(target),
            status=429,
        )
        page.headers["Retry-After"] = str(error.minutes * 60)
        return page
    except WrongSignIn:
        # The name as typed is not noted: people type passwords into the wrong field.
        known = await desk.accounts.known(name) or Guide("", "tuntematon", "")
        await desk.audit.note(known, "sign_in_failed", "", clock.now())
        return _page(request, notice=_WRONG, typed=name, target=_own(target), status=403)
    if old := request.cookies.get(access.cookie_name(request)):
        await desk.accounts.sign_out(old)
    await desk.audit.note(guide, "sign_in", "", clock.now())
    response = web.Response(status=_SEE_OTHER, headers={"Location": _own(target)})
    access.give_cookie(request, response, token)
    return response


@routes.post("/desk/ulos")
async def sign_out(request: web.Request) -> web.Response:
    """End the session."""
    await access.check_form(request, await request.post())
    accounts, token = request.app[DESK].accounts, access.token_of(request)
    if found := await accounts.signed_in(token, by_hand=False):
        await request.app[HANDOFF].guides.signed_out(found.guide)
    await accounts.sign_out(token)
    response = web.Response(
        status=_SEE_OTHER,
        # Drafts are kept in the browser's storage until then.
        headers={"Location": access.SIGN_IN, "Clear-Site-Data": '"cache", "storage"'},
    )
    response.del_cookie(access.cookie_name(request), path="/")
    return response


@routes.post("/desk/jatka")
async def go_on(request: web.Request) -> web.Response:
    """Put off the end of the session and lead back."""
    await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    return web.Response(status=_SEE_OTHER, headers={"Location": _own(str(form.get("mihin", "")))})


def _own(target: str) -> str:
    """Return ``target`` when it is a page of the desk, otherwise the first page."""
    printable = target.isascii() and target.isprintable() and "\\" not in target
    away = target.startswith((access.SIGN_IN, "/desk/ulos", "/desk/jatka")) or ".." in target
    return target if printable and target.startswith("/desk/") and not away else _HOME


def _page(
    request: web.Request,
    *,
    notice: str = "",
    typed: str = "",
    draft: str = "",
    target: str,
    status: int = 200,
) -> web.Response:
    token = access.token_of(request)
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/sign_in.html",
        request,
        {"notice": notice, "typed": typed, "draft": draft, "target": target, "guide": None},
        status=status,
    )
    access.give_cookie(request, page, token)
    return page
