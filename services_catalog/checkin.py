"""The check-in "Mitä sinulle kuuluu?": its areas and texts, read from ``checkin.yml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from services_catalog.errors import CatalogueError
from services_catalog.loader import DEFAULT_FOLDER
from services_catalog.words import fold

Level = Literal["hyvin", "vaihtelee", "huonosti"]
LEVELS: tuple[Level, ...] = get_args(Level)

_NOT_URGENT = 3


@dataclass(frozen=True)
class Worry:
    """What can be hardest in an area.

    Attributes:
        id: The code that is stored.
        button: The client's words.
        said: How the summary says it to the client.
        topic: Where its first step and services come from.
        topics: The topics by which it is recognised in a client's own words.
        words: Other words for it, folded.
        step: A first step in place of the topic's, or "".
        urgent: 1 to 3; the lowest comes first on the path.
        crisis: A kind of crisis whose text is said at once, or "".
    """

    id: str
    button: str
    said: str
    topic: str
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    step: str = ""
    urgent: int = _NOT_URGENT
    crisis: str = ""


@dataclass(frozen=True)
class Area:
    """One area of life, and how it is asked about.

    Attributes:
        id: The area's name in slots and counts.
        title: Its name for clients.
        names: Beginnings of other words for it, folded.
        question: Paragraphs; the last one asks.
        answers: The titles of the three answers.
        yes: What a bare yes means, or None.
        no: What a bare no means, or None.
        measure: Whether a number such as 7/10 can answer it.
        words: What clients also write for each answer, folded.
        follow_up: The question when it is not well.
        worries: The ready answers to it.
        topic: Where help comes from when no worry was chosen.
        step: A first step in place of that topic's, or "".
        urgent: As in ``Worry``, when no worry was chosen.
    """

    id: str
    title: str
    names: tuple[str, ...]
    question: tuple[str, ...]
    answers: Mapping[Level, str]
    yes: Level | None
    no: Level | None
    measure: bool
    words: Mapping[Level, tuple[str, ...]]
    follow_up: str
    worries: tuple[Worry, ...]
    topic: str
    step: str = ""
    urgent: int = _NOT_URGENT

    @property
    def slot(self) -> str:
        """Return the slot that holds how this area is."""
        return f"checkin_{self.id}"

    @property
    def worry_slot(self) -> str:
        """Return the slot that holds what is hardest in it."""
        return f"checkin_{self.id}_worry"

    def worry(self, code: str | None) -> Worry | None:
        """Return the worry with this code, or None."""
        return next((worry for worry in self.worries if worry.id == code), None)


@dataclass(frozen=True)
class Strength:
    """Something that helps the client to cope."""

    id: str
    button: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Checkin:
    """Everything that the check-in says and asks.

    Attributes:
        areas: The ten areas, in their order.
        close_one: The areas of the short variant about a close one.
        strength_question: What is asked of strengths.
        strengths: The ready answers to it.
        replies: Short replies of a kind, used in turn.
        texts: Paragraphs by key.
        buttons: Titles by key.
    """

    areas: tuple[Area, ...]
    close_one: tuple[Area, ...]
    strength_question: str
    strengths: tuple[Strength, ...]
    replies: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, tuple[str, ...]]
    buttons: Mapping[str, str]

    def say(self, key: str, **values: str) -> list[str]:
        """Return the paragraphs of a text, filled in.

        Raises:
            KeyError: There is no such text, or a value for it is missing.
        """
        return [paragraph.format(**values) for paragraph in self.texts[key]]

    def everyday_answers(self) -> Iterator[str]:
        """Yield the ready answers and their other words, of areas without a crisis follow-up."""
        for area in self.all_areas():
            if not any(worry.crisis for worry in area.worries):
                yield from area.answers.values()
                for words in area.words.values():
                    yield from words
                yield from (worry.button for worry in area.worries)
        for strength in self.strengths:
            yield from (strength.button, *strength.words)

    def all_areas(self) -> tuple[Area, ...]:
        """Return the areas of both variants."""
        return (*self.areas, *self.close_one)

    def area(self, area_id: str) -> Area | None:
        """Return the area with this id, or None."""
        return next((area for area in self.all_areas() if area.id == area_id), None)


@dataclass(frozen=True)
class AnswerWords:
    """How clients put an answer in their own words, folded; read from ``answer_words.yml``."""

    commands: Mapping[str, tuple[str, ...]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    negations: tuple[str, ...]
    fillers: tuple[str, ...]
    questions: tuple[str, ...]
    checkin: tuple[str, ...]
    levels: Mapping[Level, tuple[str, ...]] = field(default_factory=dict)


def load_checkin(folder: Path = DEFAULT_FOLDER) -> Checkin:
    """Read ``checkin.yml`` in the catalogue's folder.

    Raises:
        CatalogueError: A field is missing, or an answer is not one of the three.
    """
    path = folder / "checkin.yml"
    table = _load(path)
    try:
        return Checkin(
            areas=tuple(_area(entry) for entry in table["areas"]),
            close_one=tuple(_area(entry) for entry in table["close_one"]),
            strength_question=table["strengths"]["question"],
            strengths=tuple(
                Strength(entry["id"], entry["button"], _folded(entry["words"]))
                for entry in table["strengths"]["choices"]
            ),
            replies={kind: tuple(lines) for kind, lines in table["replies"].items()},
            texts={key: _paragraphs(text) for key, text in table["texts"].items()},
            buttons=dict(table["buttons"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"{path}: {error!r}: something is missing or misspelt") from None


def load_answer_words(folder: Path = DEFAULT_FOLDER) -> AnswerWords:
    """Read ``answer_words.yml`` in the catalogue's folder.

    Raises:
        CatalogueError: A list is missing.
    """
    path = folder / "answer_words.yml"
    table = _load(path)
    try:
        return AnswerWords(
            commands={name: _folded(words) for name, words in table["commands"].items()},
            levels={level: _folded(table["levels"][level]) for level in LEVELS},
            **{
                name: _folded(table[name])
                for name in ("yes", "no", "negations", "fillers", "questions", "checkin")
            },
        )
    except (KeyError, TypeError) as error:
        raise CatalogueError(f"{path}: {error!r}: a list is missing") from None


def _load(path: Path) -> dict[str, Any]:
    # BaseLoader leaves "on", "yes" and "no" words: they are answers here, not booleans.
    table: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    return table


def _area(entry: dict[str, Any]) -> Area:
    words = entry.get("words", {})
    return Area(
        id=entry["id"],
        title=entry["title"],
        names=_folded(entry.get("names", [])),
        question=_paragraphs(entry["question"]),
        answers=dict(zip(LEVELS, entry["answers"], strict=True)),
        yes=_level(entry.get("yes")),
        no=_level(entry.get("no")),
        measure=entry.get("measure") != "false",
        words={level: _folded(words.get(level, [])) for level in LEVELS},
        follow_up=entry["follow_up"],
        worries=tuple(_worry(worry) for worry in entry["worries"]),
        topic=entry["topic"],
        step=entry.get("step", ""),
        urgent=int(entry.get("urgent", _NOT_URGENT)),
    )


def _worry(entry: dict[str, Any]) -> Worry:
    return Worry(
        id=entry["id"],
        button=entry["button"],
        said=entry["said"],
        topic=entry["topic"],
        topics=(entry["topic"], *entry.get("also", [])),
        words=_folded(entry["words"]),
        step=entry.get("step", ""),
        urgent=int(entry.get("urgent", _NOT_URGENT)),
        crisis=entry.get("crisis", ""),
    )


def _level(name: str | None) -> Level | None:
    if name is None:
        return None
    return LEVELS[LEVELS.index(name)]


def _folded(words: list[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def _paragraphs(text: str | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def client_texts(checkin: Checkin) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every message for clients with where it stands: its key and its paragraphs."""
    for area in checkin.all_areas():
        yield f"{area.id}.question", area.question
        yield f"{area.id}.follow_up", (area.follow_up,)
        for worry in area.worries:
            if worry.step:
                yield f"{worry.id}.step", (worry.step,)
        if area.step:
            yield f"{area.id}.step", (area.step,)
    yield "strengths.question", (checkin.strength_question,)
    for kind, lines in checkin.replies.items():
        for place, line in enumerate(lines):
            yield f"replies.{kind}[{place}]", (line,)
    for key, paragraphs in checkin.texts.items():
        yield f"texts.{key}", paragraphs


def client_buttons(checkin: Checkin) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the titles of buttons shown together, with where they stand."""
    for area in checkin.all_areas():
        yield f"{area.id}.answers", tuple(area.answers.values())
        yield f"{area.id}.worries", tuple(worry.button for worry in area.worries)
    yield "strengths", tuple(strength.button for strength in checkin.strengths)
    for key, title in checkin.buttons.items():
        yield f"buttons.{key}", (title,)
