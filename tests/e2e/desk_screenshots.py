"""``python -m tests.e2e.desk_screenshots FOLDER``: pictures of the desk, and of its clients.

Each state at 360 and 1280 px, light, dark and in forced colours, from a gateway of its own
without Rasa. ``--pictures`` takes only those that the README shows; ``--first-hour`` those of a
new guide, stop by stop.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.browser import Watch, launch
from tests.e2e.chat import NEED, Chat
from tests.e2e.desk_views import SLOW, VIEWS, Office, be_here, furnish, sign_in, take
from tests.e2e.first_hour import first_hour
from tests.e2e.screenshots import LOOKS
from tests.support.client import ChatClient
from tests.support.desk import one_time_password, polku
from tests.support.gateway import RunningGateway
from tests.support.office import office_config

SIZES = {360: 740, 1280: 800}
SHOWN = ("sign-in", "waiting", "talk", "transcripts", "transcript", "numbers")


class Studio:
    """A browser in which a lead is signed in."""

    def __init__(self, browser: Browser, office: Office, folder: Path) -> None:
        self.browser = browser
        self.office = office
        self.folder = folder
        context = browser.new_context()
        sign_in(context.new_page(), office, "Lea")
        self.lead = context.storage_state()
        context.close()

    def page(self, width: int, height: int, **options: object) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            **options,
        )
        context.set_default_timeout(SLOW)
        return context.new_page()

    def chat(self, width: int, height: int, **options: object) -> Chat:
        page = self.page(width, height, **options)
        chat = Chat(page, Watch(page.context, self.office.gateway.url), self.office.gateway.url)
        chat.open()
        return chat

    def shoot(self, page: Page, name: str) -> None:
        for look, media in LOOKS.items():
            page.emulate_media(**media)
            page.screenshot(path=self.folder / f"{name}-{look}.png")
            page.emulate_media(forced_colors="none")
        page.emulate_media(color_scheme="light")
        page.screenshot(path=self.folder / f"{name}-whole.png", full_page=True)

    def all(self) -> None:
        for width, height in SIZES.items():
            for view in SHOWN:
                signed_in = {} if view == "sign-in" else {"storage_state": self.lead}
                page = self.page(width, height, **signed_in)
                VIEWS[view](page, self.office)
                self.shoot(page, f"desk-{view}-{width}")
                page.context.close()
                self.office.clear()
            self.talk(width, height, self.shoot)

    def talk(self, width: int, height: int, shoot: Callable[[Page, str], None]) -> None:
        """Let a client wait for a guide and talk, and take pictures of both."""
        guide = self.page(1280, 800, storage_state=self.lead)
        be_here(guide, self.office)
        chat = self.chat(width, height)
        chat.say(NEED)
        chat.page.get_by_role("button", name="Puhu ihmiselle").first.click()
        chat.page.get_by_role("button", name="Kyllä, näytä").click()
        chat.page.locator("#ohjaaja", has_text="Odotat ohjaajaa.").wait_for()
        shoot(chat.page, f"client-waiting-{width}")
        shoot(guide, f"desk-queue-for-{width}")
        take(guide)
        chat.page.locator("#ohjaaja", has_text="Lea").wait_for()
        box = guide.get_by_label("Viesti asiakkaalle")
        for text in ("Hei! Olen Lea. Kiitos, että kerroit.", "Onko sinulla ruokaa huomiseen?"):
            box.fill(text)
            box.press("Enter")
            chat.page.locator(".guide", has_text=text).wait_for()
        chat.box.fill("Hei Lea. Ruokaa on vain täksi päiväksi.")
        chat.send.click()
        guide.locator("#loki .client", has_text="täksi päiväksi").wait_for()
        guide.wait_for_timeout(1500)
        shoot(chat.page, f"client-talking-{width}")
        shoot(guide, f"desk-talk-for-{width}")
        guide.get_by_label("Miksi keskustelu loppuu?").select_option("helped")
        guide.get_by_role("button", name="Lopeta keskustelu").click()
        guide.locator(".done").wait_for()
        guide.context.close()
        chat.page.context.close()

    def first_hour(self) -> None:
        """Take pictures of all that a new guide and the first client see."""
        once = one_time_password(polku(self.office.gateway, "guide", "add", "Venla"))
        guide, chat = self.page(1280, 900), self.chat(360, 740)

        def shoot(page: Page, name: str) -> None:
            page.wait_for_timeout(300)
            page.screenshot(path=self.folder / f"first-hour-{name}.png")
            page.screenshot(path=self.folder / f"first-hour-{name}-whole.png", full_page=True)

        first_hour(guide, chat, "Venla", once, shoot)

    def pictures(self) -> None:
        """Take the pictures that the README shows."""
        wanted = {"desk-queue-for-360": "desk-queue.png", "desk-talk-for-360": "desk-talk.png"}

        def shoot(page: Page, name: str) -> None:
            if name in wanted:
                page.emulate_media(color_scheme="light")
                page.set_viewport_size({"width": 1280, "height": 1050})
                page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
                page.screenshot(path=self.folder / wanted[name])

        self.talk(360, 740, shoot)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", action="store_true", help="only those of the README")
    parser.add_argument("--first-hour", action="store_true", help="only a new guide's first hour")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        gateway = RunningGateway(
            Path(var) / "var",
            office_config(Path(var)),
            {"POLKU_MODELS": str(Path(var) / "models")},
        )
        browser = launch(playwright)
        try:
            client = ChatClient.open(gateway.start().url)
            gateway.wait_for(lambda: any(m["cards"] for m in client.say(NEED)), 180)
            studio = Studio(browser, furnish(gateway), given.folder)
            if given.first_hour:
                studio.first_hour()
            elif given.pictures:
                studio.pictures()
            else:
                studio.all()
        finally:
            browser.close()
            gateway.stop()


if __name__ == "__main__":
    main()
