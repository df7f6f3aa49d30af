"""Mails that ask their reader to confirm something: PIN and link in the reader's language."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template
from flask_babel import force_locale, gettext

from campaign.extensions import settings
from campaign.mail.letters import fitted
from campaign.mail.message import Content


def compose(template: str, address: str, language: str, subject: str, **values: str) -> Content:
    """Return a mail made of `mail/<template>.txt` and `.html`; the values fill them and the subject, a message id."""
    site = settings().site.base_url + ("" if language == "de" else f"/{language}")
    told = {**values, "site": site, "organiser": settings().organiser.name, "language": language}
    with force_locale(language):
        return Content(
            address,
            str(gettext(subject, **values)),
            fitted(render_template(f"mail/{template}.txt", **told)),
            render_template(f"mail/{template}.html", **told),
        )


def shown_pin(pin: str) -> str:
    """Return a PIN as people read it: two groups of three."""
    return f"{pin[:3]} {pin[3:]}"


def link_to(page: str, language: str, request_code: str, link_code: str) -> str:
    """Return the address of the page whose button confirms; `page` is its path in German."""
    site = settings().site.base_url + ("" if language == "de" else f"/{language}")
    return f"{site}{page}?{urlencode({'anfrage': request_code, 'code': link_code})}"
