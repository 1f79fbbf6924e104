"""Whole journeys, from the first word to the last, on the real parts and as people use them.

One gateway serves them all, with Rasa, a desk that is always open, and the stand-in of Telegram.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from services_catalog import Catalogue
from tests.e2e.browser import Watch, follow, in_browser_thread
from tests.e2e.chat import Chat
from tests.e2e.desk_views import SLOW, end, take
from tests.e2e.first_hour import first_hour
from tests.support.checkin import BAD, TITLES, scores
from tests.support.client import ChatClient
from tests.support.delivery import all_noted, answered, received, said, settled
from tests.support.desk import PASSWORD, DeskClient, one_time_password, polku
from tests.support.gateway import RunningGateway
from tests.support.office import Office, log, office_config, waiting
from tests.support.office import say as guide_says
from tests.support.office import take as take_client
from tests.support.telegram_server import TelegramServer, TelegramUser, buttons

OUTAGE_SECONDS = 30
FLOODS = 8
FAST_TELEGRAM = "[telegram]\npoll_seconds = 2\nlongest_pause = 2\n"
A4 = [595, 842]


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramServer]:
    server = TelegramServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def house(
    model: Path, telegram: TelegramServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("journeys")
    config = office_config(folder)
    config.write_text(config.read_text("utf-8").replace("[telegram]\n", FAST_TELEGRAM), "utf-8")
    running = RunningGateway(folder / "var", config, telegram.environment())
    try:
        running.start().wait_for_rasa()
        yield running
    finally:
        running.stop()


@pytest.fixture
def guide_page(house: RunningGateway, browser: Browser) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a guide's browser; nothing may go wrong in its pages."""
    watches: list[tuple[Page, Watch]] = []

    def open_page() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fi-FI")
        context.set_default_timeout(SLOW)
        watches.append((context.new_page(), Watch(context, house.url)))
        # A talk that ends goes while its page still asks for news of it.
        watches[-1][1].forgive("404")
        return watches[-1][0]

    yield open_page
    for page, _ in watches:
        in_browser_thread(page.context.close)
    assert [fault for _, watch in watches for fault in watch.faults] == []


@pytest.fixture
def open_house(chat_at, house: RunningGateway) -> Callable[..., Chat]:
    return lambda path="/": chat_at(house.url, path)


@dataclass
class Writer:
    """Somebody who waits for the whole answer before the next word."""

    house: RunningGateway
    user: TelegramUser

    @property
    def last(self) -> str:
        return self.user.texts[-1]

    @property
    def offered(self) -> list[str]:
        return [button["text"] for button in buttons(self.user.received[-1])]

    def press(self, title: str, part: str = "") -> None:
        """Press a button; ``part`` is in one of the answers."""
        before = len(self.user.received)
        self.user.press(title)
        self._wait(before, part)

    def say(self, text: str, part: str = "") -> None:
        before = len(self.user.received)
        self.user.say(text)
        self._wait(before, part)

    def _wait(self, before: int, part: str) -> None:
        self.user.wait_for(lambda u: any(part in text for text in u.texts[before:]))
        self.house.wait_for(lambda: settled(self.house), 20)


# A man of 28, alone in a small town: no work since spring, tired, his friends gone.
LYING = "no emmä tiiä, makaan vaan sohvalla"
PAPERS = "työkkärin paperit on tekemättä"
TIRED = "en mä tiiä, väsyttää koko ajan"
FRIENDS = "ei oikein, kaverit häipy ku muutin tänne"
WORK = "sain potkut keväällä eikä oo mitään tekemistä"


def test_a_man_who_does_not_know_where_to_begin_finds_a_step_and_comes_back(open_house, catalogue):
    chat = open_house()
    _tell_how_it_is(chat)
    summary = chat.said("Botti")[-1]
    for words in (LYING, PAPERS, TIRED, FRIENDS, WORK):
        assert words in summary
    assert "Sinua auttaa jaksamaan: koira ja metsä." in summary
    assert "Raha" not in summary, "what he skipped is not brought up"

    _choose_steps(chat, catalogue)
    assert scores(chat.said("Botti")) == []
    assert chat.fits_sideways()
    _use_the_list(chat)

    chat.open()
    chat.press("Vähän")
    chat.press("Tallenna")
    code = re.search(r"neljällä sanalla\. (\w+ \w+ \w+ \w+)\b", " ".join(chat.said("Botti")))
    assert code
    _come_back(open_house("/jatka"), code[1])


