"""What visitors type into the forms of an upload."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, EmailField, FileField, Form, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from campaign.errors import CampaignError
from campaign.mail.addresses import parse_address
from campaign.towns.choices import chosen_town
from campaign.uploads.models import People

# Joiners belong to scripts and emoji.
_KEPT = frozenset("\n\u200c\u200d")
# Fillers count as letters or signs, and nobody sees them.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _plain(text: str | None) -> str:
    """Return a text without control characters, what nobody sees, and spaces around it."""
    plain = (text or "").replace("\r\n", "\n")
    return "".join(char for char in plain if char in _KEPT or not _is_unseen(char)).strip()


def _is_unseen(char: str) -> bool:
    return char in _BLANK or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def _line(text: str | None) -> str:
    """Return a text in one line, nothing where it holds neither a letter nor a digit."""
    line = " ".join(_plain(text).split())
    return line if any(char.isalnum() for char in line) else ""


def _is_address(_form: Form, field: EmailField) -> None:
    try:
        parse_address(field.data or "")
    except CampaignError as error:
        raise ValidationError(gettext(error.message, **error.values)) from error


def _is_town(_form: Form, field: StringField) -> None:
    try:
        chosen_town(field.data or "")
    except CampaignError as error:
        raise ValidationError(gettext(error.message, **error.values)) from error


PEOPLE = [
    (People.NONE.value, lazy_gettext("Nein, niemand")),
    (
        People.INCIDENTAL.value,
        lazy_gettext("Ja, aber sie gehören nur zum Bild der Stadt"),
    ),
    (People.CONSENT.value, lazy_gettext("Ja, und alle sind einverstanden, bei Kindern beide Eltern")),
]


class UploadForm(Form):
    """A photo with what its sender says about it."""

    foto = FileField(lazy_gettext("Dein Foto"))
    ort = StringField(lazy_gettext("Welche Stadt oder Gemeinde ist zu sehen?"), [_is_town], filters=[_line])
    alt = TextAreaField(
        lazy_gettext("Beschreib das Bild für Menschen, die es nicht sehen"),
        [
            DataRequired(lazy_gettext("Ein Satz genügt: Was ist auf dem Foto zu sehen?")),
            Length(max=300, message=lazy_gettext("Das ist zu lang. Kürze es auf 300 Zeichen.")),
        ],
        filters=[_line],
    )
    text = TextAreaField(
        lazy_gettext("Was macht diesen Blick besonders? (freiwillig)"),
        [Length(max=1000, message=lazy_gettext("Das ist zu lang. Kürze es auf 1000 Zeichen."))],
        filters=[_plain],
    )
    menschen = RadioField(
        lazy_gettext("Sind Menschen zu erkennen?"),
        choices=PEOPLE,
        validators=[InputRequired(lazy_gettext("Sag uns bitte, ob Menschen zu erkennen sind."))],
    )
    name = StringField(
        lazy_gettext("Dein Name"),
        [
            DataRequired(lazy_gettext("Unter dem Foto steht immer ein Name. Wie sollen wir dich nennen?")),
            Length(max=100, message=lazy_gettext("Der Name ist zu lang. Kürze ihn auf 100 Zeichen.")),
        ],
        filters=[_line],
    )
    email = EmailField(lazy_gettext("Deine E-Mail-Adresse"), [_is_address])
    rechte = BooleanField(
        lazy_gettext("Ich gebe diese Erlaubnis."),
        [InputRequired(lazy_gettext("Ohne deine Erlaubnis dürfen wir das Foto nicht zeigen."))],
    )
    werbung = BooleanField(lazy_gettext("Ich erlaube auch die Werbung. (freiwillig)"))
    alter = BooleanField(
        lazy_gettext("Ich bin mindestens 14 Jahre alt. Bin ich noch nicht 18, haben meine Eltern es erlaubt."),
        [InputRequired(lazy_gettext("Fotos zeigen darf man ab 14 Jahren, bis 18 mit Erlaubnis der Eltern."))],
    )
    regeln = BooleanField(
        lazy_gettext("Ich stimme den Teilnahmebedingungen zu"),
        [InputRequired(lazy_gettext("Ohne das Häkchen bei den Regeln können wir dein Foto nicht annehmen."))],
    )


class PinForm(Form):
    """The PIN from the mail."""

    pin = StringField(lazy_gettext("PIN aus der Mail"))
