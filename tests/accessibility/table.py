"""``python -m tests.accessibility.table`` writes docs/accessibility.md from the tests.

A line is tested where a test function is named after it: ``test_C12_…`` tests line C12.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

from bot.settings import ROOT
from tests.accessibility.lines import GROUPS, LINES, OPEN

FILE = ROOT / "docs" / "accessibility.md"
_PEOPLE = Path(__file__).parent / "people.md"
_NAMED = re.compile(r"test_([CEGS]\d\d)_")


def tests_by_line() -> dict[str, list[str]]:
    """Return for each line the tests that are named after it, as ``file: names``."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (
                named := _NAMED.match(node.name)
            ):
                found[named[1]][str(path.relative_to(ROOT))].append(node.name)
    return {line: [f"`{file}` ({len(n)})" for file, n in files.items()]
            for line, files in found.items()}  # fmt: skip


def state(line: str, tested: bool) -> str:
    """Return how far a line is held by tests.

    Raises:
        ValueError: The line has neither a test nor a reason, or a test and no place for it.
    """
    reason = OPEN.get(line)
    if tested and reason:
        return f"partly: {reason.reason}" if reason.state == "partly" else "tested"
    if tested:
        return "tested"
    if reason and reason.state != "partly":
        return f"{reason.state}: {reason.reason}"
    raise ValueError(f"{line} has neither a test nor a reason in lines.py")


def document() -> str:
    """Return the text of docs/accessibility.md."""
    tests = tests_by_line()
    if unknown := tests.keys() - LINES.keys():
        raise ValueError(f"tests named after lines that do not exist: {sorted(unknown)}")
    states = {line: state(line, line in tests) for line in LINES}
    counts = [
        f"{sum(s.startswith(kind) for s in states.values())} {kind}"
        for kind in ("tested", "partly", "not there yet")
    ]
    parts = [
        "# Accessibility: what holds, and how we know",
        "Written by `python -m tests.accessibility.table` from the tests; a test checks that it "
        'is up to date. "Tested" means that every test named after the line passes in CI. '
        "No program can say that a page is accessible: the last part is for people.",
        f"Of {len(LINES)} lines: {', '.join(counts)}. `tests/accessibility/test_defects.py` "
        "plants faults in the real page and demands that the test of the line fails.",
    ]
    for letter, title in GROUPS.items():
        rows = [
            f"| {line} | {text} | {states[line]} | {', '.join(tests.get(line, ['–']))} |"
            for line, text in LINES.items()
            if line.startswith(letter)
        ]
        head = "| line | must hold | state | where (tests) |\n|---|---|---|---|"
        parts += [f"## {title}", "\n".join([head, *rows])]
    parts.append(_PEOPLE.read_text("utf-8").strip())
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
