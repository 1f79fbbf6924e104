"""One browser, one gateway, and pages that end with a look at what went wrong in them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.browser import PHONE, Watch, in_browser_thread, launch
from tests.e2e.chat import NEED, Chat
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway

# For quick work on the page: no model is trained and no Rasa started.
_WITHOUT_RASA = "POLKU_E2E_WITHOUT_RASA"


@pytest.hookimpl(tryfirst=True)
def run_in_browser_thread(pyfuncitem: pytest.Function) -> bool:
    """Run a test in the browser's thread; the conftest of a folder takes it for its tests."""
    names = pyfuncitem._fixtureinfo.argnames
    in_browser_thread(pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in names})
    return True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = in_browser_thread(lambda: sync_playwright().start())
    opened = in_browser_thread(launch, playwright)
    yield opened
    in_browser_thread(opened.close)
    in_browser_thread(playwright.stop)


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningGateway]:
    """Return a gateway that answers needs."""
    if not os.environ.get(_WITHOUT_RASA):
        yield request.getfixturevalue("gateway")
        return
    running = bare_gateway(
        tmp_path_factory.mktemp("site"), request.getfixturevalue("roomy_config")
    )
    client = ChatClient.open(running.url)
    running.wait_for(lambda: any(message["cards"] for message in client.say(NEED)), 180)
    yield running
    running.stop()


def bare_gateway(folder: Path, config: Path | None = None) -> RunningGateway:
    """Start a gateway that has no model and answers by search."""
    environment = {"POLKU_MODELS": str(folder / "models")}
    return RunningGateway(folder / "var", config, environment).start()


OpenChat = Callable[..., Chat]


@pytest.fixture
def chat_at(browser: Browser) -> Iterator[OpenChat]:
    """Return a function that opens a gateway's page in a fresh browser context.

    In the end nothing may have gone wrong in any of the pages.
    """
    chats: list[Chat] = []

    def open_chat(url: str, path: str = "/", **options: object) -> Chat:
        context = browser.new_context(
            **{"viewport": PHONE, "locale": "fi-FI", "timezone_id": "Europe/Helsinki"} | options
        )
        context.set_default_timeout(10_000)
        chat = Chat(context.new_page(), Watch(context, url), url)
        chats.append(chat)
        chat.open(path)
        return chat

    yield open_chat
    for chat in chats:
        in_browser_thread(chat.page.context.close)
    assert [fault for chat in chats for fault in chat.watch.faults] == []


@pytest.fixture
def open_chat(chat_at: OpenChat, site: RunningGateway) -> OpenChat:
    """Return a function that opens the page of the gateway."""
    return lambda path="/", **options: chat_at(site.url, path, **options)


@pytest.fixture
def chat(open_chat: OpenChat) -> Chat:
    """Return the chat page on a small phone, just opened."""
    return in_browser_thread(open_chat)
