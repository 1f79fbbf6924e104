"""Starts, watches and calls the Rasa server, a child process on loopback."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import aiohttp
import yaml

from bot.children import end_with_parent
from bot.settings import ROOT

log = logging.getLogger(__name__)

Status = Literal["up", "starting", "down"]

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_PROBE_EVERY = 5.0
_PROBE_LIMIT = 10.0
_PROBES_MISSED = 3


class RasaUnavailable(Exception):
    """Rasa is down, starting, failing or slower than its limit."""


class RasaServer:
    """One ``rasa run`` process: restarted with back-off when it ends or stops answering.

    Life cycle: ``start()`` once, ``ask()`` any number of times, ``stop()`` once.
    """

    def __init__(
        self,
        *,
        model: Callable[[], Path | None],
        actions_url: Callable[[], str],
        database_url: str,
        lock_store: dict[str, str] | None,
        var: Path,
        answer_seconds: float,
        ready_seconds: float,
    ) -> None:
        """Prepare, but start nothing.

        Args:
            model: Returns the trained model to serve, or None while there is none.
            actions_url: Returns where the gateway runs the custom actions.
            database_url: Where the tracker store keeps its trackers.
            lock_store: Where Rasa servers share their locks, as an endpoint, or None.
            var: A folder for the generated endpoints file and Rasa's log.
            answer_seconds: How long one message may take.
            ready_seconds: How long a start may take before it is tried again.
        """
        self._model = model
        self._actions_url = actions_url
        self._database_url = database_url
        self._lock_store = lock_store
        self._var = var
        self._answer_limit = aiohttp.ClientTimeout(total=answer_seconds)
        self._ready_seconds = ready_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._url = ""
        self._settled = asyncio.Event()
        self.status: Status = "down"

    @property
    def pid(self) -> int | None:
        """Return the process id of the running Rasa server, or None."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Begin to start and watch Rasa, without waiting for it."""
        self._session = aiohttp.ClientSession()
        self._watcher = asyncio.create_task(self._watch(), name="rasa-watcher")

    async def settled(self) -> None:
        """Wait until Rasa is up for the first time, or has failed to start."""
        await self._settled.wait()

    async def stop(self) -> None:
        """End Rasa and wait until it has ended."""
        if self._watcher:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        await self._end()
        if self._session:
            await self._session.close()

    async def ask(self, chat: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """Hand a message to Rasa and return what its actions said.

        Args:
            chat: The chat's id, Rasa's sender.
            text: Typed text without a leading slash, or a button's command.
            metadata: For the NLU components; not stored.

        Raises:
            RasaUnavailable: There is no answer within the limit.
        """
        if self.status != "up" or self._session is None:
            raise RasaUnavailable(self.status)
        try:
            async with self._session.post(
                f"{self._url}/webhooks/rest/webhook",
                json={"sender": chat, "message": text, "metadata": metadata},
                timeout=self._answer_limit,
            ) as response:
                if response.status != 200:
                    raise RasaUnavailable(f"status {response.status}")
                answers: list[dict[str, Any]] = await response.json()
                return answers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise RasaUnavailable(type(error).__name__) from None

    async def _watch(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            model = self._model()
            if model is None:
                log.warning("no trained model in models/: run `polku train`; answering by search")
                self._settled.set()
                await asyncio.sleep(_PROBE_EVERY)
                continue
            try:
                await self._spawn(model)
                if await self._until_ready():
                    log.info("rasa is up")
                    self.status, pause = "up", _FIRST_PAUSE
                    self._settled.set()
                    await self._until_lost()
            except OSError as error:
                log.error("rasa cannot be started: %s", error)
            self.status = "down"
            self._settled.set()
            await self._end()
            log.warning("rasa is down; trying again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _spawn(self, model: Path) -> None:
        self.status = "starting"
        port = _free_port()
        self._url = f"http://127.0.0.1:{port}"
        folder = self._var / "rasa"
        folder.mkdir(parents=True, exist_ok=True)
        endpoints = folder / "endpoints.yml"
        # The addresses may hold passwords.
        endpoints.unlink(missing_ok=True)
        endpoints.touch(mode=0o600)
        endpoints.write_text(yaml.safe_dump(self._endpoints()), "utf-8")
        with (folder / "rasa.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.rasa_run", "run",
                "--model", str(model),
                "--endpoints", str(endpoints),
                "--credentials", str(ROOT / "credentials.yml"),
                "--interface", "127.0.0.1",
                "--port", str(port),
                "--quiet",
                cwd=ROOT,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=end_with_parent,
            )  # fmt: skip

    def _endpoints(self) -> dict[str, dict[str, Any]]:
        return {
            # No action reads the domain, which Rasa would write out for every call.
            "action_endpoint": {"url": self._actions_url(), "enable_selective_domain": True},
            "tracker_store": {
                "type": "bot.store.rasa_tracker_store.PolkuTrackerStore",
                "database_url": self._database_url,
            },
            **({"lock_store": self._lock_store} if self._lock_store else {}),
        }

    async def _until_ready(self) -> bool:
        """Return whether Rasa answers before its process ends or the limit passes."""
        assert self._process
        try:
            async with asyncio.timeout(self._ready_seconds):
                while self._process.returncode is None:
                    if await self._probe():
                        return True
                    await asyncio.sleep(0.25)
        except TimeoutError:
            log.error("rasa was not ready in %.0f s", self._ready_seconds)
        return False

    async def _until_lost(self) -> None:
        """Return when the process has ended or has stopped answering."""
        assert self._process
        missed = 0
        while missed < _PROBES_MISSED:
            try:
                async with asyncio.timeout(_PROBE_EVERY):
                    await self._process.wait()
                    return
            except TimeoutError:
                missed = 0 if await self._probe() else missed + 1
        log.error("rasa does not answer")

    async def _probe(self) -> bool:
        assert self._session
        try:
            async with self._session.get(
                f"{self._url}/webhooks/rest/", timeout=aiohttp.ClientTimeout(total=_PROBE_LIMIT)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL": "ERROR",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "OMP_NUM_THREADS": "1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
