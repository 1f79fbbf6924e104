"""Errors of the catalogue, written for the person who edits its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing in one catalogue file that the loader refuses.

    Attributes:
        file: Path of the file, relative to the catalogue folder.
        line: Line number, counted from 1.
        entry: Id of the entry, or an empty string when the fault is outside any entry.
        field: The key at fault, such as ``phones[0].number``, or an empty string.
        problem: What is wrong, in plain English.
        advice: What the editor should do about it.
    """

    file: str
    line: int
    entry: str
    field: str
    problem: str
    advice: str

    def __str__(self) -> str:
        """Return the fault as one line that an editor's terminal can follow."""
        entry = f"{self.entry}: " if self.entry else ""
        return f"{self.file}:{self.line}: {entry}{self.text}"

    @property
    def text(self) -> str:
        """The field, the problem and the advice, without the place."""
        name = f"{self.field}: " if self.field else ""
        return f"{name}{self.problem} {self.advice}".rstrip()


class CatalogueError(ValueError):
    """The catalogue cannot be loaded. Lists every fault found, not only the first.

    Attributes:
        faults: The faults, ordered by file and line; empty when only a message was given.
    """

    def __init__(self, faults: Sequence[Fault] | str) -> None:
        """Keep the faults and build a message with one fault a line.

        Args:
            faults: At least one fault, or a ready message for a file that has no entries.
        """
        if isinstance(faults, str):
            self.faults: tuple[Fault, ...] = ()
            super().__init__(faults)
            return
        self.faults = tuple(sorted(faults))
        count = len(self.faults)
        head = f"The catalogue has {count} fault{'' if count == 1 else 's'}:"
        super().__init__("\n".join([head, *map(str, self.faults)]))


class UnknownIdError(LookupError):
    """An id was asked for that the catalogue does not have."""

    def __init__(self, kind: str, wanted: str) -> None:
        """Say what was looked for.

        Args:
            kind: "need", "topic", "service" or "municipality".
            wanted: The id or name that was not found.
        """
        super().__init__(f"The catalogue has no {kind} {wanted!r}.")
        self.kind = kind
        self.wanted = wanted
