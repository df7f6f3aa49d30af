"""Mail addresses: which ones we take, and which ones belong to the same person."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from campaign.errors import N_, InvalidInput
from campaign.mail.providers import merged


@dataclass(frozen=True)
class Address:
    """A mail address: as mail servers take it (ASCII), and as one person's addresses have it in common."""

    deliverable: str
    canonical: str


def parse_address(text: str) -> Address:
    """Return the address that somebody typed; a full stop that a keyboard set behind it does no harm.

    Domains for tests (RFC 6761, `.test`) are taken: no mail ever arrives there, so no ballot comes of it.

    Raises:
        InvalidInput: it is not an address.
    """
    try:
        found = validate_email(
            text.strip().removesuffix("."), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise InvalidInput(
            N_("Das ist keine E-Mail-Adresse, an die wir schreiben können. Prüf bitte die Schreibweise.")
        ) from error
    deliverable = f"{found.ascii_local_part}@{found.ascii_domain}"
    return Address(deliverable, canonical(deliverable))


def canonical(address: str) -> str:
    """Return the form that all spellings of a mailbox share.

    Lower case, domain in ASCII (IDNA); what follows a plus is a tag; the rest as its provider documents
    (`campaign.mail.providers`).
    """
    local, _, domain = address.lower().rpartition("@")
    local, domain = merged(local.partition("+")[0] or local, domain)
    return f"{local}@{domain}"
