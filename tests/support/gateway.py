"""A gateway as an operator runs it: `polku serve` in a process of its own, on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class RunningGateway:
    """One gateway; `kill` and `start` again use the same folder and database."""

    var: Path
    config: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "RunningGateway":
        environment = os.environ | {
            "POLKU_VAR": str(self.var),
            "POLKU_PORT": str(self.port),
            **({"POLKU_CONFIG": str(self.config)} if self.config else {}),
            **self.environment,
        }
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_for(lambda: self.health() is not None, 120)
        return self

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def health(self) -> dict[str, str] | None:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=5).json()
        return None

    def rasa_is(self, status: str) -> bool:
        return (self.health() or {}).get("rasa") == status

    def wait_for_rasa(self, status: str = "up", seconds: float = 90) -> None:
        self.wait_for(lambda: self.rasa_is(status), seconds)

    def rasa_pid(self) -> int:
        """Return the process id of the Rasa server that this gateway started."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text().split():
            if b"rasa" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise LookupError("rasa is not running")

    def logs(self) -> str:
        return "".join(
            path.read_text("utf-8", "replace") for path in sorted(self.var.rglob("*.log"))
        )

    def wait_for(self, condition, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            if self.process and self.process.poll() is not None:
                raise AssertionError(f"the gateway ended:\n{self.logs()[-3000:]}")
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s:\n{self.logs()[-3000:]}")
