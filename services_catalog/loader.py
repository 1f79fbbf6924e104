"""Loads a catalogue folder: strict, typed, and telling every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from services_catalog import phone_numbers
from services_catalog._fields import Fields, compose
from services_catalog._read_common import INTENT, read_id
from services_catalog._read_service import read_service
from services_catalog._read_topic import read_topic
from services_catalog._references import find_broken
from services_catalog.errors import CatalogueError, Fault
from services_catalog.models import (
    BlockedNumber,
    Catalogue,
    Municipality,
    Need,
    Origin,
)

__all__ = ["DEFAULT_FOLDER", "CatalogueError", "load_catalogue", "load_municipalities"]

DEFAULT_FOLDER = Path(__file__).resolve().parent
"""The catalogue that comes with the project."""

_T = TypeVar("_T")


def load_catalogue(folder: Path = DEFAULT_FOLDER) -> Catalogue:
    """Load needs.yml, municipalities.yml, do_not_show.yml, services/*.yml and topics/*.yml.

    Args:
        folder: The catalogue folder.

    Returns:
        The whole catalogue. Files are read in the order of their needs.

    Raises:
        CatalogueError: Anything is missing, unknown, of a wrong type or refers to nothing. It
            lists every fault with file, line, entry, field and what to do.
    """
    faults: list[Fault] = []
    needs = _read_list(folder, "needs.yml", "needs", _read_need, faults)
    places = load_municipalities(folder, faults)
    numbers = _read_list(folder, "do_not_show.yml", "numbers", _read_blocked, faults)
    blocked = {phone_numbers.digits(one.number) for one in numbers}
    order = [need.id for need in needs]
    services = [
        read_service(entry, need, blocked)
        for need, entry in _entries(folder, "services", order, faults)
    ]
    topics = [read_topic(entry, need) for need, entry in _entries(folder, "topics", order, faults)]
    faults.extend(find_broken(needs, places, services, topics))
    if faults:
        raise CatalogueError(faults)
    return Catalogue(
        folder=folder,
        needs=tuple(needs),
        municipalities=tuple(places),
        services=tuple(services),
        topics=tuple(topics),
        do_not_show=tuple(numbers),
    )


def load_municipalities(folder: Path, faults: list[Fault] | None = None) -> list[Municipality]:
    """Load municipalities.yml alone.

    Args:
        folder: The catalogue folder.
        faults: Where faults are added; without it they are raised.

    Returns:
        The municipalities, in the order of the file.

    Raises:
        CatalogueError: The file has faults and ``faults`` was not given.
    """
    noted: list[Fault] = [] if faults is None else faults
    found = _read_list(folder, "municipalities.yml", "municipalities", _read_place, noted)
    if faults is None and noted:
        raise CatalogueError(noted)
    return found


def _read_list(
    folder: Path,
    name: str,
    key: str,
    read: Callable[[Fields], _T],
    faults: list[Fault],
) -> list[_T]:
    node = compose(folder / name, name, faults)
    if node is None:
        return []
    fields = Fields(node, name, faults)
    found = [entry.finish(read(entry)) for entry in fields.entries(key)]
    return fields.finish(found)


def _entries(
    folder: Path, kind: str, order: Sequence[str], faults: list[Fault]
) -> list[tuple[str, Fields]]:
    """Return (need, entry) of all files of a kind, in the order of the needs."""
    found: list[tuple[str, Fields]] = []
    paths = sorted((folder / kind).glob("*.yml"))
    if not paths:
        problem = f"The folder {kind}/ is missing or holds no .yml file."
        faults.append(Fault(f"{kind}/", 1, "", "", problem, "Add the files of the needs."))
    for path in paths:
        name = f"{kind}/{path.name}"
        node = compose(path, name, faults)
        if node is None:
            continue
        fields = Fields(node, name, faults)
        need = fields.text("need", empty=False)
        if need and need not in order:
            fields.refuse("need", f"There is no need {need!r}.", "Use an id of needs.yml.")
        found += [(need, entry) for entry in fields.entries(kind)]
        fields.finish(None)
    ranks = {need: rank for rank, need in enumerate(order)}
    return sorted(found, key=lambda one: ranks.get(one[0], len(ranks)))


def _read_need(fields: Fields) -> Need:
    return Need(
        id=read_id(fields, INTENT),
        title=fields.text("title", empty=False),
        service_need=fields.flag("service_need"),
        origin=Origin(fields.file, fields.line, fields.lines),
    )


def _read_place(fields: Fields) -> Municipality:
    name = fields.entry = fields.text("name", empty=False)
    return Municipality(
        name=name,
        code=fields.text("code", empty=False),
        locative=fields.text("locative", empty=False),
        aliases=fields.texts("aliases"),
        origin=Origin(fields.file, fields.line, fields.lines),
    )


def _read_blocked(fields: Fields) -> BlockedNumber:
    number = fields.entry = fields.text("number", empty=False)
    if number and not phone_numbers.digits(number):
        fields.refuse("number", f"{number!r} is not a telephone number.", "Write digits.")
    return BlockedNumber(
        number=number,
        was=fields.text("was", empty=False),
        why=fields.text("why", empty=False),
        source=fields.text("source", empty=False),
        origin=Origin(fields.file, fields.line, fields.lines),
    )
