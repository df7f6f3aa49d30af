"""Rights grants in the database."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from campaign.entries.models import Entry
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import grant, grants_of, revoke
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.usefixtures("app")


def waiting_for_a_right(**values: object) -> Entry:
    return make_entry(public=True, picture=True, **{"has_right": False, **values})


def test_a_grant_makes_an_approved_photo_public(app: Flask) -> None:
    entry = waiting_for_a_right()
    assert entry.is_public is False
    grant(entry.number, "Anna Beispiel", "Mail vom 3. Mai", "anna@example.org", NOW)
    assert entry.is_public is True


def test_a_grant_keeps_who_when_wording_and_proof() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, " Anna Beispiel ", " Mail vom 3. Mai ", "command line", NOW)
    [kept] = grants_of(entry.number)
    assert (kept.granted_by, kept.proof, kept.recorded_by, kept.granted_at) == (
        "Anna Beispiel",
        "Mail vom 3. Mai",
        "command line",
        NOW,
    )
    assert (kept.wording_version, kept.wording) == (wording.VERSION, wording.full_text())


def test_the_wording_of_a_version_never_changes() -> None:
    digest = hashlib.sha256(wording.full_text().encode()).hexdigest()
    assert (wording.VERSION, digest[:16]) == ("2026-1", "234d95c85b017a64")


def test_the_name_of_the_grant_is_the_credit_where_there_is_none() -> None:
    nameless, named = waiting_for_a_right(), waiting_for_a_right(creator="lichtbildner")
    for entry in (nameless, named):
        grant(entry.number, "Anna Beispiel", "Mail", "command line", NOW)
    assert (nameless.creator, named.creator) == ("Anna Beispiel", "lichtbildner")


def test_a_second_grant_is_refused_while_one_is_in_force() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", "command line", NOW)
    with pytest.raises(Conflict):
        grant(entry.number, "Bert", "Mail", "command line", NOW)
    assert [one.granted_by for one in grants_of(entry.number)] == ["Anna"]


def test_the_database_itself_holds_one_grant_in_force() -> None:
    entry = waiting_for_a_right()
    values = {"entry_number": entry.number, "status": GrantStatus.GRANTED, "granted_by": "Anna", "granted_at": NOW}
    kept = {"wording_version": "1", "wording": "…", "proof": "Mail", "recorded_by": "command line"}
    db.session.add_all([RightsGrant(**values, **kept), RightsGrant(**values, **kept)])
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_revoking_hides_the_photo_and_keeps_the_grant_on_record() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", "command line", NOW)
    later = NOW + timedelta(days=1)
    revoke(entry.number, "anna@example.org", later)
    [kept] = grants_of(entry.number)
    assert (entry.is_public, kept.status, kept.revoked_at, kept.revoked_by) == (
        False,
        GrantStatus.REVOKED,
        later,
        "anna@example.org",
    )


def test_after_a_revocation_a_new_grant_makes_the_photo_public_again() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", "command line", NOW)
    revoke(entry.number, "command line", NOW)
    grant(entry.number, "Anna", "Neue Mail", "command line", NOW)
    assert entry.is_public is True
    assert [one.status.value for one in grants_of(entry.number)] == ["granted", "revoked"]


def test_there_is_nothing_to_revoke_without_a_grant() -> None:
    entry = waiting_for_a_right()
    with pytest.raises(Conflict) as refusal:
        revoke(entry.number, "command line", NOW)
    assert str(refusal.value).startswith(f"Für das Bild {entry.number} gilt keine Erlaubnis") is True


def test_an_unknown_entry_gets_no_grant() -> None:
    with pytest.raises(NotFound):
        grant(4711, "Anna", "Mail", "command line", NOW)


def test_a_grant_without_proof_writes_nothing() -> None:
    entry = waiting_for_a_right()
    with pytest.raises(InvalidInput):
        grant(entry.number, "Anna", "  ", "command line", NOW)
    assert (entry.has_right, len(grants_of(entry.number))) == (False, 0)


def test_grant_and_right_are_written_together_or_not_at_all() -> None:
    entry = waiting_for_a_right()
    number = entry.number

    def dies(_session: object) -> None:
        raise KeyboardInterrupt

    sa.event.listen(db.session, "before_commit", dies)
    try:
        with pytest.raises(KeyboardInterrupt):
            grant(number, "Anna", "Mail", "command line", NOW)
    finally:
        sa.event.remove(db.session, "before_commit", dies)
    db.session.remove()
    assert (db.session.get_one(Entry, number).has_right, len(grants_of(number))) == (False, 0)
