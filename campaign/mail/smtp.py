"""An SMTP server (RFC 5321) as the way out for mails."""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from campaign.mail.errors import Delayed, DeliveryError, Refused, ServerDown

TIMEOUT_SECONDS = 15.0
SERVICE_ENDS = 421


class _Hangup(ServerDown):
    """The connection ended before the mail was handed over: on a new one it may pass."""


class SmtpTransport:
    """Sends mails over one connection, made when the first one is sent."""

    def __init__(
        self,
        host: str,
        port: int | None,
        *,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._host, self._implicit_tls, self._login, self._timeout = host, implicit_tls, login, timeout
        self._port = port or (465 if implicit_tls else 587 if login else 25)
        self._server: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over; a connection that the server ended between two mails is made anew once."""
        is_fresh = self._server is None
        try:
            self._hand_over(message)
        except _Hangup:
            self.close()
            if is_fresh:
                raise
            self._hand_over(message)
        except ServerDown:
            self.close()
            raise

    def probe(self) -> None:
        """Raise ServerDown unless the server answers and takes the login."""
        try:
            with _hangups():
                _expect(250, self._connected().noop(), ServerDown, "the mail server is not ready")
        finally:
            self.close()

    def close(self) -> None:
        """Say goodbye and hang up."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError):
                server.quit()
            server.close()

    def _hand_over(self, message: EmailMessage) -> None:
        with _hangups():
            server = self._connected()
            _expect(250, server.mail(_mailbox(message, "From")), ServerDown, "sender refused")
            try:
                _expect(250, server.rcpt(_mailbox(message, "To")), Refused, "recipient refused")
                _give_content(server, message)
            except ServerDown:
                raise
            except DeliveryError:
                server.rset()
                raise

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            self._secure(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            if self._login is None:
                # Whoever could forge the certificate could also hide that TLS is offered.
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            server.starttls(context=context)
            server.ehlo()
        elif self._login and not self._implicit_tls and not _is_loopback(self._host):
            raise ServerDown("the server offers no TLS, so the password is not sent; use smtps://")
        if self._login:
            _log_in(server, *self._login)


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except smtplib.SMTPResponseException as error:
        raise ServerDown(f"login refused ({error.smtp_code})") from error
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, UnicodeError) as error:
        raise ServerDown("login impossible: no method in common, or characters that SMTP does not know") from error


def _give_content(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        _expect(250, server.data(message.as_bytes()), Refused, "content refused")
    except smtplib.SMTPDataError as error:
        _expect(354, (error.smtp_code, b""), Refused, "content refused")
    except OSError as error:
        # The server may have taken it: no second try at once.
        raise ServerDown(f"connection lost while handing over ({type(error).__name__})") from error


def _expect(wanted: int, reply: tuple[int, bytes], permanent: type[DeliveryError], reason: str) -> None:
    code = reply[0]
    if code == wanted or (wanted == 250 and code == 251):
        return
    if code in (SERVICE_ENDS, -1):
        raise _Hangup(f"the server ended the connection ({code})")
    if 400 <= code < 500:
        kind: type[DeliveryError] = ServerDown if permanent is ServerDown else Delayed
        raise kind(f"{reason} for now ({code})")
    raise permanent(f"{reason} ({code})")


@contextmanager
def _hangups() -> Iterator[None]:
    """Tell every other trouble with the connection as one kind of error."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        told = f"turns us away ({error.smtp_code})" if error.smtp_code > 0 else "does not speak SMTP"
        raise _Hangup(f"the server {told}") from error
    except OSError as error:
        raise _Hangup(f"the server does not answer ({type(error).__name__})") from error


def _mailbox(message: EmailMessage, header: str) -> str:
    return str(message[header].addresses[0].addr_spec)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
