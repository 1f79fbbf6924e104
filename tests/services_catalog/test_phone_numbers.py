import pytest
from hypothesis import given
from hypothesis import strategies as st

from services_catalog.phone_numbers import digits, link, pattern_of, phone_like


@pytest.mark.parametrize(
    "written", ["014 266 0149", "0142660149", "+358 14 266 0149", "00358142660149", "014-266 0149"]
)
def test_spellings_of_one_number_are_the_same(written: str) -> None:
    assert digits(written) == "0142660149"
    assert link(written) == "tel:0142660149"


def test_short_numbers_are_dialled_as_they_are() -> None:
    assert link("112") == "tel:112"
    assert link("116 117") == "tel:116117"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Soita 112.", ["112"]),
        ("Soita 116 117 heti", ["116 117"]),
        ("Numero on 014 266 0149.", ["014 266 0149"]),
        ("Vuonna 2025 tuki oli 500 euroa", []),
        ("Lähde on 2025-12-31", []),
        ("Maksu on 30,20 euroa", []),
    ],
)
def test_numbers_are_found_in_text(text: str, found: list[str]) -> None:
    assert phone_like(text) == found


@given(st.lists(st.sampled_from(["", " ", "-", "\u00a0"]), min_size=9, max_size=9))
def test_a_blocked_number_is_found_however_it_is_spaced(gaps: list[str]) -> None:
    pattern = pattern_of(["014 999 0001"])
    written = "".join(a + b for a, b in zip("0149990001", [*gaps, ""], strict=True))

    assert pattern is not None
    assert pattern.search(f"numero: {written}.")
    assert pattern.search("+358 " + written[1:].lstrip(" -\u00a0"))
    assert not pattern.search(f"9{written}")


def test_no_numbers_make_no_pattern() -> None:
    assert pattern_of([]) is None
