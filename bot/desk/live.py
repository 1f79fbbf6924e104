"""The live pages of the desk: the queue, and talking with a client."""

import asyncio
import contextlib
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import yaml
from aiohttp import web
from aiohttp_sse import sse_response

from bot import clock
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.channels.web.views import as_view
from bot.desk import access, labels
from bot.desk.keys import DESK
from bot.fallback import Fallback
from bot.handoff.guide_side import REASONS, NotYours, Row
from bot.handoff.service import HANDOFF
from bot.hub import DESK as NEWS
from bot.hub import Listener
from bot.store import Message
from bot.store.guides import Guide
from bot.store.handoffs import AWAY, BREAK, HERE, Handoff
from services_catalog.answers import Answers
from services_catalog.models import Service
from services_catalog.search import Hit
from services_catalog.visibility import visible

routes = web.RouteTableDef()

HOME = "/desk/"
CLIENT = "/desk/asiakas/{handoff}"

_SEE_OTHER = 303
_FOUND_SERVICES = 6
_LOOKED_AT = 12
_LONGEST_PING = 15.0
_PHRASES = Path(__file__).with_name("ready_phrases.yml")
_STATES = {HERE: "Paikalla", BREAK: "Tauolla", AWAY: "Poissa"}
_SENDERS = {"client": "Asiakas", "bot": "Botti", "guide": "Sinä", "system": "Polku"}
_ALARMS = {
    "acute": "Asiakas on kertonut hädästä. Hän on saanut numerot. Kysy, onko hän turvassa.",
    "distress": "Asiakkaalla on raskasta. Hän on saanut kriisinumerot.",
}
_NEWS = {
    "lopetettu": "Keskustelu on lopetettu. Asiakas jatkaa botin kanssa.",
    "palautettu": "Annoit keskustelun botille.",
    "siirretty": "Siirsit keskustelun. Asiakas tietää siitä.",
    "tervetuloa": "Salasana on vaihdettu. Paina Paikalla, kun voit ottaa asiakkaita.",
    "varattu": "Toinen ohjaaja ehti ottaa tämän asiakkaan, tai asiakas lähti jonosta.",
}
_FAULTS = {
    "empty": "Kirjoita ensin viesti.",
    "too_long": "Viesti on liian pitkä. Lyhennä sitä.",
    "no_guide": "Tämä ohjaaja ei ole nyt paikalla. Valitse toinen.",
    "no_reason": "Valitse ensin syy.",
    "empty_note": "Kirjoita ensin muistiinpano.",
}


@dataclass(frozen=True)
class Phrase:
    """A ready-made phrase: its button and its text."""

    title: str
    text: str


@dataclass(frozen=True)
class Live:
    """What the live pages need besides the hand-off itself.

    Attributes:
        find: Returns topics and services nearest to words, at most so many; called in a thread.
        phrases: The ready-made phrases.
    """

    find: Callable[[str, int], list[Hit]]
    phrases: tuple[Phrase, ...]


LIVE = web.AppKey("live", Live)


@routes.get(HOME)
async def queue(request: web.Request) -> web.Response:
    """Show who waits, the guide's own clients, and who is at the desk."""
    guide = await _guide(request)
    handoff = request.app[HANDOFF]
    rows = await handoff.guides.rows()
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/queue.html",
        request,
        {
            "section": "jono",
            "state": await handoff.guides.presence(guide),
            "states": _STATES,
            "waiting": [_row(request, row) for row in rows if not row.handoff.is_active],
            "lost": [
                _row(request, row)
                for row in rows
                if row.handoff.lost_at and row.handoff.guide != guide.id
            ],
            "own": [_row(request, row) for row in rows if row.handoff.guide == guide.id],
            "others": sum(row.handoff.guide not in ("", guide.id) for row in rows),
            "colleagues": [
                {"name": each.name, "state": _STATES[each.state].lower()}
                for each in await handoff.guides.colleagues(guide)
            ],
            "hours": handoff.queue.hours.status(clock.now()),
            "callbacks": len(await handoff.callbacks.all()),
            "news": _NEWS.get(request.query.get("tieto", ""), ""),
            "ended": await _transcript(request, request.query.get("keskustelu", "")),
        },
    )
    return page


