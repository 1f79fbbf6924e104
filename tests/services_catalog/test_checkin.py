"""The check-in's file: loaded strictly, checked as every text for clients."""

import shutil
from datetime import date

import pytest
import yaml

from services_catalog import DEFAULT_FOLDER, CatalogueError, check_folder, load_catalogue
from services_catalog.checkin import load_answer_words, load_checkin
from services_catalog.checks import long_sentences

TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "catalogue"
    shutil.copytree(DEFAULT_FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def errors(folder):
    found = check_folder(folder, TODAY, 3650)
    return [finding for finding in found if finding.level == "error"]


def change(folder, old, new):
    path = folder / "checkin.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_file_of_the_project_has_ten_areas_and_no_fault(folder):
    checkin = load_checkin()
    assert len(checkin.areas) == 10
    assert all(3 <= len(area.worries) <= 5 for area in checkin.all_areas())
    assert errors(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ("topic: hungry_now", "topic: no_such_topic", "no topic 'no_such_topic'"),
        ("crisis: shelter_tonight", "crisis: no_such_text", "no text 'no_such_text'"),
        ("Riittävätkö rahasi?", "Riittävätkö rahasi esim. ruokaan?", "abbreviation"),
        ("no_help: En halua apua nyt", "no_help: En halua tähän mitään apua juuri nyt", "letters"),
        ("skipped: Selvä.", "skipped: Sait 7 pistettä.", "no score"),
    ],
)
def test_a_fault_is_told_with_its_line(folder, old, new, about):
    change(folder, old, new)
    found = errors(folder)
    assert any(about in finding.message and finding.line for finding in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [("follow_up: Mikä arjessa", "follow: Mikä arjessa"), ("    no: huonosti", "    no: huono")],
)
def test_what_cannot_be_read_is_one_error(folder, old, new):
    change(folder, old, new)
    with pytest.raises(CatalogueError):
        load_checkin(folder)
    assert len(errors(folder)) == 1


def test_a_missing_list_of_words_is_told(folder):
    path = folder / "answer_words.yml"
    table = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    del table["fillers"]
    path.write_text(yaml.safe_dump(table), "utf-8")
    with pytest.raises(CatalogueError):
        load_answer_words(folder)


def test_few_sentences_are_long():
    for long, total in long_sentences(load_catalogue()).values():
        assert total > 100
        assert long / total < 0.05
