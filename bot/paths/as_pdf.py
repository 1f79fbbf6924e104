"""The errand list as a PDF: A4, large type."""

from dataclasses import asdict
from pathlib import Path

from bot.paths.errand_list import ErrandList
from bot.pdf import typeset

_TEMPLATE = Path(__file__).with_name("errand_list.typ")


def as_pdf(errands: ErrandList) -> bytes:
    """Return the list as a PDF; takes a fraction of a second, so call it in a thread."""
    return typeset(_TEMPLATE, asdict(errands))
