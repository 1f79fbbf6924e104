"""The chat page and its neighbours: they work without JavaScript."""

import uuid
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.channels.web import display, sending, session
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.channels.web.static import STATIC
from bot.channels.web.views import as_text, as_view
from bot.handoff.client_side import ClientView
from bot.handoff.service import HANDOFF
from services_catalog.phone_numbers import link

routes = web.RouteTableDef()

_RETURNED = 303
_STYLES = {"device": "page.css", "light": "page-light.css", "dark": "page-dark.css"}


async def common(request: web.Request) -> dict[str, Any]:
    """Return what every template needs."""
    parts = request.app[PARTS]
    organisation = parts.settings.organisation
    look = display.chosen(request)
    return {
        "name": organisation.name,
        "organisation": organisation.operator,
        "lang": "fi",
        "static": request.app[STATIC].url,
        "look": look,
        "framed": session.is_framed(request),
        "style": request.app[STATIC].url(_STYLES[look.colours]),
        "csrf": session.csrf_token(request),
        "message_id": str(uuid.uuid4()),
        "numbers": {
            number.id: {"number": number.number, "href": link(number.number)}
            for number in parts.answers.crisis_texts.numbers.values()
        },
        "links": [("/jatka", "Palaa polullesi")],
    }


@routes.get("/")
async def chat_page(request: web.Request) -> web.Response:
    """Show the chat of this browser, or the greeting when there is none yet."""
    return await _chat_page(request)


@routes.post("/viesti")
async def post_form(request: web.Request) -> web.Response:
    """Take a message from the form, answer it and show the page again."""
    form = await request.post()
    text, payload, client_id, csrf = (
        str(form.get(key, "")) for key in ("text", "payload", "id", "csrf")
    )
    session.check_form(request, csrf)
    # Forms send a line break as two characters.
    text = text.replace("\r\n", "\n")
    parts = request.app[PARTS]
    chat, token = await session.cookie_chat(request), ""
    try:
        sending.check_size(request, text)
        await sending.check_rate(request, chat.id if chat else "", text)
        sending.check_content(text, payload)
        if chat is None:
            chat, token, _ = await parts.conversation.start("web")
            await session.carry_over(request, token)
        await sending.send(
            request, chat.id, client_id[:64] or str(uuid.uuid4()), text=text, payload=payload
        )
    except ApiError as error:
        response = await _chat_page(request, notice=error.text(request), draft=text)
        response.set_status(error.status)
        response.headers.update(error.headers)
    else:
        response = web.Response(status=_RETURNED, headers={"Location": "/#uusin"})
    if token:
        session.set_cookie(request, response, token)
    return response


@routes.get("/favicon.ico")
async def icon(_request: web.Request) -> web.Response:
    """Answer browsers that ask for an icon by themselves: there is none."""
    return web.Response(status=204, headers={"Cache-Control": "public, max-age=604800"})


@routes.get("/apua")
@aiohttp_jinja2.template("help.html")
async def help_page(request: web.Request) -> dict[str, Any]:
    """Show what one can ask."""
    catalogue = request.app[PARTS].answers.catalogue
    return {
        "topics_by_need": [
            (need.title, [topic.title for topic in catalogue.topics_of(need.id)])
            for need in catalogue.needs
            if need.service_need
        ]
    }


@routes.get("/keskustelu.txt")
async def copy(request: web.Request) -> web.Response:
    """Give the client a copy of the conversation."""
    chat = await session.own_chat(request)
    parts = request.app[PARTS]
    messages = await parts.store.after(chat.id, 0)
    return web.Response(
        text=as_text(messages, parts.answers),
        headers={"Content-Disposition": 'attachment; filename="keskustelu.txt"'},
    )


@routes.get("/poista")
@aiohttp_jinja2.template("delete.html")
async def delete_page(_request: web.Request) -> dict[str, Any]:
    """Ask before the conversation is deleted."""
    return {}


@routes.post("/poista")
async def delete(request: web.Request) -> web.Response:
    """Delete the conversation of this browser."""
    form = await request.post()
    session.check_form(request, str(form.get("csrf", "")))
    chat = await session.cookie_chat(request)
    if chat:
        await request.app[PARTS].store.erase(chat.id)
        request.app[PARTS].hub.end(chat.id)
    else:
        await request.app[PARTS].store.erase_left(session.token(request))
    # The storage may hold the draft of a message.
    response = web.Response(
        status=_RETURNED, headers={"Location": "/", "Clear-Site-Data": '"storage"'}
    )
    session.drop_cookie(request, response)
    return response


@routes.get("/poistu")
async def quick_exit(request: web.Request) -> web.Response:
    """Take the chat from this browser and lead to a page that tells nothing of it.

    A link must do, without script. So this GET ends the session, unless another site asks.
    """
    exit_url = request.app[PARTS].settings.organisation.exit_url
    response = web.Response(status=_RETURNED, headers={"Location": exit_url})
    if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        for chat in await session.cookie_chats(request):
            await request.app[PARTS].store.lock(chat.id)
            request.app[PARTS].hub.end(chat.id)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        session.drop_cookie(request, response)
    return response


async def _chat_page(request: web.Request, *, notice: str = "", draft: str = "") -> web.Response:
    parts = request.app[PARTS]
    chat = await session.cookie_chat(request)
    messages = await parts.store.after(chat.id, 0) if chat else [parts.conversation.greeting()]
    handoff = ClientView()
    if chat:
        await request.app[HANDOFF].client.delivered(chat.id, messages)
        handoff = await request.app[HANDOFF].client.view(chat.id)
    page: web.Response = aiohttp_jinja2.render_template(
        "chat.html",
        request,
        {
            "messages": [as_view(message, parts.answers) for message in messages],
            "chat": chat.id if chat else "",
            "left": chat is None and await parts.store.has_left(session.token(request)),
            "draft": draft,
            "notice": notice,
            "keep_hours": parts.settings.retention.chat_hours,
            "max_length": parts.settings.limits.message_characters,
            "handoff": handoff,
            "last_n": messages[-1].n if messages else 0,
        },
    )
    # Safe beside the form's token: with SameSite=Strict no other site can make it be sent.
    page.enable_compression()
    return page
