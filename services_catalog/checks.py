"""Everything a program can find wrong in the catalogue, for the one who edits it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from services_catalog import (
    _check_checkin,
    _check_coverage,
    _check_numbers,
    _check_texts,
    plain_language,
)
from services_catalog._problem import Problem
from services_catalog.errors import CatalogueError
from services_catalog.loader import load_catalogue
from services_catalog.models import Catalogue
from services_catalog.visibility import age_in_days

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend ("error") or to look at ("warning").

    Attributes:
        level: "error" or "warning".
        file: The file, relative to the catalogue folder, or '' for the whole catalogue.
        line: The line, counted from 1; 0 when there is none.
        entry: Id of the entry, or ''.
        message: What is wrong and what to do, in plain English.
    """

    level: Level
    file: str
    line: int
    entry: str
    message: str

    def __str__(self) -> str:
        """Return the finding as one line that an editor's terminal can follow."""
        where = f"{self.file}:{self.line}: " if self.file else ""
        return f"{where}{self.level}: {self.entry + ': ' if self.entry else ''}{self.message}"


def check_folder(
    folder: Path,
    today: date,
    max_age_days: int,
    *,
    expected_topics: Collection[str] | None = None,
) -> list[Finding]:
    """Load a catalogue and check it.

    Args:
        folder: The catalogue folder.
        today: The day it is in Finland.
        max_age_days: How old the knowledge of a service may be.
        expected_topics: The topics the bot can understand, when they are known.

    Returns:
        The faults of the files, all of them errors, if it cannot be loaded; otherwise what
        ``check`` finds.
    """
    try:
        catalogue = load_catalogue(folder)
        return check(catalogue, today, max_age_days, expected_topics=expected_topics)
    except CatalogueError as error:
        return [
            Finding("error", fault.file, fault.line, fault.entry, fault.text)
            for fault in error.faults
        ] or [Finding("error", "", 0, "", str(error))]


def check(
    catalogue: Catalogue,
    today: date,
    max_age_days: int,
    *,
    expected_topics: Collection[str] | None = None,
) -> list[Finding]:
    """Check a loaded catalogue.

    Args:
        catalogue: The catalogue.
        today: The day it is in Finland.
        max_age_days: How old the knowledge of a service may be.
        expected_topics: The topics the bot can understand, when they are known.

    Returns:
        Errors first, then by file and line; services past the age limit come oldest first.
    """
    problems = [
        *_topic_ids(catalogue, expected_topics),
        *_check_texts.find(catalogue),
        *_check_checkin.find(catalogue),
        *_check_numbers.find(catalogue),
        *_check_coverage.find(catalogue, today, max_age_days),
    ]
    found = [_finding(problem) for problem in problems]
    found.sort(key=lambda one: (one.level != "error", one.file, one.line, one.message))
    return [*found, *map(_finding, _too_old(catalogue, today, max_age_days))]


def long_sentences(catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    """Count the sentences for clients that are longer than they should be.

    Args:
        catalogue: The catalogue.

    Returns:
        By kind of text: sentences of over 12 words, and all sentences.
    """
    answers = [
        text
        for topic in catalogue.topics
        for text in (topic.heard, *topic.answer, topic.first_step)
    ]
    return {
        "answers": plain_language.long_sentences(answers),
        "check-in": plain_language.long_sentences(_check_checkin.texts(catalogue.folder)),
    }


def _finding(problem: Problem) -> Finding:
    level: Level = "error" if problem.error else "warning"
    origin = problem.origin
    line = origin.line_of(problem.field)
    return Finding(level, origin.file, line, problem.entry, problem.message)


def _topic_ids(catalogue: Catalogue, expected: Collection[str] | None) -> Iterator[Problem]:
    if expected is None:
        return
    for topic in catalogue.topics:
        if topic.id not in expected:
            message = "The bot has no such topic. Correct the id, or teach it to the bot."
            yield Problem.of(topic, message)
    missing: Iterable[str] = (one for one in expected if not catalogue.has_topic(one))
    for topic_id in sorted(missing):
        yield Problem(f"The topic {topic_id!r} has no answer. Add it to topics/.")


def _too_old(catalogue: Catalogue, today: date, max_age_days: int) -> Iterator[Problem]:
    aged = [(age_in_days(service, today), service) for service in catalogue.services]
    for age, service in sorted(aged, key=lambda one: (-one[0], one[1].id)):
        if age > max_age_days:
            message = f"Hidden: its newest knowledge is {age} days old. Check it, then verify it."
            yield Problem.of(service, message, "sources", error=False)
