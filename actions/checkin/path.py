"""The path: what is helped first, where the client lives, one step for each thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.checkin.question import MOST_BUTTONS, Question, Said, bubble, more_of, pages
from actions.checkin.summary import summary, worry_words
from actions.checkin.talk import NO, SKIPPED, YES, Talk, answer, button, human
from actions.context import answers, checkin, reader
from services_catalog.answers import Bubble, Choice
from services_catalog.checkin import Area
from services_catalog.models import Service
from services_catalog.plain_language import MAX_BUTTON_LETTERS

MOST_THINGS = 3

_CHOICE_SLOTS = ("path_first", "path_second", "path_third")
_ANSWER_SENTENCES = 2
_EVERY_SERVICE = 99


@dataclass(frozen=True)
class Thing:
    """Something that the client wants help with.

    Attributes:
        number: Its place in the client's order, from 1.
        area: The id of its area.
        title: What it is, as it is said to the client.
        worry: The worry in a few words.
        words: The client's own words, or "".
        topic: The topic whose services help.
        step: The first step.
        known: Services shown in an earlier chat.
        accepted: The service accepted then, or None.
    """

    number: int
    area: str
    title: str
    worry: str
    words: str
    topic: str
    step: str
    known: tuple[str, ...] = ()
    accepted: str | None = None

    @property
    def slot(self) -> str:
        """Return the slot that holds the accepted service."""
        return f"path_step_{self.number}"

    def shown(self, talk: Talk) -> list[str]:
        """Return the services shown so far; the last one is in question."""
        return list(talk.memory.get("shown", {}).get(str(self.number), self.known))

    def left(self, talk: Talk) -> list[Service]:
        """Return the services that can still be shown, best first."""
        topic = answers().catalogue.topic(self.topic)
        offered = answers().services(topic, talk.municipality, limit=_EVERY_SERVICE)
        shown = self.shown(talk)
        return [service for service in offered if service.id not in shown]

    def chosen(self, talk: Talk) -> str | None:
        """Return the accepted service, or None."""
        now = talk[self.slot]
        return self.accepted if now is None else None if now == NO else now

    def first_step(self, talk: Talk) -> str:
        """Return the step to take: with another service than the first, how that one begins."""
        now = talk[self.slot]
        first = self.accepted or next(iter(self.shown(talk)), None)
        if now in (None, NO, first) or not answers().catalogue.has_service(now):
            return self.step
        return answers().catalogue.service(now).begin


def things(talk: Talk) -> list[Thing]:
    """Return what the client chose, in the client's order."""
    if talk.kind == "return":
        return [_kept(i, one) for i, one in enumerate(_kept_things(talk), start=1)]
    chosen = [checkin().area(talk[slot] or "") for slot in _CHOICE_SLOTS]
    return [_thing(talk, i, area) for i, area in enumerate(filter(None, chosen), start=1)]


def path_value(talk: Talk) -> dict[str, Any]:
    """Return the path as the gateway keeps it."""
    old = talk.memory.get("path") or {}
    return {
        "municipality": talk.municipality,
        "summary": old.get("summary") or "\n\n".join(summary(talk)),
        "things": [
            {
                "area": one.area,
                "worry": one.worry,
                "words": one.words,
                "topic": one.topic,
                "step": one.first_step(talk),
                "services": _accepted_last(one.shown(talk), one.chosen(talk)),
                "accepted": one.chosen(talk),
            }
            for one in things(talk)
        ],
        # So that a later check-in can say in words what has changed.
        "answers": old.get("answers")
        or {area.id: level for area in talk.areas if (level := talk.level(area))},
    }


def path_lines(talk: Talk) -> list[str]:
    """Return the accepted steps as one numbered paragraph, and which one comes first."""
    accepted = [one for one in things(talk) if one.chosen(talk)]
    if not accepted:
        return []
    lines = [
        checkin().say("path_line", number=str(i), thing=one.title, step=one.first_step(talk))[0]
        for i, one in enumerate(accepted, start=1)
    ]
    closing = "path_first" if len(accepted) > 1 else "path_only"
    return ["\n".join([*checkin().say("path"), *lines]), *checkin().say(closing)]


def by_urgency(talk: Talk, areas: Sequence[Area]) -> list[Area]:
    """Return the areas with eviction, no money, no food and safety first, then health and mind."""
    return sorted(areas, key=lambda area: (talk.worry(area) or area).urgent)


