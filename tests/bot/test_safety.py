"""The crisis screen: wordings and texts, and what it finds on held-out lines."""

import csv
import json
import math
import re
from pathlib import Path

import pytest

from bot import crisis_classifier
from bot.safety import Level, LexicalScreen, Screen
from bot.settings import ROOT, load_settings
from services_catalog.crisis import load_crisis_texts
from services_catalog.loader import DEFAULT_FOLDER

HELDOUT = ROOT / "tests" / "safety" / "heldout.tsv"
RECORDED = json.loads((ROOT / "tests" / "safety" / "recorded.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def wordings():
    return LexicalScreen()


@pytest.fixture(scope="module")
def texts():
    return load_crisis_texts(DEFAULT_FOLDER)


@pytest.fixture(scope="module")
def screen():
    settings = load_settings()
    folder = crisis_classifier.train(
        settings.models_folder, settings.var / "cache" / "vectors.npz"
    )
    assert folder.exists()
    made = Screen()
    made.classifier = crisis_classifier.load(settings.models_folder)
    return made


@pytest.fixture(scope="module")
def heldout():
    with HELDOUT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("en jaksa enää", "suicide"),
        ("EN JAKSA ENÄÄÄÄ!!!", "suicide"),
        ("en jaksa enaa", "suicide"),
        ("emmä jaksa enää", "suicide"),
        ("mä haluun kuolla", "suicide"),
        ("oispa kuollut", "suicide"),
        ("en mä mitään itsemurhaa, mutta en jaksa herätä huomenna", "suicide"),
        ("kaikilla ois parempi ilman mua", "suicide"),
        ("mies hakkaa mua", "violence"),
        ("pelkään että lyön lasta", "fear_of_hurting"),
        ("kaveri puhuu itsemurhasta", "close_one"),
        ("rintaan sattuu kovaa", "medical"),
        ("mulla ei oo paikkaa minne mennä yöks", "shelter_tonight"),
    ],
)
def test_a_plain_cry_for_help_is_acute_by_its_wording_alone(wordings, text, kind):
    found = wordings(text)
    assert (found.level, found.kind) == (Level.ACUTE, kind)


@pytest.mark.parametrize(
    "text",
    [
        "kuolen nauruun", "työ tappaa mut", "tapan aikaa", "nälkä tappaa", "akku kuoli",
        "en oo itsetuhoinen", "rahat loppu ja häätö tulossa", "hei", "", "😭",
    ],
)  # fmt: skip
def test_an_idiom_or_an_ordinary_message_is_calm_by_its_wording(wordings, text):
    assert wordings(text).level is Level.NONE


def test_every_kind_the_screen_can_find_has_a_text(texts, wordings):
    assert {verdict.kind for verdict, _ in wordings._wordings} <= set(texts.texts)
    assert set(crisis_classifier._ACUTE_TOPICS.values()) <= set(texts.texts)


def test_every_text_says_112_and_never_kriisipuhelin_alone(texts):
    for kind, paragraphs in texts.texts.items():
        text = " ".join(paragraphs)
        assert "112" in text, kind
        if texts.numbers["kriisipuhelin"].number in text:
            others = [n.number for n in texts.numbers.values()
                      if n.id not in ("kriisipuhelin", "hatanumero")]  # fmt: skip
            assert any(number in text for number in others), kind


def test_crisis_numbers_stand_in_crisis_yml_and_in_their_service_only(texts, catalogue):
    for number in texts.numbers.values():
        phones = {phone.number for phone in catalogue.service(number.service).phones}
        assert number.number in phones, number.id
    written = [n.number for n in texts.numbers.values() if len(n.number) > 3]
    for folder in ("bot", "actions"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".html", ".js", ".yml", ".toml"):
                text = path.read_text("utf-8")
                for number in written:
                    assert number not in text, path
                    assert re.sub(r"\s", "", number) not in text, path
    for path in (DEFAULT_FOLDER / "topics").glob("*.yml"):
        assert not [n for n in written if n in path.read_text("utf-8")], path


def test_crisis_numbers_have_a_source_and_are_not_too_old(texts):
    from datetime import date

    limit = load_settings().catalogue.crisis_max_age_days
    assert all(number.source.startswith("https://") for number in texts.numbers.values())
    checked = max(number.checked_on for number in texts.numbers.values())
    assert not texts.too_old(checked, limit)
    assert texts.too_old(date(2099, 1, 1), limit) == list(texts.numbers.values())


def share(found):
    return sum(found) / len(found)


def test_acute_recall_on_held_out_lines_has_not_fallen(screen, heldout):
    acute = [screen(line["text"]).level is Level.ACUTE for line in heldout
             if line["level"] == "acute"]  # fmt: skip
    recall, count = share(acute), len(acute)
    # Wilson score interval, 95 %.
    z = 1.96
    middle = (recall + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(
        recall * (1 - recall) / count + z * z / (4 * count * count)
    )  # fmt: skip
    print(f"acute recall {recall:.3f} ({middle - half:.3f}-{middle + half:.3f}), {count} lines")
    assert recall >= RECORDED["acute_recall"]


def test_false_alarms_on_held_out_lines_have_not_grown(screen, heldout):
    def alarms(*categories):
        return share([
            screen(line["text"]).level is Level.ACUTE for line in heldout
            if line["level"] == "none" and line["category"] in categories
        ])  # fmt: skip

    ordinary, idioms = alarms("ordinary"), alarms("idiom", "joke")
    print(f"false alarms: ordinary {ordinary:.3f}, idioms {idioms:.3f}")
    assert ordinary <= RECORDED["ordinary_alarms"]
    assert idioms <= RECORDED["idiom_alarms"]


def test_the_held_out_lines_are_not_trained_on(heldout):
    trained = {
        line.split("\t")[0].strip().lower()
        for line in Path(ROOT / "data/crisis/lines.tsv").read_text("utf-8").splitlines()[1:]
    }
    assert not [line["text"] for line in heldout if line["text"].strip().lower() in trained]
