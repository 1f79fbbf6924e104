"""How a client wants the pages to look: text size and colours, in a cookie of its own."""

from typing import NamedTuple

from aiohttp import web

from bot.channels.web import session

_COOKIE = "polku-look"

# Choice → what the client reads; the first is the default.
SIZES = {"normal": "Tavallinen", "large": "Suuri", "huge": "Hyvin suuri"}
COLOURS = {"device": "Samat kuin laitteessa", "light": "Vaalea", "dark": "Tumma"}


class Look(NamedTuple):
    """A choice of each kind."""

    size: str = "normal"
    colours: str = "device"


def read(text: str) -> Look:
    """Return the look that ``size.colours`` names; what is unknown is the default."""
    size, _, colours = text.partition(".")
    return Look(size if size in SIZES else "normal", colours if colours in COLOURS else "device")


def chosen(request: web.Request) -> Look:
    """Return what the client has chosen."""
    return read(request.cookies.get(_COOKIE, ""))


def keep(request: web.Request, response: web.StreamResponse, look: Look) -> None:
    """Keep ``look`` until the browser is closed; the default needs no cookie."""
    value = "" if look == Look() else f"{look.size}.{look.colours}"
    end = "" if value else "; Max-Age=0"
    response.headers.add(
        "Set-Cookie", f"{_COOKIE}={value}; Path=/; HttpOnly{session.attributes(request)}{end}"
    )
