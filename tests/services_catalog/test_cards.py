import json
from dataclasses import replace
from datetime import date

import pytest

from services_catalog import Catalogue, Source, card, text
from services_catalog.cards import host


def test_a_card_has_all_its_keys_and_goes_into_json(catalogue: Catalogue, today: date) -> None:
    shown = card(catalogue.service("kela"), today)

    assert list(shown) == [
        *("id", "name", "provider", "summary", "begin", "phones", "web", "chat", "address"),
        *("hours", "cost", "referral", "bring", "source", "verified"),
    ]
    assert json.loads(json.dumps(shown)) == shown


def test_a_number_can_be_dialled(catalogue: Catalogue, today: date) -> None:
    assert card(catalogue.service("kela"), today)["phones"] == [
        {
            "number": "020 111 222",
            "href": "tel:020111222",
            "label": "Asiakaspalvelu",
            "hours": "maanantaista perjantaihin kello 9–16",
            "price": "Normaali puhelun hinta",
        }
    ]


def test_numbers_that_may_not_be_shown_are_not_on_the_card(
    catalogue: Catalogue, today: date
) -> None:
    assert card(catalogue.service("velkaneuvonta"), today)["phones"] == []
    assert "029 111 333" not in text(card(catalogue.service("velkaneuvonta"), today))


def test_a_link_is_named_by_its_host(catalogue: Catalogue, today: date) -> None:
    assert card(catalogue.service("kela"), today)["web"] == [
        {"url": "https://www.kela.fi/toimeentulotuki", "label": "kela.fi"}
    ]


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.hyvaks.fi/a?b=c", "hyvaks.fi"),
        ("http://sub.example.fi:8080/", "sub.example.fi"),
        ("https://wwwkirja.fi", "wwwkirja.fi"),
    ],
)
def test_hosts(url: str, label: str) -> None:
    assert host(url) == label


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        (
            (
                Source("https://www.kela.fi/a", "2024"),
                Source("https://www.hyvaks.fi/b", "2025-12"),
            ),
            "Lähde: hyvaks.fi, joulukuu 2025",
        ),
        ((Source("https://www.kela.fi/a", ""),), "Lähde: kela.fi, päiväys ei ole tiedossa"),
        (
            (Source("https://www.kela.fi/a", ""), Source("https://mieli.fi", "2025")),
            "Lähde: mieli.fi, vuosi 2025",
        ),
        ((), ""),
    ],
)
def test_the_newest_dated_source_is_named(
    catalogue: Catalogue, today: date, sources: tuple[Source, ...], line: str
) -> None:
    assert card(replace(catalogue.service("kela"), sources=sources), today)["source"] == line


def test_the_day_of_verification_is_told(catalogue: Catalogue, today: date) -> None:
    service = catalogue.service("kriisipuhelin")

    assert card(service, today)["verified"] == "Tarkistettu 3.11.2026"
    assert card(catalogue.service("kela"), today)["verified"] == ""
    assert card(service, date(2026, 11, 2))["verified"] == ""


def test_a_card_as_text_has_one_matter_a_line(catalogue: Catalogue, today: date) -> None:
    service = replace(catalogue.service("kriisipuhelin"), cost="Palvelu on maksuton.")

    assert text(card(service, today)).splitlines() == [
        "Kriisipuhelin (MIELI ry)",
        "Voit puhua vaikeasta olosta.",
        "Näin aloitat: Soita, kun haluat puhua.",
        "Puhelin: 09 2525 0111 (Suomeksi). Auki aina",
        "Verkossa: https://www.example.fi/",
        "Hinta: Palvelu on maksuton.",
        "Lähde: example.fi, joulukuu 2025",
        "Tarkistettu 3.11.2026",
    ]


def test_a_provider_of_the_same_name_is_not_repeated(catalogue: Catalogue, today: date) -> None:
    assert text(card(catalogue.service("kela"), today)).startswith("Kela\n")
