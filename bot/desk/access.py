"""Who is at the desk: the session in the cookie, the role, and the page a form comes from."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp_jinja2 import REQUEST_CONTEXT_KEY
from markupsafe import Markup

from bot import clock
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.channels.web.session import check_origin, is_secure
from bot.channels.web.views import clock_time
from bot.desk.accounts import SignedIn
from bot.desk.keys import DESK
from bot.store.guides import Guide

SIGN_IN = "/desk/kirjaudu"
NEW_PASSWORD = "/desk/salasana"  # noqa: S105 - an address

_SIGNED_IN = "signed_in"


class SignInFirst(Exception):
    """A form was sent without a valid session; what was written in it must not be lost."""


async def guide(request: web.Request, *, by_hand: bool = True) -> Guide:
    """Return the guide whose request it is.

    Args:
        request: A request for a page of the desk.
        by_hand: False for what a page asks by itself, which does not put off the end.

    Raises:
        web.HTTPSeeOther: To the sign-in page, or to a first change of the password.
        SignInFirst: The same for a form; the sign-in page then shows what was written.
    """
    found = await _signed_in(request, by_hand=by_hand)
    if found is None:
        if request.method != "GET":
            raise SignInFirst
        raise web.HTTPSeeOther(f"{SIGN_IN}?mihin={quote(request.path_qs, safe='')}")
    if found.must_change and request.path not in (NEW_PASSWORD, "/desk/ulos"):
        raise web.HTTPSeeOther(NEW_PASSWORD)
    # The context was made before this request put off the end of the session.
    request[REQUEST_CONTEXT_KEY].update(_about(found))
    return found.guide


async def lead(request: web.Request) -> Guide:
    """Return the guide whose request it is, when that is a lead.

    Raises:
        ApiError: 403 for a guide.
        web.HTTPSeeOther, SignInFirst: As for ``guide``.
    """
    found = await guide(request)
    if not found.is_lead:
        raise ApiError(403, "leads_only")
    return found


async def check_form(request: web.Request, form: Mapping[str, Any]) -> None:
    """Refuse a form that is not from a desk page of this session.

    Raises:
        ApiError: 403.
    """
    check_origin(request)
    if not hmac.compare_digest(_form_token(request).encode(), str(form.get("csrf", "")).encode()):
        raise ApiError(403, "desk_form")


async def check_fetch(request: web.Request) -> None:
    """Refuse a script's request that does not carry the form's token in ``X-CSRF``.

    Raises:
        ApiError: 403.
    """
    await check_form(request, {"csrf": request.headers.get("X-CSRF", "")})


async def context(request: web.Request) -> dict[str, Any]:
    """Return what every template of the desk needs."""
    if not request.path.startswith("/desk"):
        return {}
    found = await _signed_in(request, by_hand=False)
    token = _form_token(request)
    return {
        **(_about(found) if found else {"guide": None}),
        "here": request.path_qs if request.method == "GET" else "/desk/",
        "csrf_token": token,
        "csrf_field": Markup('<input type="hidden" name="csrf" value="{}">').format(token),
        "section": "",
    }


def token_of(request: web.Request) -> str:
    """Return the session's token in the cookie, or one given to this browser for its form."""
    if cookie_name(request) in request.cookies:
        return request.cookies[cookie_name(request)]
    # Before signing in there is no session: the form's token is bound to a cookie all the same.
    if "visitor" not in request:
        request["visitor"] = secrets.token_urlsafe(32)
    visitor: str = request["visitor"]
    return visitor


def give_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser a session, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(request),
        token,
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="Strict",
    )


def cookie_name(request: web.Request) -> str:
    """Return the name of the desk's cookie."""
    return "__Host-polku-desk" if is_secure(request) else "polku-desk"


def _about(found: SignedIn) -> dict[str, Any]:
    return {
        "guide": found.guide,
        "must_change": found.must_change,
        "ends": clock_time(found.ends_at),
        "ends_in": int((found.ends_at - clock.now()).total_seconds()),
    }


async def _signed_in(request: web.Request, *, by_hand: bool) -> SignedIn | None:
    token = request.cookies.get(cookie_name(request))
    if token is None:
        return None
    if by_hand or _SIGNED_IN not in request:
        request[_SIGNED_IN] = await request.app[DESK].accounts.signed_in(token, by_hand=by_hand)
    found: SignedIn | None = request[_SIGNED_IN]
    return found


def _form_token(request: web.Request) -> str:
    secret = request.app[PARTS].settings.secret_key.get_secret_value()
    said = f"desk:{token_of(request)}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()
