"""Answering a need, and going on from the answer."""

from actions.base import PolkuAction
from actions.context import answers
from actions.turn import Reply, Turn
from services_catalog.answers import HUMAN, Bubble


class AnswerTopic(PolkuAction):
    """Answers the topic that was understood; of two, the more urgent one first."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_answer_topic"

    def reply(self, turn: Turn) -> Reply:
        """Answer ``turn.intent``, and offer the second topic of the message."""
        catalogue = answers().catalogue
        first, second = turn.intent, turn.second
        if second and catalogue.topic(second).urgency > catalogue.topic(first).urgency:
            first, second = second, first
        return _answered(turn, first, second)


class TellMunicipality(PolkuAction):
    """Takes the municipality and, when a topic waits for it, shows the services there."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_tell_municipality"

    def reply(self, turn: Turn) -> Reply:
        """Remember where the client lives."""
        place, topic = turn.municipality, turn.slots.get("topic")
        if place is None:
            return Reply(answers().menu())
        if topic is None or not answers().catalogue.topic(topic).services:
            return Reply(answers().say("municipality_known", municipality=place))
        bubbles = answers().local(topic, place)
        return Reply(bubbles, {"shown_services": list(bubbles[-1].services)})


class ShowOther(PolkuAction):
    """Shows the next service for the topic at hand."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_show_other"

    def reply(self, turn: Turn) -> Reply:
        """Show a service that has not been shown."""
        topic = turn.slots.get("topic")
        if topic is None:
            return Reply(answers().menu(opening="nothing_open"))
        shown = turn.slots.get("shown_services") or []
        bubbles = answers().more(topic, shown, turn.municipality)
        return Reply(bubbles, {"shown_services": [*shown, *bubbles[-1].services]})


class Affirm(PolkuAction):
    """Takes a yes as an answer to what was offered last."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_affirm"

    def reply(self, turn: Turn) -> Reply:
        """Answer the offered topic, or ask what is meant."""
        offered = turn.slots.get("offered_topic")
        if offered is None:
            return Reply(answers().topic(turn.intent))
        return _answered(turn, offered, None)


class Repeat(PolkuAction):
    """Says the latest answer again."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_repeat"

    def reply(self, turn: Turn) -> Reply:
        """Repeat the answer to the topic at hand."""
        topic = turn.slots.get("topic")
        if topic is None:
            return Reply(answers().say("repeat_nothing"))
        return Reply(answers().topic(topic, turn.municipality)[-1:])


def _answered(turn: Turn, topic: str, second: str | None) -> Reply:
    if topic == HUMAN:
        # The gateway knows whether a guide is there; the topic is what a guide might be shown.
        effect = {"summary": None, "path": None, "topic": second or turn.slots.get("topic")}
        return Reply([Bubble("", topic=topic, effects={"handoff": effect})], {"misses": 0})
    bubbles = answers().topic(topic, turn.municipality, second)
    if bubbles[-1].effects:
        return Reply(bubbles, {"misses": 0})
    remembered = {"topic": topic} if answers().catalogue.topic(topic).services else {}
    return Reply(
        bubbles,
        {
            **remembered,
            "shown_services": list(bubbles[-1].services),
            "offered_topic": second,
            "misses": 0,
        },
    )
