"""One transcript as a text file or a PDF, for a guide who needs it outside the desk."""

import asyncio
import logging
from importlib.util import find_spec
from pathlib import Path

from bot.desk import labels
from bot.nlu.text import clean
from bot.store.transcripts import Line, Transcript
from services_catalog.models import Catalogue

# It would log the letters that a font lacks, and so a client's words.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)

_MILLIMETRES = 20
_WARNING = "Asiakkaan tiedot ovat salaisia. Poista tämä tiedosto, kun et tarvitse sitä enää."


def as_text(transcript: Transcript, catalogue: Catalogue) -> str:
    """Return the transcript as plain text, without control and direction marks."""
    parts = ["Keskustelu ohjaajan kanssa", "\n".join(_facts(transcript, catalogue)), _WARNING]
    parts += [f"{_head(line)}\n{_said(line)}" for line in transcript.lines]
    return "\n\n".join(parts) + "\n"


async def as_pdf(transcript: Transcript, catalogue: Catalogue) -> bytes:
    """Return the transcript as a PDF with the same text."""
    return await asyncio.to_thread(_pdf, transcript, catalogue)


def _pdf(transcript: Transcript, catalogue: Catalogue) -> bytes:
    # Only now: it takes as long to import as half of the gateway.
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_lang("fi")
    pdf.set_title("Keskustelu ohjaajan kanssa")
    pdf.set_margin(_MILLIMETRES)
    pdf.set_auto_page_break(True, _MILLIMETRES)
    # The built-in fonts know Latin-1 only; matplotlib, which Rasa needs, brings these.
    folder = _font_folder()
    pdf.add_font("DejaVu", "", folder / "DejaVuSans.ttf")
    pdf.add_font("DejaVu", "B", folder / "DejaVuSans-Bold.ttf")
    pdf.add_page()

    def write(text: str, size: int, style: str = "") -> None:
        pdf.set_font("DejaVu", style, size)
        pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1)

    write("Keskustelu ohjaajan kanssa", 18, "B")
    write("\n".join(_facts(transcript, catalogue)), 11)
    write(_WARNING, 11)
    for line in transcript.lines:
        pdf.ln(3)
        write(_head(line), 11, "B")
        write(_said(line), 11)
    return bytes(pdf.output())


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


def _font_folder() -> Path:
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("the fonts of matplotlib are missing")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
