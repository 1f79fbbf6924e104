"""The check-in's texts: plain, and pointing at what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from services_catalog import plain_language
from services_catalog._problem import Problem
from services_catalog.checkin import Checkin, client_buttons, client_texts, load_checkin
from services_catalog.crisis import load_crisis_texts
from services_catalog.models import Catalogue, Origin

FILE = "checkin.yml"

# A filled-in value stands for a word or a name here.
_VALUE = re.compile(r"\{\w+\}")
_SCORE = re.compile(r"\bpiste\w*|\bpisteet\b|\bpistemäär\w*|\bprosent\w*|\btulos\b|\btuloksesi\b")


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what is wrong in ``checkin.yml``; nothing when the folder has no such file.

    Args:
        catalogue: The catalogue, whose topics the worries name.

    Yields:
        The problems.

    Raises:
        CatalogueError: The file cannot be read.
    """
    path = catalogue.folder / FILE
    if not path.exists():
        return
    checkin = load_checkin(catalogue.folder)
    lines = path.read_text("utf-8").splitlines()
    for key, message, error in _faults(checkin, catalogue):
        yield Problem(message, key, Origin(FILE, _line(lines, key)), error=error)


def texts(folder: Path) -> list[str]:
    """Return every text of ``checkin.yml`` that clients read, buttons left out."""
    if not (folder / FILE).exists():
        return []
    return [
        _plain(paragraph)
        for _, paragraphs in client_texts(load_checkin(folder))
        for paragraph in paragraphs
    ]


def _faults(checkin: Checkin, catalogue: Catalogue) -> Iterator[tuple[str, str, bool]]:
    kinds = load_crisis_texts(catalogue.folder).texts
    for area in checkin.all_areas():
        named = [(area.id, area.topic)]
        for worry in area.worries:
            named += [(worry.id, topic) for topic in worry.topics]
            if worry.crisis and worry.crisis not in kinds:
                yield worry.id, f"crisis.yml has no text {worry.crisis!r}. Correct it.", True
        for key, topic in named:
            if not catalogue.has_topic(topic):
                yield key, f"There is no topic {topic!r}. Use an id of topics/.", True
    for key, paragraphs in client_texts(checkin):
        plain = [_plain(paragraph) for paragraph in paragraphs]
        for finding in plain_language.check_message(plain):
            if finding.level != "review":
                about = f" ({finding.excerpt})" if finding.excerpt else ""
                message = f"{key}: rule {finding.rule}: {finding.message}{about}"
                yield key, message, finding.level == "error"
        if score := _SCORE.search(" ".join(plain).lower()):
            yield key, f"{key}: the check-in gives no score ({score[0]}).", True
    for key, titles in client_buttons(checkin):
        for finding in plain_language.check_buttons(titles):
            yield key, f"{key}: rule {finding.rule}: {finding.message} ({finding.excerpt})", True


def _plain(paragraph: str) -> str:
    return _VALUE.sub("tämä", paragraph)


def _line(lines: list[str], key: str) -> int:
    """Return the line of an entry: of its id, or of the last part of its key."""
    first, _, last = key.partition(".")
    wanted = (f"id: {first}", f"{last.partition('[')[0]}:")
    for text in wanted:
        for number, line in enumerate(lines, start=1):
            if len(text) > 1 and re.search(rf"(?:^|[\s{{]){re.escape(text)}", line):
                return number
    return 0
