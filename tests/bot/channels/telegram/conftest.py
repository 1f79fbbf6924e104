"""Gateways without Rasa that talk to a stand-in of Telegram."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from actions.context import answers
from bot.app import Gateway, assemble
from bot.settings import ROOT, load_settings
from bot.store import migrate
from tests.support.gateway import RunningGateway
from tests.support.telegram_server import TelegramServer, TelegramUser, buttons

FAST = """
[telegram]
poll_seconds = 2
longest_pause = 0.5
messages_per_second = 30
undelivered_most = 10
{more}
"""

StartGateway = Callable[..., RunningGateway]


def write_config(folder: Path, more: str = "", messages_per_minute: int = 6000) -> Path:
    """Write settings with short pauses, a public address and ``more`` under [telegram]."""
    text = (ROOT / "polku.toml").read_text("utf-8")
    text = re.sub(r"\n\[telegram\]\n(?:[^\[]|\n)*", "\n", text)
    text = re.sub(r"\npublic_url = .*", "", text)
    text = text.replace("[organisation]", '[organisation]\npublic_url = "https://polku.example/"')
    text = text.replace(
        "\nmessages_per_minute = 15", f"\nmessages_per_minute = {messages_per_minute}"
    )
    path = folder / "polku.toml"
    path.write_text(text + FAST.format(more=more), "utf-8")
    return path


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    server = TelegramServer().start()
    yield server
    server.stop()


@pytest.fixture
def start_gateway(telegram: TelegramServer, tmp_path: Path) -> Iterator[StartGateway]:
    """Return a function that starts a gateway of this test's own."""
    started: list[RunningGateway] = []

    def start(*, more: str = "", messages_per_minute: int = 6000, **environment: str):
        gateway = RunningGateway(
            tmp_path / "var",
            write_config(tmp_path, more, messages_per_minute),
            {
                "POLKU_MODELS": str(tmp_path / "models"),
                **telegram.environment(),
                **environment,
            },
        )
        started.append(gateway)
        return gateway.start()

    yield start
    for gateway in started:
        gateway.stop()


@pytest.fixture(scope="module")
def shared_telegram() -> Iterator[TelegramServer]:
    server = TelegramServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared_gateway(
    shared_telegram: TelegramServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningGateway]:
    """Return one gateway for the tests that neither stop nor disturb it."""
    folder = tmp_path_factory.mktemp("telegram")
    gateway = RunningGateway(
        folder / "var",
        write_config(folder),
        {"POLKU_MODELS": str(folder / "models"), **shared_telegram.environment()},
    )
    try:
        yield gateway.start()
    finally:
        gateway.stop()


def open_first_topic(user: TelegramUser) -> None:
    """Choose the first need of the menu and its first topic, whose answer has a service card."""
    user.press("Näytä aiheet")
    user.wait_for_text("Valitse, mistä haluat apua")
    shown = len(user.received)
    user.press(buttons(user.received[-1])[0]["text"])
    user.wait_for(lambda u: any(map(buttons, u.received[shown:])))
    user.press(buttons(user.received[-1])[0]["text"])
    user.wait_for_text("Tee ensin tämä")


@asynccontextmanager
async def channel_beside(telegram: TelegramServer, folder: Path) -> AsyncIterator[Gateway]:
    """Run the Telegram channel in the test's own process, without the web and Rasa."""
    settings = load_settings(
        {
            "POLKU_CONFIG": str(write_config(folder)),
            "POLKU_VAR": str(folder / "var"),
            "POLKU_MODELS": str(folder / "models"),
            **telegram.environment(),
        }
    )
    gateway = assemble(settings, answers())
    await migrate(gateway.engine)
    await gateway.load()
    assert gateway.telegram
    try:
        async with gateway.telegram.running():
            yield gateway
    finally:
        await gateway.engine.dispose()
