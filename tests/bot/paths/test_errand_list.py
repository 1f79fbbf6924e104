"""The errand list: facts of the catalogue, the client's own words, and lines to fill in."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path as File

import pytest

from actions.context import answers, checkin
from bot.paths import ErrandLists, Path
from bot.paths.as_text import as_text
from bot.settings import ROOT
from services_catalog import plain_language, showable_phones
from services_catalog.phone_numbers import digits
from services_catalog.phrases import load_phrases
from tests.support.house import PATH

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def lists():
    phrases = load_phrases(ROOT / "bot" / "paths")
    return ErrandLists(answers(), checkin(), phrases, lambda: TODAY, 1460)


def thing(**changes):
    return Path.of({"things": [PATH["things"][0] | changes]})


def entries(errands):
    return {
        entry.label: entry for sheet in errands.sheets for part in sheet.sections
        for entry in part.entries
    }  # fmt: skip


def test_it_tells_whom_to_call_and_what_it_costs(lists, catalogue):
    service = catalogue.service("kela-kiireellinen-toimeentulotuki")
    found = entries(lists.of(Path.of(PATH)))
    assert service.name in found["Mihin otan yhteyttä"].lines[0].text
    number = found["Puhelin"].lines[0]
    assert number.text == service.phones[0].number
    assert number.href == f"tel:{digits(number.text)}"
    assert found["Hinta"].lines[0].text == service.cost


def test_the_opening_sentence_is_in_the_clients_own_words(lists):
    [sheet] = lists.of(thing(words="mulla ei oo rahaa ruokaan!")).sheets
    assert "Asiani on tämä: mulla ei oo rahaa ruokaan." in sheet.sentence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "rahat ovat loppu"),
        ({"area": "mieli", "worry": "nukut huonosti", "topic": "sleep"}, "nukun huonosti"),
        ({"area": "", "worry": "jokin muu", "topic": "debt_help"}, "apua velkoihin"),
        ({"area": "", "worry": "jokin muu", "topic": ""}, "jokin muu"),
    ],
)
def test_without_own_words_the_matter_is_said_as_the_client_would(lists, change, said):
    [sheet] = lists.of(thing(words="", **change)).sheets
    assert f"Asiani on tämä: {said}." in sheet.sentence


def test_what_the_catalogue_does_not_know_is_left_to_fill_in(lists):
    found = entries(lists.of(Path.of(PATH)))
    for label in ("Kuka voi olla mukana", "Kenen kanssa puhuin", "Mitä sovimme"):
        assert found[label].blanks == 1
        assert found[label].lines == ()
    assert found["Kysyn nämä"].blanks == 3


def test_what_to_bring_is_told_when_a_source_tells_it(lists, catalogue):
    service = catalogue.service("talous-ja-velkaneuvonta")
    bring = entries(lists.of(thing(services=[service.id], accepted=service.id)))["Otan mukaan"]
    assert [line.text for line in bring.lines] == [service.bring]
    assert bring.blanks == 0


def test_what_to_bring_is_otherwise_asked_and_written_down(lists, catalogue):
    assert not catalogue.service("kela-kiireellinen-toimeentulotuki").bring
    errands = lists.of(Path.of(PATH))
    bring = entries(errands)["Otan mukaan"]
    assert [line.text for line in bring.lines] == ["Kysy ensin, mitä papereita tarvitset."]
    assert bring.blanks == 1
    assert "- Otan mukaan: Kysy ensin, mitä papereita tarvitset. ____" in as_text(errands)


def test_without_a_number_it_tells_how_to_begin_and_leaves_a_line_for_one(lists, catalogue):
    service = catalogue.service("kela-perustoimeentulotuki")
    assert not showable_phones(service)
    found = entries(lists.of(thing(services=[service.id], accepted=service.id)))
    assert found["Puhelin"].blanks == 1
    assert found["Näin aloitan"].lines[0].text == service.begin
    assert found["Verkossa"].lines[0].href == service.web[0]


def test_what_the_catalogue_names_in_its_place_is_the_way_on(lists, catalogue):
    service, other = next(
        (service, catalogue.service(service.fallback[0]))
        for service in catalogue.services
        if service.fallback
        and not showable_phones(service)
        and showable_phones(catalogue.service(service.fallback[0]))
    )
    path = thing(services=[service.id], accepted=service.id)
    [line] = entries(lists.of(path))["Jos asia ei etene, soitan"].lines
    assert line.text == showable_phones(other)[0].number
    assert other.name in line.note


def test_the_same_number_is_not_the_way_on(lists):
    found = entries(lists.of(Path.of(PATH)))
    assert found["Jos asia ei etene, soitan"].blanks == 1


def test_a_service_that_is_gone_or_too_old_leaves_empty_lines(lists):
    for broken in (
        lists.of(thing(services=["ei-ole"], accepted="ei-ole")),
        replace(lists, max_age_days=0, today=lambda: date(2036, 1, 1)).of(Path.of(PATH)),
    ):
        found = entries(broken)
        assert found["Mihin otan yhteyttä"].blanks == 1
        assert found["Puhelin"].blanks == 1
        assert broken.sheets[0].contact is None


def test_a_thing_that_was_left_out_or_is_still_to_come_has_no_sheet(lists):
    assert lists.of(thing(accepted=None)).sheets == ()
    assert lists.of(thing(services=[], accepted=None)).sheets == ()
    assert lists.of(Path.of({})).sheets == ()


def test_every_number_on_any_list_is_in_the_catalogue(lists, catalogue):
    known = {digits(p.number) for s in catalogue.services for p in showable_phones(s)}
    for service in catalogue.services:
        for entry in entries(lists.of(thing(services=[service.id], accepted=service.id))).values():
            for line in entry.lines:
                if line.href.startswith("tel:"):
                    assert digits(line.text) in known


def test_the_text_has_every_part_in_order(lists):
    text = as_text(lists.of(Path.of(PATH)))
    heads = ["1. Rahat ovat loppu", "Ennen:", "Näin voin aloittaa:", "Aikana:", "Jälkeen:"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    assert re.search(r"^  3\. _+$", text, re.MULTILINE)


def test_what_is_said_about_paths_is_plain_finnish():
    phrases = load_phrases(File(ROOT / "bot" / "paths")).lines
    findings = [
        (key, finding)
        for key, said in phrases.items()
        if not key.startswith("list.")
        for finding in plain_language.check_message(said.split("\n\n"))
        if finding.level == "error"
    ]
    assert findings == []
