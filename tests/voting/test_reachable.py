"""Addresses that we need not write to: refused on the form, before a mail is on its way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.extensions import db
from campaign.mail import reachable
from campaign.mail.models import OutboxMail
from tests.factories import make_entry
from tests.voting.people import Person, mails, newest_mail, statuses

SENTENCES = {
    "": "Wegwerf-Adressen nehmen wir nicht an. Nimm bitte eine Adresse, die du auch morgen noch hast.",
    "/en": "We do not take throwaway addresses. Please use one that you will still have tomorrow.",
}


@pytest.mark.parametrize("lang", ["", "/en"])
@pytest.mark.parametrize("email", ["anna@mailinator.com", "anna@stadt.Mailinator.com"])
def test_a_throwaway_address_is_refused_kindly_and_gets_no_mail(
    app: Flask, clock: Traveller, numbers: list[int], lang: str, email: str
) -> None:
    page = Person(app, email, lang).ask(*numbers)
    assert (page.status_code, page.text.count(SENTENCES[lang]), email in page.text) == (422, 1, True)
    assert (statuses(), list(db.session.scalars(sa.select(OutboxMail)))) == ([], [])


def test_what_is_no_address_is_told_once(anna: Person, numbers: list[int]) -> None:
    page = anna.ask(*numbers, email="anna")
    assert (page.status_code, page.text.count("Prüf bitte die Schreibweise.")) == (422, 1)


def test_a_vote_is_taken_back_whatever_became_of_the_domain(anna: Person, numbers: list[int]) -> None:
    page = anna.post("/abstimmen/zurueckziehen", email="anna@mailinator.com")
    newest_mail()
    assert (page.status_code, len(mails())) == (200, 1)


def test_no_transaction_is_open_while_the_dns_is_asked(
    app: Flask, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make_entry().number
    config = app.config["CAMPAIGN"]
    mail = config.mail.model_copy(update={"check_domains": True})
    app.config["CAMPAIGN"] = config.model_copy(update={"mail": mail})
    in_use: list[int] = []

    def has_mail_host(_domain: str) -> bool:
        in_use.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return False

    monkeypatch.setattr(reachable, "has_mail_host", has_mail_host)
    db.session.remove()
    page = Person(app).ask(number)
    told = "Bei dieser Adresse kommen keine Mails an. Prüf bitte, was hinter dem @ steht."
    assert (in_use, page.status_code, page.text.count(told)) == ([0], 422, 1)
