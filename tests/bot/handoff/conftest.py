"""One office for the tests of this folder: a gateway without Rasa, and two guides."""

from collections.abc import Iterator

import pytest

from tests.support.desk import DeskClient
from tests.support.gateway import RunningGateway
from tests.support.office import Office, office_config


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    gateway = RunningGateway(
        folder / "var",
        office_config(folder, queue_size=3),
        environment={"POLKU_MODELS": str(folder / "models")},
    )
    try:
        yield Office(gateway.start())
    finally:
        gateway.stop()


@pytest.fixture(scope="package")
def _maija(office: Office) -> DeskClient:
    return office.guide("Maija")


@pytest.fixture(scope="package")
def _kalle(office: Office) -> DeskClient:
    return office.guide("Kalle")


@pytest.fixture
def maija(_maija: DeskClient) -> DeskClient:
    """Return a guide at the desk."""
    _maija.send_from("/desk/", "/desk/paikalla", state="here")
    return _maija


@pytest.fixture
def kalle(_kalle: DeskClient) -> DeskClient:
    """Return another guide at the desk."""
    _kalle.send_from("/desk/", "/desk/paikalla", state="here")
    return _kalle
