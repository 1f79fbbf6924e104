import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog import Catalogue, Municipality, PlaceSpan, find_all, find_municipality
from services_catalog._place_forms import inflected, without_clitic
from services_catalog.places import Places
from services_catalog.words import fold

# Municipality and forms that people write.
FORMS = {
    "Hankasalmi": "Hankasalmi hankasalmella hankasalmelta Hankasalmen hankasalmelt hankasalmee "
    "hankasalmelainen hankasalmelle",
    "Joutsa": "Joutsa joutsassa joutsaan joutsasta joutsas Joutsan joutsast",
    "Jyväskylä": "jyväskylä Jyväskylässä jyväskyläs jyvaskylassa Jyväskylään jyväskylästä "
    "JYVÄSKYLÄ jyväskylän jyväskyläst jyväskylää jkl JKL jkl:ssä jkl:stä jyväs jyväskyläläinen "
    "jyväskyllässä jyvskylä jyväsklyä jyväskyläkin Korpilahdella vaajakoskella palokassa "
    "Tikkakoskelta",
    "Jämsä": "Jämsä jämsässä jamsassa jämsään jämsästä jämsäs Jämsän jämsäläinen jämsänkoskella",
    "Kannonkoski": "Kannonkoski kannonkoskella kannonkoskelta kannonkoskel Kannonkosken "
    "kanonkoski kannonkoskeen",
    "Karstula": "Karstula karstulassa karstulasta karstulas Karstulan karstulaan",
    "Keuruu": "Keuruu keuruulla keuruulta keuruulle keuruul Keuruun keuruulainen keuruult",
    "Kinnula": "Kinnula kinnulassa kinnulasta kinnulaan kinnulas Kinnulan",
    "Kivijärvi": "Kivijärvi kivijärvellä kivijarvella kivijärveltä kivijärvel Kivijärven",
    "Konnevesi": "Konnevesi konnevedellä konnevedelta konneveden konnevedel konneveellä "
    "konneveteen konevesi",
    "Kyyjärvi": "Kyyjärvi kyyjärvellä kyyjarvelta kyyjärvelle kyyjärvel Kyyjärven kyyjärv",
    "Laukaa": "Laukaa laukaassa laukaasta laukaan laukaas laukaaseen lievestuoreella leppävedellä",
    "Luhanka": "Luhanka luhangassa luhangasta luhankaan luhangas Luhangan",
    "Multia": "Multia multialla multialta multialle multial Multian",
    "Muurame": "Muurame muuramessa muuramesta muurameen muuramees muurames Muuramen muurameessa",
    "Petäjävesi": "Petäjävesi petäjävedellä petajavedella petäjäveden petäjävedeltä petäjäveellä "
    "petäjäveteen petäjävedel",
    "Pihtipudas": "Pihtipudas pihtiputaalla pihtiputaalta pihtiputaan pihtiputaal pihtis "
    "pihtiputaalle",
    "Saarijärvi": "Saarijärvi saarijärvellä saarijarvella saarijärveltä saarijärvel Saarijärven "
    "pylkönmäellä saarijäreveltä",
    "Toivakka": "Toivakka toivakassa toivakasta toivakkaan toivakas Toivakan",
    "Uurainen": "Uurainen uuraisilla uuraisilta uuraisten uuraisille uuraisil uuraisissa",
    "Viitasaari": "Viitasaari viitasaarella viitasaarelt viitasaarelta viitasaaren viitasaarel "
    "viitasaareen viitasari viitasaarikin",
    "Äänekoski": "Äänekoski äänekoskella aanekoskelle aanekoski äänekoskelta äänekoskel "
    "äänekoskelainen äki äki:ssä suolahdessa sumiaisissa konginkankaalla Äänekosken",
}
TABLE = [(form, name) for name, forms in FORMS.items() for form in forms.split()]

