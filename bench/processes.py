"""Starting, watching and ending the processes that are measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.children import end_with_parent

_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.02


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Started:
    """A Python module run as a process; ``end`` ends it and nothing else."""

    def __init__(
        self, module: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        """Run ``python -m`` with ``module``, its arguments following, in ``folder``."""
        self._log = log
        self.began = time.perf_counter()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=folder, env=_surroundings() | environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=end_with_parent,
            )  # fmt: skip

    def seconds_until(self, ready: Callable[[], bool], limit: float = 300) -> float:
        """Return the time from the start until ``ready`` was true."""
        while time.perf_counter() - self.began < limit:
            if self._process.poll() is not None:
                raise RuntimeError(f"the process has ended:\n{self.log()[-3000:]}")
            if ready():
                return time.perf_counter() - self.began
            time.sleep(_PAUSE)
        raise RuntimeError(f"not ready in {limit} s:\n{self.log()[-3000:]}")

    def memory(self) -> dict[str, int]:
        """Return the resident bytes of the process and of all it started, by command."""
        found: dict[str, int] = {}
        for pid in self._family():
            status = Path(f"/proc/{pid}/status").read_text()
            kilobytes = int(status.partition("VmRSS:")[2].split()[0])
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            name = " ".join(words[2:4]) if words[1:2] == ["-m"] else words[0]
            found[name] = found.get(name, 0) + kilobytes * 1024
        return found

    def cpu(self) -> dict[int, float]:
        """Return the processor seconds used so far, by process id, the parent first."""
        used = {}
        for pid in self._family():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
        return used

    def log(self) -> str:
        """Return what the process has printed."""
        return self._log.read_text("utf-8", "replace")

    def end(self) -> None:
        """End the process; what it started ends with it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)

    def _family(self) -> list[int]:
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop(0)
            found.append(pid)
            for thread in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        return found


def _surroundings() -> dict[str, str]:
    # Whatever database, port or number of threads is set outside is not to be measured.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POLKU_", "OMP_"))
    }
