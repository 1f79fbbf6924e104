from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog import (
    Catalogue,
    Service,
    Source,
    UnknownIdError,
    age_in_days,
    offer,
    showable_phones,
    visible,
)
from services_catalog.visibility import known_on

YEARS = 730


def ids(catalogue: Catalogue, wanted: object, place: str | None = None, **more: int) -> list[str]:
    found = offer(catalogue, wanted, place, date(2026, 11, 23), YEARS, **more)  # type: ignore[arg-type]
    return [service.id for service in found]


@pytest.fixture
def plain(catalogue: Catalogue) -> Service:
    """A service of high confidence with sources '', '2025-12' and '2024'."""
    return catalogue.service("kela")


def test_verification_by_a_person_counts_before_sources(plain: Service) -> None:
    assert known_on(replace(plain, verified_on="2024-05-06")) == date(2024, 5, 6)


def test_the_newest_dated_source_counts_with_its_last_day(plain: Service) -> None:
    assert known_on(plain) == date(2025, 12, 31)
    assert known_on(replace(plain, sources=(Source("https://x.fi", "2024"),))) == date(
        2024, 12, 31
    )


def test_undated_sources_count_from_the_day_they_were_looked_up(plain: Service) -> None:
    assert known_on(replace(plain, sources=(Source("https://x.fi", ""),))) == date(2026, 11, 22)


def test_a_date_ahead_has_no_age(plain: Service, today: date) -> None:
    assert age_in_days(replace(plain, sources=(Source("https://x.fi", "2026"),)), today) == 0


def test_low_confidence_is_hidden_even_when_verified(plain: Service, today: date) -> None:
    doubtful = replace(plain, confidence="low", verified_on="2026-11-20")

    assert not visible(doubtful, today, YEARS)
    assert visible(replace(plain, confidence="medium"), today, YEARS)


@given(st.integers(min_value=0, max_value=5000), st.integers(min_value=0, max_value=5000))
def test_a_service_is_hidden_exactly_when_older_than_the_limit(
    catalogue: Catalogue, age: int, limit: int
) -> None:
    day = date(2026, 11, 23)
    service = replace(
        catalogue.service("kela"), verified_on=(day - timedelta(days=age)).isoformat()
    )

    assert visible(service, day, limit) is (age <= limit)


def test_numbers_to_be_verified_are_not_shown(catalogue: Catalogue) -> None:
    assert showable_phones(catalogue.service("velkaneuvonta")) == []


def test_blocked_numbers_are_not_shown(catalogue: Catalogue) -> None:
    service = catalogue.service("asumisneuvonta")
    (good,) = service.phones
    bad = replace(good, number="014 999 0001", blocked=True)

    assert showable_phones(replace(service, phones=(bad, good))) == [good]


def test_hours_to_be_verified_are_dropped_and_the_number_stays(catalogue: Catalogue) -> None:
    (phone,) = showable_phones(catalogue.service("ruokajako-jkl"))

    assert phone.number == "014 111 444"
    assert phone.hours == ""


def test_services_come_in_order_of_preference(catalogue: Catalogue) -> None:
    assert ids(catalogue, "money_gone") == ["kela", "diakonia"]
    assert ids(catalogue, catalogue.topic("money_gone")) == ["kela", "diakonia"]
    assert ids(catalogue, ["diakonia", "kela"]) == ["diakonia", "kela"]


def test_never_more_than_the_limit_is_offered(catalogue: Catalogue) -> None:
    every = [service.id for service in catalogue.services]

    assert len(ids(catalogue, every)) == 2
    assert len(ids(catalogue, every, limit=5)) == 5
    assert ids(catalogue, every, limit=0) == []


def test_a_hidden_service_gives_its_place_to_its_fallbacks(catalogue: Catalogue) -> None:
    # vanha-asunto is of low confidence; its fallbacks lead back to it and to asumisneuvonta
    assert ids(catalogue, "find_home") == ["asumisneuvonta"]
    assert ids(catalogue, ["vanha-asunto", "kela"]) == ["asumisneuvonta", "kela"]


def test_loops_of_hidden_fallbacks_end(catalogue: Catalogue) -> None:
    assert ids(catalogue, ["vanha-asunto-2", "vanha-asunto"]) == ["asumisneuvonta"]


def test_no_service_is_offered_twice(catalogue: Catalogue) -> None:
    assert ids(catalogue, ["kela", "kela", "diakonia"]) == ["kela", "diakonia"]
    assert ids(catalogue, ["asumisneuvonta", "vanha-asunto"]) == ["asumisneuvonta"]


def test_municipal_services_are_for_their_municipality(catalogue: Catalogue) -> None:
    assert ids(catalogue, "food_aid", "Jyväskylä") == ["ruokajako-jkl", "diakonia"]
    assert ids(catalogue, "food_aid", "Kinnula") == ["diakonia"]
    assert ids(catalogue, "food_aid", None) == ["diakonia"]


def test_fallbacks_help_when_nothing_covers_the_municipality(catalogue: Catalogue) -> None:
    assert ids(catalogue, ["ruokajako-jkl"], "Kinnula") == ["diakonia"]
    assert ids(catalogue, ["klubitalo-jkl"], "Kinnula") == []


def test_everything_ages_out_in_the_end(catalogue: Catalogue) -> None:
    assert offer(catalogue, "money_gone", None, date(2036, 1, 1), YEARS) == []


def test_an_unknown_topic_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownIdError):
        ids(catalogue, "nothing")


@given(st.data())
def test_an_offer_is_always_visible_near_and_without_repeats(
    catalogue: Catalogue, data: st.DataObject
) -> None:
    every = [service.id for service in catalogue.services]
    wanted = data.draw(st.lists(st.sampled_from(every), max_size=8))
    place = data.draw(st.sampled_from([None, "Jyväskylä", "Kinnula"]))
    day = data.draw(st.dates(date(2024, 1, 1), date(2029, 1, 1)))
    limit = data.draw(st.integers(0, 4))

    found = offer(catalogue, wanted, place, day, YEARS, limit)

    assert len(found) <= limit
    assert len({service.id for service in found}) == len(found)
    for service in found:
        assert visible(service, day, YEARS)
        assert service.coverage.covers(place)
