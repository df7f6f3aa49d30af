"""Mails as files, for a campaign without a mail server and for the demo's local page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from campaign.mail.errors import ServerDown


@dataclass(frozen=True)
class StoredMail:
    """A mail that lies in the folder; `text` is its plain part, `date` is aware UTC."""

    name: str
    date: datetime
    to: str
    subject: str
    text: str


class FolderTransport:
    """Writes each mail into a file of its own; a mail sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write a mail so that it is there as a whole or not at all."""
        date = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
        key = str(message["Message-ID"]).strip("<>").partition("@")[0]
        path = self._folder / f"{date:%Y%m%dT%H%M%S}-{key}.eml"
        part = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise ServerDown(f"the folder for mails cannot be written ({error.strerror})") from error

    def probe(self) -> None:
        """Raise ServerDown unless the folder can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerDown(f"the folder for mails cannot be made ({error.strerror})") from error
        if not os.access(self._folder, os.W_OK):
            raise ServerDown("the folder for mails cannot be written")

    def close(self) -> None:
        """Do nothing: files are closed one by one."""


def list_mails(folder: Path) -> list[StoredMail]:
    """Return the mails of a folder, newest first; none when there is no folder."""
    found = [mail for path in folder.glob("*.eml") if (mail := _read(path))]
    return [mail for _, mail in sorted(found, key=lambda one: (one[1].name[:15], one[0]), reverse=True)]


def _read(path: Path) -> tuple[int, StoredMail] | None:
    try:
        data, written_at = path.read_bytes(), path.stat().st_mtime_ns
    except FileNotFoundError:
        # Somebody has just thrown it away.
        return None
    message = message_from_bytes(data, policy=policy.default)
    body = message.get_body(("plain",))
    text = str(body.get_content()).replace("\r\n", "\n") if body else ""
    date = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    return written_at, StoredMail(path.name, date, str(message["To"]), str(message["Subject"]), text)
