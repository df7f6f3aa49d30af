"""What visitors type into the ballot's forms."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, EmailField, Form, StringField, ValidationError
from wtforms.validators import InputRequired, StopValidation

from campaign.errors import CampaignError
from campaign.extensions import db, settings
from campaign.mail.addresses import parse_address
from campaign.mail.reachable import check_reachable


def _is_address(_form: Form, field: EmailField) -> None:
    try:
        parse_address(field.data or "")
    except CampaignError as error:
        raise StopValidation(gettext(error.message)) from error


class AddressForm(Form):
    """The address that the PIN goes to."""

    email = EmailField(lazy_gettext("Deine E-Mail-Adresse"), [_is_address])


class BallotForm(AddressForm):
    """The address, and the word that the rules are agreed to."""

    regeln = BooleanField(
        lazy_gettext("Ich stimme den Regeln zu"),
        [InputRequired(lazy_gettext("Ohne das Häkchen bei den Regeln können wir deine Stimme nicht annehmen."))],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse addresses that we need not write to; a vote is taken back whatever became of its domain."""
        # Nothing waits for the network with a transaction open.
        db.session.rollback()
        try:
            check_reachable(parse_address(field.data or ""), settings().mail)
        except CampaignError as error:
            raise ValidationError(gettext(error.message)) from error


class PinForm(Form):
    """The PIN from the mail."""

    pin = StringField(lazy_gettext("PIN aus der Mail"))
