"""Bringing in a human."""

from typing import Any

from actions.base import PolkuAction
from actions.context import answers
from actions.turn import Reply, Turn
from services_catalog.answers import Bubble


class TalkToHuman(PolkuAction):
    """Asks the gateway for a guide, and gives the numbers where a human answers."""

    def name(self) -> str:
        """Return the name in the domain."""
        return "action_talk_to_human"

    def reply(self, turn: Turn) -> Reply:
        """Tell what could be shown to the guide, if the client says yes."""
        return Reply([handoff(topic=turn.slots.get("topic"))])


def handoff(
    *, summary: str | None = None, path: str | None = None, topic: str | None = None
) -> Bubble:
    """Return the message that asks for a guide.

    Args:
        summary: What the client told in the check-in, in words, or None.
        path: The steps that the client chose, in words, or None.
        topic: The topic at hand, or None.
    """
    human = answers().catalogue.topic("talk_to_human")
    effects: dict[str, Any] = {"handoff": {"summary": summary, "path": path, "topic": topic}}
    return Bubble(
        f"{human.heard}\n\n{human.first_step}",
        services=tuple(service.id for service in answers().services(human, None)),
        topic=human.id,
        need=human.need,
        effects=effects,
    )
