"""Return codes: four Finnish words that one can write down, read aloud and type badly."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from rapidfuzz import process
from rapidfuzz.distance import OSA

WORDS_IN_CODE = 4
"""Four of 1,116 words: 1.5 million million codes, 40 bits."""

_FOLDED = str.maketrans("äöå", "aoa")
_WORD = re.compile(r"[^\W\d_]+")
# What people write before the code itself.
_OPENING = {"koodi", "koodini", "mun", "minun", "polku", "polkuni", "sanat", "tassa", "on", "se"}
_LONGEST = 120

# RFC 7914; 16 MiB and about 0.1 s for one try, which is what makes 40 bits enough.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 64}


@cache
def words() -> tuple[str, ...]:
    """Return the words that codes are made of."""
    lines = (Path(__file__).parent / "code_words.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def new_code() -> str:
    """Return a new code: four different words with spaces between them."""
    return " ".join(secrets.SystemRandom().sample(words(), WORDS_IN_CODE))


def read_code(text: str) -> str | None:
    """Return the code that ``text`` means, as ``new_code`` writes it, or None.

    Case, ä and ö without their dots, other signs between the words and one wrong, missing,
    extra or swapped letter in a word do not matter.
    """
    if len(text) > _LONGEST:
        return None
    typed = [word.translate(_FOLDED) for word in _WORD.findall(text.lower())]
    while len(typed) > WORDS_IN_CODE and typed[0] in _OPENING:
        typed = typed[1:]
    if len(typed) != WORDS_IN_CODE:
        return None
    meant = [_meant(word) for word in typed]
    # A code has no word twice; "oma tupa, oma lupa" is a saying.
    if None in meant or len({*meant}) < WORDS_IN_CODE:
        return None
    return " ".join(filter(None, meant))


def _meant(typed: str) -> str | None:
    known = _by_spelling()
    if typed in known:
        return known[typed]
    near = process.extract(
        typed, known.keys(), scorer=OSA.distance, score_cutoff=1, limit=2, processor=None
    )
    return known[near[0][0]] if len(near) == 1 else None


@cache
def _by_spelling() -> dict[str, str]:
    return {word.translate(_FOLDED): word for word in words()}


@dataclass(frozen=True)
class Lock:
    """What a code opens: where its path is kept, and the key that reads it."""

    id: str
    key: str

    @classmethod
    def of(cls, code: str, secret: str) -> "Lock":
        """Derive the lock of a code; slow on purpose, so call it in a thread.

        Args:
            code: A code as ``new_code`` writes it.
            secret: The gateway's secret key: without it a stolen database tells nothing.
        """
        salt = hmac.new(secret.encode(), b"return code", hashlib.sha256).digest()
        derived = hashlib.scrypt(code.encode(), salt=salt, **_SCRYPT)
        return cls(derived[:32].hex(), base64.urlsafe_b64encode(derived[32:]).decode())

    def seal(self, text: str) -> str:
        """Encrypt ``text``."""
        return Fernet(self.key).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Return what was sealed, or None when it was with another lock."""
        try:
            return Fernet(self.key).decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
