"""Server-sent events: what is new in a chat, as it comes."""

import asyncio
import contextlib
import json
from dataclasses import asdict

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bot.channels.web.api import after
from bot.channels.web.keys import PARTS
from bot.channels.web.session import api_chat
from bot.channels.web.views import as_json
from bot.handoff.service import HANDOFF
from bot.hub import Listener

routes = web.RouteTableDef()

_PING_SECONDS = 15.0


@routes.get("/api/chats/{chat}/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Stream the chat's messages after Last-Event-ID, and who is writing."""
    chat = await api_chat(request)
    parts = request.app[PARTS]
    last = after(request.query, request.headers.get("Last-Event-ID"))
    handoff = request.app[HANDOFF].client
    async with (
        parts.hub.listen(chat.id) as listener,
        sse_response(request, ping_interval=_PING_SECONDS) as response,
    ):
        typing, view = "", None
        while response.is_connected() and not listener.ended:
            listener.news.clear()
            new = await parts.store.after(chat.id, last)
            for message in new:
                await _send(response, "message", as_json(message, parts.answers), str(message.n))
                last = message.n
            await handoff.delivered(chat.id, new)
            if view != (view := await handoff.view(chat.id)):
                await _send(response, "handoff", asdict(view))
            if listener.typing != typing:
                typing = listener.typing
                await _send(response, "typing", {"from": typing})
            if typing == "guide":
                # The page forgets it after a while; a guide who writes on says so again.
                typing = listener.typing = ""
            await _wait(listener)
    finished: web.StreamResponse = response
    return finished


async def _send(
    response: EventSourceResponse, event: str, data: object, event_id: str | None = None
) -> None:
    await response.send(json.dumps(data, ensure_ascii=False), id=event_id, event=event)


async def _wait(listener: Listener) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PING_SECONDS):
            await listener.news.wait()
