from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog.dates import day_in_finnish, exact_day, in_finnish, last_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025", date(2025, 12, 31)),
        ("2025-12", date(2025, 12, 31)),
        ("2025-02", date(2025, 2, 28)),
        ("2024-02", date(2024, 2, 29)),
    ],
)
def test_a_vague_date_counts_as_its_last_day(text: str, day: date) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-00", "2025-1", "12/2025", "2025-12-31", "0000", "²025"]
)
def test_other_spellings_of_a_source_date_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM or YYYY"):
        last_day(text)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9999, 11, 30)))
def test_the_last_day_is_in_the_month_and_the_next_day_is_not(day: date) -> None:
    last = last_day(f"{day:%Y-%m}")

    assert (last.year, last.month) == (day.year, day.month)
    assert (last + timedelta(days=1)).month != day.month


@given(st.dates(min_value=date(1000, 1, 1)))
def test_an_exact_day_is_read_back(day: date) -> None:
    assert exact_day(day.isoformat()) == day


@pytest.mark.parametrize("text", ["", "2025-12", "3.11.2026", "2025-02-30", "20251122"])
def test_other_spellings_of_a_day_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day"):
        exact_day(text)


def test_dates_are_worded_in_finnish() -> None:
    assert in_finnish("2025-12") == "joulukuu 2025"
    assert in_finnish("2025") == "vuosi 2025"
    assert day_in_finnish(date(2026, 11, 3)) == "3.11.2026"
