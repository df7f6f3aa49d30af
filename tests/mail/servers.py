"""Mail servers that listen on loopback: real SMTP, each with its mood."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class Mailbox:
    """Takes mails as its answers say: `answers` holds replies to RCPT by the local part of the recipient."""

    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    needs_login: bool = False

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self.needs_login and not session.authenticated:
            return "530 5.7.0 log in first"
        answer = self.answers.get(address.partition("@")[0], "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer.startswith("250"):
            self.recipients += envelope.rcpt_tos
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.data_answer


@contextmanager
def running(mailbox: Mailbox, *, login: tuple[str, str] | None = None) -> Iterator[str]:
    """Run a server for a mailbox; yields its `mail.smtp_url` without a login."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=login == (given.login.decode(), given.password.decode()), handled=False)

    options: dict[str, Any] = {}
    if login:
        options = {"authenticator": check, "auth_require_tls": False}
        mailbox.needs_login = True
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@contextmanager
def scripted(*lines: bytes | None) -> Iterator[str]:
    """Answer every connection with these lines, one a command, then hang up; None: hang without a word."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                _play(connection, lines, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)


def _play(connection: socket.socket, lines: tuple[bytes | None, ...], over: threading.Event) -> None:
    reader = connection.makefile("rb")
    for number, line in enumerate(lines):
        if number and not reader.readline():
            return
        if line is None:
            over.wait(timeout=30)
            return
        connection.sendall(line + b"\r\n")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
