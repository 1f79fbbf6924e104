"""From the YAML of one topic to a Topic."""

from __future__ import annotations

from services_catalog._fields import Fields
from services_catalog._read_common import INTENT, read_id
from services_catalog.dates import last_day
from services_catalog.models import Origin, Source, Topic

CRISES = (
    "",
    "suicide",
    "self_injury",
    "violence",
    "fear_of_hurting",
    "child",
    "close_one",
    "medical",
    "shelter_tonight",
)
"""Kinds of crisis a topic can be about (the catalogue's schema, and the texts of crisis.yml)."""

MAX_URGENCY = 3
MAX_RELATED = 3


def read_topic(fields: Fields, need: str) -> Topic:
    """Convert one entry of topics/<need>.yml.

    Args:
        fields: The entry.
        need: The need its file belongs to.

    Returns:
        The topic; parts that were at fault hold stand-ins, the faults are in ``fields``.
    """
    topic = Topic(
        id=read_id(fields, INTENT),
        need=need,
        title=fields.text("title", empty=False),
        heard=fields.text("heard"),
        answer=fields.texts("answer", empty=False),
        first_step=fields.text("first_step"),
        services=fields.texts("services"),
        ask=fields.texts("ask"),
        urgency=fields.integer("urgency", 0, MAX_URGENCY),
        crisis=fields.choice("crisis", CRISES, ""),
        related=fields.texts("related"),
        aliases=fields.texts("aliases"),
        sources=tuple(_read_source(inner) for inner in fields.mappings("sources")),
        origin=Origin(fields.file, fields.line, fields.lines),
    )
    for index, asked in enumerate(topic.ask):
        if asked != "municipality":
            advice = "Only 'municipality' can be asked."
            fields.refuse(f"ask[{index}]", f"{asked!r} is not allowed here.", advice)
    if len(topic.related) > MAX_RELATED:
        advice = f"Keep the {MAX_RELATED} nearest."
        fields.refuse("related", "There are too many related topics.", advice)
    return fields.finish(topic)


def _read_source(inner: Fields) -> Source:
    source = Source(
        url=inner.text("url", empty=False), date=inner.checked("date", last_day, empty=False)
    )
    return inner.finish(source)