class Choose(Question):
    """Which of the worries is helped, up to three, one at a time."""

    def __init__(self, number: int) -> None:
        """Ask for the first (0), second or third."""
        super().__init__(_CHOICE_SLOTS[number])
        self.number = number

    def ask(self, talk: Talk) -> Bubble:
        """Offer the worries that are left."""
        buttons = checkin().buttons
        choices = [answer(_button(talk, area), self.slot, area.id) for area in self._left(talk)]
        none = answer(buttons["no_more" if self.number else "no_help"], self.slot, NO)
        return bubble(
            checkin().say("next_thing" if self.number else "first_thing"),
            *pages(talk, choices, more_of(self.slot, talk, "more_areas"), MOST_BUTTONS - 1),
            none,
        )

    def take(self, talk: Talk, value: str) -> None:
        """Take an area, or no."""
        if value == NO:
            talk[self.slot] = NO
            if self.number == 0:
                talk.say("no_help_now")
        elif checkin().area(value) in self._left(talk):
            talk[self.slot] = value

    def read(self, talk: Talk, said: Said) -> bool:
        """Read the name of an area or a worry, or no."""
        left = self._left(talk)
        named = [area for area in left if reader().worry(said.text, area, list(said.likely)[:1])]
        named = reader().areas(said.text, left) or named
        if named:
            self.take(talk, named[0].id)
        elif said.polarity == "no":
            self.take(talk, NO)
        elif said.polarity == "yes" and len(left) == 1:
            self.take(talk, left[0].id)
        else:
            return False
        return True

    def skip(self, talk: Talk) -> None:
        """Choose nothing more."""
        self.take(talk, NO)

    def clear(self, talk: Talk) -> None:
        """Choose anew, and what follows."""
        for slot in (*_CHOICE_SLOTS[self.number :], *(f"path_step_{i}" for i in (1, 2, 3))):
            talk[slot] = None
        talk.remember(shown={})

    def _left(self, talk: Talk) -> list[Area]:
        taken = [talk[slot] for slot in _CHOICE_SLOTS[: self.number]]
        return [area for area in by_urgency(talk, talk.worrying) if area.id not in taken]


