"""Mails to the staff about their accounts."""

from __future__ import annotations

import enum
from datetime import datetime
from urllib.parse import urlencode

from flask_babel import force_locale, format_datetime, gettext

from campaign.clock import to_berlin
from campaign.errors import N_
from campaign.extensions import settings
from campaign.mail.compose import compose
from campaign.mail.letters import Letter, content_of, link, text
from campaign.mail.message import Content
from campaign.mail.services import enqueue
from campaign.staff.models import LinkPurpose, Staff

PATH = "/anmelden/passwort"
SESSIONS_PATH = "/verwaltung/konto"
_SUBJECTS = {
    LinkPurpose.INVITATION: N_("Deine Einladung ins Team von „Der schönste Blick der Stadt“"),
    LinkPurpose.RESET: N_("Ein neues Passwort für dein Konto"),
}


class Change(enum.StrEnum):
    """What the owner of an account is told, in case it was somebody else."""

    DEVICE = "device"
    PASSWORD = "password"  # noqa: S105 - what changed, not a password
    FACTOR = "factor"


_CHANGES = {
    Change.DEVICE: (
        N_("Anmeldung auf einem neuen Gerät"),
        N_("jemand hat sich mit deinem Konto auf einem Gerät angemeldet, das wir noch nicht kennen: %(where)s."),
    ),
    Change.PASSWORD: (
        N_("Das Passwort deines Kontos wurde geändert"),
        N_("jemand hat das Passwort deines Kontos geändert."),
    ),
    Change.FACTOR: (
        N_("Der zweite Faktor deines Kontos wurde geändert"),
        N_(
            "jemand hat geändert, womit du dich nach dem Passwort ausweist: App, Passkeys oder Wiederherstellungscodes."
        ),
    ),
}
_WHY = N_("Du bekommst diese Mail, weil du den Wettbewerb mit diesem Konto betreust.")


def letter(address: str, purpose: LinkPurpose, code: str) -> Content:
    """Return the mail that brings a link."""
    page = f"{settings().site.base_url}{PATH}?{urlencode({'code': code})}"
    return compose(f"staff_{purpose.value}", address, "de", _SUBJECTS[purpose], link=page)


def tell_owner(staff: Staff, change: Change, now: datetime, *, where: str = "") -> None:
    """Mail the owner of an account what has happened to it and where its log-ins stand; flushed."""
    subject, sentence = _CHANGES[change]
    with force_locale("de"):
        when = format_datetime(to_berlin(now).replace(tzinfo=None), "d. MMMM y, HH:mm", rebase=False)
        blocks = [
            text(gettext(sentence, where=where or gettext("unbekannter Browser"))),
            text(gettext("Das war am %(when)s Uhr. Warst du es? Dann ist nichts zu tun.", when=when)),
            text(
                gettext(
                    "Warst du es nicht? Beende fremde Anmeldungen, ändere dein Passwort und sag der Leitung Bescheid."
                )
            ),
            link(gettext("Deine Anmeldungen:"), SESSIONS_PATH, "de"),
        ]
        told = Letter(gettext(subject), blocks, gettext(_WHY))
    enqueue("staff", content_of(told, staff.email, "de"), now)
