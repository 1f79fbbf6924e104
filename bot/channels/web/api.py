"""The JSON API of the HTTP contract; ``bot/web/openapi.yml`` describes it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from bot.channels.web import returning, sending, session
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.channels.web.views import as_json
from bot.handoff.service import HANDOFF
from bot.store import Message

routes = web.RouteTableDef()

_OPENAPI = Path(__file__).parents[2] / "web" / "openapi.yml"
_ID_LENGTH = 64


@routes.get("/healthz")
async def health(request: web.Request) -> web.Response:
    """Tell whether people can be answered: 200 when the store is up, whatever Rasa does."""
    parts = request.app[PARTS]
    try:
        await parts.store.ping()
        store = "up"
    except Exception:
        store = "down"
    body = {
        "status": "ok" if store == "up" else "error",
        "rasa": parts.rasa.status,
        "store": store,
    }
    return web.json_response(body, status=200 if store == "up" else 503)


@routes.get("/api/openapi.json")
async def openapi(request: web.Request) -> web.Response:
    """Return the description of this API."""
    return web.json_response(yaml.safe_load(_OPENAPI.read_text("utf-8")))


@routes.post("/api/chats")
async def start(request: web.Request) -> web.Response:
    """Open a chat, with the code of a kept path if the body has one."""
    session.check_origin(request)
    await sending.check_rate(request, "")
    code = await _code(request)
    kept = await returning.kept_path(request, code) if code else None
    chat, token, messages = await request.app[PARTS].conversation.start("web")
    if kept:
        await returning.resume(request, chat, kept)
        messages = await request.app[PARTS].store.after(chat.id, 0)
    response = _answer(request, messages, 201, chat=chat.id, token=token)
    if session.is_browser(request):
        # The page's own script never sees the token: it has the cookie. In a frame the browser
        # may refuse cookies, so the script keeps the token in memory as well.
        if not session.is_framed(request):
            response = _answer(request, messages, 201, chat=chat.id)
        await session.carry_over(request, token)
        session.set_cookie(request, response, token)
    return response


@routes.post("/api/chats/{chat}/messages")
async def post_message(request: web.Request) -> web.Response:
    """Take a client's message and return the answer to it."""
    chat = await session.api_chat(request)
    client_id, text, payload = await _body(request)
    sending.check_size(request, text)
    # A message sent again because its answer was lost counts as well: the limit is generous.
    await sending.check_rate(request, chat.id, text)
    replies = await sending.send(request, chat.id, client_id, text=text, payload=payload)
    return _answer(request, replies, 200)


@routes.post("/api/chats/{chat}/typing")
async def typing(request: web.Request) -> web.Response:
    """Show the guide, if one is there, that the client is writing."""
    chat = await session.api_chat(request)
    await request.app[HANDOFF].client.typing(chat.id)
    return web.Response(status=204)


@routes.get("/api/chats/{chat}/messages")
async def get_messages(request: web.Request) -> web.Response:
    """Return the messages after the one numbered ``after``, and where the hand-off stands."""
    chat = await session.api_chat(request)
    messages = await request.app[PARTS].store.after(chat.id, after(request.query))
    handoff = request.app[HANDOFF].client
    await handoff.delivered(chat.id, messages)
    return _answer(request, messages, 200, handoff=asdict(await handoff.view(chat.id)))


@routes.delete("/api/chats/{chat}")
async def erase(request: web.Request) -> web.Response:
    """Delete everything of the chat, also the transcript that has outlived it."""
    parts = request.app[PARTS]
    session.check_origin(request)
    token = session.token(request)
    if token and await parts.store.by_token(token) is None:
        if not await parts.store.erase_left(token):
            raise ApiError(404, "not_found")
    else:
        chat = await session.api_chat(request)
        await parts.store.erase(chat.id)
        parts.hub.end(chat.id)
    response = web.Response(status=204)
    session.drop_cookie(request, response)
    return response


def after(query: Any, header: str | None = None) -> int:
    """Return the number of the last message the client has.

    Raises:
        ApiError: 400 when it is not a number.
    """
    value = header or query.get("after", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise ApiError(400, "bad_body")
    return int(value)


async def _code(request: web.Request) -> str:
    raw = await request.read()
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise ApiError(400, "bad_body") from None
    code = body.get("code", "") if isinstance(body, dict) else None
    if not isinstance(code, str) or not _is_text(code):
        raise ApiError(400, "bad_body")
    return code


async def _body(request: web.Request) -> tuple[str, str, str]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise ApiError(400, "bad_body") from None
    if not isinstance(body, dict):
        raise ApiError(400, "bad_body")
    client_id, text, payload = (body.get(key, "") for key in ("id", "text", "payload"))
    well_formed = (
        isinstance(client_id, str)
        and 0 < len(client_id) <= _ID_LENGTH
        and isinstance(text, str)
        and isinstance(payload, str)
        and ("text" in body) != ("payload" in body)
        and "\x00" not in client_id
        and _is_text(client_id + text + payload)
    )
    if not well_formed:
        raise ApiError(400, "bad_body")
    if "payload" in body and not payload:
        raise ApiError(409, "old_button")
    return client_id, text, payload


def _is_text(text: str) -> bool:
    # JSON can hold half of a surrogate pair, which no database and no UTF-8 can.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _answer(
    request: web.Request, messages: list[Message], status: int, **more: Any
) -> web.Response:
    answers = request.app[PARTS].answers
    body = {**more, "messages": [as_json(message, answers) for message in messages]}
    return web.Response(
        text=json.dumps(body, ensure_ascii=False),
        content_type="application/json",
        status=status,
    )