@routes.post("/desk/paikalla")
async def presence(request: web.Request) -> web.Response:
    """Store that the guide is here, on a break or away."""
    guide, form = await _form(request)
    state = str(form.get("state", ""))
    if state not in _STATES:
        raise ApiError(400, "bad_body")
    await request.app[HANDOFF].guides.set_presence(guide, state)
    return _see(HOME)


@routes.post("/desk/elossa")
async def alive(request: web.Request) -> web.Response:
    """Note that the guide's page is connected: the page says so by itself."""
    guide = await access.guide(request, by_hand=False)
    await access.check_fetch(request)
    await request.app[HANDOFF].guides.touch(guide, live=True)
    return web.Response(status=204)


@routes.post(CLIENT + "/ota")
async def take(request: web.Request) -> web.Response:
    """Take a client; of two guides the first one gets it."""
    guide, _ = await _form(request)
    taken = await request.app[HANDOFF].guides.take(guide, request.match_info["handoff"])
    if taken is None:
        return _see(f"{HOME}?tieto=varattu")
    await request.app[DESK].audit.note(guide, "take", taken.id, clock.now())
    return _see(_address(taken.id))


@routes.get(CLIENT)
async def client(request: web.Request) -> web.Response:
    """Show the talk with a client."""
    guide = await _guide(request)
    return await _client_page(request, guide)


@routes.post(CLIENT + "/viesti")
async def say(request: web.Request) -> web.Response:
    """Send a message; the same form does the searching and the ready-made phrases."""
    guide, form = await _form(request)
    text = str(form.get("text", "")).replace("\r\n", "\n")
    words = str(form.get("haku", ""))[:200]
    phrase = str(form.get("phrase", ""))
    if phrase:
        added = next((p.text for p in request.app[LIVE].phrases if p.title == phrase), "")
        draft = f"{text.rstrip()}\n{added}".strip()
        return await _client_page(request, guide, draft=draft, words=words)
    if form.get("etsi"):
        return await _client_page(request, guide, draft=text, words=words)
    limit = request.app[PARTS].settings.limits.message_characters
    service = str(form.get("service", ""))
    fault = "" if text.strip() or service else "empty"
    fault = "too_long" if len(text) > limit else fault
    if fault:
        return await _client_page(request, guide, draft=text, words=words, fault=fault)
    shown: tuple[str, ...] = ()
    if service:
        # The card goes by itself; what has been written so far stays in the box.
        found = _service(request, service)
        shown, said = (found.id,), f"Tässä on palvelu: {found.name}."
    else:
        said = text.strip()
    client_id = str(form.get("id", ""))[:40] or str(uuid.uuid4())
    try:
        await request.app[HANDOFF].guides.say(
            guide, request.match_info["handoff"], client_id, said, shown
        )
    except NotYours:
        return await _client_page(request, guide, draft=text)
    if service and text.strip():
        return await _client_page(request, guide, draft=text)
    return _see(_address(request.match_info["handoff"]) + "#kirjoita")


@routes.post(CLIENT + "/kirjoittaa")
async def typing(request: web.Request) -> web.Response:
    """Show the client that the guide is writing."""
    guide = await access.guide(request)
    await access.check_fetch(request)
    with contextlib.suppress(NotYours):
        await request.app[HANDOFF].guides.typing(guide, request.match_info["handoff"])
    return web.Response(status=204)


@routes.post(CLIENT + "/muistiinpano")
async def note(request: web.Request) -> web.Response:
    """Write a note for colleagues."""
    guide, form = await _form(request)
    text = str(form.get("note", "")).strip()[:2000]
    if not text:
        return await _client_page(request, guide, fault="empty_note")
    try:
        await request.app[HANDOFF].guides.note(guide, request.match_info["handoff"], text)
    except NotYours:
        return await _client_page(request, guide)
    return _see(_address(request.match_info["handoff"]) + "#muistiinpanot")


@routes.post(CLIENT + "/palauta")
async def hand_back(request: web.Request) -> web.Response:
    """Let the bot go on with the client."""
    guide, _ = await _form(request)
    name = request.match_info["handoff"]
    try:
        await request.app[HANDOFF].guides.hand_back(guide, name)
    except NotYours:
        return await _client_page(request, guide)
    await request.app[DESK].audit.note(guide, "hand_back", name, clock.now())
    return _see(f"{HOME}?tieto=palautettu&keskustelu={name}")


