"""A page for editors: how well the bot understands, and what it mixes up."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import jinja2
import yaml

from bot import clock, crisis_classifier
from bot.explaining import read_examples
from bot.settings import ROOT
from bot.understanding import Understood
from services_catalog import Catalogue

HELDOUT = ROOT / "tests" / "nlu" / "heldout.tsv"

_TEMPLATE = Path(__file__).with_name("nlu_report.html")
_SHOWN_PAIRS = 25
_SHOWN_TOPICS = 20
_REGISTERS = {
    "standard": "Yleiskieli",
    "spoken": "Puhekieli",
    "dialect": "Murre",
    "second_language": "Suomi toisena kielenä",
    "typo": "Kirjoitusvirheitä",
    "short": "Lyhyt viesti",
    "long": "Pitkä viesti",
    "indirect": "Asia sanotaan kiertäen",
    "": "Ei merkitty",
}


@dataclass(frozen=True)
class Line:
    """A held-out message, what a person says it is about, and what the bot made of it."""

    topic: str
    second_topic: str
    register: str
    found: Understood


@dataclass(frozen=True)
class Marks:
    """How often the bot was right in a group of messages; counts."""

    name: str
    messages: int
    need_right: int
    topic_right: int
    asked: int
    wrong_answers: int


@dataclass(frozen=True)
class Pair:
    """Two topics of which the bot took one for the other."""

    meant: str
    taken: str
    times: int
    meant_examples: int
    taken_examples: int
    message: str


@dataclass(frozen=True)
class WeakTopic:
    """A topic that the bot often misses."""

    title: str
    need: str
    messages: int
    right: int
    examples: int


@dataclass(frozen=True)
class Threshold:
    """What would happen if the bot answered from ``limit`` on; counts."""

    limit: float
    answered: int
    wrong: int


@dataclass(frozen=True)
class Report:
    """All figures of the page."""

    total: Marks
    needs: Sequence[Marks]
    registers: Sequence[Marks]
    thresholds: Sequence[Threshold]
    confusion: dict[tuple[str, str], int]
    pairs: Sequence[Pair]
    weak_topics: Sequence[WeakTopic]
    outside: int
    outside_caught: int
    two_needs: int
    two_needs_found: int
    single_needs: int
    false_seconds: int
    limit: float
    model: str
    made_on: date
    crisis_limits: dict[str, float] = field(default_factory=dict)


def figures(
    lines: Sequence[Line], catalogue: Catalogue, examples: Counter[str], model: str
) -> Report:
    """Count what the page tells.

    Args:
        lines: Held-out messages as the bot understood them.
        catalogue: Tells needs and titles.
        examples: How many training examples a topic has.
        model: The name of the model's file.
    """
    need_of = {topic.id: topic.need for topic in catalogue.topics}
    title_of = {topic.id: topic.title for topic in catalogue.topics}
    need_titles = {need.id: need.title for need in catalogue.needs}

    def wanted(line: Line) -> set[str]:
        return {need_of[topic] for topic in (line.topic, line.second_topic) if topic}

    def need_right(line: Line) -> bool:
        return bool({line.found.need, line.found.second_need} & wanted(line))

    def marks(name: str, group: Sequence[Line]) -> Marks:
        return Marks(
            name,
            len(group),
            sum(map(need_right, group)),
            sum(line.found.topic == line.topic for line in group),
            sum(not line.found.sure for line in group),
            sum(line.found.sure and not need_right(line) for line in group),
        )

    missed = Counter(
        (line.topic, line.found.topic)
        for line in lines
        if line.found.topic not in (line.topic, line.second_topic)
    )
    first_message = {(line.topic, line.found.topic): line.found.text for line in reversed(lines)}
    by_topic = {topic: [x for x in lines if x.topic == topic] for topic in title_of}
    weak = [
        WeakTopic(
            title_of[topic],
            need_titles[need_of[topic]],
            len(group),
            sum(line.found.topic == topic for line in group),
            examples[topic],
        )
        for topic, group in by_topic.items()
        if group
    ]
    outside = [line for line in lines if line.topic == "out_of_scope"]
    talk = {need.id for need in catalogue.needs if not need.service_need}
    single = [line for line in lines if not line.second_topic]
    double = [line for line in lines if len(wanted(line)) > 1]
    return Report(
        total=marks("Kaikki", lines),
        needs=[
            marks(title, group)
            for need, title in need_titles.items()
            if (group := [line for line in lines if need_of[line.topic] == need])
        ],
        registers=[
            marks(_REGISTERS.get(register, register), group)
            for register in sorted({line.register for line in lines}, key=_register_order)
            if (group := [line for line in lines if line.register == register])
        ],
        thresholds=[
            Threshold(
                limit / 10,
                sum(line.found.confidence >= limit / 10 for line in lines),
                sum(
                    line.found.confidence >= limit / 10 and not need_right(line) for line in lines
                ),
            )
            for limit in range(1, 10)
        ],
        confusion=Counter(
            (need_titles[need_of[line.topic]], need_titles[line.found.need]) for line in lines
        ),
        pairs=[
            Pair(
                title_of[meant],
                title_of[taken],
                times,
                examples[meant],
                examples[taken],
                first_message[meant, taken],
            )
            for (meant, taken), times in missed.most_common(_SHOWN_PAIRS)
        ],
        weak_topics=sorted(weak, key=lambda topic: topic.right / topic.messages)[:_SHOWN_TOPICS],
        outside=len(outside),
        outside_caught=sum(not x.found.sure or x.found.need in talk for x in outside),
        two_needs=len(double),
        two_needs_found=sum(
            {line.found.need, line.found.second_need} == wanted(line) for line in double
        ),
        single_needs=len(single),
        false_seconds=sum(line.found.second_need is not None for line in single),
        limit=_answer_limit(),
        model=model,
        made_on=clock.today(),
        crisis_limits={
            "Polku antaa hätätekstin": crisis_classifier.ACUTE_FROM,
            "Polku ei enää vastaa muuta kuin hätätekstin": crisis_classifier.SURE_FROM,
            "Polku kysyy vointia": crisis_classifier.DISTRESS_FROM,
        },
    )


def page(report: Report) -> str:
    """Return the page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATE.parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["percent"] = _percent
    environment.filters["decimal"] = lambda number: f"{number:.2f}".replace(".", ",")
    return environment.get_template(_TEMPLATE.name).render(r=report)


