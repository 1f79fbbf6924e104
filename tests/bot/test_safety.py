"""The crisis screen: wordings and texts, and what it finds on held-out lines."""

import csv
import json
import math
import re
import shutil
import time

import pytest

from bot import crisis_classifier
from bot.safety import Level, LexicalScreen, Screen
from bot.settings import ROOT, load_settings
from services_catalog.checkin import load_checkin
from services_catalog.crisis import load_crisis_texts
from services_catalog.loader import DEFAULT_FOLDER
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway

HELDOUT = ROOT / "tests" / "safety" / "heldout.tsv"
LINES = ROOT / "data" / "crisis" / "lines.tsv"
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
    made = Screen(load_checkin().everyday_answers())
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


@pytest.mark.parametrize(
    "text",
    [
        "mies ei lyö mua, se vaan mököttää",
        "ei mulla mitään itsemurha-aikeita oo",
        "mies hakkaa halkoja pihalla",
        "esseen aihe on itsemurha kirjallisuudessa",
        "tyttöystävä on raskaana ja mä oon 18",
        "sydäninfarktin jälkeen tarvisin ohjattua liikuntaa",
        "hyvästi vaan tikkakoski, muutin palokkaan",
        "meni taas överiks tää byrokratia",
        "osaanko päättää, siinä on päivämäärä ja kellonaika",
    ],
)
def test_a_denial_or_an_everyday_use_of_a_heavy_word_is_not_acute_by_its_wording(wordings, text):
    assert wordings(text).level is not Level.ACUTE


@pytest.mark.parametrize(
    "text",
    ["yritin itsemurhaa kun olin 22", "exä löi vuosia, nyt on rauha", "isä hakkas meitä lapsena"],
)
def test_what_is_long_past_is_heavy_but_not_acute_by_its_wording(wordings, text):
    assert wordings(text).level is Level.DISTRESS


@pytest.mark.parametrize(
    "text",
    [
        "isä hakkas meitä lapsena ja nyt se hakkaa mua taas",
        "en mä mitään itsemurhaa, mutta haluan kuolla",
        "viiltelin nuorena ja viilsin ranteet äsken",
    ],
)
def test_what_is_past_or_denied_does_not_hide_what_is_now(wordings, text):
    assert wordings(text).level is Level.ACUTE


def test_every_kind_the_screen_can_find_has_a_text(texts, wordings):
    assert {verdict.kind for verdict, _ in wordings._wordings} <= set(texts.texts)
    trained = {line.split("\t")[2] for line in LINES.read_text("utf-8").splitlines()[1:]}
    assert trained - {""} <= set(texts.texts)
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


@pytest.mark.parametrize(
    "text",
    ["en jaksa enää", "en jaksa enää, kela hylkäs taas", "mä en jaksa", "emmä jaksa",
     "mä en vaan kestä"],
)  # fmt: skip
def test_saying_that_one_has_no_strength_left_is_never_passed_over(wordings, screen, text):
    assert wordings(text).level >= Level.DISTRESS
    assert screen(text).level >= Level.DISTRESS


@pytest.mark.parametrize(
    "text",
    [
        "kuolen nauruun teidän botille",
        "pomo antoi mulle potkut",
        "tää työ tappaa mut",
        "hukun näihin papereihin",
        "äiti säikähti kuoliaaks ku hyppäsin narua",
    ],
)
def test_a_saying_raises_no_alarm(screen, text):
    assert screen(text).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "kuolen nauruun tälle elämälle, jätin lapsille kirjeet ja annoin koiran pois",
        "sain potkut ja nyt mä seison sillalla",
        "tapan aikaa ja mietin uskallanko ottaa kaikki pillerit",
    ],
)
def test_a_saying_does_not_hide_what_is_said_beside_it(screen, text):
    assert screen(text).level is Level.ACUTE


def test_an_everyday_answer_to_the_check_in_raises_no_alarm(screen):
    answers = list(load_checkin().everyday_answers())
    assert [text for text in answers if screen(text).level is Level.ACUTE] == []
    assert any(screen.classifier(text).level is Level.ACUTE for text in answers), "needless list"


@pytest.mark.parametrize(
    "text", ["koira ja aion tappaa itseni", "ei ketään, annoin kissan pois, huomenna mua ei oo"]
)
def test_a_cry_for_help_beside_an_everyday_answer_is_heard(screen, text):
    assert screen(text).level is Level.ACUTE


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
        line.split("\t")[0].strip().lower() for line in LINES.read_text("utf-8").splitlines()[1:]
    }
    assert not [line["text"] for line in heldout if line["text"].strip().lower() in trained]


@pytest.fixture(scope="module")
def gateway_without_rasa(screen, tmp_path_factory):
    """Return a gateway that has the crisis classifier, loaded, and no model of Rasa."""
    folder = tmp_path_factory.mktemp("no_rasa")
    trained = crisis_classifier.found(load_settings().models_folder)[0]
    shutil.copytree(trained, folder / "models" / trained.name)
    running = RunningGateway(folder / "var", environment={"POLKU_MODELS": str(folder / "models")})
    try:
        running.start()
        deadline = time.monotonic() + 60
        while not _is_acute(ChatClient.open(running.url), INDIRECT):
            assert time.monotonic() < deadline, "the classifier was not loaded"
            time.sleep(1)
        yield running
    finally:
        running.stop()


def _is_acute(client, text):
    first = client.say(text)[0]
    return first["crisis"] == "acute" and "112" in first["text"]


# No wording of crisis_screen.yml is in it: only the classifier can find it.
INDIRECT = "annoin kissan pois ja kirjotin lapsille kirjeet, huomenna mua ei enää oo"


@pytest.mark.parametrize("text", ["haluan kuolla", INDIRECT], ids=["plain", "indirect"])
@pytest.mark.parametrize("state", [
    "first message", "after small talk", "after nonsense", "needs shown", "topics shown",
    "answer shown", "human asked for", "after a crisis",
])  # fmt: skip
def test_a_cry_for_help_is_answered_in_every_state_without_rasa(gateway_without_rasa, state, text):
    client = ChatClient.open(gateway_without_rasa.url)
    match state:
        case "after small talk":
            client.say("moi")
        case "after nonsense":
            client.say("qwrtp zxcvb")
        case "human asked for":
            client.press("human")
        case "after a crisis":
            client.say("mies hakkaa mua")
        case "needs shown" | "topics shown" | "answer shown":
            shown = client.press("menu")
            for _ in range(("needs shown", "topics shown", "answer shown").index(state)):
                shown = client.press(shown[-1]["buttons"][0]["payload"])
    assert _is_acute(client, text)


def test_the_wordings_alone_answer_while_the_classifier_is_missing(lonely_gateway):
    assert _is_acute(ChatClient.open(lonely_gateway.url), "haluan kuolla")
