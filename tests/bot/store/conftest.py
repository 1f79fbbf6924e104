"""Each store on both kinds of database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import connect, migrate
from tests.support.servers import Postgres


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """Return the name of a PostgreSQL database with the tables, to be copied."""
    url = postgres.database()

    async def make() -> None:
        engine = connect(with_driver(url))
        await migrate(engine)
        await engine.dispose()

    asyncio.run(make())
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database, which has tables or not."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'polku.sqlite3'}"
    template = request.getfixturevalue("template")
    return with_driver(request.getfixturevalue("postgres").database(template))


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    """Return each kind of database in turn, with its tables."""
    async for engine in _opened(database):
        yield engine


@pytest.fixture
async def file_engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Return SQLite in ``tmp_path``, for those who look into the files."""
    async for engine in _opened(f"sqlite:///{tmp_path / 'polku.sqlite3'}"):
        yield engine


def with_driver(url: str) -> str:
    return url.replace("postgresql:", "postgresql+psycopg:")


async def _opened(url: str) -> AsyncIterator[AsyncEngine]:
    engine = connect(url)
    await migrate(engine)
    yield engine
    await engine.dispose()
