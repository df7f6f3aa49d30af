"""Fixtures of the mails' tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from campaign.extensions import db
from campaign.mail.message import Content
from campaign.mail.models import OutboxMail
from campaign.mail.services import enqueue
from campaign.sections import MailSettings
from tests.factories import NOW

Writer = Callable[..., OutboxMail]


@pytest.fixture
def write(app: Flask) -> Writer:
    """Put a mail into the outbox, committed."""

    def put(address: str = "anna@example.com", **content: str) -> OutboxMail:
        values = {"subject": "Deine PIN", "text": "123 456\n", "html": "<p>123 456</p>", **content}
        mail = enqueue("ballot", Content(address, **values), NOW)
        db.session.commit()
        return mail

    return put


@pytest.fixture
def use(app: Flask) -> Callable[[str], None]:
    """Let mails leave by another `mail.smtp_url`."""

    def change(smtp_url: str, sender: str = "Der schönste Blick <noreply@example.org>") -> None:
        mail = MailSettings.model_validate({"smtp_url": smtp_url, "sender": sender})
        app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"mail": mail})

    return change
