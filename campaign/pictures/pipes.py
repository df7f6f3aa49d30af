"""Two pipes to a child process, with one end of time for all that is written and read."""

from __future__ import annotations

import fcntl
import os
import select
import time
from contextlib import suppress
from io import RawIOBase
from typing import IO, Final

# As large as a process without rights may ask for: fewer changes between the two processes.
_ROOM: Final = 1 << 20


class Broken(Exception):
    """The other side is gone."""


class TooLate(Exception):
    """The time is over."""


class Pipes:
    """Writes to one pipe and reads from another; `within` sets the time for everything that follows."""

    def __init__(self, to_child: IO[bytes] | RawIOBase, from_child: IO[bytes] | RawIOBase) -> None:
        self._to, self._from = to_child, from_child
        self._end = 0.0
        for pipe in (to_child, from_child):
            os.set_blocking(pipe.fileno(), False)
            with suppress(OSError):
                fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _ROOM)

    def within(self, seconds: float) -> None:
        """Begin to count the time."""
        self._end = time.monotonic() + seconds

    def write(self, data: bytes) -> None:
        """Write all of it.

        Raises:
            Broken: nobody reads any more.
            TooLate: nobody has read it in time.
        """
        left = memoryview(data)
        while left:
            self._wait(self._to.fileno(), select.POLLOUT)
            try:
                left = left[os.write(self._to.fileno(), left) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Broken from None

    def read(self, size: int) -> bytes:
        """Return exactly this many bytes.

        Raises:
            Broken: the other side ended before.
            TooLate: they did not come in time.
        """
        data = bytearray()
        while len(data) < size:
            self._wait(self._from.fileno(), select.POLLIN)
            part = os.read(self._from.fileno(), min(size - len(data), _ROOM))
            if not part:
                raise Broken
            data += part
        return bytes(data)

    def close(self) -> None:
        """Close both; the other side takes that as the end."""
        for pipe in (self._to, self._from):
            pipe.close()

    def _wait(self, number: int, event: int) -> None:
        waiting = select.poll()
        waiting.register(number, event)
        left = self._end - time.monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise TooLate
