"""Telegram's numeric id of a person: a keyed hash to know it by, encrypted to write to it."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class Identity:
    """Hashes and encrypts with keys made from the gateway's secret key."""

    def __init__(self, secret_key: str) -> None:
        """Derive the keys; with another ``secret_key`` nothing kept can be matched or read."""
        self._secret = secret_key.encode()
        self._cipher = Fernet(base64.urlsafe_b64encode(self._key("telegram address")))
        self._hash_key = self._key("telegram person")

    def person(self, telegram_id: int) -> str:
        """Return the keyed hash under which a person's live chat is found."""
        return hmac.new(self._hash_key, str(telegram_id).encode(), hashlib.sha256).hexdigest()

    def sealed(self, telegram_id: int) -> str:
        """Return the id encrypted; different every time."""
        return self._cipher.encrypt(str(telegram_id).encode()).decode()

    def opened(self, address: str) -> int:
        """Return the id that ``sealed`` encrypted.

        Raises:
            ValueError: It was encrypted with another key.
        """
        try:
            return int(self._cipher.decrypt(address.encode()))
        except InvalidToken:
            raise ValueError("the address was encrypted with another secret key") from None

    def webhook_secret(self) -> str:
        """Return what Telegram must send with every update (Bot API, setWebhook)."""
        return self._key("telegram webhook").hex()

    def _key(self, purpose: str) -> bytes:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).digest()
