"""Who is asking: the chat's token in a header or a cookie, and the page it comes from."""

import hashlib
import hmac
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.store import Chat

# Our script in a frame sends it: no other page can without our leave.
FRAME_HEADER = "X-Polku-Frame"
_IN_A_FRAME = "; SameSite=None; Secure; Partitioned"
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


def is_framed(request: web.Request) -> bool:
    """Return whether the request comes from our page in a frame, on whatever site."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe" or FRAME_HEADER in request.headers


def _cookie_name(request: web.Request, *, framed: bool | None = None) -> str:
    framed = is_framed(request) if framed is None else framed
    name = "polku-frame" if framed else "polku"
    return f"__Host-{name}" if is_secure(request) else name


def is_secure(request: web.Request) -> bool:
    """Return whether the browser keeps Secure cookies of this address."""
    # Browsers keep Secure cookies of loopback addresses even over http.
    return scheme(request) == "https" or (urlsplit(f"//{request.host}").hostname in _LOOPBACK)


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the chat's token to the browser, out of reach of scripts.

    A frame on another site gets a cookie of its own, kept apart for each such site (CHIPS).
    """
    if is_framed(request):
        _add_frame_cookie(request, response, token)
        return
    response.set_cookie(
        _cookie_name(request),
        token,
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="Strict",
    )


def drop_cookie(request: web.Request, response: web.StreamResponse) -> None:
    """Take the token from the browser, with a frame's own."""
    _add_frame_cookie(request, response, "", "; Max-Age=0")
    response.del_cookie(
        _cookie_name(request, framed=False),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Strict",
    )


def _add_frame_cookie(
    request: web.Request, response: web.StreamResponse, token: str, more: str = ""
) -> None:
    # By hand: the cookie library of Python 3.11 does not know "Partitioned".
    name = _cookie_name(request, framed=True)
    response.headers.add("Set-Cookie", f"{name}={token}; Path=/; HttpOnly{_IN_A_FRAME}{more}")


def attributes(request: web.Request) -> str:
    """Return the attributes of a cookie that goes where the page goes: to a frame, or not."""
    if is_framed(request):
        return _IN_A_FRAME
    return f"; SameSite=Strict{'; Secure' if is_secure(request) else ''}"


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


async def cookie_chats(request: web.Request) -> list[Chat]:
    """Return the chats of all cookies of the browser: the page's and the frame's."""
    store = request.app[PARTS].store
    found = [await store.by_token(said) for said in _cookies(request)]
    return [chat for chat in found if chat]


async def own_chat(request: web.Request) -> Chat:
    """Return the chat whose token the request carries, in the header or the cookie.

    Raises:
        ApiError: 401 without a token, 404 when it opens no chat.
    """
    said = token(request)
    if not said:
        raise ApiError(401, "no_token")
    chat = await request.app[PARTS].store.by_token(said)
    if chat is None:
        raise ApiError(404, "not_found")
    return chat


def token(request: web.Request) -> str:
    """Return the chat's token that comes with a request, or ""."""
    return _bearer(request) or request.cookies.get(_cookie_name(request), "")


async def carry_over(request: web.Request, new: str) -> None:
    """Let a browser's new token also delete what its old one, in the cookie, has left."""
    old = request.cookies.get(_cookie_name(request))
    if old:
        await request.app[PARTS].store.carry_over(old, new)


async def api_chat(request: web.Request) -> Chat:
    """Return the chat in the address, when the request may have it.

    Raises:
        ApiError: 401 without a token, 403 from another site, 404 when it is not this chat's.
    """
    check_origin(request)
    bearer = _bearer(request)
    # An event stream cannot say that it comes from a frame: either cookie may be the right one.
    tokens = [bearer] if bearer else _cookies(request)
    if not tokens:
        raise ApiError(401, "no_token")
    for said in tokens:
        chat = await request.app[PARTS].store.by_token(said)
        if chat is not None and chat.id == request.match_info["chat"]:
            return chat
    raise ApiError(404, "not_found")


def _bearer(request: web.Request) -> str:
    kind, _, said = request.headers.get("Authorization", "").partition(" ")
    return said.strip() if kind.lower() == "bearer" else ""


def _cookies(request: web.Request) -> list[str]:
    names = [_cookie_name(request, framed=framed) for framed in (False, True)]
    return [said for said in map(request.cookies.get, names) if said]
