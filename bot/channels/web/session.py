"""Who is asking: the chat's token in a header or a cookie, and the page it comes from."""

import hashlib
import hmac
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.store import Chat

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def scheme(request: web.Request) -> str:
    """Return http or https as the browser sees it."""
    if request.app[PARTS].settings.server.trusted_proxies:
        return request.headers.get("X-Forwarded-Proto", request.scheme)
    return request.scheme


def address(request: web.Request) -> str:
    """Return the client's network address; used for rate limits in memory, never stored."""
    proxies = request.app[PARTS].settings.server.trusted_proxies
    forwarded = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    if len(forwarded) >= proxies > 0:
        return forwarded[-proxies].strip()
    return request.remote or ""


def _cookie_name(request: web.Request) -> str:
    return "__Host-polku" if _is_secure(request) else "polku"


def _is_secure(request: web.Request) -> bool:
    # Browsers keep Secure cookies of loopback addresses even over http.
    return scheme(request) == "https" or (urlsplit(f"//{request.host}").hostname in _LOOPBACK)


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the chat's token to the browser, out of reach of scripts."""
    response.set_cookie(
        _cookie_name(request),
        token,
        path="/",
        httponly=True,
        secure=_is_secure(request),
        samesite="Strict",
    )


def drop_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Take the token from the browser."""
    response.del_cookie(
        _cookie_name(request),
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="Strict",
    )


def csrf_token(request: web.Request, token: str = "") -> str:
    """Return what a form must carry: proof that our page, with this cookie, made it."""
    secret = request.app[PARTS].settings.secret_key.get_secret_value()
    said = token or request.cookies.get(_cookie_name(request), "")
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def check_form(request: web.Request, csrf: str) -> None:
    """Refuse a form that did not come from our own page.

    Raises:
        ApiError: 403.
    """
    check_origin(request)
    if not hmac.compare_digest(csrf_token(request).encode(), csrf.encode()):
        raise ApiError(403, "origin")


def check_origin(request: web.Request) -> None:
    """Refuse a request that a page of another site made the browser send.

    Raises:
        ApiError: 403.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    own = f"{scheme(request)}://{request.host}"
    if (origin is not None and origin != own) or site not in ("same-origin", "none"):
        raise ApiError(403, "origin")


def is_browser(request: web.Request) -> bool:
    """Return whether the request says that it comes from a page of ours."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


async def cookie_chat(request: web.Request) -> Chat | None:
    """Return the chat of the browser's cookie, or None."""
    token = request.cookies.get(_cookie_name(request))
    return await request.app[PARTS].store.by_token(token) if token else None


async def own_chat(request: web.Request) -> Chat | None:
    """Return the chat of the request's Authorization header or cookie, or None."""
    token = _bearer(request) or request.cookies.get(_cookie_name(request))
    return await request.app[PARTS].store.by_token(token) if token else None


async def api_chat(request: web.Request) -> Chat:
    """Return the chat in the address, when the request may have it.

    Raises:
        ApiError: 401 without a token, 403 from another site, 404 when it is not this chat's.
    """
    check_origin(request)
    token = _bearer(request) or request.cookies.get(_cookie_name(request), "")
    if not token:
        raise ApiError(401, "no_token")
    chat = await request.app[PARTS].store.by_token(token)
    if chat is None or chat.id != request.match_info["chat"]:
        raise ApiError(404, "not_found")
    return chat


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
