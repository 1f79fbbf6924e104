"""docs/accessibility.md says what the tests say."""

from tests.accessibility.lines import LINES, OPEN
from tests.accessibility.table import FILE, document, tests_by_line


def test_the_list_has_all_lines():
    groups = [line[0] for line in LINES]
    assert {g: groups.count(g) for g in "CEGS"} == {"C": 33, "E": 8, "G": 10, "S": 9}


def test_the_document_is_up_to_date():
    assert FILE.read_text("utf-8") == document(), "run python -m tests.accessibility.table"


def test_what_is_not_there_yet_has_no_test():
    built = {line for line, o in OPEN.items() if o.state == "not there yet"} & set(tests_by_line())
    assert built == set(), "these have tests now: take them out of lines.py"
