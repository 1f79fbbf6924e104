from collections.abc import Callable
from pathlib import Path

import pytest

from services_catalog import Catalogue, CatalogueError, Fault, load_catalogue

Spoil = Callable[[Path], None]


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return caught.value.faults


def replace(name: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new, 1), "utf-8")

    return spoil


def test_a_good_catalogue_is_loaded_whole(catalogue: Catalogue) -> None:
    kela = catalogue.service("kela")

    assert len(catalogue.services) == 15
    assert len(catalogue.topics) == 15
    assert kela.need == "money"
    assert kela.phones[0].number == "020 111 222"
    assert [source.date for source in kela.sources] == ["", "2025-12", "2024"]


def test_entries_know_the_lines_of_their_fields(catalogue: Catalogue) -> None:
    lines = (catalogue.folder / "topics/money.yml").read_text("utf-8").splitlines()
    topic = catalogue.topic("money_gone")

    assert topic.origin.file == "topics/money.yml"
    assert "id: money_gone" in lines[topic.origin.line - 1]
    assert topic.answer[1] in lines[topic.origin.line_of("answer[1]") - 1]
    assert topic.origin.line_of("unheard of") == topic.origin.line


def test_topics_follow_the_order_of_the_needs(catalogue: Catalogue) -> None:
    order = [need.id for need in catalogue.needs]
    found = [order.index(topic.need) for topic in catalogue.topics]

    assert found == sorted(found)


def test_numbers_that_must_not_be_shown_are_marked(folder: Path) -> None:
    replace(SERVICE, "020 111 222", "+358 14 9990001")(folder)
    loaded = load_catalogue(folder)

    assert loaded.service("kela").phones[0].blocked
    assert not loaded.service("asumisneuvonta").phones[0].blocked


SERVICE = "services/money.yml"
TOPIC = "topics/money.yml"


@pytest.mark.parametrize(
    ("spoil", "entry", "field", "words"),
    [
        (replace(SERVICE, "    cost:", "    kost:"), "kela", "cost", "missing"),
        (replace(SERVICE, "    cost:", "    kost:"), "kela", "kost", "not known"),
        (replace(SERVICE, "name: Kela", "name: [Kela]"), "kela", "name", "not text"),
        (replace(SERVICE, "name: Kela", "name: ''"), "kela", "name", "empty"),
        (replace(SERVICE, "name: Kela", "name: 112"), "kela", "name", "in quotes: '112'"),
        (replace(SERVICE, "name: Kela", "name: yes"), "kela", "name", "in quotes"),
        (replace(SERVICE, "id: kela", "id: Kela"), "Kela", "id", "not a good id"),
        (replace(SERVICE, "level: national", "level: local"), "kela", "coverage.level", "allowed"),
        (
            replace(SERVICE, "level: national", "level: municipal"),
            "kela",
            "coverage.municipalities",
            "empty",
        ),
        (
            replace(SERVICE, "municipalities: []", "municipalities: [Kinnula]"),
            "kela",
            "coverage.municipalities",
            "names are listed",
        ),
        (
            replace(SERVICE, "also_needs: [debt]", "also_needs: [luck]"),
            "kela",
            "also_needs[0]",
            "",
        ),
        (replace(SERVICE, "also_needs: [debt]", "also_needs: debt"), "kela", "also_needs", "list"),
        (replace(SERVICE, "020 111 222", "soita"), "kela", "phones[0].number", "telephone number"),
        (
            replace(SERVICE, "verify_number: false", "verify_number: 'no'"),
            "kela",
            "phones[0].verify_number",
            "true or false",
        ),
        (replace(SERVICE, "web: [https", "web: [ftp"), "kela", "web[0]", "web address"),
        (replace(SERVICE, "date: '2025-12'", "date: 12/2025"), "kela", "sources[1].date", "YYYY"),
        (replace(SERVICE, "date: '2024'", "date: 2024"), "kela", "sources[2].date", "quotes"),
        (replace(SERVICE, "checked: '2026-11-22'", "checked: 2026-11-22"), "kela", "checked", ""),
        (
            replace(SERVICE, "checked: '2026-11-22'", "checked: '2026-11-31'"),
            "kela",
            "checked",
            "day",
        ),
        (replace(SERVICE, "verified_on: ''", "verified_on: eilen"), "kela", "verified_on", "day"),
        (replace(SERVICE, "confidence: high", "confidence: sure"), "kela", "confidence", "'high'"),
        (replace(SERVICE, "fallback: []", "fallback: [kela]"), "kela", "fallback", "itself"),
        (
            replace(SERVICE, "fallback: []", "fallback: [none]"),
            "kela",
            "fallback[0]",
            "no service",
        ),
        (
            replace("services/food.yml", "[Jyväskylä]", "[Helsinki]"),
            "ruokajako-jkl",
            "coverage.municipalities[0]",
            "no municipality 'Helsinki'",
        ),
        (replace(TOPIC, "id: money_gone", "id: money-gone"), "money-gone", "id", "not a good id"),
        (replace(TOPIC, "services: [kela", "services: [kella"), "money_gone", "services[0]", "no"),
        (replace(TOPIC, "[kela, diakonia]", "[kela, kela]"), "money_gone", "services[1]", "twice"),
        (replace(TOPIC, "[food_aid]", "[feast]"), "money_gone", "related[0]", "no topic 'feast'"),
        (replace(TOPIC, "[food_aid]", "[a, b, c, d]"), "money_gone", "related", "too many"),
        (replace(TOPIC, "ask: []", "ask: [age]"), "money_gone", "ask[0]", "municipality"),
        (replace(TOPIC, "urgency: 2", "urgency: 4"), "money_gone", "urgency", "out of range"),
        (replace(TOPIC, "urgency: 2", "urgency: high"), "money_gone", "urgency", "whole number"),
        (replace(TOPIC, "crisis: ''", "crisis: fire"), "money_gone", "crisis", "'medical'"),
        (
            replace(TOPIC, "sources: []", "sources:\n      - url: https://x.fi\n        date: ''"),
            "money_gone",
            "sources[0].date",
            "empty",
        ),
        (replace(TOPIC, "need: money", "need: mony"), "", "need", "no need 'mony'"),
        (
            replace("needs.yml", "service_need: true", "service_need: 1"),
            "money",
            "service_need",
            "",
        ),
        (replace("municipalities.yml", "'179'", "179"), "Jyväskylä", "code", "quotes"),
        (replace("do_not_show.yml", "'014 999 0001'", "vanha"), "vanha", "number", "telephone"),
    ],
)
def test_a_fault_is_told_with_its_entry_field_and_remedy(
    folder: Path, spoil: Spoil, entry: str, field: str, words: str
) -> None:
    spoil(folder)

    faults = [one for one in faults_of(folder) if (one.entry, one.field) == (entry, field)]

    assert faults
    assert words in str(faults[0])
    assert faults[0].advice
    assert faults[0].line > 0


