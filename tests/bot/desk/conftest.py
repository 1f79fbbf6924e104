"""A gateway without Rasa, with one guide and one lead signed in."""

from collections.abc import Iterator

import pytest

from tests.support.desk import DeskClient
from tests.support.gateway import RunningGateway


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder = tmp_path_factory.mktemp("office")
    running = RunningGateway(
        folder / "var",
        environment={
            "POLKU_MODELS": str(folder / "models"),
            "POLKU_REVIEWED": str(folder / "nlu" / "reviewed.yml"),
        },
    ).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def _maija(office: RunningGateway) -> DeskClient:
    return DeskClient.of(office, "Maija")


@pytest.fixture(scope="module")
def _lea(office: RunningGateway) -> DeskClient:
    return DeskClient.of(office, "Lea", lead=True)


@pytest.fixture
def maija(_maija: DeskClient) -> DeskClient:
    """Return a guide's browser."""
    return _maija


@pytest.fixture
def lea(_lea: DeskClient) -> DeskClient:
    """Return a lead's browser."""
    return _lea
