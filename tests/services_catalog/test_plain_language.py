import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog import plain_language
from services_catalog.plain_language import RULES, check_buttons, check_message, summary


def rules(*bubbles: str, instruction: bool = False, reviews: bool = True) -> list[int]:
    found = check_message(bubbles, instruction=instruction)
    return [one.rule for one in found if reviews or one.level != "review"]


@pytest.mark.parametrize(
    "text",
    [
        "Kerroit, että rahat ovat loppu.",
        "Soita Kelaan. Kerro, että rahat ovat loppu.",
        "Palvelu on auki maanantaista perjantaihin kello 9–16.",
        "Voit hakea toimeentulotukea Kelasta.",
        "Numero on 014 266 0149.",
        "Tarvitset apua nopeasti.",
        "Etuus eli raha, jota Kela maksaa.",
        "Vuokra on maksamatta.",
        "Saat vettä, huonetta ja oikeutta koskevaa apua.",
    ],
)
def test_plain_texts_pass(text: str) -> None:
    assert rules(text, reviews=False) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (1, "Sana " * 15 + "loppu."),
        (1, " ".join(["Tässä on aivan liian monta sanaa yhteen pieneen lauseeseen nyt."] * 3)),
        (2, "Soita, jos olet sairas ja kun tarvitset apua."),
        (3, "Tämä on asumisneuvontapalvelutoimisto."),
        (4, "Tee kyseinen toimenpide."),
        (4, "Tämä edellyttää aikaa."),
        (5, "Soita esim. Kelaan."),
        (5, "Auki ma–pe."),
        (5, "Auki 24/7."),
        (5, "Auki klo 9."),
        (6, "Tuki maksetaan sinulle."),
        (7, "Soita tullessasi kotiin."),
        (7, "Soita saatuasi kirjeen."),
        (7, "Hae saadaksesi rahaa."),
        (8, "Voit elää rahatta."),
        (8, "Tule ystävineen."),
        (10, "Älä unohda soittaa."),
        (10, "Et ei saa apua."),
        (11, "Asiakas soittaa Kelaan."),
        (11, "Hakijan pitää soittaa."),
        (11, "Voimme auttaa Teitä."),
        (13, "Soita heti\nKelaan."),
        (13, "Soita. Kysy. Mene. Kerro."),
        (15, "Mitä kuuluu? Oletko yksin?"),
        (15, "Mitä kuuluu? Kerro lisää."),
        (16, "Soita 0142660149."),
        (16, "Palvelu on auki 9–16."),
    ],
)
def test_each_rule_catches_its_fault(rule: int, text: str) -> None:
    assert rule in rules(text)


def test_a_passive_is_for_a_person_to_review() -> None:
    (finding,) = check_message(["Tuki maksetaan sinulle."])

    assert (finding.rule, finding.level, finding.excerpt) == (6, "review", "maksetaan")


def test_long_names_are_allowed_in_all_their_forms() -> None:
    assert 3 not in rules("Hae perustoimeentulotukea Kelasta.")
    assert 3 not in rules("Saat perustoimeentulotuesta rahaa.")


def test_a_long_word_is_a_warning_and_a_very_long_one_an_error() -> None:
    (longish,) = check_message(["Tämä on vuokranantajayhdistys."])
    (monster,) = check_message(["Tämä on kolmivaihekilowattituntimittari."])

    assert (longish.level, monster.level) == ("error", "error")
    assert check_message(["Tämä on kohtaamispaikka."])[0].level == "warning"


def test_an_explained_office_word_is_allowed() -> None:
    assert 4 in rules("Hae etuus.")
    assert 4 not in rules("Hae etuus eli Kelan raha.")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Soita Kelaan.", True),
        ("Voit soittaa Kelaan.", True),
        ("Varaa aika sinulle sopivaan paikkaan.", True),
        ("Hakemus jätetään Kelaan.", False),
    ],
)
def test_an_instruction_speaks_to_the_reader(text: str, fine: bool) -> None:
    assert (11 not in rules(text, instruction=True)) is fine


def test_a_question_may_end_the_last_bubble() -> None:
    assert 15 not in rules("Kerroit, että olet yksin.", "Haluatko puhua?")
    assert 15 in rules("Haluatko puhua?", "Soita heti.")


def test_buttons_are_few_and_short() -> None:
    assert check_buttons(["Kyllä", "Ei"]) == []
    assert [one.rule for one in check_buttons(["a"] * 7)] == [17]
    assert [one.excerpt for one in check_buttons(["x" * 31, "x" * 30])] == ["x" * 31]


def test_a_program_claims_no_more_than_it_did() -> None:
    assert summary() == f"checked against {len(RULES)} mechanical rules"
    assert "selkokieli" not in (plain_language.__doc__ or "")


def test_every_rule_named_is_tested_here() -> None:
    marks = test_each_rule_catches_its_fault.pytestmark  # type: ignore[attr-defined]
    tested = {rule for rule, _ in marks[0].args[1]} | {17}

    assert tested == set(RULES)


@given(st.lists(st.text(), max_size=4), st.booleans())
def test_any_text_can_be_checked(bubbles: list[str], instruction: bool) -> None:
    found = check_message(bubbles, instruction=instruction)

    assert {one.rule for one in found} <= set(RULES)
    assert [one.rule for one in found] == sorted(one.rule for one in found)
