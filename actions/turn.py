"""What an action is told of a conversation, and what it says back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services_catalog.answers import Bubble


@dataclass(frozen=True)
class Turn:
    """The client's latest message and what is remembered.

    Attributes:
        intent: The understood intent, or the one a button stands for.
        second: Another topic found in the same message, or None.
        ranking: Likeliest intents, best first, without the fallback.
        entities: The latest value of each entity in the message.
        slots: What earlier turns left.
        text: What was typed.
    """

    intent: str
    second: str | None = None
    ranking: Sequence[str] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def municipality(self) -> str | None:
        """Return where the client lives, from this message or an earlier one."""
        return self.entities.get("municipality") or self.slots.get("municipality")

    @classmethod
    def of(cls, tracker: Mapping[str, Any]) -> "Turn":
        """Read the JSON of a tracker, as Rasa posts it to the action server."""
        latest = tracker.get("latest_message") or {}
        second = latest.get("second_intent") or {}
        return cls(
            intent=(latest.get("intent") or {}).get("name") or "",
            second=second.get("name"),
            ranking=[
                entry["name"]
                for entry in latest.get("intent_ranking") or []
                if entry["name"] != "nlu_fallback"
            ],
            entities={e["entity"]: e["value"] for e in latest.get("entities") or []},
            slots=tracker.get("slots") or {},
            text=latest.get("text") or "",
        )


@dataclass(frozen=True)
class Reply:
    """What is said, and the slots that change."""

    bubbles: Sequence[Bubble]
    slots: Mapping[str, Any] = field(default_factory=dict)
