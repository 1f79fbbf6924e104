"""``polku chat``: the conversation in a terminal."""

import asyncio
import uuid
from collections.abc import Callable

from bot.channels.web.views import cards
from bot.conversation import Conversation, EmptyMessage
from bot.rasa_server import RasaServer
from bot.store import Message
from services_catalog.answers import Answers
from services_catalog.cards import text as card_text


async def chat(
    conversation: Conversation,
    rasa: RasaServer,
    answers: Answers,
    *,
    read: Callable[[str], str] = input,
    write: Callable[[str], None] = print,
) -> None:
    """Talk until the end of the input; a number chooses the button with that number."""
    write(f"(rasa is {rasa.status}; end with Ctrl-D)\n")
    opened, _, messages = await conversation.start("terminal")
    while True:
        for message in messages:
            write(_shown(message, answers))
        buttons = messages[-1].buttons if messages else ()
        try:
            line = (await asyncio.to_thread(read, "> ")).strip()
        except (EOFError, KeyboardInterrupt):
            return
        chosen = line.isdigit() and 0 < int(line) <= len(buttons)
        payload = buttons[int(line) - 1].payload if chosen else ""
        try:
            messages = await conversation.receive(
                opened.id, str(uuid.uuid4()), text="" if payload else line, payload=payload
            )
        except EmptyMessage:
            messages = []


def _shown(message: Message, answers: Answers) -> str:
    parts = [message.text, *(card_text(card) for card in cards(message, answers))]
    choices = "\n".join(f"  {i}. {b.title}" for i, b in enumerate(message.buttons, start=1))
    return "\n\n".join(filter(None, [*parts, choices])) + "\n"
