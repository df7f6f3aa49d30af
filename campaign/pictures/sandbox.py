"""Decoding in a child process: what a hostile picture breaks is not ours.

One child a process, started with the first picture, replaced after a number of pictures and after every crash or
time-out. What it answers is bounded, checked and never unpickled: the child counts as hostile, too.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Generic, TypeVar, cast

from campaign.pictures import checks
from campaign.pictures.answers import BadAnswer, read_answer, read_blurred, read_faces
from campaign.pictures.areas import Area, as_numbers
from campaign.pictures.checks import DOWNLOAD, UPLOAD, Admission, PictureRefused, check_bytes
from campaign.pictures.pipes import Broken, Pipes, TooLate
from campaign.pictures.renditions import Decoded

WORKER: Final = Path(__file__).with_name("worker.py")
START_SECONDS: Final = 60.0
READY: Final = b"ready"
# The loader needs these where Python was not installed by the system; the worker itself reads none of them.
_KEPT_VARIABLES: Final = ("PATH", "LD_LIBRARY_PATH")

Answer = TypeVar("Answer")


class SandboxUnavailable(Exception):
    """No child process could be started; the picture is not to blame and may be tried again."""


@dataclass(frozen=True)
class Limits:
    """What one child may use: bytes of address space, seconds of processor and of waiting a picture, pictures."""

    memory: int = 1_000_000_000
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    pictures: int = 200


class _Died(Exception):
    """The child is gone; `signal` says how, if it was a signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number


@dataclass(frozen=True)
class _Question(Generic[Answer]):
    """A picture, what is wanted of it besides the usual, and how the answer is read."""

    data: bytes
    admission: Admission
    wanted: Mapping[str, object]
    read: Callable[[Callable[[int], bytes]], Answer]


class _Child:
    """A running worker; it has served `served` pictures."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.served = 0
        self._limits = limits
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            [*command, json.dumps({"memory": limits.memory, "cpu_seconds": limits.cpu_seconds})],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # One arena: each further one would take 64 MB of the address space.
            env={**environment, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            # Ctrl-C at a terminal is for the parent.
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._pipes = Pipes(cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout))
        try:
            self._pipes.within(START_SECONDS)
            if self._pipes.read(len(READY)) != READY:
                raise Broken
        except (Broken, TooLate):
            self.end()
            raise SandboxUnavailable("The process that decodes pictures does not start.") from None

    def ask(self, question: _Question[Answer]) -> Answer:
        """Ask about one picture.

        Raises:
            PictureRefused: the child says so.
            TooLate: it does not answer in time.
            BadAnswer, _Died: it has gone mad or away.
        """
        header = json.dumps({**question.wanted, "size": len(question.data), **asdict(question.admission)}).encode()
        self._pipes.within(self._limits.wall_seconds)
        try:
            self._pipes.write(len(header).to_bytes(4, "big") + header)
            self._pipes.write(question.data)
            answer = question.read(self._pipes.read)
        except Broken:
            raise _Died(-self.end()) from None
        self.served += 1
        return answer

    def end(self) -> int:
        """Kill the child and return its exit status (negative: the signal)."""
        self._pipes.close()
        try:
            return self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def leave_to_parent(self) -> None:
        """After a fork: close our copies of the pipes; the child belongs to the process that started it."""
        self._pipes.close()
        # Nothing to wait for here, and no warning about it.
        self._process.returncode = 0


class Sandbox:
    """Decodes pictures one after another in a child process; any number of threads may ask."""

    def __init__(self, limits: Limits | None = None, command: Sequence[str] | None = None) -> None:
        self.limits = limits or Limits()
        # -I: neither the environment nor the current folder decides what is imported.
        self._command = command or [sys.executable, "-I", str(WORKER)]
        self._lock = threading.Lock()
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """Return the process number of the child, if one is running."""
        return self._child.pid if self._child else None

    def decode(self, data: bytes, admission: Admission = DOWNLOAD) -> Decoded:
        """Decode a picture and make its derivatives, as `decoding.decode` does.

        Raises:
            PictureRefused: no picture that we take, or one that broke the child, its time or its memory.
            SandboxUnavailable: no child could be started.
        """
        kind = check_bytes(data, admission)
        return self._answer(_Question(data, admission, {}, lambda read: read_answer(read, kind)))

    def blur(self, data: bytes, areas: Iterable[Area]) -> bytes:
        """Return a picture in which these areas are unrecognisable, as `decoding.decode_blurred` does.

        Raises as `decode` does.
        """
        check_bytes(data, UPLOAD)
        return self._answer(_Question(data, UPLOAD, {"areas": as_numbers(areas)}, read_blurred))

    def find_faces(self, data: bytes) -> list[list[int]] | None:
        """Return where faces are in a picture, as `decoding.decode_faces` does. Raises as `decode` does."""
        check_bytes(data, UPLOAD)
        return self._answer(_Question(data, UPLOAD, {"faces": True}, read_faces))

    def _answer(self, question: _Question[Answer]) -> Answer:
        with self._lock:
            if self._child is not None and self._child.served >= self.limits.pictures:
                self.close()
            if self._child is not None and self._child.served:
                try:
                    return self._ask(question)
                except (_Died, BadAnswer):
                    # An earlier picture may have left it like this, or somebody has killed it: ask a new one.
                    pass
            try:
                return self._ask(question)
            except _Died as died:
                slow = died.signal == signal.SIGXCPU
                raise PictureRefused(checks.TOO_SLOW if slow else checks.UNREADABLE) from None
            except BadAnswer:
                raise PictureRefused(checks.UNREADABLE) from None

    def _ask(self, question: _Question[Answer]) -> Answer:
        if self._child is None:
            self._child = _Child(self._command, self.limits)
        try:
            return self._child.ask(question)
        except TooLate:
            self.close()
            raise PictureRefused(checks.TOO_SLOW) from None
        except (_Died, BadAnswer):
            self.close()
            raise

    def close(self) -> None:
        """End the child; the next picture starts another."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def forget(self) -> None:
        """Begin anew in a forked process, where the lock may be held by a thread that does not exist."""
        child, self._child = self._child, None
        self._lock = threading.Lock()
        if child is not None:
            child.leave_to_parent()


_sandbox = Sandbox()
decode, blur, find_faces = _sandbox.decode, _sandbox.blur, _sandbox.find_faces
atexit.register(_sandbox.close)
os.register_at_fork(after_in_child=_sandbox.forget)
