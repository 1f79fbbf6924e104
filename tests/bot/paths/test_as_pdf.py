"""The PDF: accessible, with its fonts inside, and a page for each thing."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from actions.context import answers, checkin
from bot.paths import ErrandLists, Path
from bot.paths.as_pdf import as_pdf
from bot.settings import ROOT
from services_catalog.phrases import load_phrases
from tests.support.house import PATH


def pdf_of(path):
    lists = ErrandLists(
        answers(),
        checkin(),
        load_phrases(ROOT / "bot" / "paths"),
        lambda: date(2026, 11, 23),
        1460,
    )
    return PdfReader(io.BytesIO(as_pdf(lists.of(Path.of(path)))))


@pytest.fixture(scope="module")
def pdf():
    return pdf_of(PATH)


def test_it_claims_and_carries_what_a_screen_reader_needs(pdf):
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].startswith("fi")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in catalog
    assert pdf.metadata.title == "Muistilista"
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def test_its_headings_are_headings(pdf):
    def kinds(element):
        if isinstance(element, list):
            return [kind for child in element for kind in kinds(child)]
        element = element.get_object() if hasattr(element, "get_object") else element
        if not isinstance(element, dict):
            return []
        own = [element["/S"]] if "/S" in element else []
        return own + (kinds(element["/K"]) if "/K" in element else [])

    found = kinds(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert found.count("/H1") == 1
    assert found.count("/H2") == 4
    assert "/Link" in found


def test_fonts_are_inside(pdf):
    for font in pdf.pages[0]["/Resources"]["/Font"].values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        assert set(descendant["/FontDescriptor"].get_object()) & {"/FontFile2", "/FontFile3"}


def test_finnish_letters_and_the_clients_own_words_can_be_read(pdf):
    text = " ".join(pdf.pages[0].extract_text().split())
    assert "Mitä sovimme" in text
    assert "mulla ei oo rahaa ruokaan" in text
    assert "hyvinvointialue" in text


def test_it_is_a_page_of_a4_for_each_thing():
    pdf = pdf_of({"things": PATH["things"] * 3})
    assert len(pdf.pages) == 3
    assert [round(side) for side in pdf.pages[0].mediabox[2:]] == [595, 842]


@pytest.mark.parametrize(
    "words", ["#panic()", "*a* _b_ $c$ @d <e>", "```", "\\", "// a", "]]]}}}", "ä" * 900]
)
def test_own_words_are_never_markup(words):
    pdf = pdf_of({"things": [PATH["things"][0] | {"words": words}]})
    text = "".join(page.extract_text() for page in pdf.pages)
    assert words.rstrip(".!? ") in text.replace("\n", "") or len(words) > 100