# Ordinary words, names of people and other places that look alike.
NEAR_MISSES = [
    word
    for line in (
        "karkulla karkuun karsta karsia kastua karttua Karttula karstaa multa mullalla mulla",
        "multaa mutta multi mutia mullikka mustikka joutsen joutsin joutsenet joutsenia joudun",
        "joutua joutui jousi jousta joustaa joutessa laukaus laukku laukka laukkaa laukata",
        "laukaista laukussa laukki laukaisi lauka toivoa toivo toiveikas toivoton toisaalta",
        "jämäkkä jämä jämähtää jäädä jaksa jamppa muurari muuri muurata muuraa muurain muutama",
        "muutan keuhko keuhkot keruu kehruu kerjuu kinnas kinnunen kirnuta kilkula luhista lanka",
        "lankaa uutinen uuras uurastaa uurteinen äänekäs äänes äänestää Aki aki viita saari järvi",
        "koski vesi kivi pihti pihdit pudas petäjä petäjäinen hanka salmi kanto kannon kyy",
        "kyyneleet konna kone saarna saarinen jyvä jyväset kylä kylässä Helsinki Tampere Kuopio",
        "Joutseno Karkkila Mikkeli Kerava palkka palokatko palikka suolainen suolaa",
    )
    for word in line.split()
]


@pytest.mark.parametrize(("form", "name"), TABLE)
def test_forms_of_names_are_found(form: str, name: str) -> None:
    assert find_municipality(f"asun {form} nyt") == name


@pytest.mark.parametrize("word", NEAR_MISSES)
def test_words_that_look_alike_are_not_names(word: str) -> None:
    assert find_all(f"hei {word} nyt") == []


def test_the_tables_are_large_enough() -> None:
    assert len(TABLE) >= 100
    assert len(NEAR_MISSES) >= 60
    assert len(FORMS) == 22


def test_every_locative_of_the_project_is_found(real: Catalogue) -> None:
    for municipality in real.municipalities:
        assert find_municipality(municipality.locative) == municipality.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("oon viitasaarelt", "Viitasaari"),
        ("Missä saa ruokaa Jyväskylässä?", "Jyväskylä"),
        ("mulla on rahat loppu", None),
        ("Aki löi mua", None),
        ("", None),
        ("12345", None),
        ("jyväs kylä", "Jyväskylä"),
        ("Jyväskylän maalaiskunnassa", "Jyväskylä"),
        ("Jyväskylä-Muurame", "Jyväskylä"),
        ("jyva\u0308skyla\u0308ssa\u0308", "Jyväskylä"),
        ("kyl mä haluun pois täält", None),
        ("multa vietiin puhelin", None),
        ("joutsen lensi", None),
    ],
)
def test_messages(text: str, name: str | None) -> None:
    assert find_municipality(text) == name


def test_spans_tell_where_the_names_are() -> None:
    text = "muutin Jyväskylästä äänekoskelle!"

    assert find_all(text) == [PlaceSpan(7, 19, "Jyväskylä"), PlaceSpan(20, 32, "Äänekoski")]
    assert [text[one.start : one.end] for one in find_all(text)] == [
        "Jyväskylästä",
        "äänekoskelle",
    ]


def test_a_short_form_is_compared_with_its_dots() -> None:
    places = Places([Municipality("Äänekoski", "992", "Äänekoskella", ("äki",))])

    assert places.find("äki") == "Äänekoski"
    assert places.find("aki") is None
    assert places.find("äkillinen") is None


def test_names_are_inflected_by_their_type() -> None:
    assert {"pihtiputaalla", "pihtiputaan", "pihtipudasta"} <= inflected("Pihtipudas")
    assert {"luhangassa", "luhankaan"} <= inflected("Luhanka")
    assert {"uuraisilla", "uuraisten"} <= inflected("Uurainen")
    assert list(without_clitic("jamsassakin")) == ["jamsassakin", "jamsassa"]


@given(st.text())
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for span in find_all(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@pytest.mark.parametrize(("form", "name"), [pair for pair in TABLE if "äki" not in pair[0][:3]])
def test_case_and_dots_do_not_matter(form: str, name: str) -> None:
    for written in (form, form.upper(), fold(form), fold(form).upper()):
        assert find_municipality(written) == name


@given(st.text(alphabet="abcdefghijklmnoprstuvyäö ", max_size=40), st.sampled_from(sorted(FORMS)))
def test_a_name_is_found_among_other_words(around: str, name: str) -> None:
    text = f"{around}, {name}. {around}"

    assert name in {span.name for span in find_all(text)}