@routes.post(CLIENT + "/siirra")
async def transfer(request: web.Request) -> web.Response:
    """Give the client to another guide."""
    guide, form = await _form(request)
    name = request.match_info["handoff"]
    try:
        other = await request.app[HANDOFF].guides.transfer(guide, name, str(form.get("guide", "")))
    except NotYours:
        return await _client_page(request, guide)
    except ValueError:
        return await _client_page(request, guide, fault="no_guide")
    await request.app[DESK].audit.note(guide, "transfer", name, clock.now(), other.name)
    return _see(f"{HOME}?tieto=siirretty")


@routes.post(CLIENT + "/sulje")
async def close(request: web.Request) -> web.Response:
    """End the talk."""
    guide, form = await _form(request)
    name, reason = request.match_info["handoff"], str(form.get("reason", ""))
    try:
        await request.app[HANDOFF].guides.close(guide, name, reason)
    except NotYours:
        return await _client_page(request, guide)
    except ValueError:
        return await _client_page(request, guide, fault="no_reason")
    await request.app[DESK].audit.note(guide, "close", name, clock.now(), reason)
    return _see(f"{HOME}?tieto=lopetettu&keskustelu={name}")


@routes.get("/desk/tapahtumat")
async def events(request: web.Request) -> web.StreamResponse:
    """Tell a desk page when it has something new to fetch, and whether its client is writing."""
    guide = await access.guide(request, by_hand=False)
    parts, handoff = request.app[PARTS], request.app[HANDOFF]
    chat = ""
    with contextlib.suppress(NotYours):
        chat = (await handoff.guides.mine(guide, request.query.get("asiakas", ""))).chat
    pause = min(_LONGEST_PING, parts.settings.handoff.lost_seconds / 4)
    keys = [NEWS, chat] if chat else [NEWS]
    async with (
        parts.hub.listen(*keys, reader="guide") as listener,
        sse_response(request) as response,
    ):
        known = ""
        while response.is_connected() and not listener.ended:
            listener.news.clear()
            if not await _still_signed_in(request):
                await response.send("{}", event="out")
                break
            now = await _fingerprint(request, guide)
            event = "news" if now != known else "ping"
            known = now
            # The page answers each event with a sign of life.
            body = {"typing": listener.typing == "client"}
            listener.typing = ""
            await response.send(json.dumps(body), event=event)
            await _wait(listener, pause)
    finished: web.StreamResponse = response
    return finished


def add_live(app: web.Application, fallback: Fallback, answers: Answers) -> None:
    """Add the live pages to ``app``."""
    numbers = {key: number.number for key, number in answers.crisis_texts.numbers.items()}
    phrases = tuple(
        Phrase(entry["title"], entry["text"].format(**numbers))
        for entry in yaml.safe_load(_PHRASES.read_text("utf-8"))
    )
    app[LIVE] = Live(fallback.find, phrases)
    app.add_routes(routes)


async def _guide(request: web.Request) -> Guide:
    """Return who is signed in, and note the sign of life; a page that asks by itself says so."""
    by_itself = request.headers.get("X-Live") == "1"
    guide = await access.guide(request, by_hand=not by_itself)
    await request.app[HANDOFF].guides.touch(guide, live=by_itself)
    return guide


async def _form(request: web.Request) -> tuple[Guide, Any]:
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    await request.app[HANDOFF].guides.touch(guide, live=False)
    return guide, form


async def _client_page(
    request: web.Request, guide: Guide, *, draft: str = "", words: str = "", fault: str = ""
) -> web.Response:
    name = request.match_info["handoff"]
    guides = request.app[HANDOFF].guides
    try:
        handoff = await guides.mine(guide, name)
    except NotYours:
        return await _gone(request, name, draft)
    messages = await guides.messages(handoff)
    rows = await guides.rows()
    own = [_row(request, row) for row in rows if row.handoff.guide == guide.id]
    here = next((row for row in own if row["id"] == name), None)
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/live_chat.html",
        request,
        {
            "section": "jono",
            "id": name,
            "handoff": handoff,
            "about": here["about"] if here else "",
            "alarm": _ALARMS.get(here["alarm"], "") if here else "",
            "acute": here is not None and here["alarm"] == "acute",
            "messages": [_view(request, each, handoff) for each in messages],
            "own": own,
            "waiting": [row.handoff.id for row in rows if not row.handoff.is_active],
            "notes": [
                {"name": n.guide_name, "when": labels.day_and_time(n.at), "text": n.text}
                for n in await guides.notes(name)
            ],
            "phrases": request.app[LIVE].phrases,
            "words": words,
            "found": await asyncio.to_thread(_search, request, words) if words.strip() else [],
            "draft": draft,
            "fault": _FAULTS.get(fault, ""),
            "fault_of": fault,
            "colleagues": await guides.colleagues(guide),
            "reasons": {key: labels.REASONS[key].capitalize() for key in REASONS},
            "message_id": str(uuid.uuid4()),
            "limit": request.app[PARTS].settings.limits.message_characters,
        },
        status=400 if fault else 200,
    )
    return page


