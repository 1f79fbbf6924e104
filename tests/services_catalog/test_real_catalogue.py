"""The project's own catalogue, as it stands."""

from datetime import date

from services_catalog import Catalogue, check, offer, worklist
from services_catalog.phone_numbers import digits

MAX_AGE_DAYS = 1460  # as in polku.toml


def test_it_has_services_and_topics_for_every_need_in_the_menu(real: Catalogue) -> None:
    assert len(real.services) >= 115
    assert len(real.topics) >= 90
    assert len(real.municipalities) == 22
    assert len(real.do_not_show) == 21
    for need in real.service_needs():
        assert real.topics_of(need.id)


def test_nothing_in_it_is_an_error(real: Catalogue, today: date) -> None:
    found = check(real, today, MAX_AGE_DAYS)

    assert [str(one) for one in found if one.level == "error"] == []


def test_no_number_in_it_is_one_that_must_not_be_shown(real: Catalogue) -> None:
    blocked = {digits(one.number) for one in real.do_not_show}
    shown = {digits(phone.number) for service in real.services for phone in service.phones}

    assert not blocked & shown


def test_every_topic_of_help_offers_one_or_two_services(real: Catalogue, today: date) -> None:
    for need in real.service_needs():
        for topic in real.topics_of(need.id):
            places = [place.name for place in real.municipalities] if topic.ask else [None]
            for place in places:
                assert 1 <= len(offer(real, topic, place, today, MAX_AGE_DAYS)) <= 2


def test_the_worklist_begins_with_crises(real: Catalogue, today: date) -> None:
    (first, *_) = worklist(real, today)

    assert "crisis" in first.reason
