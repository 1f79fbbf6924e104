"""The plain language rules applied to what clients read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services_catalog import plain_language
from services_catalog._problem import Problem
from services_catalog.models import Catalogue, Service, Topic

_ANSWER_LENGTHS = range(2, 6)  # the schema: two to five short sentences


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what is not plain in topics and services.

    Passives are left out: the program guesses them, and they ask for a person's eye only.

    Args:
        catalogue: The catalogue.

    Yields:
        The problems.
    """
    for need in catalogue.needs:
        for finding in plain_language.check_buttons([need.title]):
            yield Problem.of(need, f"Rule {finding.rule}: {finding.message}", "title")
    for topic in catalogue.topics:
        yield from _topic(topic, service_need=catalogue.need(topic.need).service_need)
    for service in catalogue.services:
        yield from _service(service)


def _topic(topic: Topic, *, service_need: bool) -> Iterator[Problem]:
    for finding in plain_language.check_buttons([topic.title]):
        yield _problem(topic, finding, "title")
    yield from _text(topic, "heard", topic.heard)
    yield from _text(topic, "first_step", topic.first_step, instruction=service_need)
    if service_need:
        if len(topic.answer) not in _ANSWER_LENGTHS:
            message = f"The answer has {len(topic.answer)} sentences. Write two to five."
            yield Problem.of(topic, message, "answer", error=False)
        if not topic.first_step:
            yield Problem.of(topic, "There is no first step. Write one.", "first_step")
    seen: set[tuple[int, str]] = set()
    for place, sentence in enumerate(topic.answer):
        for problem, key in _findings([sentence]):
            seen.add(key)
            yield _problem(topic, problem, f"answer[{place}]")
    for problem, key in _findings(topic.answer):  # what only the whole shows
        if key not in seen:
            yield _problem(topic, problem, "answer")


def _service(service: Service) -> Iterator[Problem]:
    for name in ("summary", "for_whom", "cost", "referral", "bring", "chat", "hours"):
        yield from _text(service, name, getattr(service, name))
    yield from _text(service, "begin", service.begin, instruction=True)
    for place, phone in enumerate(service.phones):
        for name in ("label", "hours", "price"):
            yield from _text(service, f"phones[{place}].{name}", getattr(phone, name))


def _text(
    record: Topic | Service, name: str, text: str, *, instruction: bool = False
) -> Iterator[Problem]:
    if text:
        for finding, _ in _findings([text], instruction=instruction):
            yield _problem(record, finding, name)


def _findings(
    bubbles: Sequence[str], *, instruction: bool = False
) -> Iterator[tuple[plain_language.Finding, tuple[int, str]]]:
    for finding in plain_language.check_message(bubbles, instruction=instruction):
        if finding.level != "review":
            yield finding, (finding.rule, finding.excerpt)


def _problem(record: Topic | Service, finding: plain_language.Finding, name: str) -> Problem:
    about = f" ({finding.excerpt})" if finding.excerpt else ""
    message = f"{name}: rule {finding.rule}: {finding.message}{about}"
    return Problem.of(record, message, name, error=finding.level == "error")
