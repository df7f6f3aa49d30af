"""The mail that brings PIN, link and the sender's code, in the visitor's language."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.errors import N_
from campaign.mail import compose as mails
from campaign.mail.message import Content

SUBJECT = N_("%(pin)s ist die PIN für dein Foto bei „Der schönste Blick der Stadt“")
PAGE = "/mitmachen/bestaetigen"


@dataclass(frozen=True)
class Invitation:
    """What a confirmation mail says; `code` is for later questions about the photo."""

    request_code: str
    code: str
    pin: str
    link_code: str
    language: str


def compose(invitation: Invitation, address: str) -> Content:
    """Return the mail that asks its reader to confirm an upload."""
    link = mails.link_to(PAGE, invitation.language, invitation.request_code, invitation.link_code)
    pin = mails.shown_pin(invitation.pin)
    return mails.compose("upload", address, invitation.language, SUBJECT, pin=pin, link=link, code=invitation.code)
