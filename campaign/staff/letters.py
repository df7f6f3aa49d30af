"""Mails to the staff about their accounts."""

from __future__ import annotations

from urllib.parse import urlencode

from campaign.errors import N_
from campaign.extensions import settings
from campaign.mail.compose import compose
from campaign.mail.message import Content
from campaign.staff.models import LinkPurpose

PATH = "/anmelden/passwort"
_SUBJECTS = {
    LinkPurpose.INVITATION: N_("Deine Einladung ins Team von „Der schönste Blick der Stadt“"),
    LinkPurpose.RESET: N_("Ein neues Passwort für dein Konto"),
}


def letter(address: str, purpose: LinkPurpose, code: str) -> Content:
    """Return the mail that brings a link."""
    link = f"{settings().site.base_url}{PATH}?{urlencode({'code': code})}"
    return compose(f"staff_{purpose.value}", address, "de", _SUBJECTS[purpose], link=link)
