"""The mails that bring PIN, link and the sender's code, and say that a photo has come, in the visitor's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale, gettext

from campaign.errors import N_
from campaign.mail import compose as mails
from campaign.mail import letters
from campaign.mail.letters import Block, Letter
from campaign.mail.message import Content
from campaign.uploads.models import Upload

SUBJECT = N_("%(pin)s ist die PIN für dein Foto bei „Der schönste Blick der Stadt“")
PAGE = "/mitmachen/bestaetigen"
WHY = N_("Du bekommst diese Mail, weil du mit dieser Adresse ein Foto eingereicht hast.")


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


def received(upload: Upload, number: int, address: str) -> Content:
    """Return the mail that says that a photo is in, under which number, and what happens next."""
    with force_locale(upload.language):
        blocks = [
            letters.text(gettext("danke, dein Foto ist da. Es hat die Nummer %(number)s.", number=number)),
            letters.text(gettext("Wir sehen es uns an, meist innerhalb eines Tages. Dann schreiben wir dir wieder.")),
            *whereabouts(upload.code, upload.language),
        ]
        letter = Letter(gettext("Dein Foto ist da: Nummer %(number)s", number=number), blocks, gettext(WHY))
    return letters.content_of(letter, address, upload.language)


def whereabouts(code: str, language: str) -> list[Block]:
    """Return how a sender sees what became of the photo with that code; the language is set."""
    told = gettext("Mit diesem Code siehst du nach, was aus dem Foto wird, oder ziehst es zurück:")
    page = letters.link(gettext("Das geht auf dieser Seite:"), "/wo-ist-mein-bild", language)
    return [letters.text(told), letters.code(code), page]
