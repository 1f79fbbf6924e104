"""Masking of personal data, before anything is stored, logged or understood."""

import re
from dataclasses import dataclass

_DASH = r"[-\u2010-\u2015\u2212]"

# Century marks since 2023: dvv.fi, "Henkilötunnuksen uudistus". A mistyped check
# character is masked too: it still points at a person.
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[0-3]\d[01]\d\d\d ?(?:[+A-FU-Y]|" + _DASH + r") ?\d{3} ?[0-9A-FHJ-NPR-Y]"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+ ?(?:@|\(at\)|\[at\]|\(ät\)) ?[\w-]+(?:\.[\w-]+)+", re.I)
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?(?![0-9A-Za-z])", re.I
)
# The national form of before IBAN: six digits, a dash, two to eight digits.
_ACCOUNT = re.compile(r"(?<![\d])\d{6}" + _DASH + r"\d{2,8}(?![\d])")
_CARD = re.compile(r"(?<![\d])\d(?:[ -]?\d){12,18}(?![\d])")
_PHONE = re.compile(
    r"(?<![\dA-Za-z+])(?:\+ ?358[ -]?(?:\(0\))?|00 ?358[ -]?|0)(?:[ -]?\d){6,11}(?![\dA-Za-z])"
)

_MARK = re.compile(r"\[[a-zäöå ]+ poistettu\]")


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and the Finnish names of what was taken out."""

    text: str
    found: tuple[str, ...]


def mask(text: str, keep: frozenset[str] = frozenset(), *, contacts: bool = True) -> Masked:
    """Replace identity codes, account and card numbers, phone numbers and e-mail.

    Args:
        text: What somebody typed.
        keep: Digits of public phone numbers (the catalogue's), which are left as they are.
        contacts: Whether phone numbers and e-mail are replaced, too.

    Returns:
        The text with ``[henkilötunnus poistettu]`` and the like, and what was found.
    """
    found: list[str] = []

    def put(label: str) -> str:
        found.append(label)
        return f"[{label} poistettu]"

    def iban(match: re.Match[str]) -> str:
        return put("tilinumero") if _iban_like(match[0]) else match[0]

    def card(match: re.Match[str]) -> str:
        if _digits(match[0]) in keep or _PHONE.fullmatch(match[0]):
            return match[0]
        return put("kortin numero") if _luhn(match[0]) else put("pitkä numero")

    def phone(match: re.Match[str]) -> str:
        return match[0] if _digits(match[0]) in keep else put("puhelinnumero")

    text = _IDENTITY.sub(lambda match: put("henkilötunnus"), text)
    if contacts:
        text = _EMAIL.sub(lambda match: put("sähköposti"), text)
    text = _IBAN.sub(iban, text)
    text = _ACCOUNT.sub(lambda match: put("tilinumero"), text)
    text = _CARD.sub(card, text)
    if contacts:
        text = _PHONE.sub(phone, text)
    return Masked(text, tuple(dict.fromkeys(found)))


def without_marks(text: str) -> str:
    """Return ``text`` without what ``mask`` put in place of personal data."""
    return " ".join(_MARK.sub(" ", text).split())


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _iban_like(text: str) -> bool:
    # ISO 13616: two letters, two check digits; a word such as "ab12 cdef ghij" is no account.
    compact = text.replace(" ", "")
    return sum(character.isdigit() for character in compact) >= 10


def _luhn(text: str) -> bool:
    # ISO/IEC 7812 annex B.
    digits = [int(digit) for digit in _digits(text)][::-1]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
