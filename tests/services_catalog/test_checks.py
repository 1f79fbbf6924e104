from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services_catalog import Catalogue, Finding, check, check_folder

YEARS = 730


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")


Messages = Callable[..., list[Finding]]


@pytest.fixture
def findings(folder: Path, today: date) -> Messages:
    def run(**more: object) -> list[Finding]:
        return check_folder(folder, today, YEARS, **more)  # type: ignore[arg-type]

    return run


def test_the_good_catalogue_has_no_errors(catalogue: Catalogue, today: date) -> None:
    assert [str(one) for one in check(catalogue, today, YEARS) if one.level == "error"] == []


def test_faults_of_loading_become_errors(folder: Path, findings: Messages) -> None:
    edit(folder, "services/money.yml", "    cost:", "    kost:")

    assert {(one.level, one.file, one.entry) for one in findings()} == {
        ("error", "services/money.yml", "kela")
    }


def test_old_services_are_listed_oldest_first(catalogue: Catalogue, today: date) -> None:
    found = [one for one in check(catalogue, today, 100) if "days old" in one.message]
    ages = [int(one.message.split(" is ")[1].split()[0]) for one in found]

    assert found[0].entry == "vanha-asunto-2"
    assert ages == sorted(ages, reverse=True)
    assert {one.level for one in found} == {"warning"}


def test_topics_are_compared_with_those_of_the_bot(
    catalogue: Catalogue, findings: Messages
) -> None:
    known = {topic.id for topic in catalogue.topics}
    found = findings(expected_topics=(known - {"lonely"}) | {"sleep"})
    errors = [one for one in found if one.level == "error"]

    assert [(one.entry, "no such topic" in one.message) for one in errors] == [
        ("", False),
        ("lonely", True),
    ]
    assert "'sleep' has no answer" in errors[0].message


@pytest.mark.parametrize("written", ["014 999 0001", "0149990001", "+358 14 999 0001"])
@pytest.mark.parametrize("name", ["services/work.yml", "topics/work.yml", "needs.yml"])
def test_numbers_that_must_not_be_shown_are_found_in_any_file(
    folder: Path, findings: Messages, name: str, written: str
) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(f"# vanha: {written}\n")
    last = len((folder / name).read_text("utf-8").splitlines())

    assert any(
        (one.level, one.file, one.line) == ("error", name, last)
        and "must not be shown" in one.message
        for one in findings()
    )


def test_topics_hold_no_telephone_numbers(folder: Path, findings: Messages) -> None:
    edit(
        folder,
        "topics/work.yml",
        "first_step: Ilmoittaudu",
        "first_step: Soita 014 123 4567. Ilmoittaudu",
    )

    assert any("014 123 4567 looks like" in one.message for one in findings())


def test_the_emergency_number_is_allowed_in_topics(folder: Path, findings: Messages) -> None:
    edit(
        folder, "topics/work.yml", "first_step: Ilmoittaudu", "first_step: Soita 112. Ilmoittaudu"
    )

    assert not [one for one in findings() if one.level == "error"]


def test_other_numbers_in_topics_need_a_source(folder: Path, findings: Messages) -> None:
    edit(
        folder,
        "topics/work.yml",
        "first_step: Ilmoittaudu",
        "first_step: Odota 7 päivää. Ilmoittaudu",
    )

    assert any("7 has no source" in one.message for one in findings())


def test_texts_are_checked_for_plain_language(folder: Path, findings: Messages) -> None:
    edit(folder, "services/work.yml", "summary: Saat", "summary: Asiakas saa esim. apua. Saat")
    edit(folder, "topics/work.yml", "title: Etsin työtä", f"title: {'x' * 31}")
    found = [one for one in findings() if one.level == "error"]

    assert {one.message.split(":")[1].strip() for one in found} == {"rule 5", "rule 11", "rule 17"}
    lines = (folder / "services/work.yml").read_text("utf-8").splitlines()
    assert all(
        "summary" in lines[one.line - 1]
        for one in found
        if "work" in one.file and "summary" in one.message
    )


def test_a_fault_in_one_sentence_of_an_answer_is_told_once(
    folder: Path, findings: Messages
) -> None:
    edit(folder, "topics/work.yml", "Apua saa työn hakuun.", "Apua saa esim. työn hakuun.")

    assert len([one for one in findings() if "rule 5" in one.message]) == 1


def test_a_need_in_the_menu_needs_a_topic(folder: Path, findings: Messages) -> None:
    (folder / "topics/work.yml").unlink()

    assert any(
        (one.level, one.entry, one.file) == ("error", "work", "needs.yml") for one in findings()
    )


def test_a_topic_must_offer_something_to_a_client_from_anywhere(
    folder: Path, findings: Messages
) -> None:
    edit(folder, "topics/loneliness.yml", "[ystavatoiminta, kriisipuhelin]", "[klubitalo-jkl]")

    assert any(
        one.entry == "lonely" and "municipality is not known" in one.message for one in findings()
    )


def test_a_topic_that_asks_must_offer_something_in_every_municipality(
    folder: Path, findings: Messages
) -> None:
    edit(folder, "topics/loneliness.yml", "[klubitalo-jkl, ystavatoiminta]", "[klubitalo-jkl]")
    (found,) = [one for one in findings() if one.entry == "meeting_places"]

    assert "in Kinnula, Äänekoski" in found.message


def test_every_municipality_gets_something_through_some_topic(
    folder: Path, findings: Messages
) -> None:
    edit(folder, "topics/loneliness.yml", "[ystavatoiminta, kriisipuhelin]", "[klubitalo-jkl]")
    edit(folder, "topics/loneliness.yml", "[klubitalo-jkl, ystavatoiminta]", "[klubitalo-jkl]")
    found = [one.message for one in findings() if one.entry == "loneliness"]

    assert len(found) == 2
    assert "in Kinnula" in found[0]
    assert "in Äänekoski" in found[1]


def test_a_card_without_a_way_to_reach_is_a_warning(folder: Path, findings: Messages) -> None:
    edit(folder, "services/work.yml", "web: [https://www.example.fi/]", "web: []")

    assert any("no way to reach" in one.message and one.level == "warning" for one in findings())


def test_a_finding_reads_as_one_line() -> None:
    finding = Finding("error", "topics/work.yml", 3, "job_search", "There is no first step.")

    assert str(finding) == "topics/work.yml:3: error: job_search: There is no first step."
    assert str(Finding("error", "", 0, "", "Lost.")) == "error: Lost."
