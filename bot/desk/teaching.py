"""The list of lines for teaching the bot, of which a lead accepts or rejects each."""

import asyncio

import aiohttp_jinja2
from aiohttp import web

from bot import clock, reviewed
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.desk import access
from bot.desk.keys import DESK
from bot.nlu.text import clean
from bot.privacy import mask, without_marks
from services_catalog.models import Catalogue

routes = web.RouteTableDef()

HOME = "/desk/opetus"

_SEE_OTHER = 303
_DONE = {
    "hyvaksytty": "Lause on opetuslauseissa. Botti oppii sen, kun malli opetetaan uudelleen.",
    "oli-jo": "Lause oli jo opetuslauseissa. Se poistui listalta.",
    "hylatty": "Lause on hylätty ja poistettu.",
}
_FAULTS = {
    "aihe": "Valitse aihe, johon lause kuuluu.",
    "lause": "Kirjoita lause. Poista siitä nimet ja muut tiedot, joista ihmisen tunnistaa.",
}


@routes.get(HOME)
async def waiting(request: web.Request) -> web.Response:
    """List the lines; a lead gets forms to decide with."""
    await access.guide(request)
    catalogue = request.app[PARTS].answers.catalogue
    topics = topics_by_need(catalogue)
    titles = {topic: title for _, group in topics for topic, title in group}
    page: web.Response = aiohttp_jinja2.render_template(
        "desk/teaching.html",
        request,
        {
            "section": "opetus",
            "rows": [
                {"line": line, "title": titles.get(line.suggested, "ei ehdotusta")}
                for line in await request.app[DESK].review.all()
            ],
            "topics": topics,
            "accepted": sum(
                len(lines) for lines in reviewed.read(request.app[DESK].reviewed_file).values()
            ),
            "notice": _FAULTS.get(request.query.get("virhe", ""), ""),
            "done": _DONE.get(request.query.get("tehty", ""), ""),
        },
    )
    return page


@routes.post(HOME + "/{line}")
async def decide(request: web.Request) -> web.Response:
    """Accept a line into the training data, or reject it; for leads."""
    lead = await access.lead(request)
    form = await request.post()
    await access.check_form(request, form)
    desk = request.app[DESK]
    line = await desk.review.read(request.match_info["line"])
    if line is None:
        raise ApiError(404, "not_found")
    if form.get("decision") == "reject":
        await desk.review.drop(line.id)
        await desk.audit.note(lead, "teach_reject", line.id, clock.now())
        return _to(f"{HOME}?tehty=hylatty")
    known = {topic.id for topic in request.app[PARTS].answers.catalogue.topics}
    topic = str(form.get("topic", ""))
    if topic not in known:
        return _to(f"{HOME}?virhe=aihe")
    try:
        new = await asyncio.to_thread(
            reviewed.accept, desk.reviewed_file, topic, masked(str(form.get("text", "")))
        )
    except reviewed.NotAnExample:
        return _to(f"{HOME}?virhe=lause")
    await desk.review.drop(line.id)
    await desk.audit.note(lead, "teach_accept", line.id, clock.now(), topic)
    return _to(f"{HOME}?tehty={'hyvaksytty' if new else 'oli-jo'}")


def masked(text: str) -> str:
    """Return ``text`` on one line, masked, without what is left of the mask."""
    return without_marks(mask(clean(text)).text)


def topics_by_need(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (title of a need, [(topic id, title)]) for choosing a topic."""
    return [
        (need.title, [(topic.id, topic.title) for topic in catalogue.topics_of(need.id)])
        for need in catalogue.needs
    ]


def _to(location: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers={"Location": location})
