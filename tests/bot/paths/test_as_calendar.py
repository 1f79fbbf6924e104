"""A planned call: ahead, while the service is open, and as discreet as the client wants."""

from datetime import datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import HELSINKI
from bot.paths import Planner, Sheet, UnfitTime
from bot.paths.errand_list import Contact
from bot.settings import ROOT
from services_catalog.phrases import load_phrases

# A Monday. 6 December is a public holiday, and a Sunday this year; 25 December a Friday.
NOW = datetime(2026, 11, 23, 9, 15, tzinfo=HELSINKI)
PLANNER = Planner(load_phrases(ROOT / "bot" / "paths"), lambda: NOW)
OFFICE = Contact("Terveysasema", "014 266 0149", "arkisin kello 8–16", private=False)
UNPLAIN = Contact("Kahvila", "", "torstaisin. Aika on voinut muuttua.", private=False)
SHEET = Sheet(1, "Uni", (), "", OFFICE, "Hei. Tarvitsen apua; asiani on uni, väsymys.")


def event_of(file):
    [event] = icalendar.Calendar.from_ical(file).events
    return event


@pytest.mark.parametrize(
    ("day", "clock", "contact", "why"),
    [
        ("2026-11-23", "9.15", OFFICE, "mennyt"),
        ("2026-11-22", "10:00", None, "mennyt"),
        ("2026-11-24", "7.59", OFFICE, "kiinni"),
        ("2026-11-24", "16.00", OFFICE, "kiinni"),
        ("2026-11-28", "10.00", OFFICE, "kiinni"),
        ("2026-12-25", "10.00", OFFICE, "pyhäpäivä"),
        ("2028-11-24", "10.00", OFFICE, "vuoden"),
        ("", "", OFFICE, "Valitse päivä"),
        ("24.11.2026", "10.00", OFFICE, "Valitse päivä"),
        ("2026-11-24", "25.00", OFFICE, "Valitse päivä"),
        ("2026-11-24", "kymmenen", OFFICE, "Valitse päivä"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_reason(day, clock, contact, why):
    with pytest.raises(UnfitTime, match=why):
        PLANNER.at(day, clock, contact)


def test_the_refusal_tells_when_the_service_is_open():
    with pytest.raises(UnfitTime, match="arkisin kello 8–16"):
        PLANNER.at("2026-11-24", "18.00", OFFICE)


@pytest.mark.parametrize("clock", ["8.00", "08:00", "15.59"])
def test_a_time_while_the_service_is_open_is_taken(clock):
    assert PLANNER.at("2026-11-24", clock, OFFICE).date().isoformat() == "2026-11-24"


def test_hours_that_are_not_plain_refuse_nothing():
    assert PLANNER.at("2026-11-28", "22.00", UNPLAIN)


def test_everything_that_the_form_offers_is_taken():
    for contact in (OFFICE, UNPLAIN, None):
        days = PLANNER.days(contact)
        assert days
        last = PLANNER.times(contact)[-1]
        assert all(PLANNER.at(day, last, contact) for day, _ in days)


def test_closed_days_are_not_offered():
    titles = [title for _, title in PLANNER.days(OFFICE)]
    assert titles[0] == "maanantai 23.11."
    assert not any(title.startswith(("lauantai", "sunnuntai")) for title in titles)


@given(st.integers(1, 300), st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
def test_the_file_holds_the_moment_that_was_chosen(days, hour, minute):
    day = (NOW + timedelta(days=days)).date().isoformat()
    at = PLANNER.at(day, f"{hour}.{minute:02}", None)
    event = event_of(PLANNER.file(SHEET, at, named=True))
    assert event["DTSTART"].params["TZID"] == "Europe/Helsinki"
    assert (event.start.hour, event.start.minute) == (hour, minute)
    assert event.start.timestamp() == at.timestamp()
    assert event.end - event.start == timedelta(minutes=30)


def test_the_file_reminds_and_tells_number_and_sentence():
    at = PLANNER.at("2026-11-24", "9.30", OFFICE)
    file = PLANNER.file(SHEET, at, named=True)
    event = event_of(file)
    [alarm] = event.alarms.times
    assert alarm.trigger == at - timedelta(minutes=15)
    assert event["SUMMARY"] == "Soitan: Terveysasema"
    assert "014 266 0149" in event["DESCRIPTION"]
    assert SHEET.sentence in event["DESCRIPTION"]
    assert b"\r\n" in file
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert b"BEGIN:VTIMEZONE" in file


def test_the_file_tells_nothing_when_the_client_asks_so():
    at = PLANNER.at("2026-11-24", "9.30", OFFICE)
    file = PLANNER.file(SHEET, at, named=False).decode()
    for told in ("Terveysasema", "266", "Uni", "apua"):
        assert told not in file
    assert "SUMMARY:Puhelu" in file
