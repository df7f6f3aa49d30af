"""The mail that brings PIN and link, in the visitor's language."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.errors import N_
from campaign.mail import compose as mails
from campaign.mail.message import Content

BALLOT = N_("%(pin)s ist deine PIN für „Der schönste Blick der Stadt“")
WITHDRAWAL = N_("%(pin)s ist deine PIN, um deine Stimme zurückzuziehen")


@dataclass(frozen=True)
class Invitation:
    """What a confirmation mail says; `withdraws` asks to take the vote back."""

    request_code: str
    pin: str
    link_code: str
    language: str
    withdraws: bool


def compose(invitation: Invitation, address: str) -> Content:
    """Return the mail that asks its reader to confirm a request."""
    template, subject = ("withdrawal", WITHDRAWAL) if invitation.withdraws else ("ballot", BALLOT)
    codes = invitation.language, invitation.request_code, invitation.link_code
    return mails.compose(
        template,
        address,
        invitation.language,
        subject,
        pin=mails.shown_pin(invitation.pin),
        link=mails.link_to("/abstimmen/bestaetigen", *codes),
        stop=mails.link_to("/abstimmen/keine-mails", *codes),
    )
