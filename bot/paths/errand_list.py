"""The errand list: what to have at hand before, during and after a call or a visit.

The wording follows the project's own draft of the asioinnin muistilista; it takes facts from the
catalogue only, and leaves lines to fill in where the catalogue says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.paths.model import Path, Thing
from services_catalog import Service, card, visible
from services_catalog.answers import Answers
from services_catalog.cards import Card, CardPhone
from services_catalog.checkin import Checkin
from services_catalog.dates import day_in_finnish
from services_catalog.phrases import Phrases

_QUESTIONS = 3


@dataclass(frozen=True)
class Line:
    """One line of an entry; ``href`` is a tel: or https: address, or ""; a note follows."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """A label, what is known, and how many empty lines come after it to fill in."""

    label: str
    lines: tuple[Line, ...] = ()
    blanks: int = 0


@dataclass(frozen=True)
class Section:
    """A part of a sheet; ``quote`` is something to say aloud, or ""."""

    title: str
    entries: tuple[Entry, ...] = ()
    quote: str = ""


@dataclass(frozen=True)
class Contact:
    """Whom the errand is with, for the calendar; a text that is not known is ""."""

    name: str
    number: str
    hours: str
    private: bool


@dataclass(frozen=True)
class Sheet:
    """The list for one thing of the path.

    Attributes:
        n: Its number on the path, from 1.
        title: What it is about.
        sections: Before, how to begin, during, after.
        source: Where the facts are from and how old they are, or "".
        contact: Whom the errand is with, or None when no service may be shown.
        sentence: A ready opening sentence.
    """

    n: int
    title: str
    sections: tuple[Section, ...]
    source: str
    contact: Contact | None
    sentence: str


@dataclass(frozen=True)
class ErrandList:
    """The sheets of a path's things, in the client's order."""

    title: str
    made: str
    sheets: tuple[Sheet, ...]
    emergency: str

    def sheet(self, n: int) -> Sheet | None:
        """Return the sheet of the path's thing ``n``, or None."""
        return next((sheet for sheet in self.sheets if sheet.n == n), None)


