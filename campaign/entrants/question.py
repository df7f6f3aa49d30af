"""The mail that asks for the right to show a photo, where we know an address; the link leads to the answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale, gettext

from campaign.mail import letters
from campaign.mail.letters import Letter
from campaign.mail.message import Content


@dataclass(frozen=True)
class Question:
    """What is asked: the address of the page that takes the answer, the photo's town and post, until when."""

    link: str
    language: str
    town: str
    permalink: str = ""
    days: int = 14


def rights_request(question: Question, address: str) -> Content:
    """Return the mail that asks somebody whether we may show their photo."""
    with force_locale(question.language):
        photo = [letters.Block("link", gettext("Es geht um dieses Foto:"), question.permalink)]
        asked = gettext(
            "dein Foto aus %(town)s passt zu unserem Wettbewerb. Wir zeigen es nur, wenn du es erlaubst.",
            town=question.town,
        )
        free = gettext("Die Erlaubnis kostet dich nichts, dein Name steht beim Foto, und du kannst sie zurücknehmen.")
        silence = gettext(
            "Antwortest du nicht innerhalb von %(days)s Tagen, heißt das nein, und wir löschen das Foto.",
            days=question.days,
        )
        answer = gettext("Hier liest du, was du erlaubst, und sagst Ja oder Nein, ohne Konto:")
        blocks = [
            letters.text(asked),
            *(photo if question.permalink else []),
            letters.Block("link", answer, question.link),
            letters.text(free),
            letters.text(silence),
        ]
        why = gettext("Du bekommst diese Mail, weil du uns diese Adresse zu deinem Foto genannt hast.")
        letter = Letter(gettext("Dürfen wir dein Foto aus %(town)s zeigen?", town=question.town), blocks, why)
    return letters.content_of(letter, address, question.language)
