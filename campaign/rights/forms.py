"""What somebody sends who is asked for a right."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, Form, StringField
from wtforms.validators import DataRequired, InputRequired, Length


def _line(text: Any) -> str:
    return " ".join((text or "").split())


class AnswerForm(Form):
    """A yes: the name for the credit, and what must be ticked; advertising need not be."""

    name = StringField(
        lazy_gettext("Dein Name"),
        [
            DataRequired(lazy_gettext("Unter dem Foto steht immer ein Name. Wie sollen wir dich nennen?")),
            Length(max=100, message=lazy_gettext("Der Name ist zu lang. Kürze ihn auf 100 Zeichen.")),
        ],
        filters=[_line],
    )
    selbst = BooleanField(
        lazy_gettext("Ich habe das Foto selbst gemacht."),
        [InputRequired(lazy_gettext("Nur wer das Foto gemacht hat, kann es erlauben. Kreuz an, dass du es warst."))],
    )
    rechte = BooleanField(
        lazy_gettext("Ich gebe diese Erlaubnis."),
        [InputRequired(lazy_gettext("Kreuz an, dass du die Erlaubnis gibst, oder antworte mit Nein."))],
    )
    werbung = BooleanField(lazy_gettext("Ich erlaube auch die Werbung. (freiwillig)"))
    alter = BooleanField(
        lazy_gettext("Ich bin mindestens 14 Jahre alt. Bin ich noch nicht 18, haben meine Eltern es erlaubt."),
        [InputRequired(lazy_gettext("Fotos zeigen darf man ab 14 Jahren, bis 18 mit Erlaubnis der Eltern."))],
    )
