"""``python -m tests.e2e.screenshots FOLDER``: pictures of the main states, to be looked at.

Each state at 320, 360 and 1280 px, light, dark and in forced colours, from a gateway of its own
that serves the newest model there is, or answers by search when there is none.
"""

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.settings import ROOT
from bot.training import newest_model
from tests.e2e.browser import Watch, launch
from tests.e2e.chat import NEED, Chat
from tests.e2e.views import VIEWS
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway

SIZES = {320: 568, 360: 740, 1280: 800}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


def take(browser: Browser, url: str, folder: Path, views: list[str]) -> None:
    for view in views:
        for width, height in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="fi-FI",
                timezone_id="Europe/Helsinki",
            )
            chat = Chat(context.new_page(), Watch(context, url), url)
            chat.open()
            VIEWS[view](chat)
            chat.page.mouse.move(0, 0)
            for look, media in LOOKS.items():
                chat.page.emulate_media(**media)
                chat.page.screenshot(path=folder / f"{view}-{width}-{look}.png")
                chat.page.emulate_media(forced_colors="none")
            # The whole page too: sticky bars stand where the window ends.
            chat.page.emulate_media(color_scheme="light")
            chat.page.screenshot(path=folder / f"{view}-{width}-whole.png", full_page=True)
            context.close()


def take_embedded(browser: Browser, url: str, folder: Path) -> None:
    """Take pictures of the chat on another site's page, open and closed."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fi-FI")
    page = context.new_page()
    page.goto(f"{url}/embed-demo")
    page.screenshot(path=folder / "embed-closed-1280-light.png")
    page.get_by_role("button", name="Kysy botilta").click()
    page.frame_locator("iframe").locator("#kirjoita").wait_for()
    for look, media in LOOKS.items():
        page.emulate_media(**media)
        page.screenshot(path=folder / f"embed-open-1280-{look}.png")
        page.emulate_media(forced_colors="none")
    context.close()


def picture(browser: Browser, url: str, file: Path, need: str) -> None:
    """Take the picture of a conversation that the README shows."""
    context = browser.new_context(
        viewport={"width": 360, "height": 1225},
        device_scale_factor=1.5,
        locale="fi-FI",
        timezone_id="Europe/Helsinki",
        color_scheme="light",
    )
    chat = Chat(context.new_page(), Watch(context, url), url)
    chat.open()
    chat.say(need)
    chat.page.evaluate("document.activeElement.blur()")
    chat.page.evaluate(
        "scrollBy(0, document.querySelector('.client').getBoundingClientRect().top - 130)"
    )
    chat.page.screenshot(path=file)
    context.close()


def _wait_until_it_answers(gateway: RunningGateway) -> None:
    if newest_model(ROOT / "models"):
        gateway.wait_for_rasa(seconds=180)
    client = ChatClient.open(gateway.url)
    end = time.monotonic() + 120
    while not any(message["cards"] for message in client.say(NEED)):
        assert time.monotonic() < end, "a need is not answered with services"
        time.sleep(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("views", nargs="*", choices=[[], *VIEWS], help="default: all")
    parser.add_argument("--picture", metavar="NEED", help="one picture, of this message answered")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        config = Path(var) / "polku.toml"
        settings = (ROOT / "polku.toml").read_text("utf-8")
        for default, roomy in (
            ("demo = false", "demo = true"),
            ("messages_per_minute = 15", "messages_per_minute = 6000"),
            ("messages_per_minute = 300", "messages_per_minute = 60000"),
        ):
            settings = settings.replace(default, roomy)
        config.write_text(settings, "utf-8")
        gateway = RunningGateway(Path(var), config).start()
        browser = launch(playwright)
        try:
            _wait_until_it_answers(gateway)
            if given.picture:
                picture(browser, gateway.url, given.folder / "chat.png", given.picture)
                return
            take(browser, gateway.url, given.folder, given.views or list(VIEWS))
            take_embedded(browser, gateway.url, given.folder)
        finally:
            browser.close()
            gateway.stop()


if __name__ == "__main__":
    main()
