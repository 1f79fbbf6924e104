"""Security headers of every response."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.settings import Settings

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that a form would say that it comes from nowhere (Origin: null).
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}

AddHeaders = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


# The guides' pages show what clients have said: no other site may frame them.
_NEVER_FRAMED = "/desk"


def policy(ancestors: str, *, frames: str = "'none'") -> str:
    """Return the Content Security Policy of a page.

    Args:
        ancestors: Who may show the page in a frame.
        frames: What the page itself may show in a frame.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
            f"frame-src {frames}",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            f"frame-ancestors {ancestors}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def security_headers(settings: Settings) -> AddHeaders:
    """Return the signal handler that adds them and keeps messages out of every cache."""
    framed = policy(" ".join(("'self'", *settings.embed.allowed_origins)))
    unframed = policy("'none'")

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(
            "Content-Security-Policy",
            unframed if request.path.startswith(_NEVER_FRAMED) else framed,
        )
        # Event streams come with "no-cache", which lets a copy be kept.
        if response.headers.get("Cache-Control", "no-cache") == "no-cache":
            response.headers["Cache-Control"] = "no-store"
        response.headers.pop("Server", None)

    return add
