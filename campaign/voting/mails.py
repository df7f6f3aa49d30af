"""The mail that brings PIN and link, in the visitor's language."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template
from flask_babel import force_locale, gettext

from campaign.extensions import settings
from campaign.mail.message import Content


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
    kind = "withdrawal" if invitation.withdraws else "ballot"
    pin = f"{invitation.pin[:3]} {invitation.pin[3:]}"
    site = _site(invitation.language)
    query = urlencode({"anfrage": invitation.request_code, "code": invitation.link_code})
    values = {
        "pin": pin,
        "link": f"{site}/abstimmen/bestaetigen?{query}",
        "site": site,
        "organiser": settings().organiser.name,
        "language": invitation.language,
    }
    with force_locale(invitation.language):
        return Content(
            address,
            _subject(pin, withdraws=invitation.withdraws),
            render_template(f"mail/{kind}.txt", **values),
            render_template(f"mail/{kind}.html", **values),
        )


def _subject(pin: str, *, withdraws: bool) -> str:
    if withdraws:
        return str(gettext("%(pin)s ist deine PIN, um deine Stimme zurückzuziehen", pin=pin))
    return str(gettext("%(pin)s ist deine PIN für „Der schönste Blick der Stadt“", pin=pin))


def _site(language: str) -> str:
    return settings().site.base_url + ("" if language == "de" else f"/{language}")
