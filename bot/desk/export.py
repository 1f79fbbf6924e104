"""One transcript as a text file or a PDF, for a guide who needs it outside the desk."""

import asyncio
from pathlib import Path

from bot.desk import labels
from bot.nlu.text import clean
from bot.pdf import typeset
from bot.store.transcripts import Line, Transcript
from services_catalog.models import Catalogue

_TEMPLATE = Path(__file__).with_name("transcript.typ")
_TITLE = "Keskustelu ohjaajan kanssa"
_WARNING = "Asiakkaan tiedot ovat salaisia. Poista tämä tiedosto, kun et tarvitse sitä enää."


def as_text(transcript: Transcript, catalogue: Catalogue) -> str:
    """Return the transcript as plain text, without control and direction marks."""
    parts = [_TITLE, "\n".join(_facts(transcript, catalogue)), _WARNING]
    parts += [f"{_head(line)}\n{_said(line)}" for line in transcript.lines]
    return "\n\n".join(parts) + "\n"


async def as_pdf(transcript: Transcript, catalogue: Catalogue) -> bytes:
    """Return the transcript as a PDF with the same text."""
    return await asyncio.to_thread(
        typeset,
        _TEMPLATE,
        {
            "title": _TITLE,
            "facts": _facts(transcript, catalogue),
            "warning": _WARNING,
            "lines": [
                {"head": _head(line), "said": clean(line.text)} for line in transcript.lines
            ],
        },
    )


def _facts(transcript: Transcript, catalogue: Catalogue) -> list[str]:
    summary = transcript.summary
    facts = [
        f"Ohjaaja: {summary.guide_name}",
        f"Alkoi: {labels.day_and_time(summary.taken_at)}",
        f"Loppui: {labels.day_and_time(summary.ended_at)}",
        f"Miten loppui: {labels.REASONS.get(summary.reason, summary.reason)}",
    ]
    if summary.topic:
        facts.append(f"Aihe: {labels.topic_title(catalogue, summary.topic)}")
    return facts


def _head(line: Line) -> str:
    sender = labels.SENDERS.get(line.sender, line.sender)
    return f"{sender}, {labels.day_and_time(line.at)}"


def _said(line: Line) -> str:
    # Indented: what somebody wrote cannot pass for the head of another message.
    return "\n".join(f"  {row}" for row in clean(line.text).split("\n"))
