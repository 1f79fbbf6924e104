"""The errand list: a page to print, plain text, a PDF, and a planned call for the calendar."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot.channels.web import session
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.paths import ErrandList, Sheet, UnfitTime
from bot.paths.as_pdf import as_pdf
from bot.paths.as_text import as_text

routes = web.RouteTableDef()


@routes.get("/muistilista")
async def page(request: web.Request) -> web.Response:
    """Show the errand list of this browser's chat."""
    return await _page(request, await _own(request))


@routes.get("/muistilista.txt")
async def text(request: web.Request) -> web.Response:
    """Return the list as plain text."""
    return _text(await _own(request))


@routes.get("/muistilista.pdf")
async def pdf(request: web.Request) -> web.Response:
    """Return the list as a PDF to save."""
    return await _pdf(await _own(request))


@routes.get("/muistilista.ics")
async def calendar(request: web.Request) -> web.Response:
    """Return the planned call of the form as a calendar file, or the form and what is wrong."""
    errands = await _own(request)
    query = request.query
    try:
        return await _calendar(
            request,
            errands,
            n=query.get("asia", ""),
            day=query.get("paiva", ""),
            clock=query.get("kello", ""),
            named="piilota" not in query,
        )
    except UnfitTime as error:
        response = await _page(request, errands, notice=str(error))
        response.set_status(400)
        return response


@routes.get("/api/chats/{chat}/errand-list")
async def api_list(request: web.Request) -> web.Response:
    """Return the list as data."""
    body = json.dumps(asdict(await _of_chat(request)), ensure_ascii=False)
    return web.Response(text=body, content_type="application/json")


@routes.get("/api/chats/{chat}/errand-list.txt")
async def api_text(request: web.Request) -> web.Response:
    """Return the list as plain text."""
    return _text(await _of_chat(request))


@routes.get("/api/chats/{chat}/errand-list.pdf")
async def api_pdf(request: web.Request) -> web.Response:
    """Return the list as a PDF."""
    return await _pdf(await _of_chat(request))


@routes.get("/api/chats/{chat}/errand-list.ics")
async def api_calendar(request: web.Request) -> web.Response:
    """Return a planned call as a calendar file."""
    errands = await _of_chat(request)
    query = request.query
    try:
        return await _calendar(
            request,
            errands,
            n=query.get("thing", ""),
            day=query.get("day", ""),
            clock=query.get("time", ""),
            named=query.get("named", "true") != "false",
        )
    except UnfitTime as error:
        raise ApiError(400, "unfit_time", why=str(error)) from None


async def _own(request: web.Request) -> ErrandList:
    token = session.token(request)
    chat = await request.app[PARTS].store.by_token(token) if token else None
    return await _list(request, chat.id if chat else "")


async def _of_chat(request: web.Request) -> ErrandList:
    return await _list(request, (await session.api_chat(request)).id)


async def _list(request: web.Request, chat: str) -> ErrandList:
    errands = await request.app[PARTS].paths.errands(chat) if chat else None
    if errands is None:
        raise ApiError(404, "no_list")
    return errands


async def _page(request: web.Request, errands: ErrandList, notice: str = "") -> web.Response:
    query = request.query
    response: web.Response = aiohttp_jinja2.render_template(
        "errand_list.html",
        request,
        {
            "errands": errands,
            # In a thread: the first question about a public holiday takes a second.
            "plans": await asyncio.to_thread(_plans, request, errands),
            "notice": notice,
            "chosen": {key: query.get(key, "") for key in ("asia", "paiva", "kello")},
            "hidden": "piilota" in query,
        },
    )
    return response


def _plans(request: web.Request, errands: ErrandList) -> list[dict[str, Any]]:
    """Return what the calendar form offers for each thing that one can call or visit."""
    planner = request.app[PARTS].planner
    return [
        {
            "sheet": sheet,
            "days": planner.days(sheet.contact),
            "times": planner.times(sheet.contact),
        }
        for sheet in errands.sheets
        if sheet.contact
    ]


def _text(errands: ErrandList) -> web.Response:
    return web.Response(text=as_text(errands), content_type="text/plain", charset="utf-8")


async def _pdf(errands: ErrandList) -> web.Response:
    return _file(await asyncio.to_thread(as_pdf, errands), "application/pdf", "muistilista.pdf")


async def _calendar(
    request: web.Request, errands: ErrandList, *, n: str, day: str, clock: str, named: bool
) -> web.Response:
    planner = request.app[PARTS].planner
    sheet = _sheet(errands, n)

    def plan() -> bytes:
        return planner.file(sheet, planner.at(day, clock, sheet.contact), named=named)

    return _file(await asyncio.to_thread(plan), "text/calendar", "muistutus.ics")


def _sheet(errands: ErrandList, n: str) -> Sheet:
    sheet = errands.sheet(int(n)) if n.isascii() and n.isdigit() and len(n) < 3 else None
    if sheet is None and not n:
        return errands.sheets[0]
    if sheet is None:
        raise ApiError(404, "no_list")
    return sheet


def _file(body: bytes, kind: str, name: str) -> web.Response:
    return web.Response(
        body=body,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
