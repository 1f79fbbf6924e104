"""What the bot says of itself, read from ``phrases.yml``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services_catalog.loader import DEFAULT_FOLDER


@dataclass(frozen=True)
class Phrases:
    """The lines of ``phrases.yml`` by their keys."""

    lines: dict[str, str]

    def __call__(self, key: str, **values: str) -> str:
        """Return the phrase ``key`` (``buttons.human`` for one in a group), filled in.

        Paragraphs have an empty line between them.

        Raises:
            KeyError: There is no such phrase, or a value for it is missing.
        """
        return self.lines[key].format(**values)


def load_phrases(folder: Path = DEFAULT_FOLDER, name: str = "phrases.yml") -> Phrases:
    """Read the phrases in the catalogue's folder, or another file written the same way."""
    return Phrases(dict(_flat(yaml.safe_load((folder / name).read_text("utf-8")))))


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found.extend(_flat(value, f"{prefix}{key}."))
        else:
            found.append((prefix + key, "\n\n".join(value) if isinstance(value, list) else value))
    return found
