"""A service as a client sees it: plain data for the channels, and plain lines of text."""

from __future__ import annotations

from datetime import date
from typing import TypedDict
from urllib.parse import urlsplit

from services_catalog import phone_numbers
from services_catalog.dates import day_in_finnish, exact_day, in_finnish, last_day
from services_catalog.models import Service, Source
from services_catalog.visibility import showable_phones


class CardPhone(TypedDict):
    """A telephone number on a card; hours and price are '' when not known."""

    number: str
    href: str
    label: str
    hours: str
    price: str


class CardLink(TypedDict):
    """A web address on a card; the label is its host, so that a client sees where it leads."""

    url: str
    label: str


class Card(TypedDict):
    """Everything of a service that may be shown. A text that is not known is ''."""

    id: str
    name: str
    provider: str
    summary: str
    begin: str
    phones: list[CardPhone]
    web: list[CardLink]
    chat: str
    address: str
    hours: str
    cost: str
    referral: str
    bring: str
    source: str
    verified: str


def card(service: Service, today: date) -> Card:
    """Build the card of a service.

    Args:
        service: A service that is visible; this function does not ask again.
        today: The day it is in Finland. A later verified_on is a slip of the pen and is not
            told to the client.

    Returns:
        The card, ready for JSON.
    """
    return Card(
        id=service.id,
        name=service.name,
        provider=service.provider,
        summary=service.summary,
        begin=service.begin,
        phones=[
            CardPhone(
                number=phone.number,
                href=phone_numbers.link(phone.number),
                label=phone.label,
                hours=phone.hours,
                price=phone.price,
            )
            for phone in showable_phones(service)
        ],
        web=[CardLink(url=url, label=host(url)) for url in service.web],
        chat=service.chat,
        address=service.address,
        hours=service.hours,
        cost=service.cost,
        referral=service.referral,
        bring=service.bring,
        source=_source_line(service.sources),
        verified=_verified_line(service.verified_on, today),
    )


def text(shown: Card) -> str:
    """Write a card as plain lines for a terminal or Telegram.

    Args:
        shown: The card.

    Returns:
        One matter a line; nothing is said of what is not known.
    """
    named = shown["provider"] not in ("", shown["name"])
    lines = [
        f"{shown['name']} ({shown['provider']})" if named else shown["name"],
        shown["summary"],
        _line("Näin aloitat", shown["begin"]),
        *map(_phone_line, shown["phones"]),
        *(_line("Verkossa", link["url"]) for link in shown["web"]),
        _line("Chat", shown["chat"]),
        _line("Osoite", shown["address"]),
        _line("Auki", shown["hours"]),
        _line("Hinta", shown["cost"]),
        _line("Lähete", shown["referral"]),
        _line("Ota mukaan", shown["bring"]),
        shown["source"],
        shown["verified"],
    ]
    return "\n".join(line for line in lines if line)


def host(url: str) -> str:
    """Return the host of a web address without www, such as "hyvaks.fi"."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _source_line(sources: tuple[Source, ...]) -> str:
    dated = [source for source in sources if source.date]
    if dated:
        newest = max(dated, key=lambda source: last_day(source.date))
        return f"Lähde: {host(newest.url)}, {in_finnish(newest.date)}"
    if sources:
        return f"Lähde: {host(sources[0].url)}, päiväys ei ole tiedossa"
    return ""


def _verified_line(verified_on: str, today: date) -> str:
    if not verified_on or exact_day(verified_on) > today:
        return ""
    return f"Tarkistettu {day_in_finnish(exact_day(verified_on))}"


def _phone_line(phone: CardPhone) -> str:
    label = f" ({phone['label']})" if phone["label"] else ""
    parts = [f"Puhelin: {phone['number']}{label}"]
    parts += [f"auki {phone['hours']}"] if phone["hours"] else []
    parts += [phone["price"]] if phone["price"] else []
    return ". ".join(part[:1].upper() + part[1:].rstrip(".") for part in parts)


def _line(head: str, body: str) -> str:
    return f"{head}: {body}" if body else ""