@dataclass(frozen=True)
class ErrandLists:
    """Makes errand lists from paths, the catalogue and the check-in's words."""

    answers: Answers
    checkin: Checkin
    phrases: Phrases
    today: Callable[[], date]
    max_age_days: int

    def of(self, path: Path) -> ErrandList:
        """Return the list of ``path``; a thing without an accepted service has no sheet."""
        numbers = self.answers.crisis_texts.numbers
        return ErrandList(
            self.phrases("list.title"),
            self.phrases("list.made", day=day_in_finnish(self.today())),
            tuple(
                self._sheet(n, thing, path.municipality)
                for n, thing in enumerate(path.things, start=1)
                if thing.accepted
            ),
            self.phrases(
                "list.emergency",
                emergency=numbers["hatanumero"].number,
                crisis=numbers["kriisipuhelin"].number,
            ),
        )

    def _sheet(self, n: int, thing: Thing, municipality: str | None) -> Sheet:
        title = self._title(thing)
        matter = (thing.words or title).strip().rstrip(".!? ")
        service = self._service(thing.accepted, None)
        chosen = card(service, self.today()) if service else None
        sentence = self.phrases("list.sentence", matter=matter if thing.words else _lower(matter))
        return Sheet(
            n,
            title,
            (
                Section(self.phrases("list.before"), tuple(self._before(thing, chosen, matter))),
                Section(self.phrases("list.opening"), quote=sentence),
                Section(
                    self.phrases("list.during"),
                    tuple(self._blank(key) for key in ("who", "agreed", "tasks", "by_when")),
                ),
                Section(
                    self.phrases("list.after"),
                    (self._blank("next"), self._stuck(service, municipality)),
                ),
            ),
            ". ".join(filter(None, (chosen["source"], chosen["verified"]))) if chosen else "",
            _contact(service, chosen) if service and chosen else None,
            sentence,
        )

    def _title(self, thing: Thing) -> str:
        topics = {topic.id: topic.title for topic in self.answers.catalogue.topics}
        area = self.checkin.area(thing.area)
        # As the client said it by the button, not as the summary says it to the client.
        buttons = {worry.said: worry.button for worry in area.worries} if area else {}
        said = buttons.get(thing.worry) or topics.get(thing.topic) or thing.worry
        return said[:1].upper() + said[1:]

    def _service(self, name: str | None, municipality: str | None) -> Service | None:
        """Return a service that may still be shown, to a client of ``municipality`` if given."""
        known = {service.id: service for service in self.answers.catalogue.services}
        service = known.get(name or "")
        near = service and (not municipality or service.coverage.covers(municipality))
        fits = service and near and visible(service, self.today(), self.max_age_days)
        return service if fits else None

    def _before(self, thing: Thing, chosen: Card | None, matter: str) -> list[Entry]:
        entries = [self._entry("step", thing.step)]
        if chosen:
            named = chosen["provider"] not in ("", chosen["name"])
            where = f"{chosen['name']}, {chosen['provider']}" if named else chosen["name"]
            phones = tuple(
                Line(phone["number"], phone["href"], self._note(phone))
                for phone in chosen["phones"]
            )
            web = tuple(Line(link["label"], link["url"]) for link in chosen["web"][:1])
            entries += [
                self._entry("where", where),
                Entry(self.phrases("list.phone"), phones, blanks=0 if phones else 1),
                self._entry("hours", chosen["hours"]),
                self._entry("address", chosen["address"]),
            ]
            if not phones:
                entries.append(self._entry("begin", chosen["begin"]))
            entries += [
                Entry(self.phrases("list.web"), web),
                self._entry("cost", chosen["cost"]),
                self._entry("referral", chosen["referral"]),
            ]
        else:
            entries += [self._blank("where"), self._blank("phone")]
        entries.append(self._entry("matter", matter))
        return [
            *(entry for entry in entries if entry.lines or entry.blanks),
            self._blank("questions", _QUESTIONS),
            self._bring(chosen),
            self._blank("together"),
        ]

    def _bring(self, chosen: Card | None) -> Entry:
        """Return what to take along, or whom to ask: what no source tells is not guessed."""
        if chosen and chosen["bring"]:
            return self._entry("bring", chosen["bring"])
        return replace(self._entry("bring", self.phrases("list.bring_ask")), blanks=1)

    def _note(self, phone: CardPhone) -> str:
        hours = self.phrases("list.open", hours=phone["hours"]) if phone["hours"] else ""
        notes = [note[:1].upper() + note[1:] for note in (phone["label"], hours) if note]
        return "".join(f"{note}. " for note in notes).strip()

    def _stuck(self, service: Service | None, municipality: str | None) -> Entry:
        """Return whom to call next: what the catalogue names in place of the service."""
        known = card(service, self.today())["phones"] if service else []
        for name in service.fallback if service else ():
            other = self._service(name, municipality)
            phones = card(other, self.today())["phones"] if other else []
            if other and phones and phones[0]["href"] not in [phone["href"] for phone in known]:
                line = Line(phones[0]["number"], phones[0]["href"], f"{other.name}.")
                return Entry(self.phrases("list.if_stuck"), (line,))
        return self._blank("if_stuck")

    def _entry(self, key: str, text: str) -> Entry:
        return Entry(self.phrases(f"list.{key}"), (Line(text),) if text else ())

    def _blank(self, key: str, lines: int = 1) -> Entry:
        return Entry(self.phrases(f"list.{key}"), blanks=lines)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _contact(service: Service, chosen: Card) -> Contact:
    phone = next(iter(chosen["phones"]), None)
    return Contact(
        chosen["name"],
        phone["number"] if phone else "",
        (phone["hours"] if phone else "") or chosen["hours"],
        # What stands in a calendar can be seen by those who share the home or the phone.
        private=service.need in ("violence", "self_harm"),
    )
