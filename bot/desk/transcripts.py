"""Reviewing hand-offs: finding, reading, marking, exporting, keeping and deleting transcripts."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot import clock
from bot.channels.web.errors import ApiError
from bot.channels.web.keys import PARTS
from bot.clock import HELSINKI
from bot.desk import access, export, labels, teaching
from bot.desk.keys import DESK
from bot.nlu.text import clean
from bot.privacy import mask
from bot.store.guides import Guide
from bot.store.transcripts import Mark, Search, Summary, Transcript
from services_catalog.cards import card

routes = web.RouteTableDef()

HOME = "/desk/keskustelut"

_SEE_OTHER = 303
_MOST = 100
_NEW = "new"
_STATES = {state or _NEW: state for state in labels.FOLLOW_UP}
_LONGEST_WORDS = 1000
_LONGEST_LINE = 300
_WRITE_REASON = "Kirjoita, miksi säilytät keskustelun."
_CHOOSE_NEED = "Valitse tarve listasta."
_WRITE_MARK = "Kirjoita merkintä."
_WRITE_DAY = "En ymmärtänyt päivää, joten haku ei rajannut sitä. Kirjoita näin: 23.11.2026."
_WRITE_LINE = "Kirjoita lause. Lauseessa saa olla enintään 300 merkkiä."
_DONE = {
    "merkitty": "Merkintä on tallessa.",
    "tarve": "Tarve on tallessa.",
    "tila": "Käsittelyn tila on tallessa.",
    "opetus": "Lause on botin opetuksen listalla. Vastaava ohjaaja päättää siitä.",
    "poistettu": "Keskustelu on poistettu.",
    "sailyy": "Keskustelu säilyy pidempään.",
    "ei-saily": "Keskustelu poistuu ajallaan.",
}


@routes.get("/desk/transcripts")
async def other_address(_request: web.Request) -> web.Response:
    """Lead to the list from its English address."""
    return _to(HOME)


@routes.get("/desk/transcripts/{transcript}")
async def other_address_of_one(request: web.Request) -> web.Response:
    """Lead to a transcript from its English address."""
    return _to(f"{HOME}/{_id(request)}")


@routes.get(HOME)
async def latest(request: web.Request) -> web.Response:
    """List the latest transcripts."""
    await access.guide(request)
    done = _DONE.get(request.query.get("tehty", ""), "")
    return await _list(request, {}, done=done)


@routes.post(HOME)
async def search(request: web.Request) -> web.Response:
    """List what is found; by POST, so that no words of a client get into an address."""
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    asked = {name: str(value) for name, value in form.items()}
    if asked.get("words"):
        await request.app[DESK].audit.note(guide, "search", "", clock.now())
    return await _list(request, asked)


@routes.get(HOME + "/{transcript}")
async def read(request: web.Request) -> web.Response:
    """Show one transcript, and note that it was opened."""
    guide = await access.guide(request)
    found = await _found(request)
    await _note(request, guide, "open", found)
    return _page(request, found, done=_DONE.get(request.query.get("tehty", ""), ""))


@routes.post(HOME + "/{transcript}/merkinta")
async def mark(request: web.Request) -> web.Response:
    """Add a mark."""
    guide, form, found = await _asked(request)
    kind, words = str(form.get("mark", "")), _words(form, "words")
    if kind not in labels.MARKS:
        raise ApiError(400, "bad_body")
    if kind == "own" and not words:
        return _page(request, found, notice=_WRITE_MARK)
    await request.app[DESK].transcripts.mark(
        found.summary.id, Mark(kind, words, guide.name, clock.now())
    )
    await _note(request, guide, "mark", found, labels.MARKS[kind])
    return _to(f"{HOME}/{found.summary.id}?tehty=merkitty")


@routes.post(HOME + "/{transcript}/tila")
async def follow_up(request: web.Request) -> web.Response:
    """Set how far the follow-up is."""
    guide, form, found = await _asked(request)
    state = str(form.get("state", ""))
    if state not in labels.FOLLOW_UP:
        raise ApiError(400, "bad_body")
    await request.app[DESK].transcripts.follow_up(found.summary.id, state)
    await _note(request, guide, "follow_up", found, labels.FOLLOW_UP[state])
    return _to(f"{HOME}/{found.summary.id}?tehty=tila")


@routes.post(HOME + "/{transcript}/tarve")
async def correct_need(request: web.Request) -> web.Response:
    """Set the need that the talk was about, when the bot took it for another."""
    guide, form, found = await _asked(request)
    catalogue = request.app[PARTS].answers.catalogue
    need = str(form.get("need", ""))
    if need not in {each.id for each in catalogue.needs}:
        return _page(request, found, notice=_CHOOSE_NEED)
    if need != found.summary.need:
        await request.app[DESK].transcripts.correct_need(found.summary.id, need)
        await _note(request, guide, "need", found, labels.need_title(catalogue, need))
    return _to(f"{HOME}/{found.summary.id}?tehty=tarve")


@routes.post(HOME + "/{transcript}/sailyta")
async def preserve(request: web.Request) -> web.Response:
    """Keep a transcript past its time, or let it go again; for leads."""
    await access.lead(request)
    guide, form, found = await _asked(request)
    because = _words(form, "because")
    transcripts = request.app[DESK].transcripts
    if form.get("release"):
        await transcripts.preserve(found.summary.id, "", "")
        await _note(request, guide, "release", found)
        return _to(f"{HOME}/{found.summary.id}?tehty=ei-saily")
    if not because:
        return _page(request, found, notice=_WRITE_REASON)
    await transcripts.preserve(found.summary.id, because, guide.name)
    await _note(request, guide, "preserve", found)
    return _to(f"{HOME}/{found.summary.id}?tehty=sailyy")


@routes.get(HOME + "/{transcript}/poista")
async def ask_delete(request: web.Request) -> web.Response:
    """Ask before a transcript is deleted; for leads."""
    await access.lead(request)
    found = await _found(request)
    return _render(request, "desk/delete.html", {"id": found.summary.id})


@routes.post(HOME + "/{transcript}/poista")
async def delete(request: web.Request) -> web.Response:
    """Delete a transcript before its time; for leads."""
    await access.lead(request)
    guide, _, found = await _asked(request)
    await request.app[DESK].transcripts.delete(found.summary.id)
    await _note(request, guide, "delete", found)
    return _to(f"{HOME}?tehty=poistettu")


@routes.post(HOME + "/{transcript}/teksti")
async def export_text(request: web.Request) -> web.Response:
    """Give a transcript as a text file; by POST, since it is noted."""
    guide, _, found = await _asked(request)
    await _note(request, guide, "export_text", found)
    answers = request.app[PARTS].answers
    return web.Response(
        body=export.as_text(found, answers.catalogue).encode("utf-8"),
        headers=_file("text/plain; charset=utf-8", found, "txt"),
    )


@routes.post(HOME + "/{transcript}/pdf")
async def export_pdf(request: web.Request) -> web.Response:
    """Give a transcript as a PDF file."""
    guide, _, found = await _asked(request)
    await _note(request, guide, "export_pdf", found)
    answers = request.app[PARTS].answers
    return web.Response(
        body=await export.as_pdf(found, answers.catalogue),
        headers=_file("application/pdf", found, "pdf"),
    )


@routes.get(HOME + "/{transcript}/opetus/{line}")
async def teach_page(request: web.Request) -> web.Response:
    """Show a line of the client, masked, to be made ready for teaching the bot."""
    await access.guide(request)
    text = _teachable(await _found(request), request.match_info["line"])
    return await _teach_page(request, text)


@routes.post(HOME + "/{transcript}/opetus/{line}")
async def teach(request: web.Request) -> web.Response:
    """Put the line on the list that a lead decides on; nothing leads back from there."""
    guide, form, found = await _asked(request)
    _teachable(found, request.match_info["line"])
    text = teaching.masked(str(form.get("text", "")))
    if not text or len(text) > _LONGEST_LINE:
        return await _teach_page(request, text[:_LONGEST_LINE], notice=_WRITE_LINE)
    topic = str(form.get("topic", ""))
    known = {each.id for each in request.app[PARTS].answers.catalogue.topics}
    await request.app[DESK].review.add(text, topic if topic in known else "", clock.today())
    await _note(request, guide, "teach", found)
    return _to(f"{HOME}/{found.summary.id}?tehty=opetus")


async def _asked(request: web.Request) -> tuple[Guide, Mapping[str, Any], Transcript]:
    guide = await access.guide(request)
    form = await request.post()
    await access.check_form(request, form)
    return guide, form, await _found(request)


async def _found(request: web.Request) -> Transcript:
    found = await request.app[DESK].transcripts.read(_id(request))
    if found is None:
        raise ApiError(404, "not_found")
    return found


def _id(request: web.Request) -> str:
    asked = request.match_info["transcript"]
    if not asked.isascii() or not asked.replace("-", "").replace("_", "").isalnum():
        raise ApiError(404, "not_found")
    return asked


async def _note(
    request: web.Request, guide: Guide, action: str, found: Transcript, detail: str = ""
) -> None:
    await request.app[DESK].audit.note(guide, action, found.summary.id, clock.now(), detail)


async def _list(request: web.Request, asked: Mapping[str, str], *, done: str = "") -> web.Response:
    store = request.app[DESK].transcripts
    catalogue = request.app[PARTS].answers.catalogue
    found = await store.search(_search(asked), most=_MOST)
    return _render(
        request,
        "desk/transcripts.html",
        {
            "rows": [_row(request, summary) for summary in found],
            "full": len(found) == _MOST,
            "most": _MOST,
            "asked": asked,
            "notice": _WRITE_DAY if _has_bad_day(asked) else "",
            "done": done,
            "needs": [
                (need, labels.need_title(catalogue, need)) for need in await store.choices("need")
            ],
            "reasons": [
                (reason, labels.REASONS.get(reason, reason))
                for reason in await store.choices("reason")
            ],
            "guides": await store.choices("guide_name"),
            "marks": labels.MARKS,
            "states": [(state or _NEW, title) for state, title in labels.FOLLOW_UP.items()],
        },
    )


def _search(asked: Mapping[str, str]) -> Search:
    last = _day(asked.get("last", ""))
    return Search(
        first=_day(asked.get("first", "")),
        before=last + timedelta(days=1) if last else None,
        need=asked.get("need", ""),
        reason=asked.get("reason", ""),
        guide_name=asked.get("guide_name", ""),
        follow_up=_STATES.get(asked.get("follow_up", "")),
        mark=asked.get("mark", ""),
        not_understood=bool(asked.get("not_understood")),
        words=asked.get("words", "")[:200],
    )


def _has_bad_day(asked: Mapping[str, str]) -> bool:
    return any(asked.get(name, "").strip() and not _day(asked[name]) for name in ("first", "last"))


def _day(text: str) -> datetime | None:
    """Return the first moment of a day written as YYYY-MM-DD or 23.11.2026, or None."""
    parts = text.strip().split(".")
    if len(parts) == 3:
        text = "-".join(part.strip().zfill(2) for part in reversed(parts))
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(), HELSINKI)
    except ValueError:
        return None


def _row(request: web.Request, summary: Summary) -> dict[str, Any]:
    catalogue = request.app[PARTS].answers.catalogue
    return {
        "id": summary.id,
        "when": labels.day_and_time(summary.ended_at),
        "guide_name": summary.guide_name,
        "need": labels.need_title(catalogue, summary.need) if summary.need else "ei tiedossa",
        "topic": labels.topic_title(catalogue, summary.topic) if summary.topic else "",
        "reason": labels.REASONS.get(summary.reason, summary.reason),
        "not_understood": summary.not_understood,
        "state": labels.FOLLOW_UP.get(summary.follow_up, summary.follow_up),
        "follow_up": summary.follow_up,
        "waited": _minutes(summary.taken_at - summary.asked_at),
        "lasted": _minutes(summary.ended_at - summary.taken_at),
        "rating": labels.RATINGS.get(summary.rating, summary.rating),
        "rating_words": summary.rating_words,
        "kept_because": summary.kept_because,
        "kept_by": summary.kept_by,
        "left": _left(request, summary),
    }


def _left(request: web.Request, summary: Summary) -> str:
    """Say how long the transcript will be there."""
    ages = request.app[PARTS].settings.retention
    days = ages.preserved_days if summary.kept_because else ages.transcript_days
    left = (summary.ended_at + timedelta(days=days)).date() - clock.today()
    if left.days <= 0:
        return "Poistuu tänään."
    return f"Poistuu {'huomenna' if left.days == 1 else f'{left.days} päivän kuluttua'}."


def _minutes(length: timedelta) -> str:
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes == 0:
        return "alle minuutti"
    return "1 minuutti" if minutes == 1 else f"{minutes} minuuttia"


def _page(
    request: web.Request, found: Transcript, *, notice: str = "", done: str = ""
) -> web.Response:
    catalogue = request.app[PARTS].answers.catalogue
    known = {service.id: service for service in catalogue.services}
    return _render(
        request,
        "desk/transcript.html",
        {
            "row": _row(request, found.summary),
            "lines": [
                {
                    "n": line.n,
                    "from": line.sender,
                    "sender": labels.SENDERS.get(line.sender, line.sender),
                    "when": labels.day_and_time(line.at),
                    "at": line.at.isoformat(timespec="seconds"),
                    "lines": [part for part in line.text.split("\n\n") if part],
                    "cards": [
                        card(known[name], clock.today())["name"]
                        for name in line.services
                        if name in known
                    ],
                    "teachable": line.is_clients_own,
                }
                for line in found.lines
            ],
            "marks": [
                {
                    "title": labels.MARKS.get(each.mark, each.mark),
                    "words": each.words,
                    "by": each.guide_name,
                    "when": labels.day_and_time(each.at),
                }
                for each in found.marks
            ],
            "needs": [(each.id, each.title) for each in catalogue.needs],
            "need": found.summary.need,
            "kinds": labels.MARKS,
            "states": labels.FOLLOW_UP,
            "notice": notice,
            "done": done,
        },
        status=400 if notice else 200,
    )


async def _teach_page(request: web.Request, text: str, notice: str = "") -> web.Response:
    desk = request.app[DESK]
    catalogue = request.app[PARTS].answers.catalogue
    return _render(
        request,
        "desk/teach.html",
        {
            "id": _id(request),
            "text": text,
            "topics": teaching.topics_by_need(catalogue),
            "suggested": await asyncio.to_thread(desk.nearest_topic, text),
            "notice": notice,
            "longest": _LONGEST_LINE,
        },
        status=400 if notice else 200,
    )


def _teachable(found: Transcript, n: str) -> str:
    """Return a line of the client's, masked.

    Raises:
        ApiError: 404 when the client has not written it.
    """
    for line in found.lines:
        if str(line.n) == n and line.is_clients_own:
            return teaching.masked(line.text)
    raise ApiError(404, "not_found")


def _words(form: Mapping[str, Any], name: str) -> str:
    # A guide may have typed a client's number: it is masked like everything else.
    return mask(clean(str(form.get(name, "")))[:_LONGEST_WORDS]).text


def _file(kind: str, found: Transcript, ending: str) -> dict[str, str]:
    name = f"keskustelu-{found.summary.ended_at:%Y-%m-%d}-{found.summary.id[:6]}.{ending}"
    return {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}


def _render(
    request: web.Request, template: str, more: dict[str, Any], status: int = 200
) -> web.Response:
    page: web.Response = aiohttp_jinja2.render_template(
        template, request, {"section": "keskustelut", **more}, status=status
    )
    return page


def _to(location: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers={"Location": location})
