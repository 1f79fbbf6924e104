"""How a choice is written for Rasa, and read back."""

import json

from services_catalog.answers import Choice

BUTTON_INTENTS = frozenset(
    {"checkin_answer", "continue_checkin", "start_close_one", "resume_path", "pause_for_crisis"}
)
"""Intents that only buttons and the gateway send: nobody types them, and none is a topic."""


def command(choice: Choice) -> str:
    """Return what Rasa takes as this choice; never shown to a client."""
    entities = json.dumps(choice.entities, ensure_ascii=False) if choice.entities else ""
    return f"/{choice.intent}{entities}"


def parse(text: str) -> tuple[str, dict[str, str]]:
    """Return the intent and entities of a command that ``command`` wrote."""
    name, brace, entities = text.removeprefix("/").partition("{")
    return name, json.loads(brace + entities) if brace else {}
