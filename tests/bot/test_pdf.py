"""Any text can be set as a PDF, and none of it becomes a command."""

import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.pdf import typeset

TEMPLATE = Path(__file__).parents[2] / "bot" / "desk" / "transcript.typ"


def words_of(said):
    data = {
        "title": "Keskustelu", "facts": [], "warning": "Salainen.",
        "lines": [{"head": "Asiakas", "said": said}],
    }  # fmt: skip
    pages = PdfReader(io.BytesIO(typeset(TEMPLATE, data))).pages
    return "".join(page.extract_text() for page in pages)


def test_finnish_and_russian_are_set_and_emoji_left_out():
    found = words_of("Hyvää yötä 😢 Привет, Šakki")
    assert "Hyvää yötä" in found
    assert "Привет" in found
    assert "Šakki" in found


def test_markup_is_set_as_text():
    found = words_of('#let x = 1 *lihava* #link("http://a.b")[x] $ x^2 $ = Otsikko')
    assert '#let x = 1 *lihava* #link("http://a.b")[x]' in found


@settings(max_examples=15)
@given(st.text(max_size=80))
def test_any_text_makes_a_pdf(said):
    assert "Keskustelu" in words_of(said)