def _tell_how_it_is(chat: Chat) -> None:
    chat.say("en oikein tiiä mistä alottaa")
    assert "Kysymyksiä on kymmenen." in chat.said("Botti")[-1]
    chat.press("Aloitetaan")
    chat.say(LYING)
    chat.press("Huonosti")
    chat.press("En jaksa lähteä kotoa")
    chat.say(PAPERS)
    chat.say("ohita")
    chat.say("on ihan ok")
    chat.press("Hyvä")
    chat.say(TIRED)
    chat.say(FRIENDS)
    chat.say("joo")
    chat.say("ei")
    chat.say(WORK)
    assert chat.said("Botti")[-1].endswith("Mikä auttaa sinua jaksamaan?")
    chat.say("koira ja metsä")
    assert "Ymmärsinkö oikein?" in chat.said("Botti")[-1]


def _choose_steps(chat: Chat, catalogue: Catalogue) -> None:
    chat.press("Kyllä")
    chat.press("Arki: et jaksa lähteä kotoa")
    chat.press("Mieli ja uni: olet uupunut")
    chat.say("ei muuta")
    chat.say("karstula")
    step = chat.said("Botti")[-1]
    assert "Tee ensin tämä: Mene huomenna ulos viideksi minuutiksi." in step
    chat.press("Sopii")
    assert "Ota aamulla yhteys ensilinjaan." in chat.said("Botti")[-1]
    first = chat.page.locator(".card h3").last.inner_text()
    chat.press("Näytä toinen")
    assert chat.page.locator(".card h3").last.inner_text() != first
    chat.press("Tee muistilista")
    known = {service.name for service in catalogue.services}
    shown = chat.page.locator(".card h3").all_inner_texts()
    assert len(shown) == 3
    assert set(shown) <= known
    ending = chat.said("Botti")[-1]
    assert "1. Arki: et jaksa lähteä kotoa. Mene huomenna ulos" in ending
    assert "2. Mieli ja uni: olet uupunut. Soita oman asemasi palvelunumeroon" in ending


def _use_the_list(chat: Chat) -> None:
    page = chat.page
    page.get_by_role("link", name="Avaa muistilista").click()
    expect(page.get_by_role("heading", name="Muistilista", level=1)).to_be_visible()
    assert chat.fits_sideways()
    paper = page.locator(".paper").all_inner_texts()
    assert len(paper) == 2
    assert "Mene huomenna ulos viideksi minuutiksi." in paper[0]
    assert f"Asiani on tämä: {TIRED}." in paper[1]

    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert [round(side) for side in printed.pages[0].mediabox[2:]] == A4
    assert TIRED in _read(printed)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tallenna lista (PDF)").click()
    pdf = PdfReader(saved.value.path())
    assert len(pdf.pages) == 2
    for line in ("Mene huomenna ulos", LYING, TIRED, "Mitä sovimme", "Otan mukaan"):
        assert line in _read(pdf)
    page.get_by_label("Päivä").last.select_option(index=1)
    with page.expect_download() as planned:
        page.get_by_role("button", name="Tallenna kalenteriin").last.click()
    [event] = Calendar.from_ical(Path(planned.value.path()).read_bytes()).walk("VEVENT")
    assert "terveysasema" in event["SUMMARY"]
    assert TIRED in event["DESCRIPTION"]
    follow(page.get_by_role("link", name="Avaa lista tekstinä"))
    assert TIRED in page.locator("body").inner_text()


