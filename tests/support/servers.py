"""PostgreSQL and Redis as they are installed, on free ports of loopback, in a folder in /tmp."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from tests.support.gateway import free_port

_STARTED_IN = 60
_AS_ROOT = os.getuid() == 0


def _program(name: str, package: str, *places: str) -> str:
    """Return where a program is; a machine without it cannot say that the tests pass."""
    found = [path for place in places for path in sorted(Path("/").glob(place))]
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"{name} is not installed: apt-get install {package}"
    return path


def _wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTED_IN
    while not ready():
        assert process.poll() is None, f"the server ended:\n{log.read_text()[-2000:]}"
        assert time.monotonic() < end, f"not within {_STARTED_IN} s:\n{log.read_text()[-2000:]}"
        time.sleep(0.05)


@dataclass
class Postgres:
    """A server with an empty cluster of its own; the user "polku" owns its databases."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @classmethod
    def start(cls) -> "Postgres":
        server = cls(Path(tempfile.mkdtemp(prefix="polku-postgres-")))
        # The server refuses to run as root; Debian's package makes this user.
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if _AS_ROOT else {}
        password = server.folder / "password"
        password.write_text(server.password)
        if _AS_ROOT:
            for path in (server.folder, password):
                shutil.chown(path, "postgres", "postgres")
        subprocess.run(
            [
                _program("initdb", "postgresql", "usr/lib/postgresql/*/bin/initdb"),
                "--pgdata", str(server._data), "--username=polku", "--auth=scram-sha-256",
                f"--pwfile={password}", "--encoding=UTF8", "--locale=C", "--no-sync",
            ],
            check=True, cwd=server.folder, stdout=subprocess.DEVNULL, **user,
        )  # fmt: skip
        log = server.folder / "log"
        with log.open("wb") as output:
            server._process = subprocess.Popen(
                [
                    _program("postgres", "postgresql", "usr/lib/postgresql/*/bin/postgres"),
                    "-D", str(server._data), "-p", str(server.port), "-k", str(server.folder),
                    "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
                ],
                cwd=server.folder, stdout=output, stderr=output, **user,
            )  # fmt: skip
        _wait_for(server._answers, server._process, log)
        return server

    def stop(self) -> None:
        # "Fast shutdown": the clients are cut off.
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        shutil.rmtree(self.folder)

    def database(self, template: str = "template0") -> str:
        """Make a database, empty or a copy of ``template``; return its address."""
        name = f"polku_{secrets.token_hex(6)}"
        with self._connect("postgres") as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the address of a database as an operator would type it."""
        return f"postgresql://polku:{self.password}@127.0.0.1:{self.port}/{name}"

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.url(name), autocommit=True)

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _data(self) -> Path:
        return self.folder / "data"


@dataclass
class RedisServer:
    """A server that keeps nothing; `kill` and `start` again use the same port."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="polku-redis-")))
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        log = self.folder / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    _program("redis-server", "redis-server"),
                    "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                    "--requirepass", self.password, "--dir", str(self.folder),
                ],
                stdout=output, stderr=output,
            )  # fmt: skip
        _wait_for(self._answers, self._process, log)
        return self

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def everything(self) -> str:
        """Return all keys with their values."""
        with redis.Redis.from_url(self.url, decode_responses=True) as client:
            return "\n".join(f"{key} {client.get(key)}" for key in client.scan_iter())

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
