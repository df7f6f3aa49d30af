"""The program as real processes: started from a configuration of a test's own, waited for by looking, ended for sure.

with running_processes() as processes:
    web = processes.start(config, "web")
    eventually(lambda: is_listening(port))
    web.kill()
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any, TypeVar, cast

from campaign.clock import to_berlin, utc_now
from tests.factories import SECRET_KEY

Found = TypeVar("Found")

# Every process of one test carries this variable with the same value, its grandchildren too.
MARK = "PROCESSES_OF_TEST"
LOOK_SECONDS = 0.05
DEADLINE_SECONDS = 45.0


def eventually(look: Callable[[], Found], what: str = "", *, seconds: float = DEADLINE_SECONDS) -> Found:
    """Look until there is something to see (a true value) and return it; fails after the deadline."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what or look}")
        time.sleep(LOOK_SECONDS)


@dataclass
class Running:
    """A process that a test started, with what it has written."""

    process: subprocess.Popen[bytes]
    stdout: Path
    stderr: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        """Return everything on stderr so far."""
        return self.stderr.read_text(encoding="utf-8", errors="replace")

    def printed(self) -> str:
        """Return everything on stdout so far."""
        return self.stdout.read_text(encoding="utf-8", errors="replace")

    def until(self, look: Callable[[], Found], what: str = "", *, seconds: float = DEADLINE_SECONDS) -> Found:
        """Look until there is something to see; fails at once when the process has ended."""

        def watch() -> Found:
            found = look()
            assert found or self.is_running, f"ended with {self.process.returncode}: {self.said()}"
            return found

        return eventually(watch, what, seconds=seconds)

    def wait_to_say(self, pattern: str, *, seconds: float = DEADLINE_SECONDS) -> re.Match[str]:
        """Wait for a line on stderr."""
        return cast(re.Match[str], self.until(lambda: re.search(pattern, self.said()), pattern, seconds=seconds))

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait(10)

    def end(self, *, seconds: float = 20.0) -> int:
        """Ask it to end (SIGTERM) and return its exit status."""
        self.send(signal.SIGTERM)
        return self.process.wait(seconds)


@dataclass
class Processes:
    """Starts processes of one test and knows all that came of them."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: list[Running] = field(default_factory=list)

    def start(self, config: Path, *command: str) -> Running:
        """Start `campaign` with a configuration."""
        return self.run([sys.executable, "-m", "campaign.cli", "--config", str(config), *command])

    def run(self, command: Sequence[str], *, cwd: Path | None = None, **variables: str) -> Running:
        """Start any program; its output goes into files, so that nothing can be lost or block."""
        number = len(self.started) + 1
        paths = [self.folder / f"process-{number}.{name}" for name in ("stdout", "stderr")]
        environment = {**os.environ, **variables, MARK: self.mark, "PYTHONUNBUFFERED": "1"}
        with paths[0].open("wb") as out, paths[1].open("wb") as err:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd, env=environment
            )
        self.started.append(Running(process, paths[0], paths[1]))
        return self.started[-1]

    def alive(self) -> list[int]:
        """Return the ids of all processes that came of this test, orphans too."""
        return [pid for pid in _pids() if f"{MARK}={self.mark}".encode() in _variables(pid)]

    def end_all(self) -> None:
        """Kill and reap whatever is left."""
        eventually(self._is_over, "all processes to be gone", seconds=20)
        for running in self.started:
            running.process.wait(5)

    def _is_over(self) -> bool:
        for running in self.started:
            running.process.poll()
        left = self.alive()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left


@contextmanager
def running_processes(folder: Path) -> Iterator[Processes]:
    """Let a test start processes; their output lies in `folder`; all of them are gone afterwards."""
    processes = Processes(folder)
    try:
        yield processes
    finally:
        processes.end_all()


def write_config(folder: Path, database_url: str, **sections: dict[str, Any]) -> Path:
    """Write a config.toml of a contest that collects and votes now; returns its path."""
    now = utc_now()
    begin, end = (_local(now + timedelta(days=days)) for days in (-7, 7))
    values: dict[str, dict[str, Any]] = {
        "site": {
            "secret_key": SECRET_KEY,
            "data_dir": str(folder),
            "database_url": database_url,
        },
        "contest": {
            "slug": "blick-2026",
            "title": "Der schönste Blick der Stadt",
            "hashtag": "schoensterblick",
            "collect_from": begin,
            "collect_until": end,
            "vote_from": begin,
            "vote_until": end,
            "publish_at": end,
        },
        "results": {"minimum_ballots": 2},
    }
    for name, section in sections.items():
        values[name] = {**values.get(name, {}), **section}
    path = folder / "config.toml"
    path.write_text("\n".join(_table(name, section) for name, section in values.items()), encoding="utf-8")
    return path


def children(pid: int, words: str = "") -> list[int]:
    """Return the ids of a process' children whose command line holds these words."""
    return [child for child in _pids() if _parent(child) == pid and words in _command(child)]


def is_listening(port: int) -> bool:
    """Say whether somebody takes connections on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_free(port: int) -> bool:
    """Say whether a server could listen on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int = 1) -> int:
    """Return the first of some free ports in a row, below those that the system hands out by itself."""
    # Not the seeded generator: two workers of the tests would choose the same.
    for _ in range(200):
        first = SystemRandom().randrange(20_000, 32_000)
        if all(is_free(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no free ports")


def _local(moment: datetime) -> str:
    return to_berlin(moment).strftime("%Y-%m-%dT%H:%M:%S")


def _table(name: str, section: dict[str, Any]) -> str:
    # Strings, numbers and lists look the same in JSON and TOML.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in section.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _variables(pid: int) -> list[bytes]:
    return _read(pid, "environ").split(b"\0")


def _command(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def _parent(pid: int) -> int | None:
    # The name in parentheses may hold anything; what follows is: state, parent.
    _, _, rest = _read(pid, "stat").rpartition(b")")
    return int(rest.split()[1]) if rest else None


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (OSError, ValueError):
        return b""
