"""Ways out for mails: an SMTP server (RFC 5321), or .eml files in a folder."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from campaign.config import Settings
from campaign.mail.folder import FolderTransport
from campaign.mail.smtp import SmtpTransport


class Transport(Protocol):
    """Hands mails over one at a time; keeps its connection until it is closed."""

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over for good.

        Raises:
            DeliveryError: its kind says what to do with the mail.
        """

    def probe(self) -> None:
        """Raise ServerDown unless mails could leave now."""

    def close(self) -> None:
        """End the connection."""


def open_transport(settings: Settings) -> Transport:
    """Return the way that `mail.smtp_url` names; connects when the first mail is sent."""
    parts = urlsplit(settings.mail.smtp_url.get_secret_value())
    if parts.scheme == "file":
        return FolderTransport(mail_folder(settings))
    return SmtpTransport(
        parts.hostname or "localhost",
        parts.port,
        implicit_tls=parts.scheme == "smtps",
        login=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
    )


def mail_folder(settings: Settings) -> Path:
    """Return where mails are written when `mail.smtp_url` is `file:`."""
    named = urlsplit(settings.mail.smtp_url.get_secret_value()).path
    return Path(unquote(named)) if named else settings.site.data_dir / "mail"
