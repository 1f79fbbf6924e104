"""Writes down that a person has checked a service, changing one line of its file only."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from services_catalog._fields import compose
from services_catalog.errors import CatalogueError, Fault, UnknownIdError

_KEY = "verified_on"


def set_verified(folder: Path, service_id: str, day: date, *, today: date) -> Path:
    """Set ``verified_on`` of a service.

    The rest of the file, comments and line ends included, stays byte for byte. The file is
    replaced in one step, so that a reader never sees half of it.

    Args:
        folder: The catalogue folder.
        service_id: The service that was checked.
        day: The day on which a person checked it against the live page.
        today: The day it is in Finland.

    Returns:
        The file that was changed.

    Raises:
        ValueError: The day is in the future.
        UnknownIdError: No file has a service of this id.
        CatalogueError: A file is not valid YAML, or the entry has no plain ``verified_on:``.
    """
    if day > today:
        raise ValueError(f"{day} is in the future; write the day on which it was checked.")
    for path in sorted((folder / "services").glob("*.yml")):
        node = _find(path, service_id)
        if node is not None:
            _replace(path, node, day.isoformat())
            return path
    raise UnknownIdError("service", service_id)


def _find(path: Path, service_id: str) -> yaml.ScalarNode | None:
    name = f"services/{path.name}"
    faults: list[Fault] = []
    top = compose(path, name, faults)
    if top is None:
        raise CatalogueError(faults)
    entries = _pairs(top).get("services")
    for entry in entries.value if isinstance(entries, yaml.SequenceNode) else ():
        fields = _pairs(entry) if isinstance(entry, yaml.MappingNode) else {}
        if "id" in fields and fields["id"].value == service_id:
            value = fields.get(_KEY)
            if isinstance(value, yaml.ScalarNode) and value.style != "|":
                return value
            problem = "The key is missing or not a plain text."
            advice = f"Write {_KEY}: '' on a line of its own."
            line = entry.start_mark.line + 1
            raise CatalogueError([Fault(name, line, service_id, _KEY, problem, advice)])
    return None


def _pairs(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {str(key.value): value for key, value in node.value}


def _replace(path: Path, node: yaml.ScalarNode, value: str) -> None:
    text = path.read_bytes().decode("utf-8")
    start, end = node.start_mark.index, node.end_mark.index
    gap = "" if text[:start].endswith(" ") else " "  # "verified_on:" without any value
    changed = f"{text[:start]}{gap}'{value}'{text[end:]}"
    with NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as draft:
        draft.write(changed.encode("utf-8"))
    shutil.copymode(path, draft.name)
    Path(draft.name).replace(path)
