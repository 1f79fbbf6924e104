"""The texts on the way to a guide and back, and the guides' ready-made phrases."""

import yaml

from bot.settings import ROOT
from services_catalog.crisis import load_crisis_texts
from services_catalog.phrases import load_phrases
from services_catalog.plain_language import check_buttons, check_message

FILLED = {
    "shown": "Aihe: Velat.",
    "title": "Velat",
    "words": "moi",
    "days": "30",
    "before": "4",
    "place": "Olet jonossa ensimmäisenä.",
    "opening": "Ohjaaja on paikalla huomenna tiistaina kello 9.",
    "time": "huomenna tiistaina kello 9",
    "name": "Maija",
}


def test_they_are_plain_finnish():
    crisis = load_crisis_texts(ROOT / "services_catalog")
    values = FILLED | {key: number.number for key, number in crisis.numbers.items()}
    texts = load_phrases(name="handoff.yml").lines
    for key, text in texts.items():
        if key.startswith("buttons."):
            assert check_buttons([text]) == [], key
            continue
        found = check_message(text.format(**values).split("\n\n"))
        assert [finding for finding in found if finding.level == "error"] == [], key


def test_the_ready_made_phrases_are_plain_finnish_without_numbers_of_their_own():
    phrases = yaml.safe_load((ROOT / "bot/desk/ready_phrases.yml").read_text("utf-8"))
    assert check_buttons([phrase["title"] for phrase in phrases[:6]]) == []
    for phrase in phrases:
        assert not any(character.isdigit() for character in phrase["text"])
        found = check_message([phrase["text"].format(hatanumero="112")])
        assert [finding for finding in found if finding.level == "error"] == []
