"""Errors in plain words: JSON for programs, a page for people."""

import json
import logging
import math
from collections.abc import Awaitable, Callable

import aiohttp_jinja2
from aiohttp import web
from sqlalchemy.exc import DataError

from bot.channels.web.keys import PARTS

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ApiError(Exception):
    """An error with its HTTP status and the key of its text in phrases.yml."""

    def __init__(self, status: int, code: str, *, retry_after: float = 0.0, **values: str) -> None:
        """Name the error.

        Args:
            status: The HTTP status.
            code: Key under ``errors`` in phrases.yml, also the code in the JSON.
            retry_after: Seconds for Retry-After; 0 for none.
            values: What fills in the text.
        """
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values
        self.headers = {"Retry-After": str(math.ceil(retry_after))} if retry_after else {}

    def text(self, request: web.Request) -> str:
        """Return what a client reads."""
        return request.app[PARTS].answers.phrases(f"errors.{self.code}", **self.values)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into plain words, and log none of what was said."""
    try:
        return await handler(request)
    except ApiError as error:
        fault = error
    except web.HTTPRequestEntityTooLarge:
        fault = _too_long(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        fault = ApiError(error.status, "not_found" if error.status == 404 else "bad_body")
    except DataError:
        # PostgreSQL holds no NUL, and refuses what is longer than its column.
        log.warning("%s %s: PostgreSQL cannot hold what came", request.method, _route(request))
        fault = ApiError(400, "bad_body")
    except (ConnectionResetError, TimeoutError):
        raise
    except Exception as error:
        log.error("%s %s failed: %s", request.method, _route(request), type(error).__name__)
        fault = ApiError(500, "broken")
    text = fault.text(request)
    if request.path.startswith("/api/"):
        body = {"error": {"code": fault.code, "message": text}}
        return web.Response(
            text=json.dumps(body, ensure_ascii=False),
            content_type="application/json",
            status=fault.status,
            headers=fault.headers,
        )
    template = "desk/error.html" if request.path.startswith("/desk/") else "error.html"
    response: web.Response = aiohttp_jinja2.render_template(
        template, request, {"title": "Jokin meni vikaan", "text": text}, status=fault.status
    )
    response.headers.update(fault.headers)
    return response


def _too_long(request: web.Request) -> ApiError:
    limit = request.app[PARTS].settings.limits.message_characters
    return ApiError(413, "too_long", limit=str(limit))


def _route(request: web.Request) -> str:
    # The pattern, not the address: a chat's id stays out of the log.
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown address"
