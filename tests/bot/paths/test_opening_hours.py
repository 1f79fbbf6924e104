"""Opening hours in words: read where they are plain, left alone where they are not."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import HELSINKI
from bot.paths.opening_hours import read_hours

# 23 November 2026 is a Monday.
WEEK = [date(2026, 11, day) for day in range(23, 30)]
ON = ["maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina",
      "sunnuntaina"]  # fmt: skip
FROM = ["maanantaista", "tiistaista", "keskiviikosta", "torstaista", "perjantaista",
        "lauantaista", "sunnuntaista"]  # fmt: skip
TO = ["maanantaihin", "tiistaihin", "keskiviikkoon", "torstaihin", "perjantaihin", "lauantaihin",
      "sunnuntaihin"]  # fmt: skip
hours_of_day = st.integers(0, 23)


def at(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), HELSINKI)


def never(_day):
    return False


def always(_day):
    return True


def open_days(text, hour):
    hours = read_hours(text)
    assert hours
    return [n for n, day in enumerate(WEEK) if hours.open_at(at(day, hour), never)]


@pytest.mark.parametrize(
    ("text", "hour", "days"),
    [
        ("aina", 3, [0, 1, 2, 3, 4, 5, 6]),
        ("puhelin aina", 3, [0, 1, 2, 3, 4, 5, 6]),
        ("arkisin kello 8–16", 8, [0, 1, 2, 3, 4]),
        ("arkisin kello 8–16", 16, []),
        ("puhelinpalvelu maanantaista perjantaihin kello 9–16", 12, [0, 1, 2, 3, 4]),
        ("maanantaista torstaihin kello 8–16, perjantaina kello 8–15", 15, [0, 1, 2, 3]),
        ("maanantaina, tiistaina ja perjantaina kello 9–12, torstaina kello 12–15", 10, [0, 1, 4]),
        ("maanantaina, tiistaina ja perjantaina kello 9–12, torstaina kello 12–15", 13, [3]),
        ("maanantaista keskiviikkoon kello 10–15", 10, [0, 1, 2]),
        ("arkisin kello 10–12 ja 15–16.15", 13, []),
        ("arkisin kello 10–12 ja 15–16.15", 16, [0, 1, 2, 3, 4]),
        ("perjantaisin kello 9–13", 9, [4]),
        ("joka ilta kello 18–24", 23, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_plain_hours_are_read(text, hour, days):
    assert open_days(text, hour) == days


@pytest.mark.parametrize(
    "text",
    [
        "", "torstaisin kaksi tuntia. Aika on voinut muuttua.", "verkossa aina",
        "keskiviikkona kello 10–12. Aika on voinut muuttua.", "arkisin kello 16–8",
        "arkisin kello 8–25", "perjantaista maanantaihin kello 9–16", "arkisin", "kello 8–16",
        "parillisten viikkojen maanantaisin kello 17–19", "arkisin kello 8–16, aina",
        "arkisin kello 8–16, maanantaina kello 9–10",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_alone(text):
    assert read_hours(text) is None


def test_a_public_holiday_closes_all_but_what_is_always_open():
    for text in ("aina", "joka ilta kello 8–24"):
        hours = read_hours(text)
        assert hours
        assert hours.open_at(at(WEEK[0], 20), always)
    hours = read_hours("arkisin kello 8–16")
    assert hours
    assert not hours.open_at(at(WEEK[0], 10), always)


@given(st.integers(0, 6), st.integers(0, 6), hours_of_day, hours_of_day, st.integers(0, 23))
def test_any_range_of_days_and_hours_is_open_exactly_then(first, last, start, end, asked):
    hours = read_hours(f"{FROM[first]} {TO[last]} kello {start}–{end}")
    if first > last or start >= end:
        assert hours is None
        return
    assert hours
    for n, day in enumerate(WEEK):
        expected = first <= n <= last and start <= asked < end
        assert hours.open_at(at(day, asked), never) is expected


@given(st.lists(st.sampled_from(range(7)), min_size=2, max_size=7, unique=True), hours_of_day)
def test_a_list_of_days_is_open_on_those_days(days, hour):
    named = ", ".join(ON[day] for day in days[:-1]) + f" ja {ON[days[-1]]}"
    assert open_days(f"{named} kello {hour}–24", hour) == sorted(days)


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text):
    read_hours(text)
