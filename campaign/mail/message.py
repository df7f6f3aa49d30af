"""A mail as it travels (RFC 5322), 7-bit safe, the same bytes each time it is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from campaign.mail.errors import ServerDown

# Servers without 8BITMIME must be able to pass the mail on unchanged.
WIRE = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Content:
    """Whom a mail is for and what it says, in plain text and in HTML; `reply_to` is where answers go, if not back."""

    address: str
    subject: str
    text: str
    html: str
    reply_to: str = ""


def ascii_address(address: str) -> str:
    """Return an address with its domain in ASCII (IDNA 2008).

    Raises:
        ValueError: it is not an address.
    """
    try:
        found = validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("not a mail address") from error
    return f"{found.ascii_local_part}@{found.ascii_domain}"


def build_message(content: Content, sender: str, key: str, date: datetime) -> EmailMessage:
    """Return the mail; `key` makes its Message-ID, so that a mail sent twice is known as the same.

    Raises:
        ServerDown: the sender is not an address, so no mail can leave.
        ValueError: the recipient, or where answers should go, is not an address.
    """
    name, address = parseaddr(sender)
    try:
        address = ascii_address(address)
    except ValueError as error:
        raise ServerDown("mail.sender is not a mail address") from error
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=ascii_address(content.address))
    if content.reply_to:
        message["Reply-To"] = Address(addr_spec=ascii_address(content.reply_to))
    message["Subject"] = " ".join(content.subject.split())
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{key}@{address.rpartition('@')[2]}>"
    # RFC 3834: out-of-office replies stay away.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    # Parts get boundaries at random; this one is the same after a crash.
    message.set_boundary(f"=_{key[:32]}")
    return message