def read(heldout: Path) -> list[dict[str, str]]:
    """Return the messages of a table with the columns text and topic, second_topic and register.

    The last two may be missing.

    Raises:
        ValueError: A column is missing, or a message has no topic.
    """
    with heldout.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        for column in ("text", "topic"):
            if not row.get(column):
                raise ValueError(f"{heldout}, line {number}: there is no {column}")
    return rows


def write(
    out: Path,
    rows: Sequence[Mapping[str, str]],
    understanding: Callable[[str], Understood],
    catalogue: Catalogue,
    model: str,
) -> None:
    """Understand messages and write the page to ``out``.

    Args:
        out: The HTML file.
        rows: Messages with their topics, from ``read``.
        understanding: Tells what the bot makes of a message.
        catalogue: Tells needs and titles.
        model: The name of the model's file.
    """
    lines = [
        Line(
            row["topic"],
            row.get("second_topic") or "",
            row.get("register") or "",
            understanding(row["text"]),
        )
        for row in rows
    ]
    examples = Counter(topic for _, topic in read_examples())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(figures(lines, catalogue, examples, model)), "utf-8")


def _register_order(register: str) -> tuple[int, str]:
    known = list(_REGISTERS)
    return (known.index(register) if register in known else len(known), register)


def _answer_limit() -> float:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
    return next(float(p["threshold"]) for p in pipeline if p["name"] == "FallbackClassifier")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"
