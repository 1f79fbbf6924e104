"""Answers put together from the catalogue: what is said, which services, which choices.

Used by the actions and, while Rasa is down, by the gateway, so that both say the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services_catalog.crisis import CrisisTexts
from services_catalog.models import Catalogue, Service, Topic
from services_catalog.phrases import Phrases
from services_catalog.visibility import offer

SERVICES_AT_ONCE = 2
CHOICES_AT_ONCE = 5
HUMAN = "talk_to_human"
GUIDE_HOURS = "guide_hours"
_SENTENCES = 2


@dataclass(frozen=True)
class Choice:
    """A ready answer: its title, and the intent and entities it stands for."""

    title: str
    intent: str
    entities: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bubble:
    """One message of the bot; paragraphs of ``text`` have an empty line between them.

    ``effects`` is what saying it does outside the dialogue, by name: the gateway carries it out
    (``Conversation.on_effect``).
    """

    text: str
    services: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    topic: str = ""
    need: str = ""
    crisis: str = "none"
    effects: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return what is not the text or the choices, as plain data."""
        return {
            "services": list(self.services),
            "topic": self.topic,
            "need": self.need,
            "crisis": self.crisis,
            "effects": dict(self.effects),
        }


class Answers:
    """Builds answers from a catalogue for a day."""

    def __init__(
        self,
        catalogue: Catalogue,
        phrases: Phrases,
        crisis: CrisisTexts,
        *,
        today: Callable[[], date],
        max_age_days: int,
    ) -> None:
        """Use these texts; ``today`` and ``max_age_days`` decide which facts are too old."""
        self.catalogue = catalogue
        self.phrases = phrases
        self.crisis_texts = crisis
        self._today = today
        self._max_age_days = max_age_days

    def topic(
        self, topic_id: str, municipality: str | None = None, second: str | None = None
    ) -> list[Bubble]:
        """Answer a topic: what was understood, one first step, at most two services.

        Args:
            topic_id: The topic.
            municipality: Where the client lives, or None.
            second: Another topic found in the same message, offered as a choice.
        """
        topic = self.catalogue.topic(topic_id)
        if topic.crisis:
            return [self.crisis(topic.crisis, topic)]
        if topic.id == HUMAN:
            # Whether a guide is there is known outside the dialogue.
            return [self._bubble("", topic, effects={"handoff": {}})]
        if topic.id == GUIDE_HOURS:
            return [self._bubble("", topic, effects={"guide_hours": {}})]
        shown = self.services(topic, municipality)
        opening = [topic.heard, *_paragraphs(topic.answer)]
        if second:
            opening.insert(0, self.phrases("heard_both"))
        place = "municipality" in topic.ask and municipality is None
        closing = [self.phrases("first_step", step=topic.first_step)] if topic.first_step else []
        if place:
            closing.append(self.phrases("ask_municipality"))
        choices = self._choices(topic, shown, municipality, second)
        said = "\n\n".join(filter(None, opening))
        if not closing and not shown:
            return [self._bubble(said, topic, choices=choices)]
        return [
            self._bubble(said, topic),
            self._bubble(
                "\n\n".join(closing) or self.phrases("help_here"),
                topic,
                services=tuple(service.id for service in shown),
                choices=choices,
            ),
        ]

    def local(self, topic_id: str, municipality: str) -> list[Bubble]:
        """Show the services of a topic again, now that the municipality is known."""
        topic = self.catalogue.topic(topic_id)
        shown = self.services(topic, municipality)
        place = next(p for p in self.catalogue.municipalities if p.name == municipality)
        return [
            self._bubble(
                self.phrases("municipality_help", locative=place.locative),
                topic,
                services=tuple(service.id for service in shown),
                choices=self._choices(topic, shown, municipality, None),
            )
        ]

    def more(self, topic_id: str, shown: Sequence[str], municipality: str | None) -> list[Bubble]:
        """Show the next service of a topic, or say that there is none."""
        topic = self.catalogue.topic(topic_id)
        left = [s for s in self.services(topic, municipality, limit=99) if s.id not in shown]
        if not left:
            return [
                self._bubble(
                    self.phrases("no_more_help"), topic, choices=(self._human(), self._menu())
                )
            ]
        more = (Choice(self.phrases("buttons.other"), "show_other"),) if left[1:] else ()
        return [
            self._bubble(
                self.phrases("more_help"),
                topic,
                services=(left[0].id,),
                choices=(*more, self._human()),
            )
        ]

    def say(self, phrase: str, **values: str) -> list[Bubble]:
        """Say one of the bot's own phrases, with the way to the catalogue."""
        return [Bubble(self.phrases(phrase, **values), choices=(self._menu(), self._human()))]

    def unsure(self, topic_ids: Sequence[str]) -> list[Bubble]:
        """Ask which of the likeliest topics was meant, or offer a human."""
        titles = [self._about(self.catalogue.topic(topic_id)) for topic_id in topic_ids]
        return [
            Bubble(
                self.phrases("unsure"),
                choices=(
                    *titles,
                    Choice(self.phrases("buttons.none_of_these"), "help_menu"),
                    self._human(),
                ),
            )
        ]

    def menu(self, page: int = 0, opening: str = "menu") -> list[Bubble]:
        """Offer the catalogue by need, a few needs at a time."""
        needs = [need for need in self.catalogue.needs if need.service_need]
        choices = [Choice(need.title, "help_menu", {"need": need.id}) for need in needs]
        return [Bubble(self.phrases(opening), choices=self._page(choices, page, {}))]

    def need(self, need_id: str, page: int = 0) -> list[Bubble]:
        """Offer the topics of a need, a few at a time."""
        need = self.catalogue.need(need_id)
        choices = [self._about(topic) for topic in self.catalogue.topics_of(need_id)]
        return [
            Bubble(
                self.phrases("need_topics", need=need.title),
                choices=self._page(choices, page, {"need": need_id}),
                need=need_id,
            )
        ]

    def crisis(self, kind: str, topic: Topic | None = None) -> Bubble:
        """Return the fixed text of a kind of crisis."""
        return Bubble(
            "\n\n".join(self.crisis_texts.texts[kind]),
            choices=(Choice(self.phrases("continue_after_crisis"), "help_menu"), self._human()),
            topic=topic.id if topic else "",
            need=topic.need if topic else "",
            crisis="acute",
        )

    def services(
        self, topic: Topic, municipality: str | None, limit: int = SERVICES_AT_ONCE
    ) -> list[Service]:
        """Return what may be shown to this client, best first."""
        return offer(
            self.catalogue,
            topic,
            municipality,
            today=self._today(),
            max_age_days=self._max_age_days,
            limit=limit,
        )

    def _choices(
        self, topic: Topic, shown: Sequence[Service], municipality: str | None, second: str | None
    ) -> tuple[Choice, ...]:
        choices = []
        if second:
            choices.append(self._about(self.catalogue.topic(second), "buttons.second"))
        if len(self.services(topic, municipality, limit=99)) > len(shown):
            choices.append(Choice(self.phrases("buttons.other"), "show_other"))
        choices += [
            self._about(self.catalogue.topic(related))
            for related in topic.related
            if related != second
        ]
        choices = choices[: CHOICES_AT_ONCE - 1]
        human = self._human()
        return (*choices, human if topic.services and topic.id != human.intent else self._menu())

    def _page(
        self, choices: list[Choice], page: int, entities: dict[str, str]
    ) -> tuple[Choice, ...]:
        size = CHOICES_AT_ONCE - 1
        if len(choices) <= CHOICES_AT_ONCE:
            return tuple(choices)
        start = page * size % (-(-len(choices) // size) * size)
        more = Choice(
            self.phrases("buttons.more"), "help_menu", {**entities, "page": str(page + 1)}
        )
        return (*choices[start : start + size], more)

    def _about(self, topic: Topic, phrase: str = "") -> Choice:
        title = self.phrases(phrase, title=topic.title) if phrase else topic.title
        return Choice(title, topic.id)

    def _human(self) -> Choice:
        return Choice(self.phrases("buttons.human"), HUMAN)

    def _menu(self) -> Choice:
        return Choice(self.phrases("buttons.menu"), "help_menu")

    def _bubble(self, text: str, topic: Topic, **more: Any) -> Bubble:
        return Bubble(text, topic=topic.id, need=topic.need, **more)


def _paragraphs(sentences: Sequence[str]) -> list[str]:
    """Join sentences two by two: three in a paragraph is the most a tired reader should meet."""
    return [
        " ".join(sentences[start : start + _SENTENCES])
        for start in range(0, len(sentences), _SENTENCES)
    ]
