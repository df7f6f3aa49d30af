"""What somebody types who reports a picture."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, EmailField, Form, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from campaign.errors import CampaignError
from campaign.mail.addresses import parse_address
from campaign.reports import rules
from campaign.reports.lifecycle import Kind
from campaign.reports.services import NO_NAME
from campaign.reports.words import KINDS


def _plain(text: str | None) -> str:
    """Return a text without control characters, what nobody sees, and spaces around it."""
    lines = (text or "").replace("\r\n", "\n")
    return "".join(char for char in lines if char == "\n" or not unicodedata.category(char).startswith("C")).strip()


def _line(text: str | None) -> str:
    return " ".join(_plain(text).split())


def _explains(_form: Form, field: TextAreaField) -> None:
    _hold(rules.check_statement, field.data or "")


def _has_name(form: ReportForm, field: StringField) -> None:
    if form.needs_sender and not field.data:
        raise ValidationError(gettext(NO_NAME))
    if len(field.data or "") > rules.NAME_LENGTH:
        raise ValidationError(
            gettext("Der Name ist zu lang. Kürze ihn auf %(length)s Zeichen.", length=rules.NAME_LENGTH)
        )


def _has_address(form: ReportForm, field: EmailField) -> None:
    if form.needs_sender or field.data:
        _hold(parse_address, field.data or "")


def _hold(check: object, value: str) -> None:
    try:
        check(value)  # type: ignore[operator]
    except CampaignError as error:
        raise ValidationError(gettext(error.message, **error.values)) from error


class ReportForm(Form):
    """A report: which picture, what is wrong with it and why, who says so (Art. 16 (2) DSA)."""

    nummer = StringField(lazy_gettext("Welches Bild?"))
    grund = RadioField(
        lazy_gettext("Was stimmt damit nicht?"),
        choices=[(kind.value, lazy_gettext(words)) for kind, words in KINDS.items()],
        validators=[InputRequired(lazy_gettext("Wähl aus, was mit dem Bild nicht stimmt."))],
    )
    text = TextAreaField(lazy_gettext("Erklär es uns"), [_explains], filters=[_plain])
    name = StringField(lazy_gettext("Dein Name"), [_has_name], filters=[_line])
    email = EmailField(lazy_gettext("Deine E-Mail-Adresse"), [_has_address], filters=[_line])
    ehrlich = BooleanField(
        lazy_gettext("Ich bin nach bestem Wissen überzeugt, dass meine Angaben richtig und vollständig sind."),
        [InputRequired(lazy_gettext("Bestätige bitte, dass deine Angaben nach bestem Wissen richtig sind."))],
    )

    @property
    def needs_sender(self) -> bool:
        """Return whether name and address must be there for what was chosen."""
        return self.grund.data not in {kind.value for kind in Kind if not rules.needs_sender(kind)}


class WordForm(Form):
    """What somebody adds to a report, or says against a decision."""

    text = TextAreaField(lazy_gettext("Was sollen wir noch wissen?"), filters=[_plain])
