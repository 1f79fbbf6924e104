"""`polku understand` and `polku nlu-report`, run as an operator runs them."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from bot.nlu.text import clean
from bot.settings import ROOT, load_settings
from bot.understanding import Understanding

ACUTE = "en jaksa enää elää, vuokra rästissä ja häätö tulee"
FIELDS = {"text", "topic", "need", "second_need", "confidence", "crisis", "sure"}


def run(*arguments, typed=""):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot", *arguments],
        cwd=ROOT, input=typed, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def understanding(model, catalogue):
    return Understanding(model, catalogue, load_settings().models_folder)


@pytest.fixture
def read(monkeypatch):
    """Return the list of texts that the sentence model has been asked to read."""
    from bot.nlu.encoder import Encoder

    texts = []
    original = Encoder.__call__

    def encode(self, text):
        texts.append(text)
        return original(self, text)

    monkeypatch.setattr(Encoder, "__call__", encode)
    return texts


@pytest.fixture(scope="module")
def explained(model):
    return run("understand", "--explain", typed=f"{ACUTE}\nmikä sää huomenna\n").split("\n\n")


def test_without_the_option_each_message_is_one_json_object(model):
    lines = run("understand", typed=f"{ACUTE}\n\n").splitlines()
    assert [set(json.loads(line)) for line in lines] == [FIELDS, FIELDS]
    assert json.loads(lines[0])["text"] == ACUTE


def test_an_explanation_shows_the_topics_with_their_scores(explained):
    assert explained[0].startswith(f"» {ACUTE}\n")
    assert "eviction (housing)" in explained[0].partition("likeliest topics:")[2]


def test_an_explanation_tells_which_way_raised_the_alarm(explained):
    crisis = next(line for line in explained[0].splitlines() if line.startswith("  crisis:"))
    assert crisis.startswith("  crisis: acute, raised by ")
    assert "wordings" in crisis or "classifier" in crisis
    assert "  crisis: none\n" in explained[1]


def test_an_explanation_shows_the_nearest_training_examples(explained):
    nearest = explained[1].partition("nearest training examples:\n")[2].splitlines()
    assert len(nearest) == 5
    likeness = [float(line.split()[0]) for line in nearest]
    assert likeness == sorted(likeness, reverse=True)
    assert "out_of_scope: " in nearest[0]


def test_a_message_is_read_once_for_its_topic_and_the_crisis_screen(understanding, read):
    understanding("äiti kaatui eikä kukaan tule katsomaan tänään")
    assert len(read) == 1


async def test_a_vector_sent_beside_a_message_is_used_and_leaves_no_trace(model, read):
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.nlu.vectors import pack, sentence_vectors

    text = clean("mihin voin soittaa ku hammas on poikki")
    packed = pack(sentence_vectors()(text))
    sentence_vectors.cache_clear()
    sentence_vectors()
    read.clear()
    message = UserMessage(text, metadata={"vector": packed})
    parsed = await Agent.load(str(model)).processor.parse_message(message)
    assert parsed["intent"]["name"]
    assert read == []
    assert message.metadata == {}


class Page(HTMLParser):
    """Notes what a screen reader would need."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.bare, self.captions, self.tables, self.pictures = [], [], 0, 0, []
        self.language, self.scripts, self.described = None, 0, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        match tag:
            case "html":
                self.language = found["lang"]
            case "h1" | "h2" | "h3":
                self.headings.append(tag)
            case "table":
                self.tables += 1
            case "caption":
                self.captions += 1
            case "th" if "scope" not in found:
                self.bare.append(found)
            case "svg":
                self.pictures.append(found)
            case "desc":
                self.described += 1
            case "script":
                self.scripts += 1


@pytest.fixture(scope="module")
def report(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    rows = (ROOT / "tests/nlu/heldout.tsv").read_text("utf-8").splitlines()
    marked = "<b>rahat & ruoka loppu</b>\tfind_home\t\tspoken"
    (folder / "small.tsv").write_text("\n".join([rows[0], *rows[1::120], marked]) + "\n", "utf-8")
    run("nlu-report", "--heldout", str(folder / "small.tsv"), "--out", str(folder / "page.html"))
    return (folder / "page.html").read_text("utf-8")


def test_the_report_can_be_read_with_a_screen_reader(report):
    page = Page(report)
    assert page.language == "fi"
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    assert page.tables == page.captions >= 6
    assert page.bare == []
    assert page.scripts == 0
    assert len(page.pictures) == page.described == 4
    assert all(p["role"] == "img" and p["aria-labelledby"] for p in page.pictures)


def test_the_report_shows_needs_registers_thresholds_and_confusions(report):
    for text in ("Luvut tarpeittain", "Puhekieli", "0,50 (käytössä)", "sekaisin", "Heikoimmat"):
        assert text in report


def test_messages_cannot_put_markup_into_the_report(report):
    assert "<b>rahat" not in report


def test_a_report_of_a_file_that_is_not_there_is_refused_in_words():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "nlu-report", "--heldout", "ei-ole.tsv"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "there is no file ei-ole.tsv" in done.stderr


def test_a_table_without_topics_is_refused_with_the_line(tmp_path):
    table = tmp_path / "messages.tsv"
    table.write_text("text\ttopic\nrahat loppu\tmoney_gone\npuuttuu\t\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "nlu-report", "--heldout", str(table)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip().endswith("line 3: there is no topic")
