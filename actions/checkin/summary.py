"""Puts what the client told into two lists, in words and never in numbers."""

from actions.checkin.talk import OWN_WORDS, Talk
from actions.context import checkin
from services_catalog.checkin import LEVELS, Area

_BULLET = "\n• "


def summary(talk: Talk) -> list[str]:
    """Return the paragraphs of the summary: what is in order, what helps, what worries."""
    paragraphs = []
    if talk.well:
        lines = [_with_words(talk, area, area.title) for area in talk.well]
        paragraphs.append(_list("summary_well", lines))
    if strength := strength_words(talk):
        paragraphs += checkin().say("summary_strength", strength=strength)
    if talk.worrying:
        paragraphs.append(_list("summary_worries", [thing(talk, a) for a in talk.worrying]))
    if extra := talk.words("muu"):
        paragraphs += checkin().say("summary_also", words=extra)
    if changes := _changes(talk):
        paragraphs.append(_list("summary_changes", changes))
    return paragraphs or checkin().say("summary_none")


def thing(talk: Talk, area: Area) -> str:
    """Return an area with its worry, and the client's own words as they were written."""
    text = f"{area.title}: {worry_words(talk, area)}"
    return text if _is_own(talk, area) else _with_words(talk, area, text)


def worry_words(talk: Talk, area: Area) -> str:
    """Return the worry of an area in a few words to the client."""
    worry = talk.worry(area)
    if worry:
        return worry.said
    if _is_own(talk, area):
        return f"”{talk.words(area.id)}”"
    now_and_then = talk.level(area) == "vaihtelee"
    return checkin().say("summary_now_and_then" if now_and_then else "summary_some_worry")[0]


def strength_words(talk: Talk) -> str:
    """Return what helps the client to cope, or ""."""
    value = talk["checkin_strength"]
    if value == OWN_WORDS:
        return talk.words("strength")
    titles = {strength.id: strength.button for strength in checkin().strengths}
    title = titles.get(value, "")
    return title[:1].lower() + title[1:]


def _is_own(talk: Talk, area: Area) -> bool:
    return talk[area.worry_slot] == OWN_WORDS and bool(talk.words(area.id))


def _with_words(talk: Talk, area: Area, text: str) -> str:
    words = talk.words(area.id)
    if not words:
        return text
    return f"{text}. {checkin().say('summary_words', words=words)[0]}"


def _changes(talk: Talk) -> list[str]:
    """Compare with an earlier check-in the areas that were answered both times."""
    before = talk.memory.get("before") or {}
    lines = []
    for area in talk.areas:
        now, then = talk.level(area), before.get(area.id)
        if now is None or then is None:
            continue
        turn = LEVELS.index(now) - LEVELS.index(then)
        key = "change_worse" if turn > 0 else "change_better" if turn < 0 else "change_same"
        lines += checkin().say(key, area=area.title)
    return lines


def _list(heading: str, lines: list[str]) -> str:
    return _BULLET.join([*checkin().say(heading), *lines])
