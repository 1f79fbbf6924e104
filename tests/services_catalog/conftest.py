"""Catalogues for the tests: a small good one, a copy to spoil, and the project's own."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from services_catalog import DEFAULT_FOLDER, Catalogue, load_catalogue

GOOD = Path(__file__).with_name("fixtures") / "good"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(GOOD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the good catalogue that a test may spoil."""
    return Path(shutil.copytree(GOOD, tmp_path / "catalogue"))


@pytest.fixture(scope="session")
def real() -> Catalogue:
    return load_catalogue(DEFAULT_FOLDER)


@pytest.fixture
def today() -> date:
    return date(2026, 11, 23)
