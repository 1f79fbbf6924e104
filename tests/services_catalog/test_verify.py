from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services_catalog import CatalogueError, UnknownIdError, load_catalogue, set_verified

DAY = date(2026, 11, 20)
NAME = "services/housing.yml"


def changed_lines(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    pairs = zip(before.splitlines(True), after.splitlines(True), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_only_the_line_of_the_service_changes(folder: Path, today: date) -> None:
    before = (folder / NAME).read_bytes()

    path = set_verified(folder, "asumisneuvonta", DAY, today=today)

    assert path == folder / NAME
    assert changed_lines(before, path.read_bytes()) == [
        (b"    verified_on: ''\n", b"    verified_on: '2026-11-20'\n")
    ]
    assert load_catalogue(folder).service("asumisneuvonta").verified_on == "2026-11-20"
    assert load_catalogue(folder).service("vanha-asunto").verified_on == ""


def test_comments_line_ends_and_wide_letters_stay(folder: Path, today: date) -> None:
    path = folder / NAME
    text = path.read_text("utf-8").replace("verified_on: ''", 'verified_on: ""  # 😀 ei vielä')
    path.write_bytes(("# ääkköset 😀\r\n" + text.replace("\n", "\r\n")).encode())
    before = path.read_bytes()

    set_verified(folder, "asumisneuvonta", DAY, today=today)

    ((old, new),) = changed_lines(before, path.read_bytes())
    assert new == old.replace(b'""', b"'2026-11-20'")


def test_a_day_can_be_set_again_and_the_rights_of_the_file_stay(folder: Path, today: date) -> None:
    (folder / NAME).chmod(0o640)
    set_verified(folder, "asumisneuvonta", DAY, today=today)
    set_verified(folder, "asumisneuvonta", today, today=today)

    assert load_catalogue(folder).service("asumisneuvonta").verified_on == "2026-11-23"
    assert (folder / NAME).stat().st_mode & 0o777 == 0o640
    assert sorted(path.suffix for path in (folder / "services").iterdir()) == [".yml"] * 10


def test_a_future_day_is_refused(folder: Path, today: date) -> None:
    with pytest.raises(ValueError, match="in the future"):
        set_verified(folder, "asumisneuvonta", today + timedelta(days=1), today=today)


def test_an_unknown_service_is_refused(folder: Path, today: date) -> None:
    with pytest.raises(UnknownIdError, match="no service 'nobody'"):
        set_verified(folder, "nobody", DAY, today=today)


def test_an_entry_without_the_key_is_refused(folder: Path, today: date) -> None:
    path = folder / "services/money.yml"
    path.write_text(path.read_text("utf-8").replace("    verified_on: ''\n", ""), "utf-8")

    with pytest.raises(CatalogueError, match=r"services/money\.yml:3: kela: verified_on"):
        set_verified(folder, "kela", DAY, today=today)


def test_a_broken_file_is_not_touched(folder: Path, today: date) -> None:
    path = folder / "services/money.yml"
    path.write_text("need: [", "utf-8")

    with pytest.raises(CatalogueError, match="not valid YAML"):
        set_verified(folder, "kela", DAY, today=today)
    assert path.read_text("utf-8") == "need: ["


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_service_can_be_verified_on_any_past_day(folder: Path, data: st.DataObject) -> None:
    before = load_catalogue(folder)
    service = data.draw(st.sampled_from(before.services))
    day = data.draw(st.dates(date(2000, 1, 1), date(2026, 11, 23)))

    set_verified(folder, service.id, day, today=date(2026, 11, 23))

    after = load_catalogue(folder)
    assert after.service(service.id).verified_on == day.isoformat()
    for other in before.services:
        if other.id != service.id:
            assert after.service(other.id) == other