def _read(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def _come_back(chat: Chat, code: str) -> None:
    chat.page.get_by_label("Neljä sanaa").fill(code.upper())
    chat.page.keyboard.press("Enter")
    expect(chat.last).to_contain_text("Pääsitkö palveluun?")
    assert "Arki: et jaksa lähteä kotoa" in chat.said("Botti")[-1]
    chat.press("En ole vielä yrittänyt")
    assert "Se ei haittaa." in " ".join(chat.said("Botti"))
    assert "olet uupunut" in chat.said("Botti")[-1]
    chat.press("En päässyt")
    assert "Tässä on toinen paikka." in chat.said("Botti")[-1]
    chat.press("Sopii")
    assert "Oliko tästä apua?" in chat.said("Botti")[-1]
    chat.press("Oli")
    assert scores(chat.said("Botti")) == []


def test_a_guides_first_hour_from_the_account_to_the_reviewed_transcript(
    house, guide_page, open_house
):
    once = one_time_password(polku(house, "guide", "add", "Venla"))
    guide, chat = guide_page(), open_house()
    first_hour(guide, chat, "Venla", once)
    heard = [who for who, _ in chat.messages()]
    # The bot is silent from the guide's coming to the guide's closing.
    begin, close = heard.index("Ohjaaja"), len(heard) - heard[::-1].index("Ohjaaja")
    assert "Botti" not in heard[begin:close]
    texts = [text for _, text in chat.messages()]
    assert len([text for text in texts if "Olen ohjaaja" in text]) == 1
    _go_away(guide, house.url)


def _sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/desk/")
    page.get_by_label("Nimi").fill(name)
    page.get_by_label("Salasana").fill(PASSWORD)
    page.get_by_role("button", name="Kirjaudu").click()
    page.get_by_role("button", name="Paikalla").click()
    page.locator("#tila-here[aria-pressed=true]").wait_for()


def _go_away(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/")
    page.get_by_role("button", name="Poissa").click()
    page.locator("#tila-away[aria-pressed=true]").wait_for()


def test_the_check_in_and_a_guide_in_telegram(house, telegram, guide_page):
    DeskClient.of(house, "Maija")
    user = telegram.user()
    writer = Writer(house, user)
    _walk_in_telegram(writer)
    guide = guide_page()
    _sign_in(guide, house.url, "Maija")

    user.say("/ihminen")
    asked = user.wait_for_text("Saanko näyttää ohjaajalle")
    assert "Arki" in asked, "what would be shown is said"
    writer.press("Kyllä, näytä", "Olet jonossa ensimmäisenä.")
    expect(guide.locator("#odottavat")).to_contain_text("Arki", timeout=SLOW)
    take(guide)
    user.wait_for_text("Maija tuli keskusteluun.")
    talk = _talk_over_telegram(guide, user)

    end(guide)
    user.wait_for_text("Oliko ohjaajasta apua?")
    writer.press("Vähän", "Kiitos vastauksestasi.")
    writer.press("Kirjoitan palautteen", "Kirjoita palautteesi tähän.")
    writer.say("Hyvä kun ei tarttenu soittaa.", "Kiitos palautteesta")

    follow(guide.get_by_role("link", name="Lue keskustelu ja merkitse se"))
    lines = [" ".join(line.split()) for line in guide.locator(".line .said").all_inner_texts()]
    places = [[i for i, line in enumerate(lines) if line.startswith(text)] for text in talk]
    assert all(len(found) == 1 for found in places), (talk, lines)
    assert places == sorted(places)
    expect(guide.get_by_role("main")).to_contain_text("oli vähän apua")
    expect(guide.get_by_role("main")).to_contain_text("ei tarttenu soittaa")
    house.wait_for(lambda: all_noted(house), 20)
    assert received(user) == said(house, user)
    _go_away(guide, house.url)


def _walk_in_telegram(writer: Writer) -> None:
    """Answer all ten questions, choose one thing, get the list as text and as a file."""
    writer.say("/start", "Telegram näkee")
    writer.press("Mitä sinulle kuuluu?", "Aloitetaanko?")
    writer.press("Aloitetaan", "Kysymys 1, yhteensä 10.")
    for number, answer in enumerate(BAD, start=1):
        writer.press(answer)
        writer.press("Ohita" if number > 1 else "En jaksa lähteä kotoa")
        if "Jatketaan" in writer.offered:
            writer.press("Jatketaan")
        assert number == len(BAD) or f"Kysymys {number + 1}, yhteensä 10." in writer.last
    writer.press("Luonto", "Sinua auttaa jaksamaan: luonto.")
    assert all(f"• {area}" in writer.last for area in TITLES)
    writer.press("Kyllä", "Mikä asia on sinulle nyt tärkein?")
    writer.say("arki", "Otetaanko vielä toinen asia?")
    writer.press("Ei muuta", "Missä kunnassa asut?")
    writer.say("Karstulassa", "Sopiiko tämä sinulle?")
    writer.press("Tee muistilista", "Oliko tästä apua?")
    files = [message["document"] for message in writer.user.received if "document" in message]
    assert [file["file_name"] for file in files] == ["muistilista.pdf"]
    writer.press("Oli", "Tallennanko polun?")
    writer.press("Ei tarvitse", "Pidä huolta itsestäsi.")
    assert scores(writer.user.texts) == []


def _talk_over_telegram(guide: Page, user: TelegramUser) -> list[str]:
    """Let both say something by turns; return what was said, in order."""
    box = guide.get_by_label("Viesti asiakkaalle")
    guide.get_by_text("Valmiit lauseet").click()
    guide.get_by_role("button", name="Mikä on tärkeintä").click()
    expect(box).to_have_value(re.compile("Mikä asia on sinulle nyt tärkein"))
    guide.get_by_role("button", name="Lähetä", exact=True).click()
    user.wait_for_text("Ohjaaja kirjoittaa:\n\nMikä asia on sinulle nyt tärkein?")
    user.say("En tiedä mistä aloittaa.")
    user.say("Ja laskut.")
    expect(guide.locator("#loki .client").last).to_contain_text("Ja laskut.", timeout=SLOW)
    box.fill("Aloitetaan kotoa.")
    box.press("Enter")
    user.wait_for_text("Aloitetaan kotoa.")
    guide.get_by_text("Etsi palvelu").click()
    guide.get_by_label("Hae palvelua tai aihetta").fill("terveysasema")
    guide.get_by_role("button", name="Hae", exact=True).click()
    guide.get_by_role("button", name=re.compile("Lähetä kortti")).first.click()
    card = user.wait_for_text("Tässä on palvelu:")
    assert "Näin aloitat" in card
    user.say("Kiitos!")
    expect(guide.locator("#loki .client").last).to_contain_text("Kiitos!", timeout=SLOW)
    return [
        "Mikä asia on sinulle nyt tärkein?", "En tiedä mistä aloittaa.", "Ja laskut.",
        "Aloitetaan kotoa.", "Tässä on palvelu:", "Kiitos!",
    ]  # fmt: skip


def test_nothing_is_lost_doubled_or_swapped_by_a_kill_an_outage_and_a_burst_of_refusals(
    house, telegram
):
    """Comes last: it kills the gateway, and does not wait for Rasa to be up again."""
    office = Office(house)
    desk = office.guide("Kalle")
    alone, guided = telegram.user(), telegram.user()
    for user in (alone, guided):
        user.say("/start")
        user.wait_for_text("Telegram näkee")
    guided.say("/ihminen")
    guided.wait_for_text("Haluatko jutella hänen kanssaan?")
    Writer(house, guided).press("Kyllä, haluan", "Olet jonossa")
    talk = take_client(desk, waiting(desk)[0])
    guided.wait_for_text("Kalle tuli keskusteluun.")
    house.wait_for(lambda: all_noted(house), 20)
    before = answered(house)

    telegram.outages["*"] = "bad gateway"
    began = time.monotonic()
    for text in ("häätö uhkaa", "/apua"):
        alone.say(text)
    guided.say("Oletko siellä?")
    guide_says(desk, talk, "Yksi.")
    house.kill()
    house.start()
    guide_says(desk, talk, "Kaksi.")
    alone.say("/tietoja")
    guided.say("Kiitos.")
    assert ChatClient.open(house.url).say("häätö uhkaa"), "the web goes on"
    guide_says(desk, talk, "Kolme.")
    time.sleep(max(0, OUTAGE_SECONDS - (time.monotonic() - began)))
    telegram.floods = FLOODS
    telegram.outages.clear()

    house.wait_for(lambda: answered(house) == before + 5, 60)
    house.wait_for(lambda: all_noted(house), 60)
    assert telegram.floods == 0
    assert sum(call.status == 429 for call in telegram.calls) == FLOODS
    for user in (alone, guided):
        assert received(user) == said(house, user)
    heard = [text for text in received(guided) if text in ("Yksi.", "Kaksi.", "Kolme.")]
    assert heard == ["Yksi.", "Kaksi.", "Kolme."]
    read = log(desk, talk)
    assert [read.count(text) for text in ("Oletko siellä?", "Kiitos.")] == [1, 1]
    assert read.index("Oletko siellä?") < read.index("Kiitos.")
