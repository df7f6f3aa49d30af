"""Mail servers that listen on loopback: real SMTP, each with its mood."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """Takes mails as its answers say: `answers` holds replies to RCPT by the local part of the recipient."""

    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    needs_login: bool = False
    encrypted: list[bool] = field(default_factory=list)

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
            self.encrypted.append(session.ssl is not None)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.data_answer


@contextmanager
def running(
    mailbox: Mailbox,
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    implicit_tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Run a server for a mailbox; yields its `mail.smtp_url` without a login."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=login == (given.login.decode(), given.password.decode()), handled=False)

    options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None, "ssl_context": implicit_tls}
    if login:
        options |= {"authenticator": check, "auth_require_tls": False}
        mailbox.needs_login = True
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"{'smtps' if implicit_tls else 'smtp'}://127.0.0.1:{controller.port}"
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


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return the server's side of TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2099, 1, 1, tzinfo=UTC)
    )
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = builder.add_extension(here, critical=False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(secret + certificate)
    (folder / "certificate.pem").write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
