"""When guides are there, in Helsinki time, through every clock change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clock import HELSINKI
from bot.hours import Hours, HoursSettings, when

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(HELSINKI) if moment.tzinfo else moment.replace(tzinfo=HELSINKI)


def said(text: str, **settings: object) -> str:
    return Hours(HoursSettings(**settings)).status(at(text)).text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T08:59:59", "Ohjaaja on paikalla tänään kello 9."),
        ("2026-11-23T09:00", "Ohjaaja on paikalla tänään kello 15 asti."),
        ("2026-11-23T14:59:59", "Ohjaaja on paikalla tänään kello 15 asti."),
        ("2026-11-23T15:00", "Ohjaaja on paikalla huomenna tiistaina kello 9."),
        ("2026-11-27T18:00", "Ohjaaja on paikalla maanantaina kello 9."),
        ("2026-11-28T12:00", "Ohjaaja on paikalla maanantaina kello 9."),
        ("2026-12-06T12:00", "Ohjaaja on paikalla huomenna maanantaina kello 9."),
        ("2027-03-26T10:00", "Ohjaaja on paikalla tiistaina kello 9."),  # Good Friday
        ("2027-06-24T16:00", "Ohjaaja on paikalla maanantaina kello 9."),  # Midsummer Eve
        ("2026-12-23T16:00", "Ohjaaja on paikalla maanantaina kello 9."),  # Christmas
        ("2026-12-31T16:00", "Ohjaaja on paikalla maanantaina kello 9."),
    ],
)
def test_the_usual_week_and_its_holidays(moment, words):
    assert said(moment) == words


def test_independence_day_on_a_weekday_is_free():
    assert not Hours(HoursSettings()).status(at("2027-12-06T10:00")).open


def test_an_exception_goes_before_a_closure_and_a_holiday():
    settings = {
        "closures": [{"first": "2026-12-21", "last": "2027-01-03"}],
        "exceptions": {"2026-12-24": ["10:00-11:30"], "2026-11-24": []},
    }
    assert said("2026-12-24T10:00", **settings) == "Ohjaaja on paikalla tänään kello 11.30 asti."
    assert said("2026-12-24T12:00", **settings) == (
        "Ohjaaja on paikalla maanantaina 4. tammikuuta kello 9."
    )
    assert said("2026-11-23T16:00", **settings) == "Ohjaaja on paikalla keskiviikkona kello 9."


def test_the_day_before_a_holiday_can_be_short():
    hours = Hours(HoursSettings(eves_until="12:00"))
    assert hours.status(at("2026-12-31T11:59:59")).open
    assert not hours.status(at("2026-12-31T12:00")).open
    assert hours.status(at("2026-12-30T14:00")).open


def test_a_pause_at_noon_is_told():
    words = said("2026-11-23T12:10", monday=["9:00-12:00", "12:30-15:00"])
    assert words == "Ohjaaja on paikalla tänään kello 12.30."


def test_hours_that_never_come_are_not_promised():
    never = {day: [] for day in WEEK}
    assert said("2026-11-23T12:00", **never) == "En tiedä, milloin ohjaaja on taas paikalla."


def test_the_hour_that_comes_twice_belongs_to_the_hours():
    hours = Hours(HoursSettings(sunday=["3:00-4:00"]))
    for moment, is_open in [
        ("2026-10-25T02:59:59+03:00", False),
        ("2026-10-25T03:00:00+03:00", True),
        ("2026-10-25T03:30:00+02:00", True),
        ("2026-10-25T03:59:59+02:00", True),
        ("2026-10-25T04:00:00+02:00", False),
    ]:
        assert hours.status(at(moment)).open == is_open, moment


def test_the_hour_that_is_left_out_shortens_the_hours():
    hours = Hours(HoursSettings(sunday=["2:00-5:00"]))
    for moment, is_open in [
        ("2028-03-26T02:59:59+02:00", True),
        ("2028-03-26T04:00:00+03:00", True),
        ("2028-03-26T04:59:59+03:00", True),
        ("2028-03-26T05:00:00+03:00", False),
    ]:
        assert hours.status(at(moment)).open == is_open, moment


@pytest.mark.parametrize(
    "wrong",
    [
        {"monday": ["9-15:61"]},
        {"monday": ["15:00-9:00"]},
        {"monday": ["9:00-9:00"]},
        {"monday": ["9:00-12:00", "11:00-15:00"]},
        {"monday": ["yhdeksästä viiteen"]},
        {"eves_until": "puoli"},
        {"closures": [{"first": "2026-12-02", "last": "2026-12-01"}]},
        {"exceptions": {"joulu": []}},
        {"holiday": True},
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        HoursSettings(**wrong)


# A busy machine must not fail a test of the calendar.
_calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


ranges = (
    st.lists(st.integers(0, 24 * 60), min_size=0, max_size=6, unique=True)
    .map(sorted)
    .map(
        lambda cuts: [
            f"{_clock(a)}-{_clock(b)}" for a, b in zip(cuts[::2], cuts[1::2], strict=False)
        ]
    )
)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
hours_settings = st.builds(
    lambda week, exceptions, holidays, eve: HoursSettings(
        **dict(zip(WEEK, week, strict=True)),
        exceptions=exceptions,
        on_public_holidays=holidays,
        eves_until=eve,
    ),
    st.lists(ranges, min_size=7, max_size=7),
    st.dictionaries(days, ranges, max_size=4),
    st.booleans(),
    st.sampled_from(["", "12:00", "24:00"]),
)
moments = st.integers(1_767_000_000, 1_920_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


@_calmly
@given(hours_settings, moments)
def test_the_next_opening_is_the_very_next(chosen, now):
    hours = Hours(chosen)
    status = hours.status(now)
    if status.opens_at is None:
        return
    opens = status.opens_at.astimezone(UTC)
    assert opens > now
    assert hours.status(opens).open
    begin = status.closes_at.astimezone(UTC) if status.closes_at else now
    assert begin <= opens
    if begin < opens:
        assert not hours.status(opens - SECOND).open
        assert not hours.status(begin + (opens - begin) / 2).open


@_calmly
@given(hours_settings, moments)
def test_it_is_open_until_just_before_the_end(chosen, now):
    hours = Hours(chosen)
    status = hours.status(now)
    assert status.open == (status.closes_at is not None)
    assert status.text.endswith(".")
    if status.closes_at:
        ends = status.closes_at.astimezone(UTC)
        assert ends > now
        assert hours.status(ends - SECOND).open
        after = hours.status(ends)
        assert not after.open or after.closes_at > status.closes_at


@_calmly
@given(hours_settings, days)
def test_the_hours_of_a_day_lie_in_it_and_in_order(chosen, day):
    begins = datetime.combine(day, time(), HELSINKI).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), HELSINKI).astimezone(UTC)
    last = begins
    for opening in Hours(chosen).on(day):
        start, end = opening.start.astimezone(UTC), opening.end.astimezone(UTC)
        assert last <= start <= end <= ends
        last = end


@_calmly
@given(moments, st.integers(1, 60 * 24 * 300))
def test_a_coming_moment_names_its_weekday_unless_it_is_today(now, minutes):
    here = now.astimezone(HELSINKI)
    moment = (now + timedelta(minutes=minutes)).astimezone(HELSINKI)
    words = when(moment, here)
    if moment.date() == here.date():
        assert words.startswith("tänään kello")
    else:
        assert words.startswith("huomenna") == (moment.date() - here.date() == timedelta(days=1))
        assert "na kello" in words or "uuta kello" in words
