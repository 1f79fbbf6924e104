"""What every question of the form can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from actions.checkin.reading import Polarity
from actions.checkin.talk import SKIPPED, Talk
from actions.context import answers, checkin, reader
from services_catalog.answers import CHOICES_AT_ONCE, Bubble, Choice
from services_catalog.models import Topic

MOST_BUTTONS = 6


@dataclass(frozen=True)
class Said:
    """A typed message in the middle of the form.

    Attributes:
        text: What was typed.
        intent: The intent when it is sure, otherwise "".
        likely: Service topics that the text may be about, likeliest first.
        municipality: The municipality named in it, or None.
    """

    text: str
    intent: str = ""
    likely: Sequence[str] = field(default_factory=tuple)
    municipality: str | None = None

    @property
    def topic(self) -> Topic | None:
        """Return the service topic that the text is surely about, or None."""
        catalogue = answers().catalogue
        if not catalogue.has_topic(self.intent):
            return None
        topic = catalogue.topic(self.intent)
        return topic if catalogue.need(topic.need).service_need else None

    @property
    def polarity(self) -> Polarity | None:
        """Return whether it says yes or no, or None."""
        return reader().polarity(self.text, self.intent)


class Question(ABC):
    """One slot of the form: when it is asked, how, and how an answer is read."""

    def __init__(self, slot: str) -> None:
        """Ask for this slot."""
        self.slot = slot

    def open(self, talk: Talk) -> bool:
        """Return whether it still waits for an answer."""
        return talk[self.slot] is None

    @abstractmethod
    def ask(self, talk: Talk) -> Bubble:
        """Return the question with its ready answers."""

    @abstractmethod
    def take(self, talk: Talk, value: str) -> None:
        """Take the answer of a button; what is unknown is left unanswered."""

    @abstractmethod
    def read(self, talk: Talk, said: Said) -> bool:
        """Take a typed answer; return whether it was one."""

    def keep(self, talk: Talk, said: Said) -> bool:
        """Keep a message that is no answer as own words; return whether that was done."""
        return False

    def skip(self, talk: Talk) -> None:
        """Leave the question; it is not asked again."""
        talk[self.slot] = SKIPPED

    def clear(self, talk: Talk) -> None:
        """Take the answer back, so that it is asked again."""
        talk[self.slot] = None


def bubble(paragraphs: Sequence[str], *choices: Choice, services: Sequence[str] = ()) -> Bubble:
    """Return a message of these paragraphs."""
    return Bubble("\n\n".join(paragraphs), choices=choices, services=tuple(services))


def pages(talk: Talk, choices: Sequence[Choice], more: Choice, room: int) -> tuple[Choice, ...]:
    """Return the choices that fit, a page at a time, with a way to the next page."""
    if len(choices) <= room:
        return tuple(choices)
    size = room - 1
    start = talk.page * size % (-(-len(choices) // size) * size)
    return (*choices[start : start + size], more)


def more_of(slot: str, talk: Talk, key: str) -> Choice:
    """Return the choice that shows the next page of a question's answers."""
    return Choice(
        checkin().buttons[key],
        "checkin_answer",
        {"question": slot, "answer": "more", "page": str(talk.page + 1)},
    )


__all__ = ["CHOICES_AT_ONCE", "MOST_BUTTONS", "Question", "Said", "bubble", "more_of", "pages"]
