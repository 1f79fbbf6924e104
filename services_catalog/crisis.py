"""The fixed crisis texts and their numbers, read from ``crisis.yml``."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from services_catalog.loader import CatalogueError


@dataclass(frozen=True)
class CrisisNumber:
    """A number that may be given in a crisis, and where it was read."""

    id: str
    number: str
    name: str
    service: str
    hours: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class CrisisTexts:
    """The reviewed texts with their numbers filled in.

    Attributes:
        numbers: By id.
        texts: Paragraphs by kind of crisis.
        distress: Paragraphs said after an ordinary answer.
        always: Lines for errors and outages.
    """

    numbers: dict[str, CrisisNumber]
    texts: dict[str, tuple[str, ...]]
    distress: tuple[str, ...]
    always: tuple[str, ...]

    def too_old(self, day: date, max_age_days: int) -> list[CrisisNumber]:
        """Return the numbers whose source was read more than ``max_age_days`` before ``day``."""
        return [
            number
            for number in self.numbers.values()
            if (day - number.checked_on).days > max_age_days
        ]


def load_crisis_texts(folder: Path) -> CrisisTexts:
    """Read ``crisis.yml`` in the catalogue's folder.

    Raises:
        CatalogueError: A number lacks a field, or a text names a number that is not there.
    """
    path = folder / "crisis.yml"
    table = yaml.safe_load(path.read_text("utf-8"))
    try:
        numbers = {
            key: CrisisNumber(id=key, **{**entry, "checked_on": _day(entry["checked_on"])})
            for key, entry in table["numbers"].items()
        }
        spoken = {key: number.number for key, number in numbers.items()}

        def filled(paragraphs: list[str]) -> tuple[str, ...]:
            return tuple(paragraph.format_map(spoken) for paragraph in paragraphs)

        return CrisisTexts(
            numbers=numbers,
            texts={kind: filled(paragraphs) for kind, paragraphs in table["texts"].items()},
            distress=filled(table["distress"]),
            always=filled(table["always"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(
            f"{path}: {error!r}: a number or text is not as it should be"
        ) from None


def _day(text: str) -> date:
    return date.fromisoformat(text)
