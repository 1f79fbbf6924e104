"""Encryption of the few things that must not be readable in the database file."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotOpen(ValueError):
    """The text was sealed with another key, for another purpose, or has been changed."""


class Box:
    """Seals and opens texts for one purpose."""

    def __init__(self, secret: str, purpose: str) -> None:
        """Derive the key of ``purpose`` from ``secret`` (POLKU_SECRET_KEY)."""
        derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, text: str) -> str:
        """Return ``text`` encrypted, as ASCII."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed.

        Raises:
            CannotOpen: It was not sealed by this box.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise CannotOpen from None
