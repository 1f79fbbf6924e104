"""``polku.toml`` and the environment as one validated object."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, Extra, Field, SecretStr, ValidationError, validator

from bot.hours import HoursSettings

ROOT = Path(__file__).resolve().parent.parent


TELEGRAM = "https://api.telegram.org"

_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}

_WEB_ADDRESS = r"^(https?://\S+)?$"
# Telegram delivers to https only (Bot API, setWebhook).
_SAFE_ADDRESS = r"^(https://\S+)?$"


class SettingsError(Exception):
    """A setting is missing, unknown, out of range or of no use; the text says which and why."""


class _Section(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class Organisation(_Section):
    """Who runs the service; shown to clients. Of an empty value the pages say it is missing."""

    name: str = "Polku"
    operator: str = "Polku-kokeilu"
    exit_url: str = "https://www.ilmatieteenlaitos.fi/"
    public_url: str = Field("", regex=_WEB_ADDRESS, description="where clients find the web chat")
    feedback_unit: str = ""
    feedback_email: str = ""
    feedback_phone: str = ""
    privacy_email: str = ""
    privacy_ground: str = ""
    statement_date: date = Field(date(2026, 11, 23), description="accessibility last assessed")


class Server(_Section):
    """Where the gateway listens, and the proxy in front of it."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    trusted_proxies: int = Field(0, ge=0, description="proxies whose X-Forwarded-* is believed")


class Retention(_Section):
    """How long what is stored is kept: a chat after its last message, the rest in days."""

    chat_hours: int = Field(24, ge=1)
    path_days: int = Field(30, ge=1, le=365, description="after the client's yes")
    transcript_days: int = Field(30, ge=1, description="after the hand-off ended")
    preserved_days: int = Field(365, ge=1, description="the same, kept by a lead for a reason")
    review_days: int = Field(90, ge=1, description="lines that wait for a lead's decision")
    audit_days: int = Field(365, ge=1)
    activity_days: int = Field(730, ge=1, description="counts by the hour")


class DeskSettings(_Section):
    """How long a guide stays signed in."""

    idle_minutes: int = Field(30, ge=5, description="minutes without use")
    session_hours: int = Field(10, ge=1, description="hours since signing in")


class HandoffSettings(_Section):
    """The queue for a guide and the requests to be called."""

    queue_size: int = Field(5, ge=1, description="clients who may wait at once")
    wait_minutes: int = Field(10, ge=1, description="until a client is told that nobody came")
    lost_seconds: int = Field(60, ge=1, description="until a guide's connection counts as lost")
    away_minutes: int = Field(20, ge=1, description="without a sign of a guide without script")
    callback_days: int = Field(14, ge=1, description="until a call-back request is deleted")


class Limits(_Section):
    """Sizes in characters and bytes, rates per minute."""

    message_characters: int = Field(4000, ge=1)
    body_bytes: int = Field(65536, ge=4096)
    messages_per_minute: int = Field(15, ge=1)
    address_messages_per_minute: int = Field(300, ge=1)


class CatalogueSettings(_Section):
    """Age in days past which a fact is no longer shown, or fails the check."""

    max_age_days: int = Field(1460, ge=1)
    crisis_max_age_days: int = Field(365, ge=1)


class RasaSettings(_Section):
    """Limits in seconds for the Rasa server."""

    answer_seconds: float = Field(6.0, gt=0)
    ready_seconds: float = Field(180.0, gt=0)


class TelegramSettings(_Section):
    """How the Telegram bot gets its updates, and how long it tries; times in seconds."""

    webhook_url: str = Field("", regex=_SAFE_ADDRESS, description="empty: long polling")
    poll_seconds: int = Field(25, ge=1, le=50)
    longest_pause: float = Field(30.0, gt=0, description="between two tries in an outage")
    messages_per_second: float = Field(25.0, gt=0, le=30)
    undelivered_most: int = Field(30, ge=1, description="messages of one chat kept in an outage")


