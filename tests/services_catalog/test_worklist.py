from dataclasses import replace
from datetime import date

from services_catalog import Catalogue, Row, worklist


def rows(catalogue: Catalogue, today: date) -> dict[str, Row]:
    return {row.id: row for row in worklist(catalogue, today)}


def test_services_of_crises_come_first(catalogue: Catalogue, today: date) -> None:
    topics = tuple(
        replace(topic, crisis="suicide", services=("oikeusapu",))
        if topic.id == "lonely"
        else topic
        for topic in catalogue.topics
    )
    (first, *_) = worklist(replace(catalogue, topics=topics), today)

    assert first.id == "oikeusapu"
    assert first.reason == "offered in a crisis"
    assert first.age_days == (today - date(2025, 12, 31)).days


def test_reasons_are_told(catalogue: Catalogue, today: date) -> None:
    found = rows(catalogue, today)

    assert "a number is hidden until checked" in found["velkaneuvonta"].reason
    assert "opening hours are hidden until checked" in found["ruokajako-jkl"].reason
    assert "named by 3 topics" in found["diakonia"].reason
    assert "over a year old" in found["vanha-asunto-2"].reason


def test_a_missing_number_is_a_reason(catalogue: Catalogue, today: date) -> None:
    bare = replace(catalogue.service("oikeusapu"), missing=("phone",), web=())
    services = tuple(bare if one.id == bare.id else one for one in catalogue.services)

    reason = rows(replace(catalogue, services=services), today)["oikeusapu"].reason

    assert reason == "a client has no way to reach it; no telephone number is known"


def test_verified_services_without_flags_need_nothing(catalogue: Catalogue, today: date) -> None:
    services = tuple(
        replace(one, verified_on="2026-11-01") if one.id == "diakonia" else one
        for one in catalogue.services
    )
    changed = replace(catalogue, services=services)

    assert "diakonia" in rows(catalogue, today)
    assert "diakonia" not in rows(changed, today)


def test_the_weightiest_and_then_the_oldest_comes_first(catalogue: Catalogue, today: date) -> None:
    found = worklist(catalogue, today)
    keys = [(-row.weight, -row.age_days, row.id) for row in found]

    assert keys == sorted(keys)
    assert len({row.id for row in found}) == len(found)
