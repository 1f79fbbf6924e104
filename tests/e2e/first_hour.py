"""A guide's first hour: from the one-time password to a reviewed transcript, beside a client.

``first_hour`` is walked by the test of the journey and by the screenshots of the desk.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.desk_views import SLOW
from tests.support.desk import PASSWORD

WORDS = "oon ollu kotona koko syksyn enkä jaksa avata laskuja"
FEEDBACK = "Kiva kun joku kuunteli."
MISUNDERSTOOD = "en jaksa avata laskuja"

Shoot = Callable[[Page, str], None]


def _nothing(_page: Page, _name: str) -> None:
    return


def first_hour(guide: Page, chat: Chat, name: str, once: str, shoot: Shoot = _nothing) -> None:
    """Sign in for the first time, talk with the client, and review what was said.

    Args:
        guide: An empty page of the guide's browser.
        chat: The client's page, open.
        name: The guide's name.
        once: The one-time password that ``polku guide add`` printed.
        shoot: Takes a page and a name at each stop.
    """
    _come_in(guide, chat.url, name, once, shoot)
    _ask(chat, shoot)
    _talk(guide, chat, name, shoot)
    _give_feedback(chat, shoot)
    _review(guide, shoot)


def _come_in(guide: Page, url: str, name: str, once: str, shoot: Shoot) -> None:
    guide.goto(f"{url}/desk/")
    shoot(guide, "1-sign-in")
    guide.get_by_label("Nimi").fill(name)
    guide.get_by_label("Salasana").fill(once)
    guide.get_by_role("button", name="Kirjaudu").click()
    expect(guide.get_by_role("main")).to_contain_text("Keksi nyt oma salasana.")
    shoot(guide, "2-password")
    guide.get_by_label("Kertakäyttöinen salasana").fill(once)
    guide.get_by_label("Uusi salasana", exact=True).fill(PASSWORD)
    guide.get_by_label("Uusi salasana uudelleen").fill(PASSWORD)
    guide.get_by_role("button", name="Vaihda salasana").click()
    # Straight to where the work is, and told what to press there.
    expect(guide.locator(".done")).to_contain_text("Paina Paikalla")
    shoot(guide, "3-welcome")
    guide.get_by_role("button", name="Paikalla").click()
    guide.locator("#tila-here[aria-pressed=true]").wait_for()
    shoot(guide, "4-here")


def _ask(chat: Chat, shoot: Shoot) -> None:
    chat.say(WORDS)
    with chat.answered():
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
    expect(chat.last).to_contain_text(WORDS)
    expect(chat.last).to_contain_text("Saanko näyttää ohjaajalle")
    shoot(chat.page, "5-client-consent")
    chat.press("Kyllä, näytä")
    expect(chat.last).to_contain_text("Olet jonossa ensimmäisenä.", timeout=SLOW)


def _talk(guide: Page, chat: Chat, name: str, shoot: Shoot) -> None:
    take = guide.get_by_role("button", name="Ota asiakas")
    expect(take).to_be_visible(timeout=SLOW)
    expect(guide.locator("#odottavat")).to_contain_text(WORDS)
    shoot(guide, "6-waiting")
    take.click()
    box = guide.get_by_label("Viesti asiakkaalle")
    expect(box).to_be_visible(timeout=SLOW)
    shoot(guide, "7-talk-begins")
    expect(chat.page.locator("#ohjaaja")).to_contain_text(name, timeout=SLOW)

    guide.get_by_text("Valmiit lauseet").click()
    guide.get_by_role("button", name="Tervehdys").click()
    expect(box).to_have_value(
        "Hei! Olen ohjaaja. Luen ensin, mitä kerroit. Vastaan sinulle hetken päästä."
    )
    guide.get_by_role("button", name="Lähetä", exact=True).click()
    expect(chat.page.locator(".guide .say").last).to_contain_text("Olen ohjaaja", timeout=SLOW)

    chat.box.fill("Moi. En ole avannut yhtään laskua.")
    chat.send.click()
    expect(guide.locator("#loki .client").last).to_contain_text("En ole avannut", timeout=SLOW)
    guide.get_by_text("Etsi palvelu").click()
    search = guide.get_by_label("Hae palvelua tai aihetta")
    search.fill("velkaneuvonta")
    search.press("Enter")
    card = guide.get_by_role("button", name=re.compile("Lähetä kortti.*Talous- ja velkaneuvonta"))
    expect(card).to_be_visible(timeout=SLOW)
    shoot(guide, "8-search")
    card.click()
    sent = chat.page.locator(".guide .card h3")
    expect(sent).to_have_text("Talous- ja velkaneuvonta", timeout=SLOW)
    shoot(chat.page, "9-client-talking")
    guide.get_by_label("Uusi muistiinpano").fill("Laskut ensin, sitten uni.")
    guide.get_by_role("button", name="Tallenna muistiinpano").click()
    expect(guide.locator("#muistot")).to_contain_text("Laskut ensin", timeout=SLOW)
    shoot(guide, "10-talk")

    guide.get_by_label("Miksi keskustelu loppuu?").select_option(label="Ohjattu palveluun")
    guide.get_by_role("button", name="Lopeta keskustelu").click()
    expect(guide.locator(".done")).to_contain_text("Keskustelu on lopetettu.", timeout=SLOW)
    shoot(guide, "11-closed")


def _give_feedback(chat: Chat, shoot: Shoot) -> None:
    expect(chat.last).to_contain_text("Oliko ohjaajasta apua?", timeout=SLOW)
    shoot(chat.page, "12-client-rates")
    chat.press("Oli")
    chat.press("Kirjoitan palautteen")
    chat.say(FEEDBACK)
    expect(chat.last).to_contain_text("Kiitos palautteesta")


def _review(guide: Page, shoot: Shoot) -> None:
    guide.get_by_role("link", name="Keskustelut").click()
    shoot(guide, "13-transcripts")
    guide.locator(".list h3 a").first.click()
    shoot(guide, "14-transcript")
    guide.get_by_label("Uusi merkintä").select_option(label="Botti vastasi väärin")
    guide.get_by_label("Omin sanoin").fill("Oikea tarve oli velka.")
    guide.get_by_role("button", name="Tallenna merkintä").click()
    expect(guide.locator(".list .card")).to_contain_text("Oikea tarve oli velka.")
    guide.get_by_role("link", name="Botti ymmärsi tämän väärin").first.click()
    guide.get_by_label("Lause").fill(MISUNDERSTOOD)
    guide.get_by_label("Mikä aihe tämä on?").select_option("unpaid_bill")
    shoot(guide, "15-teach")
    guide.get_by_role("button", name="Lähetä listalle").click()
    expect(guide.locator(".done")).to_be_visible()
    shoot(guide, "16-taught")
    guide.get_by_label("Missä vaiheessa asia on?").select_option(label="Valmis")
    guide.get_by_role("button", name="Tallenna tila").click()
    expect(guide.locator(".done")).to_be_visible()
    guide.get_by_role("link", name="Botin opetus").click()
    expect(guide.locator(".list")).to_contain_text(MISUNDERSTOOD)
    shoot(guide, "17-teaching")
