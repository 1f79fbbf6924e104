"""Masking: identity codes, accounts, cards, phone numbers and e-mail never get further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import mask, without_marks

# 900-series individual numbers are never given to a person.
CENTURY_MARKS = "+-YXWVUABCDEF"


@pytest.mark.parametrize("mark", CENTURY_MARKS)
@pytest.mark.parametrize("written", ["010594{}9032", "010594{} 9032", "010594 {}9032"])
@pytest.mark.parametrize("around", ["{}", "hetuni on {}, auttakaa", "({})", "hetu:{}."])
def test_identity_code_is_masked_whatever_its_century_and_surroundings(mark, written, around):
    code = written.format(mark)
    for spelled in (code, code.lower()):
        masked = mask(around.format(spelled))
        assert masked.text == around.format("[henkilötunnus poistettu]")
        assert masked.found == ("henkilötunnus",)


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212")
def test_identity_code_with_a_typographic_dash_is_masked(dash):
    assert "9032" not in mask(f"010594{dash}9032").text


@given(
    st.integers(1, 31), st.integers(1, 12), st.integers(0, 99), st.sampled_from(CENTURY_MARKS),
    st.integers(0, 999), st.sampled_from("0123456789ABCDEFHJKLMNPRSTUVWXY"),
    st.text("abcdefghijklmnopqrstuvwxyzåäö ,.!?", max_size=40),
)  # fmt: skip
def test_any_identity_code_in_any_sentence_is_masked(day, month, year, mark, number, check, words):
    code = f"{day:02}{month:02}{year:02}{mark}{number:03}{check}"
    assert code not in mask(f"{words} {code} {words}").text


@pytest.mark.parametrize(
    "text",
    [
        "FI21 1234 5600 0007 85",
        "FI2112345600000785",
        "fi21 1234 5600 0007 85",
        "DE89 3704 0044 0532 0130 00",
        "123456-785",
        "4111 1111 1111 1111",
        "5500-0000-0000-0004",
        "4111111111111111",
    ],
)
def test_account_and_card_numbers_are_masked(text):
    masked = mask(f"maksoin tililtä {text} eilen")
    assert not any(character.isdigit() for character in masked.text), masked.text


@pytest.mark.parametrize(
    "text",
    [
        "040 123 4567", "0401234567", "040-1234567", "+358 40 123 4567", "+358401234567",
        "00358401234567", "014 123 456", "09-123 4567", "050 12 34 567", "+358 (0)40 1234567",
    ],
)  # fmt: skip
def test_phone_numbers_are_masked(text):
    masked = mask(f"soita mulle {text} kiitos")
    assert masked.text == "soita mulle [puhelinnumero poistettu] kiitos"


@pytest.mark.parametrize(
    "text", ["etu.suku@example.fi", "a_b+c@mail.example.com", "etu.suku(at)example.fi"]
)
def test_email_is_masked(text):
    assert mask(f"posti {text} ok").text == "posti [sähköposti poistettu] ok"


@pytest.mark.parametrize(
    "text",
    [
        "soitin 112 ja 116 117",
        "vuokra on 560,50 euroa ja rästiä 1200",
        "kela lupasi 12.3.2026 klo 9",
        "asun 40100 jyväskylässä",
        "velkaa 15 000 euroa vuodesta 2019",
        "hakemus 3 kk sitten, 2 lasta 5 ja 7 v",
        "ma-pe 9-16",
        "ks. 1-2-3",
    ],
)
def test_ordinary_numbers_stay(text):
    assert mask(text).text == text


def test_a_public_number_of_the_catalogue_stays():
    assert mask("onko 014 266 0149 oikea", frozenset({"0142660149"})).text == (
        "onko 014 266 0149 oikea"
    )


def test_what_was_taken_out_is_named_once():
    masked = mask("010594Y9032 ja 020504B904H, puh 0401234567")
    assert masked.found == ("henkilötunnus", "puhelinnumero")


def test_marks_are_left_out_of_what_is_understood():
    assert without_marks(mask("hetu 010594Y9032 vuokrarästi").text) == "hetu vuokrarästi"


@given(st.text(max_size=300))
def test_masking_a_masked_text_changes_nothing(text):
    once = mask(text).text
    assert mask(once).text == once


@given(st.text("abcdefghijklmnopqrstuvwxyzåäöABC .,!?-", max_size=200))
def test_a_text_without_digits_or_at_sign_is_never_masked(text):
    assert mask(text).found == ()