async def _gone(request: web.Request, name: str, draft: str) -> web.Response:
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/live_gone.html",
        request,
        {"section": "jono", "transcript": await _transcript(request, name), "draft": draft},
        status=404,
    )
    return page


async def _transcript(request: web.Request, name: str) -> str:
    """Return the address of the transcript of a hand-off, or "" while there is none."""
    found = await request.app[DESK].transcripts.read(name) if name else None
    return f"/desk/keskustelut/{found.summary.id}" if found else ""


def _row(request: web.Request, row: Row) -> dict[str, Any]:
    catalogue = request.app[PARTS].answers.catalogue
    handoff = row.handoff
    topic = labels.topic_title(catalogue, handoff.topic) if handoff.topic else ""
    return {
        "id": handoff.id,
        "href": _address(handoff.id),
        "about": topic or "Aihe ei ole tiedossa",
        "waited": _waited(row.minutes),
        "asked": f"{handoff.asked_at.hour}.{handoff.asked_at.minute:02}",
        "shown": handoff.shown,
        "unread": row.unread,
        "alarm": row.alarm,
        "guide": handoff.guide_name,
        "lost": handoff.lost_at is not None,
    }


def _view(request: web.Request, message: Message, handoff: Handoff) -> dict[str, Any]:
    view = as_view(message, request.app[PARTS].answers)
    state = ""
    if message.sender == "guide":
        state = "Toimitettu" if message.n <= handoff.client_has else "Lähetetty"
    return view | {"sender": _SENDERS[message.sender], "state": state, "id": ""}


def _waited(minutes: int) -> str:
    if minutes < 1:
        return "alle minuutin"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return "minuutin" if minutes == 1 else f"{minutes} minuuttia"
    return f"{hours} t {rest} min"


def _search(request: web.Request, words: str) -> list[Service]:
    catalogue = request.app[PARTS].answers.catalogue
    known = {service.id: service for service in catalogue.services}
    topics = {topic.id: topic for topic in catalogue.topics}

    found: dict[str, Service] = {}
    for hit in request.app[LIVE].find(words, _LOOKED_AT):
        ids = (hit.id,) if hit.kind == "service" else topics[hit.id].services
        found |= {name: known[name] for name in ids if _may_show(request, known[name])}
    return list(found.values())[:_FOUND_SERVICES]


def _service(request: web.Request, name: str) -> Service:
    for service in request.app[PARTS].answers.catalogue.services:
        if service.id == name and _may_show(request, service):
            return service
    raise ApiError(400, "bad_body")


def _may_show(request: web.Request, service: Service) -> bool:
    return visible(service, clock.today(), request.app[PARTS].settings.catalogue.max_age_days)


async def _fingerprint(request: web.Request, guide: Guide) -> str:
    """Return what changes whenever a desk page has something new to show."""
    handoff = request.app[HANDOFF]
    state: list[object] = [
        [(each.guide, each.state) for each in await handoff.guides.colleagues(guide)],
        await handoff.guides.presence(guide),
        len(await handoff.callbacks.all()),
    ]
    for row in await handoff.guides.rows():
        said = await request.app[PARTS].store.count(row.handoff.chat)
        state.append((row.handoff, row.minutes, row.unread, row.alarm, said))
    return hashlib.sha256(repr(state).encode()).hexdigest()


async def _still_signed_in(request: web.Request) -> bool:
    token = access.token_of(request)
    return await request.app[DESK].accounts.signed_in(token, by_hand=False) is not None


async def _wait(listener: Listener, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await listener.news.wait()


def _address(handoff: str) -> str:
    return CLIENT.format(handoff=handoff)


def _see(address: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers={"Location": address})
