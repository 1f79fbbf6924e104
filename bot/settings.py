"""``polku.toml`` and the environment as one validated object."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Extra, Field, SecretStr, ValidationError

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is missing, unknown or out of range; the text says which and why."""


class _Section(BaseModel):
    class Config:
        extra = Extra.forbid
        frozen = True


class Organisation(_Section):
    """Who runs the service; shown to clients."""

    name: str = "Polku"
    operator: str = "Polku-kokeilu"
    exit_url: str = "https://www.ilmatieteenlaitos.fi/"


class Server(_Section):
    """Where the gateway listens, and the proxy in front of it."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    trusted_proxies: int = Field(0, ge=0, description="proxies whose X-Forwarded-* is believed")


class Retention(_Section):
    """How long a chat is kept after its last message, and a path after the client's yes."""

    chat_hours: int = Field(24, ge=1)
    path_days: int = Field(30, ge=1, le=365)


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


class Settings(_Section):
    """Everything the gateway is told from outside."""

    organisation: Organisation = Organisation()
    server: Server = Server()
    retention: Retention = Retention()
    limits: Limits = Limits()
    catalogue: CatalogueSettings = CatalogueSettings()
    rasa: RasaSettings = RasaSettings()
    database_url: str
    secret_key: SecretStr
    var: Path
    catalogue_folder: Path = ROOT / "services_catalog"
    models_folder: Path


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
            database_url=environ.get(
                "POLKU_DATABASE_URL", f"sqlite+aiosqlite:///{var / 'polku.sqlite3'}"
            ),
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


def _kept_secret(path: Path) -> str:
    """Return the key in ``path``, made once, so that a restart keeps open chats valid."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), "utf-8")
    return path.read_text("utf-8").strip()
