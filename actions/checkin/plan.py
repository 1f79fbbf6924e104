"""Which questions belong to the check-in at hand, in their order."""

from collections.abc import Iterator

from actions.checkin.path import MOST_THINGS, Choose, Helped, Keep, Place, Reached, Step, things
from actions.checkin.question import Question
from actions.checkin.questions import (
    SOME,
    Begin,
    Confirm,
    Fix,
    GoOn,
    Hardest,
    HowIs,
    Pause,
    Pick,
    Strength,
)
from actions.checkin.talk import NO, YES, Talk

_BAD_IN_A_ROW = 3


def plan(talk: Talk) -> list[Question]:
    """Return the questions that belong to it, answered or not; the first open one is asked."""
    if talk.waits:
        return [GoOn(), *_questions(talk)]
    return list(_questions(talk))


def current(talk: Talk) -> Question | None:
    """Return the question to ask, or None when all are answered."""
    return next((question for question in plan(talk) if question.open(talk)), None)


def unfinished(talk: Talk) -> bool:
    """Return whether a check-in was begun and has a question left."""
    begun = talk["checkin_begin"] is not None or talk.kind == "return"
    return bool(talk.kind) and begun and any(q.open(talk) for q in _questions(talk))


def _questions(talk: Talk) -> Iterator[Question]:
    if talk.kind == "return":
        yield from _return(talk)
        return
    yield Begin()
    if talk["checkin_begin"] == SOME:
        yield Pick()
    yield from _areas(talk)
    yield Strength()
    if talk.memory.get("fixing"):
        yield Fix()
    yield Confirm()
    if talk["checkin_confirm"] == YES:
        yield from _path(talk)


def _areas(talk: Talk) -> Iterator[Question]:
    bad = 0
    offered = False
    areas = talk.areas
    for place, area in enumerate(areas):
        yield HowIs(area)
        if talk.level(area) in ("vaihtelee", "huonosti"):
            yield Hardest(area)
        bad = bad + 1 if talk.level(area) == "huonosti" else 0
        if bad == _BAD_IN_A_ROW and not offered and place + 1 < len(areas):
            offered = True
            yield Pause()


def _path(talk: Talk) -> Iterator[Question]:
    for number in range(min(MOST_THINGS, len(talk.worrying))):
        choice = Choose(number)
        yield choice
        if talk[choice.slot] in (None, NO):
            break
    chosen = things(talk)
    # Rasa fills the municipality from the very message that answers the question.
    place = "path_place"
    if chosen and (talk[place] or talk.municipality is None or talk["requested_slot"] == place):
        yield Place()
    yield from (Step(one) for one in chosen)
    yield Helped()
    if any(one.chosen(talk) for one in chosen):
        yield Keep()


def _return(talk: Talk) -> Iterator[Question]:
    for one in things(talk):
        if one.accepted:
            yield Reached(one)
        if not one.accepted or talk[f"path_reached_{one.number}"] == "no":
            yield Step(one)
    yield Helped()