class Place(Question):
    """Where the client lives; asked once, and only when it is not known."""

    def __init__(self) -> None:
        """Ask for the municipality."""
        super().__init__("path_place")

    def ask(self, talk: Talk) -> Bubble:
        """Offer the municipalities of Central Finland."""
        buttons = checkin().buttons
        unknown = talk.memory.get("unknown_place")
        choices = [
            answer(place.name, self.slot, place.name)
            for place in answers().catalogue.municipalities
        ]
        return bubble(
            checkin().say("place_unknown" if unknown else "place"),
            *pages(talk, choices, more_of(self.slot, talk, "more_places"), MOST_BUTTONS - 1),
            answer(buttons["skip"], self.slot, SKIPPED),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Remember the municipality, or that it is not told."""
        if value in {place.name for place in answers().catalogue.municipalities}:
            talk["municipality"] = value
            talk[self.slot] = value
        elif value == SKIPPED:
            talk[self.slot] = SKIPPED

    def read(self, talk: Talk, said: Said) -> bool:
        """Read a municipality in whatever form."""
        if said.municipality:
            self.take(talk, said.municipality)
            return True
        if said.polarity == "no":
            self.skip(talk)
            return True
        return False

    def keep(self, talk: Talk, said: Said) -> bool:
        """Say that the place was not found."""
        talk.remember(unknown_place=True)
        return True

    def clear(self, talk: Talk) -> None:
        """Ask again."""
        super().clear(talk)
        talk["municipality"] = None


class Step(Question):
    """One thing: its first step, and one service at a time until one fits."""

    def __init__(self, one: Thing) -> None:
        """Ask about this thing."""
        super().__init__(one.slot)
        self.thing = one

    def open(self, talk: Talk) -> bool:
        """Ask until a service was accepted or the thing left out."""
        return talk[self.slot] is None

    def ask(self, talk: Talk) -> Bubble:
        """Show the step and the service in question."""
        self._show_first(talk)
        topic = answers().catalogue.topic(self.thing.topic)
        shown = self.thing.shown(talk)
        first = len(shown) - len(self.thing.known) <= 1 and not self.thing.known
        buttons = checkin().buttons
        paragraphs = (
            [
                self.thing.title,
                " ".join(topic.answer[:_ANSWER_SENTENCES]),
                *checkin().say("first_step", step=self.thing.step),
            ]
            if first
            else [self.thing.title, *checkin().say("other_service")]
        )
        other = [answer(buttons["other"], self.slot, "other")] if self.thing.left(talk) else []
        return bubble(
            [*paragraphs, *checkin().say("fits")],
            answer(buttons["fits"], self.slot, YES),
            *other,
            answer(buttons["errand_list"], self.slot, "list"),
            human(),
            answer(buttons["leave_out"], self.slot, NO),
            services=shown[-1:],
        )

    def take(self, talk: Talk, value: str) -> None:
        """Accept, show another, make the errand list, or leave it out."""
        self._show_first(talk)
        shown = self.thing.shown(talk)
        if value == "other":
            self._show_next(talk)
        elif value == NO or not shown:
            talk[self.slot] = NO
            talk.say("left_out")
            talk.effects["path"] = path_value(talk)
        elif value in (YES, "list"):
            talk[self.slot] = shown[-1]
            talk.count(f"path_chosen:{self.thing.topic}")
            talk.effects["path"] = path_value(talk)
            if value == YES:
                talk.say("accepted")
            else:
                self._make_list(talk)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes, no, another one, the errand list."""
        buttons = checkin().buttons
        wanted = reader().choice(
            said.text,
            {
                "other": [buttons["other"], buttons["not_for_me"], "toinen", "jokin muu", "muu"],
                "list": [buttons["errand_list"], "muistilista", "lista"],
                NO: [buttons["leave_out"], "ohita tämä"],
            },
        )
        if wanted is None and said.intent == "show_other":
            wanted = "other"
        if wanted is None and said.polarity:
            wanted = YES if said.polarity == "yes" else "other"
        if wanted is None:
            return False
        self.take(talk, wanted)
        return True

    def skip(self, talk: Talk) -> None:
        """Leave the thing out."""
        self.take(talk, NO)

    def clear(self, talk: Talk) -> None:
        """Ask again from the first service."""
        super().clear(talk)
        talk.note("shown", str(self.thing.number), None)

    def _show_first(self, talk: Talk) -> None:
        if len(self.thing.shown(talk)) == len(self.thing.known):
            self._add(talk, self.thing.left(talk)[:1])

    def _show_next(self, talk: Talk) -> None:
        left = self.thing.left(talk)
        if not left:
            talk.say("no_other_service")
        self._add(talk, left[:1])

    def _add(self, talk: Talk, services: Sequence[Service]) -> None:
        shown = [*self.thing.shown(talk), *(service.id for service in services)]
        talk.note("shown", str(self.thing.number), shown)

    def _make_list(self, talk: Talk) -> None:
        effects = {"path": path_value(talk), "errand_list": {"thing": self.thing.number - 1}}
        talk.bubbles.append(Bubble("\n\n".join(checkin().say("errand_list")), effects=effects))
        talk.effects.pop("path", None)


class Helped(Question):
    """Whether it helped; counted, and tied to nobody."""

    def __init__(self) -> None:
        """Ask for yes, some or no."""
        super().__init__("checkin_helped")

    def ask(self, talk: Talk) -> Bubble:
        """Show the path once more, and ask."""
        buttons = checkin().buttons
        nothing = not talk.worrying and talk.kind != "return"
        told = checkin().say("nothing_to_help") if nothing else path_lines(talk)
        return bubble(
            [*told, *checkin().say("helped")],
            answer(buttons["helped_yes"], self.slot, "yes"),
            answer(buttons["helped_some"], self.slot, "some"),
            answer(buttons["helped_no"], self.slot, "no"),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Count the answer."""
        if value in ("yes", "some", "no"):
            talk[self.slot] = value
            talk.count(f"helped:{value}")
            talk.say(f"helped_{value}")

    def read(self, talk: Talk, said: Said) -> bool:
        """Read how much it helped."""
        buttons = checkin().buttons
        value = reader().choice(
            said.text,
            {
                "some": [buttons["helped_some"], "jonkin verran", "ehkä", "pikkasen", "joo vähän"],
                "no": [buttons["helped_no"], "ei yhtään"],
                "yes": [buttons["helped_yes"], "oli apua", "paljon", "oli joo"],
            },
        )
        told = value or said.polarity
        if told:
            self.take(talk, told)
        return told is not None


class Keep(Question):
    """Whether the path is kept so that the client can come back to it."""

    def __init__(self) -> None:
        """Ask for yes or no."""
        super().__init__("path_keep")

    def ask(self, talk: Talk) -> Bubble:
        """Offer the code."""
        buttons = checkin().buttons
        return bubble(
            checkin().say("keep"),
            answer(buttons["keep"], self.slot, YES),
            answer(buttons["not_keep"], self.slot, NO),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Have the path kept, or not."""
        if value not in (YES, NO):
            return
        talk[self.slot] = value
        if value == YES:
            talk.say("kept")
            talk.effects["keep_path"] = True

    def read(self, talk: Talk, said: Said) -> bool:
        """Read yes and no."""
        if said.polarity:
            self.take(talk, YES if said.polarity == "yes" else NO)
        return said.polarity is not None

    def skip(self, talk: Talk) -> None:
        """Keep nothing."""
        self.take(talk, NO)


class Reached(Question):
    """After coming back: whether the client reached the service."""

    def __init__(self, one: Thing) -> None:
        """Ask about this thing."""
        super().__init__(f"path_reached_{one.number}")
        self.thing = one

    def ask(self, talk: Talk) -> Bubble:
        """Name the thing and the service, and ask."""
        buttons = checkin().buttons
        first = all(talk[f"path_reached_{i}"] is None for i in range(1, self.thing.number))
        catalogue = answers().catalogue
        service = self.thing.accepted or ""
        name = f": {catalogue.service(service).name}" if catalogue.has_service(service) else ""
        return bubble(
            checkin().say("return" if first else "return_next", thing=self.thing.title + name),
            answer(buttons["reached_yes"], self.slot, "yes"),
            answer(buttons["reached_no"], self.slot, "no"),
            answer(buttons["reached_not_tried"], self.slot, "not_tried"),
        )

    def take(self, talk: Talk, value: str) -> None:
        """Count it; whoever was not helped is shown another service."""
        if value not in ("yes", "no", "not_tried"):
            return
        talk[self.slot] = value
        talk.count(f"reached:{value}")
        talk.say(f"reached_{value}")
        if value == "not_tried":
            talk.say("first_step", step=self.thing.step)

    def read(self, talk: Talk, said: Said) -> bool:
        """Read whether it was reached."""
        buttons = checkin().buttons
        value = reader().choice(
            said.text,
            {
                "not_tried": [
                    buttons["reached_not_tried"], "en vielä", "en oo yrittäny", "en oo soittanu",
                    "en ole soittanut", "en oo viel",
                ],
                "no": [buttons["reached_no"], "en päässy", "en saanut", "eivät vastanneet"],
                "yes": [buttons["reached_yes"], "pääsin joo", "sain", "kävin"],
            },
        )  # fmt: skip
        bare: str | None = said.polarity
        if bare == "no" and any(word.startswith("viel") for word in said.text.lower().split()):
            bare = "not_tried"
        if value or bare:
            self.take(talk, str(value or bare))
        return bool(value or bare)


def start_return(talk: Talk, path: dict[str, Any]) -> None:
    """Begin where the client comes back to a kept path."""
    talk.begin("return", path=path)
    if path.get("answers"):
        talk.remember(before=path["answers"])
    if not any(one.accepted for one in things(talk)):
        talk.say("return_none")
    if path.get("municipality") and not talk.municipality:
        talk["municipality"] = path["municipality"]


def closing(talk: Talk) -> tuple[Choice, ...]:
    """Return the choices after the last question."""
    return (button("restart", "start_checkin"), human())


def _thing(talk: Talk, number: int, area: Area) -> Thing:
    worry = talk.worry(area)
    told = talk.memory.get("topics", {}).get(area.id)
    topic = worry.topic if worry else told or area.topic
    step = (worry or area).step if worry or topic == area.topic else ""
    return Thing(
        number=number,
        area=area.id,
        title=f"{area.title}: {worry_words(talk, area)}",
        worry=worry_words(talk, area),
        words=talk.words(area.id),
        topic=topic,
        step=step or answers().catalogue.topic(topic).first_step,
    )


def _kept_things(talk: Talk) -> list[dict[str, Any]]:
    catalogue = answers().catalogue
    kept = (talk.memory.get("path") or {}).get("things") or []
    # The catalogue may have changed since the path was kept.
    return [one for one in kept[:MOST_THINGS] if catalogue.has_topic(one.get("topic", ""))]


def _kept(number: int, one: dict[str, Any]) -> Thing:
    area = checkin().area(one.get("area", ""))
    title = f"{area.title}: {one.get('worry', '')}" if area else one.get("worry", "")
    return Thing(
        number=number,
        area=one.get("area", ""),
        title=title,
        worry=one.get("worry", ""),
        words=one.get("words", ""),
        topic=one["topic"],
        step=one.get("step", ""),
        known=tuple(one.get("services") or ()),
        accepted=one.get("accepted"),
    )


def _accepted_last(shown: list[str], accepted: str | None) -> list[str]:
    if accepted is None:
        return shown
    return [*(service for service in shown if service != accepted), accepted]


def _button(talk: Talk, area: Area) -> str:
    title = f"{area.title}: {worry_words(talk, area)}"
    return title if len(title) <= MAX_BUTTON_LETTERS else area.title
