"""The systems that are measured, each started as its operators start it."""

import contextlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import baselines
from bench.baselines import Baseline
from bench.processes import Started, free_port
from bot.settings import ROOT

_FIRST = "mistä saan apua kun rahat ei riitä"


@dataclass(frozen=True)
class Ready:
    """Seconds from the start of the process.

    Attributes:
        people: Until a message was answered.
        rasa: Until Rasa itself was up.
    """

    people: float
    rasa: float


class System(ABC):
    """Something that answers messages.

    Attributes:
        kind: How the load generator speaks to it.
        title: What it is, for the table.
    """

    kind: str
    title: str

    def __init__(self) -> None:
        self.url = ""
        self.process: Started | None = None

    @abstractmethod
    def start(self, folder: Path) -> Ready:
        """Start it with what it writes in the empty ``folder``; return when it was ready."""

    def unanswered_by_rasa(self) -> int:
        """Return how many messages were answered by other means, Rasa being slow or down."""
        return 0

    def end(self) -> None:
        """End it."""
        if self.process:
            self.process.end()


class Polku(System):
    """The gateway with Rasa, as ``make run`` serves it."""

    kind = "polku"
    title = "Polku: the gateway, its store and actions, and Rasa"

    def __init__(self, models: Path, environment: Mapping[str, str] | None = None) -> None:
        """Use the newest models in this folder, and what ``environment`` adds."""
        super().__init__()
        self._models = models
        self._environment = environment or {}

    def start(self, folder: Path) -> Ready:
        """Start with an empty database and without limits that one machine would run into."""
        config = folder / "polku.toml"
        text = (ROOT / "polku.toml").read_text("utf-8")
        for name in ("messages_per_minute", "address_messages_per_minute"):
            text = "\n".join(
                f"{name} = 1000000" if line.startswith(f"{name} ") else line
                for line in text.splitlines()
            )
        config.write_text(text, "utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = Started(
            ["bot", "serve"],
            ROOT,
            {
                "POLKU_VAR": str(folder / "var"),
                "POLKU_PORT": str(port),
                "POLKU_CONFIG": str(config),
                "POLKU_MODELS": str(self._models),
                **self._environment,
            },
            folder / "gateway.log",
        )
        people = self.process.seconds_until(self._answers)
        return Ready(people, self.process.seconds_until(self._rasa_is_up))

    def unanswered_by_rasa(self) -> int:
        """Count the gateway's warnings."""
        assert self.process
        return self.process.log().count("answered without rasa")

    def _answers(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            opened = requests.post(f"{self.url}/api/chats", json={}, timeout=30).json()
            return requests.post(
                f"{self.url}/api/chats/{opened['chat']}/messages",
                json={"id": str(uuid.uuid4()), "text": _FIRST},
                headers={"Authorization": f"Bearer {opened['token']}"},
                timeout=30,
            ).ok
        return False

    def _rasa_is_up(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/healthz", timeout=30).json()["rasa"] == "up"
        return False


class BareRasa(System):
    """``rasa run`` with its REST channel and nothing else."""

    kind = "rasa"

    def __init__(self, baseline: Baseline, project: Path, model: Path) -> None:
        """Use what ``baselines.trained`` returned."""
        super().__init__()
        self.title = baseline.title
        self._project = project
        self._model = model

    def start(self, folder: Path) -> Ready:
        """Start with trackers in memory and no action server."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = Started(
            [
                "rasa", "run", "--model", str(self._model), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml", "--interface", "127.0.0.1",
                "--port", str(port), "--quiet",
            ],
            self._project,
            baselines.ENVIRONMENT,
            folder / "rasa.log",
        )  # fmt: skip
        rasa = self.process.seconds_until(self._rasa_is_up)
        return Ready(self.process.seconds_until(self._answers), rasa)

    def _rasa_is_up(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/webhooks/rest/", timeout=30).ok
        return False

    def _answers(self) -> bool:
        response = requests.post(
            f"{self.url}/webhooks/rest/webhook",
            json={"sender": "ready", "message": _FIRST},
            timeout=30,
        )
        return response.ok and bool(response.json())
