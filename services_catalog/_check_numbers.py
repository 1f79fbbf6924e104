"""Telephone numbers that must not be where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services_catalog._problem import Problem
from services_catalog.models import Catalogue, Origin, Topic
from services_catalog.phone_numbers import EMERGENCY, digits, pattern_of, phone_like

_LIST = "do_not_show.yml"
_NUMBER = re.compile(r"\d+")


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield blocked numbers in any file, and numbers in the texts of topics.

    Args:
        catalogue: The catalogue; its files are read again, so that comments count too.

    Yields:
        The problems.
    """
    yield from _blocked(catalogue)
    for topic in catalogue.topics:
        yield from _in_topic(topic)


def _blocked(catalogue: Catalogue) -> Iterator[Problem]:
    pattern = pattern_of(one.number for one in catalogue.do_not_show)
    if pattern is None:
        return
    reasons = {digits(one.number): one for one in catalogue.do_not_show}
    for path in sorted(catalogue.folder.rglob("*.yml")):
        name = path.relative_to(catalogue.folder).as_posix()
        if name == _LIST:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for match in pattern.finditer(line):
                known = reasons[digits(match[0])]
                message = f"{match[0]} must not be shown ({known.was}: {known.why}). Remove it."
                yield Problem(message, origin=Origin(name, number))


def _in_topic(topic: Topic) -> Iterator[Problem]:
    texts = {"title": topic.title, "heard": topic.heard, "first_step": topic.first_step}
    texts |= {f"answer[{place}]": text for place, text in enumerate(topic.answer)}
    for name, text in texts.items():
        phones = [one for one in phone_like(text) if digits(one) != EMERGENCY]
        for one in phones:
            message = f"{one} looks like a telephone number. Cards show numbers; remove it here."
            yield Problem.of(topic, message, name)
        others = [one for one in _NUMBER.findall(text) if one != EMERGENCY]
        if others and not phones and not topic.sources:
            message = f"The number {others[0]} has no source. Add a dated source, or leave it out."
            yield Problem.of(topic, message, name, error=False)
