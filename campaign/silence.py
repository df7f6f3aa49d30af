"""Hanging up on senders who have stopped in the middle: the server has no time limit for bodies, the system knows."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Collection
from contextlib import ExitStack, suppress
from typing import Final

# linux/tcp.h, struct tcp_info: milliseconds since data was sent last, an acknowledgement sent, data received.
_MOVED: Final = struct.Struct("=44xIII")


def hang_up(addresses: Collection[str], seconds: float) -> None:
    """Break the connections from these addresses to this process on which nothing came or went for so long.

    A read that waits for such a sender ends as it does when the sender has gone.
    """
    with ExitStack() as opened:
        sockets = [opened.enter_context(one) for one in map(_socket_of, os.listdir("/proc/self/fd")) if one]
        listening = [one for one in sockets if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)]
        ports = {one.getsockname()[1] for one in listening}
        for one in sockets:
            with suppress(OSError):
                # Only those that came to us: the database's connections may be silent as long as they like.
                came = one not in listening and one.getsockname()[1] in ports
                if came and one.getpeername()[0] in addresses and _silence_of(one) > seconds:
                    one.shutdown(socket.SHUT_RDWR)


def _socket_of(descriptor: str) -> socket.socket | None:
    """Return a copy of a file descriptor where it is a TCP socket."""
    try:
        copy = os.dup(int(descriptor))
    except OSError:
        return None
    try:
        found = socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None
    if found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM:
        return found
    found.close()
    return None


def _silence_of(connection: socket.socket) -> float:
    """Return for how many seconds nothing came or went on a connection."""
    sent, _, received = _MOVED.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _MOVED.size))
    return float(min(sent, received)) / 1000
