"""The frame of every action: read the turn, reply, and never leave a client without words."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.commands import command
from actions.context import answers
from actions.turn import Reply, Turn
from services_catalog.answers import Bubble

log = logging.getLogger(__name__)


def say(dispatcher: CollectingDispatcher, bubbles: Iterable[Bubble]) -> None:
    """Hand messages to Rasa, each with its buttons and what belongs to it."""
    for bubble in bubbles:
        dispatcher.utter_message(
            text=bubble.text,
            buttons=[{"title": c.title, "payload": command(c)} for c in bubble.choices],
            json_message=bubble.as_dict(),
        )


class PolkuAction(Action, ABC):  # type: ignore[misc]
    """An action that answers a turn; subclasses write ``reply``."""

    @abstractmethod
    def reply(self, turn: Turn) -> Reply:
        """Return what to say to ``turn``."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Say the reply, or an apology when it fails, and return the slots as events."""
        try:
            reply = self.reply(
                Turn.of({"latest_message": tracker.latest_message, "slots": tracker.slots})
            )
        except Exception as error:
            # The type only: a message or a slot could be in the error's text.
            log.error("%s failed: %s", self.name(), type(error).__name__)
            dispatcher.utter_message(text=answers().phrases("apology"))
            return []
        say(dispatcher, reply.bubbles)
        return [
            {"event": "slot", "timestamp": None, "name": name, "value": value}
            for name, value in reply.slots.items()
        ]
