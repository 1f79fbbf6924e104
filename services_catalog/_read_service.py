"""From the YAML of one service to a Service."""

from __future__ import annotations

from collections.abc import Container
from typing import cast

from services_catalog import phone_numbers
from services_catalog._fields import Fields
from services_catalog._read_common import IDENTIFIER, read_id
from services_catalog.dates import exact_day, last_day
from services_catalog.models import (
    Confidence,
    Coverage,
    Level,
    Origin,
    Phone,
    Service,
    Source,
)

_LEVELS = ("national", "region", "municipal")
_CONFIDENCES = ("high", "medium", "low")
_DIGITS = range(3, 13)  # from 112 to a full Finnish number with its country code


def read_service(fields: Fields, need: str, blocked: Container[str]) -> Service:
    """Convert one entry of services/<need>.yml.

    Args:
        fields: The entry.
        need: The need its file belongs to.
        blocked: Digits of the numbers of do_not_show.yml.

    Returns:
        The service; parts that were at fault hold stand-ins, the faults are in ``fields``.
    """
    service = Service(
        id=read_id(fields, IDENTIFIER),
        need=need,
        name=fields.text("name", empty=False),
        provider=fields.text("provider", empty=False),
        summary=fields.text("summary", empty=False),
        for_whom=fields.text("for_whom"),
        begin=fields.text("begin", empty=False),
        also_needs=fields.texts("also_needs"),
        coverage=_read_coverage(fields),
        phones=tuple(_read_phone(inner, blocked) for inner in fields.mappings("phones")),
        web=_read_web(fields),
        chat=fields.text("chat"),
        email=fields.text("email"),
        address=fields.text("address"),
        hours=fields.text("hours"),
        cost=fields.text("cost"),
        referral=fields.text("referral"),
        bring=fields.optional_text("bring"),
        languages=fields.texts("languages"),
        fallback=fields.texts("fallback"),
        aliases=fields.texts("aliases"),
        sources=_read_sources(fields),
        checked=fields.checked("checked", exact_day, empty=False),
        verified_on=fields.checked("verified_on", exact_day),
        confidence=cast("Confidence", fields.choice("confidence", _CONFIDENCES, "low")),
        missing=fields.texts("missing"),
        note=fields.text("note"),
        origin=Origin(fields.file, fields.line, fields.lines),
    )
    return fields.finish(service)


def _read_coverage(fields: Fields) -> Coverage:
    inner = fields.mapping("coverage")
    if inner is None:
        return Coverage("municipal")
    level = inner.choice("level", _LEVELS, "")
    names = inner.texts("municipalities")
    if level == "municipal" and not names:
        inner.refuse("municipalities", "The list is empty.", "Name the municipalities covered.")
    elif level in ("national", "region") and names:
        advice = "Empty the list, or write level: municipal."
        inner.refuse("municipalities", f"The level is {level}, yet names are listed.", advice)
    return inner.finish(Coverage(cast("Level", level or "municipal"), names))


def _read_phone(inner: Fields, blocked: Container[str]) -> Phone:
    number = inner.text("number", empty=False)
    plain = phone_numbers.digits(number)
    if number and len(plain) not in _DIGITS:
        inner.refuse("number", f"{number!r} is not a telephone number.", "Write digits.")
    phone = Phone(
        number=number,
        label=inner.text("label"),
        hours=inner.text("hours"),
        price=inner.text("price"),
        as_of=inner.text("as_of"),
        verify_number=inner.flag("verify_number"),
        verify_hours=inner.flag("verify_hours"),
        blocked=plain in blocked,
    )
    return inner.finish(phone)


def _read_web(fields: Fields) -> tuple[str, ...]:
    web = fields.texts("web")
    for index, url in enumerate(web):
        if not url.startswith(("https://", "http://")) or " " in url:
            fields.refuse(
                f"web[{index}]", f"{url!r} is not a web address.", "Begin with https://."
            )
    return web


def _read_sources(fields: Fields) -> tuple[Source, ...]:
    found = []
    for inner in fields.mappings("sources"):
        source = Source(
            url=inner.text("url", empty=False),
            shown=inner.text("shown"),
            date=inner.checked("date", last_day),
        )
        found.append(inner.finish(source))
    if not found:
        fields.refuse("sources", "There is no source.", "Name the page the facts come from.")
    return tuple(found)