class Embed(_Section):
    """Which other sites may show the chat in a frame."""

    allowed_origins: tuple[str, ...] = ()
    demo: bool = False

    @validator("allowed_origins", each_item=True)
    def _is_an_origin(cls, value: str) -> str:  # noqa: N805
        parts = urlsplit(value)
        if value != f"{parts.scheme}://{parts.netloc}" or parts.scheme not in ("http", "https"):
            raise ValueError(f"{value!r} is not an origin such as https://www.example.fi")
        # What is not an address would end up in a header.
        if not value.isascii() or any(letter in value for letter in " ;,'\"*@"):
            raise ValueError(f"{value!r} is not an origin such as https://www.example.fi")
        return value


class Settings(_Section):
    """Everything the gateway is told from outside."""

    organisation: Organisation = Organisation()
    server: Server = Server()
    retention: Retention = Retention()
    desk: DeskSettings = DeskSettings()
    hours: HoursSettings = HoursSettings()
    handoff: HandoffSettings = HandoffSettings()
    limits: Limits = Limits()
    catalogue: CatalogueSettings = CatalogueSettings()
    rasa: RasaSettings = RasaSettings()
    telegram: TelegramSettings = TelegramSettings()
    telegram_token: SecretStr = SecretStr("")
    telegram_base_url: str = TELEGRAM
    embed: Embed = Embed()
    database_url: str
    redis_url: SecretStr = SecretStr("")
    secret_key: SecretStr
    var: Path
    catalogue_folder: Path = ROOT / "services_catalog"
    models_folder: Path
    reviewed_file: Path = ROOT / "data" / "nlu" / "reviewed.yml"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``polku.toml`` (or the file ``POLKU_CONFIG`` names) and the environment.

    Args:
        environ: Environment variables; docs/settings.md lists those that count.

    Raises:
        SettingsError: A file cannot be read, or a value is unknown or out of range.
    """
    path = Path(environ.get("POLKU_CONFIG", ROOT / "polku.toml"))
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    var = Path(environ.get("POLKU_VAR", ROOT / "var"))
    var.mkdir(parents=True, exist_ok=True)
    if "POLKU_PORT" in environ:
        table["server"] = {**table.get("server", {}), "port": environ["POLKU_PORT"]}
    try:
        return Settings(
            **table,
            var=var,
            models_folder=Path(environ.get("POLKU_MODELS", ROOT / "models")),
            reviewed_file=Path(
                environ.get("POLKU_REVIEWED", ROOT / "data" / "nlu" / "reviewed.yml")
            ),
            database_url=_database_url(
                environ.get("POLKU_DATABASE_URL") or f"sqlite:///{var / 'polku.sqlite3'}"
            ),
            redis_url=_redis_url(environ),
            telegram_token=SecretStr(environ.get("POLKU_TELEGRAM_TOKEN", "").strip()),
            telegram_base_url=environ.get("POLKU_TELEGRAM_BASE_URL") or TELEGRAM,
            secret_key=SecretStr(
                environ.get("POLKU_SECRET_KEY") or _kept_secret(var / "secret.key")
            ),
        )
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(f"{path}: {faults}") from None


def _database_url(url: str) -> str:
    """Return ``url`` with the driver that speaks to its kind of database."""
    kind, _, rest = url.partition("://")
    driver = _DRIVERS.get(kind, kind)
    if driver not in _DRIVERS.values() or not rest:
        # The address is not repeated: it may hold a password.
        raise SettingsError(
            "POLKU_DATABASE_URL must begin with postgresql:// or sqlite:///, see docs/settings.md"
        )
    return f"{driver}://{rest}"


def _redis_url(environ: Mapping[str, str]) -> SecretStr:
    url = environ.get("POLKU_REDIS_URL", "").strip()
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("POLKU_REDIS_URL must begin with redis://, rediss:// or unix://")
    if url and not environ.get("POLKU_SECRET_KEY"):
        raise SettingsError(
            "POLKU_REDIS_URL needs POLKU_SECRET_KEY too, the same one for all gateways"
        )
    return SecretStr(url)


def _kept_secret(path: Path) -> str:
    """Return the key in ``path``, made once, so that a restart keeps open chats valid."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), "utf-8")
    return path.read_text("utf-8").strip()
