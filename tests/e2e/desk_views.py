"""The desk's pages in the states that the accessibility tests and the screenshots look at."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from bot import clock
from bot.encryption import Box
from tests.e2e.chat import Chat
from tests.support.client import ChatClient
from tests.support.desk import PASSWORD, DeskClient
from tests.support.gateway import RunningGateway
from tests.support.office import queue_up
from tests.support.transcripts import keep_transcript

SLOW = 30_000
LONG = "Lastensuojelunjälkihuoltopalvelukokonaisuusarviointi"


@dataclass
class Office:
    """A gateway with something to show on each page, two accounts, and who has come to talk."""

    gateway: RunningGateway
    transcript: str
    callback: str
    clients: list[ChatClient] = field(default_factory=list)

    def queue_up(self, *words: str) -> ChatClient:
        """Let a client say ``words`` to the bot and ask for a guide, who must be there."""
        client = ChatClient.open(self.gateway.url)
        self.clients.append(client)
        for text in words:
            client.say(text)
        asked = queue_up(client)
        assert "Olet jonossa" in asked[-1]["text"], asked
        return client

    def clear(self) -> None:
        """Let all clients leave and delete their chats."""
        while self.clients:
            self.clients.pop().erase()


def furnish(gateway: RunningGateway) -> Office:
    """Make the accounts Maija (guide) and Lea (lead), and something on each page."""
    maija = DeskClient.of(gateway, "Maija")
    DeskClient.of(gateway, "Lea", lead=True)
    keep_transcript(gateway, [("client", "Apua")], guide_name="Sanna", topic="", need="")
    transcript = keep_transcript(
        gateway,
        [
            ("shared", "Aihe: Apua velkoihin.\nKirjoitit: ”luotto on mennyt, mitä teen”"),
            ("client", f"Hei, {LONG} on minulle vieras asia."),
            ("guide", "Hei! Olen Maija. Katsotaan yhdessä.\n\nOnko sinulla kirje siitä?"),
            ("note", "Sanna: kirje tulee huomenna"),
            ("system", "Maija lähti keskustelusta."),
        ],
        not_understood=True,
        rating="some",
        rating_words="Kiitos, tämä auttoi vähän.",
    )
    page = f"/desk/keskustelut/{transcript}"
    maija.get(page)
    maija.post(f"{page}/merkinta", mark="wrong", words="Botti neuvoi väärään palveluun.")
    for text in ("luotto on mennyt, mitä teen", "mistä apua kun ulosotto vei palkan"):
        maija.get(f"{page}/opetus/1")
        maija.post(f"{page}/opetus/1", text=text, topic="debt_help")
    key = (gateway.var / "secret.key").read_text("utf-8").strip()
    sealed = Box(key, "call-back requests").seal(
        json.dumps({"number": "040 123 4567", "words": "Soita aamulla 040 123 4567", "shown": ""})
    )
    database = sqlite3.connect(gateway.var / "polku.sqlite3")
    now = clock.now()
    with database:
        database.execute(
            "INSERT INTO callbacks (id, chat, kind, sealed, asked_at, expires_at)"
            " VALUES ('soitto', 'chat', 'phone', ?, ?, ?)",
            (sealed, _utc(now), _utc(now + timedelta(days=14))),
        )
        for days in range(28):
            day = (now - timedelta(days=days)).date()
            for hour in range(24):
                inside = 9 <= hour < 15 and day.weekday() < 5
                for name, count in (
                    ("chat", (hour * 7 + days) % 5),
                    ("handoff_asked", (hour + days) % 2),
                    ("need:debt", hour % 3),
                    ("need:housing", hour % 2),
                    ("need:gambling", int(days == 0 and hour == 0)),
                    ("answered", hour % 4),
                    ("unanswered", hour % 2),
                    ("handoff_taken", int(inside)),
                    ("waited:under_1", int(inside and hour % 2)),
                    ("waited:1_5", int(inside and not hour % 2)),
                ):
                    if count:
                        database.execute(
                            "INSERT OR IGNORE INTO activity VALUES (?, ?, ?, ?, ?)",
                            (day.isoformat(), hour, inside, name, count),
                        )
    database.close()
    return Office(gateway, transcript, "soitto")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def sign_in(page: Page, office: Office, name: str) -> None:
    page.goto(f"{office.gateway.url}/desk/kirjaudu?mihin=/desk/tili")
    page.get_by_label("Nimi").fill(name)
    page.get_by_label("Salasana").fill(PASSWORD)
    page.get_by_role("button", name="Kirjaudu").click()
    page.get_by_role("heading", name="Oma tili").wait_for()


def ask(chat: Chat) -> None:
    chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    chat.page.get_by_role("button", name="Kyllä, haluan").click(timeout=SLOW)
    expect(chat.last).to_contain_text("Olet jonossa ensimmäisenä.", timeout=SLOW)


def take(page: Page) -> None:
    page.get_by_role("button", name="Ota asiakas").click()
    expect(page.get_by_label("Viesti asiakkaalle")).to_be_visible(timeout=SLOW)


def end(page: Page) -> None:
    page.get_by_label("Miksi keskustelu loppuu?").select_option("helped")
    page.get_by_role("button", name="Lopeta keskustelu").click()
    expect(page.locator(".done")).to_contain_text("Keskustelu on lopetettu.", timeout=SLOW)


def _visit(path: str) -> Callable[[Page, Office], None]:
    def visit(page: Page, office: Office) -> None:
        filled = path.format(transcript=office.transcript, callback=office.callback)
        page.goto(f"{office.gateway.url}{filled}")

    return visit


def _wrong_sign_in(page: Page, office: Office) -> None:
    page.goto(f"{office.gateway.url}/desk/kirjaudu")
    page.get_by_label("Nimi").fill("Maija")
    page.get_by_label("Salasana").fill("väärä")
    page.get_by_role("button", name="Kirjaudu").click()
    page.locator("#virhe:not(:empty)").wait_for()


def _search(page: Page, office: Office) -> None:
    page.goto(f"{office.gateway.url}/desk/keskustelut")
    page.get_by_text("Rajaa tai hae").click()
    page.get_by_label("Sanat keskustelussa").fill("luotto")
    page.get_by_role("button", name="Hae").click()
    page.get_by_role("heading", name="Löytyi 1").wait_for()


def _empty_reason(page: Page, office: Office) -> None:
    _visit("/desk/keskustelut/{transcript}")(page, office)
    page.get_by_role("button", name="Säilytä pidempään").click()
    page.locator("#virhe:not(:empty)").wait_for()


def be_here(page: Page, office: Office) -> None:
    """Open the queue and say that the guide is there."""
    page.goto(f"{office.gateway.url}/desk/")
    page.get_by_role("button", name="Paikalla").click()
    page.locator("#tila-here[aria-pressed=true]").wait_for()


def _waiting(page: Page, office: Office) -> None:
    be_here(page, office)
    office.queue_up(f"Minulla on {LONG}. Luotto on mennyt, mitä teen?")
    page.goto(f"{office.gateway.url}/desk/")
    page.get_by_role("button", name="Ota asiakas").wait_for()


def _talk(page: Page, office: Office) -> None:
    _waiting(page, office)
    take(page)
    office.clients[-1].say(f"Hei! Sain kirjeen. Siinä lukee {LONG}.")
    page.get_by_label("Viesti asiakkaalle").fill("Hei! Luen ensin, mitä kerroit.")
    page.get_by_role("button", name="Lähetä", exact=True).click()
    page.locator("#loki .guide").wait_for()
    page.locator("#loki .client", has_text="Sain kirjeen").wait_for()


# What a lead sees; "sign-in" and "wrong-sign-in" are seen signed in too.
VIEWS: dict[str, Callable[[Page, Office], None]] = {
    "sign-in": _visit("/desk/kirjaudu"),
    "wrong-sign-in": _wrong_sign_in,
    "queue": _visit("/desk/"),
    "waiting": _waiting,
    "talk": _talk,
    "account": _visit("/desk/tili"),
    "password": _visit("/desk/salasana"),
    "codes": _visit("/desk/kertakoodi"),
    "transcripts": _visit("/desk/keskustelut"),
    "search": _search,
    "transcript": _visit("/desk/keskustelut/{transcript}"),
    "empty-reason": _empty_reason,
    "delete": _visit("/desk/keskustelut/{transcript}/poista"),
    "teach": _visit("/desk/keskustelut/{transcript}/opetus/1"),
    "teaching": _visit("/desk/opetus"),
    "callbacks": _visit("/desk/soitot"),
    "callback": _visit("/desk/soitot/{callback}"),
    "numbers": _visit("/desk/luvut"),
    "log": _visit("/desk/loki"),
    "missing": _visit("/desk/ei-ole"),
}
