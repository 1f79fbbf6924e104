"""What all tests share: one trained model, one gateway with Rasa, one without."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from bot.settings import ROOT
from bot.training import train
from services_catalog import Catalogue, load_catalogue
from tests.support.client import ChatClient
from tests.support.gateway import RunningGateway
from tests.support.servers import Postgres, RedisServer

# One browser for all folders that use it.
pytest_plugins = ["tests.e2e.fixtures"]

# A busy machine is no fault of the code: times are measured in bench/.
hypothesis.settings.register_profile("polku", deadline=None)
hypothesis.settings.load_profile("polku")


@pytest.fixture(scope="session")
def model() -> Path:
    """Return the model of the present content; trained only when that has changed."""
    return train(ROOT / "models", print)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def roomy_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return settings without the limits that one test machine would run into."""
    path = tmp_path_factory.mktemp("config") / "polku.toml"
    text = (ROOT / "polku.toml").read_text("utf-8")
    text = text.replace("messages_per_minute = 15", "messages_per_minute = 6000")
    path.write_text(text.replace("messages_per_minute = 300", "messages_per_minute = 60000"))
    return path


@pytest.fixture(scope="session")
def gateway(
    model: Path, roomy_config: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningGateway]:
    """Return a gateway whose Rasa is up."""
    running = RunningGateway(tmp_path_factory.mktemp("gateway") / "var", roomy_config)
    try:
        running.start().wait_for_rasa()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def lonely_gateway(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningGateway]:
    """Return a gateway that has no trained model, with the limits of polku.toml."""
    folder = tmp_path_factory.mktemp("lonely")
    running = RunningGateway(
        folder / "var", environment={"POLKU_MODELS": str(folder / "models")}
    ).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL server."""
    server = Postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """Return a Redis server."""
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.fixture
def client(gateway: RunningGateway) -> ChatClient:
    return ChatClient.open(gateway.url)
