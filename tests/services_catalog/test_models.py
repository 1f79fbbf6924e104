from dataclasses import FrozenInstanceError

import pytest

from services_catalog import Catalogue, Coverage, UnknownIdError


def test_records_are_found_by_their_ids(catalogue: Catalogue) -> None:
    assert catalogue.topic("lonely").title == "Olen yksinäinen"
    assert catalogue.service("kela").provider == "Kela"
    assert catalogue.need("food").title == "Ruoka"
    assert catalogue.municipality("Äänekoski").locative == "Äänekoskella"


@pytest.mark.parametrize("kind", ["topic", "service", "need", "municipality"])
def test_an_unknown_id_is_named_in_the_error(catalogue: Catalogue, kind: str) -> None:
    with pytest.raises(UnknownIdError, match=f"no {kind} 'nowhere'"):
        getattr(catalogue, kind)("nowhere")


def test_topics_of_a_need_keep_the_order_of_the_file(catalogue: Catalogue) -> None:
    assert [topic.id for topic in catalogue.topics_of("food")] == ["food_aid", "hungry_now"]
    assert catalogue.topics_of("nothing") == ()


def test_services_of_a_need_come_before_services_of_other_needs(catalogue: Catalogue) -> None:
    assert [one.id for one in catalogue.services_of("debt")] == ["velkaneuvonta", "kela"]


def test_chat_needs_are_not_in_the_menu(catalogue: Catalogue) -> None:
    assert "greeting" not in [need.id for need in catalogue.service_needs()]
    assert "money" in [need.id for need in catalogue.service_needs()]


def test_topics_that_offer_a_service_are_found(catalogue: Catalogue) -> None:
    assert [one.id for one in catalogue.topics_naming("diakonia")] == [
        "money_gone",
        "food_aid",
        "hungry_now",
    ]
    assert catalogue.has_topic("lonely")
    assert not catalogue.has_service("lonely")


def test_a_loaded_catalogue_cannot_be_changed(catalogue: Catalogue) -> None:
    with pytest.raises(FrozenInstanceError):
        catalogue.topic("lonely").title = "Muu"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        catalogue.topics = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("coverage", "municipality", "covered"),
    [
        (Coverage("national"), None, True),
        (Coverage("region"), "Kinnula", True),
        (Coverage("municipal", ("Jyväskylä",)), "Jyväskylä", True),
        (Coverage("municipal", ("Jyväskylä",)), "Kinnula", False),
        (Coverage("municipal", ("Jyväskylä",)), None, False),
    ],
)
def test_municipal_services_cover_their_municipalities_only(
    coverage: Coverage, municipality: str | None, covered: bool
) -> None:
    assert coverage.covers(municipality) is covered
