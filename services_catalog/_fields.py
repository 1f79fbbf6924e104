"""Typed reading of YAML nodes that remembers lines and collects every fault.

The nodes are composed by libyaml and converted here, because the plain loader forgets line
numbers and turns unquoted telephone numbers and dates into other types without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml

from services_catalog.errors import Fault

_STR = "tag:yaml.org,2002:str"
_INT = "tag:yaml.org,2002:int"
_BOOL = "tag:yaml.org,2002:bool"
_BOOLEANS = {"true": True, "false": False}

_NOT_MAPPING = ("The value is not a mapping.", "Write keys and values.")

_T = TypeVar("_T")


def compose(path: Path, name: str, faults: list[Fault]) -> yaml.MappingNode | None:
    """Parse a YAML file into nodes, whose marks count the file's own characters.

    Args:
        path: The file.
        name: How faults name the file.
        faults: Where a fault is added when the file cannot be read or is not a mapping.

    Returns:
        The top mapping, or None after a fault.
    """
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        faults.append(Fault(name, 1, "", "", "The file is not UTF-8.", "Save it as UTF-8."))
        return None
    except OSError as error:
        problem = f"The file cannot be read ({error.strerror})."
        faults.append(Fault(name, 1, "", "", problem, "Put the file in its place."))
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = f"The file is not valid YAML: {error.problem}."
        advice = "Look at the indentation and the quotes on this line and the one above it."
        faults.append(Fault(name, mark.line + 1 if mark else 1, "", "", problem, advice))
        return None
    except yaml.YAMLError as error:
        faults.append(Fault(name, 1, "", "", f"The file is not valid YAML: {error}.", ""))
        return None
    if not isinstance(node, yaml.MappingNode):
        problem, advice = "The file is not a mapping.", "Begin with a key, such as 'need: money'."
        faults.append(Fault(name, 1, "", "", problem, advice))
        return None
    return node


@dataclass
class Fields:
    """The keys of one YAML mapping, taken one by one with the type they must have.

    Every ``take`` method returns the value, or a harmless stand-in after noting a fault, so
    that one run finds all faults. ``finish`` notes the keys nobody took.
    """

    node: yaml.MappingNode
    file: str
    faults: list[Fault]
    entry: str = ""
    path: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    _values: dict[str, yaml.Node] = field(init=False, default_factory=dict)
    _taken: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Index the keys and note those given twice."""
        for key, value in self.node.value:
            name = str(key.value)
            if name in self._values:
                self._fault(key, name, "The key is here twice.", "Remove one of them.")
            self._values[name] = value
            self.lines.setdefault(self._where(name), value.start_mark.line + 1)

    @property
    def line(self) -> int:
        """Line of the mapping's first key, counted from 1."""
        return int(self.node.start_mark.line) + 1

    def text(self, key: str, *, empty: bool = True) -> str:
        """Take a string; unless ``empty``, it must hold something."""
        node = self._take(key)
        return "" if node is None else self._text(node, key, empty=empty)

    def optional_text(self, key: str) -> str:
        """Take a string, or "" when the key is not there."""
        self._taken.add(key)
        return self.text(key, empty=False) if key in self._values else ""

    def texts(self, key: str, *, empty: bool = True) -> tuple[str, ...]:
        """Take a list of non-empty strings; unless ``empty``, it must have an item."""
        found = [self._text(n, f"{key}[{i}]", empty=False) for i, n in self._sequence(key)]
        if not found and not empty and key in self._values:
            self.refuse(key, "The list is empty.", "Write at least one item.")
        return tuple(text for text in found if text)

    def choice(self, key: str, allowed: Collection[str], stand_in: str) -> str:
        """Take a string that must be one of the allowed ones."""
        value = self.text(key)
        if value in allowed:
            return value
        if key in self._values:
            choices = ", ".join(repr(one) for one in allowed)
            self.refuse(key, f"{value!r} is not allowed here.", f"Use one of {choices}.")
        return stand_in

    def flag(self, key: str) -> bool:
        """Take true or false."""
        node = self._take(key)
        if node is None:
            return False
        if node.tag != _BOOL or str(node.value).lower() not in _BOOLEANS:
            self._fault(node, key, "The value is not true or false.", "Write true or false.")
            return False
        return _BOOLEANS[str(node.value).lower()]

    def integer(self, key: str, low: int, high: int) -> int:
        """Take a whole number between two bounds, both allowed."""
        node = self._take(key)
        if node is None:
            return low
        if node.tag != _INT or not str(node.value).isdecimal():
            advice = f"Write a number from {low} to {high}."
            self._fault(node, key, "The value is not a whole number.", advice)
            return low
        value = int(node.value)
        if not low <= value <= high:
            self._fault(node, key, f"{value} is out of range.", f"Use {low} to {high}.")
        return value

    def checked(self, key: str, parse: Callable[[str], object], *, empty: bool = True) -> str:
        """Take a string that ``parse`` must accept; its ValueError becomes the fault."""
        value = self.text(key, empty=empty)
        if value:
            try:
                parse(value)
            except ValueError as error:
                self.refuse(key, str(error), "Correct the date.")
        return value

    def mapping(self, key: str) -> Fields | None:
        """Take a mapping, to be read in turn."""
        node = self._take(key)
        return None if node is None else self._mapping(node, key)

    def mappings(self, key: str) -> Iterator[Fields]:
        """Take a list of mappings, to be read in turn."""
        for index, node in self._sequence(key):
            inner = self._mapping(node, f"{key}[{index}]")
            if inner is not None:
                yield inner

    def entries(self, key: str) -> Iterator[Fields]:
        """Take a list of entries: mappings whose fields and lines are their own."""
        for index, node in self._sequence(key):
            if isinstance(node, yaml.MappingNode):
                yield Fields(node, self.file, self.faults)
            else:
                self._fault(node, f"{key}[{index}]", *_NOT_MAPPING)

    def finish(self, value: _T) -> _T:
        """Note unknown keys as faults and hand the value through."""
        for key in self._values.keys() - self._taken:
            known = ", ".join(sorted(self._taken))
            self.refuse(key, "The key is not known.", f"Remove it, or use one of: {known}.")
        return value

    def refuse(self, key: str, problem: str, advice: str) -> None:
        """Note a fault at the line of a key."""
        self._fault(self._values.get(key, self.node), key, problem, advice)

    def _take(self, key: str) -> yaml.Node | None:
        self._taken.add(key)
        node = self._values.get(key)
        if node is None:
            self._fault(self.node, key, "The key is missing.", f"Add '{key}:' to the entry.")
        return node

    def _text(self, node: yaml.Node, key: str, *, empty: bool) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._fault(node, key, "The value is not text.", "Write one text, not a list.")
            return ""
        if node.tag != _STR:
            problem = f"YAML does not read {node.value!r} as text."
            self._fault(node, key, problem, f"Put it in quotes: '{node.value}'.")
            return ""
        value = str(node.value)
        if not value.strip() and (value or not empty):
            self._fault(node, key, "The value is empty.", "Write the text.")
        return value

    def _sequence(self, key: str) -> Iterator[tuple[int, yaml.Node]]:
        node = self._take(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self._fault(node, key, "The value is not a list.", "Write a list, or [] for none.")
            return
        for index, item in enumerate(node.value):
            self.lines[self._where(f"{key}[{index}]")] = item.start_mark.line + 1
            yield index, item

    def _mapping(self, node: yaml.Node, key: str) -> Fields | None:
        if isinstance(node, yaml.MappingNode):
            where = self._where(key)
            return Fields(node, self.file, self.faults, self.entry, where, self.lines)
        self._fault(node, key, *_NOT_MAPPING)
        return None

    def _where(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _fault(self, node: yaml.Node, key: str, problem: str, advice: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(self.file, line, self.entry, self._where(key), problem, advice))
