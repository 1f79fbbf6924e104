"""A stored message as the API and the page show it."""

from datetime import datetime
from typing import Any

from bot.clock import today
from bot.store import Message
from services_catalog.answers import Answers
from services_catalog.cards import Card, card, text

# What a message with a document leads to, in this order, by the key of its title.
_LINKS = {
    "errand_list": {
        "page": "/muistilista",
        "pdf": "/muistilista.pdf",
        "text": "/muistilista.txt",
        "calendar": "/muistilista#kalenteri",
    },
}
_SENDERS = {"client": "Sinä", "bot": "Botti", "guide": "Ohjaaja", "system": "Polku"}


def cards(message: Message, answers: Answers) -> list[Card]:
    """Return the cards of the services a message shows; a service since removed is left out."""
    known = {service.id: service for service in answers.catalogue.services}
    return [card(known[name], today()) for name in message.services if name in known]


def links(message: Message, answers: Answers) -> list[dict[str, str]]:
    """Return where the document that a message tells of is found."""
    return [
        {"title": answers.phrases(f"links.{message.document}.{key}"), "href": href}
        for key, href in _LINKS.get(message.document, {}).items()
    ]


def as_json(message: Message, answers: Answers) -> dict[str, Any]:
    """Return the message of the HTTP contract, with its cards."""
    return {
        "n": message.n,
        "from": message.sender,
        "sender": _SENDERS[message.sender],
        "at": message.at.isoformat(timespec="seconds"),
        "text": message.text,
        "buttons": [{"title": b.title, "payload": b.payload} for b in message.buttons],
        "services": list(message.services),
        "cards": cards(message, answers),
        "topic": message.topic,
        "need": message.need,
        "crisis": message.crisis,
        "document": message.document,
        "links": links(message, answers),
        "id": message.client_id,
    }


def as_view(message: Message, answers: Answers) -> dict[str, Any]:
    """Return the message as the page's template takes it."""
    return as_json(message, answers) | {
        "time": clock_time(message.at),
        "lines": [line for line in message.text.split("\n\n") if line],
    }


def as_text(messages: list[Message], answers: Answers) -> str:
    """Return a conversation as plain text, with the cards of the services shown."""
    parts = []
    for message in messages:
        day = f"{message.at.day}.{message.at.month}.{message.at.year}"
        head = f"{_SENDERS[message.sender]}, {day} kello {clock_time(message.at)}"
        parts.append("\n".join([head, message.text]))
        parts += [text(each) for each in cards(message, answers)]
    return "\n\n".join(parts) + "\n"


def clock_time(at: datetime) -> str:
    """Return the time of day as Finns write it: 8.15."""
    return f"{at.hour}.{at.minute:02}"