def test_the_line_of_a_fault_is_the_line_of_the_field(folder: Path) -> None:
    replace(SERVICE, "verify_hours: false", "verify_hours: maybe")(folder)
    lines = (folder / SERVICE).read_text("utf-8").splitlines()

    (fault,) = faults_of(folder)

    assert lines[fault.line - 1].strip() == "verify_hours: maybe"
    assert str(fault).startswith(f"services/money.yml:{fault.line}: kela: phones[0].verify_hours:")


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    replace(SERVICE, "    cost:", "    kost:")(folder)
    replace(TOPIC, "urgency: 2", "urgency: 9")(folder)

    assert {one.file for one in faults_of(folder)} == {SERVICE, TOPIC}
    assert len(faults_of(folder)) == 3


def test_an_id_may_be_used_once(folder: Path) -> None:
    text = (folder / TOPIC).read_text("utf-8")
    (folder / "topics/zzz.yml").write_text(text, "utf-8")

    (fault,) = faults_of(folder)

    assert "already in topics/money.yml:3" in fault.problem
    assert fault.file == "topics/zzz.yml"


def test_a_key_may_be_used_once(folder: Path) -> None:
    replace(TOPIC, "    ask: []", "    ask: []\n    ask: []")(folder)

    assert "twice" in faults_of(folder)[0].problem


def test_files_of_one_need_may_be_many(folder: Path) -> None:
    text = (folder / SERVICE).read_text("utf-8").replace("id: kela", "id: kela-2")
    (folder / "services/urgent.yml").write_text(text, "utf-8")

    assert load_catalogue(folder).service("kela-2").need == "money"


@pytest.mark.parametrize("name", ["needs.yml", "municipalities.yml", "do_not_show.yml"])
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()

    assert any(one.file == name and "cannot be read" in one.problem for one in faults_of(folder))


def test_a_missing_folder_is_told(folder: Path) -> None:
    for path in (folder / "topics").iterdir():
        path.unlink()

    assert any(one.file == "topics/" for one in faults_of(folder))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"need: money\n  topics: [", "not valid YAML"),
        (b"- a\n- b\n", "not a mapping"),
        (b"", "not a mapping"),
        (b"need: \xff\xfe\n", "not UTF-8"),
        (b"need: money\ntopics:\n  - just text\n", "not a mapping"),
    ],
)
def test_a_file_that_is_no_catalogue_file_is_told(
    folder: Path, content: bytes, words: str
) -> None:
    (folder / TOPIC).write_bytes(content)

    assert any(words in one.problem and one.file == TOPIC for one in faults_of(folder))
