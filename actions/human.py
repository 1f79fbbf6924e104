"""Bringing in a human."""

from typing import Any

from actions.base import PolkuAction
from actions.checkin.path import path_lines
from actions.checkin.summary import summary
from actions.checkin.talk import Talk
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
        return Reply([handoff(Talk(turn.slots))])


def handoff(talk: Talk) -> Bubble:
    """Return the message that asks for a guide, with what the client may let the guide see.

    That is what was told in the check-in at hand or the last one, the steps that were chosen, and
    the topic at hand.
    """
    human = answers().catalogue.topic("talk_to_human")
    told = bool(talk.well or talk.worrying)
    effects: dict[str, Any] = {
        "handoff": {
            "summary": "\n\n".join(summary(talk)) if told else None,
            "path": "\n\n".join(path_lines(talk)) or None,
            "topic": talk["topic"],
        }
    }
    return Bubble(
        f"{human.heard}\n\n{human.first_step}",
        services=tuple(service.id for service in answers().services(human, None)),
        topic=human.id,
        need=human.need,
        effects=effects,
    )
