"""Rights grants in the database."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from campaign.entries.models import Entry
from campaign.entries.uses import Use, may_use
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import grant, grants_of, revoke
from campaign.staff.actors import Actor
from tests.factories import NOW, make_entry

STAFF = Actor(None, "eva@example.org")
pytestmark = pytest.mark.usefixtures("app")


def waiting_for_a_right(**values: object) -> Entry:
    return make_entry(public=True, picture=True, **{"has_right": False, **values})


def test_a_grant_makes_an_approved_photo_public(app: Flask) -> None:
    entry = waiting_for_a_right()
    assert may_use(entry, Use.WEB, NOW) is False
    grant(entry.number, "Anna Beispiel", "Mail vom 3. Mai", STAFF, NOW)
    assert may_use(entry, Use.WEB, NOW) is True


def test_a_grant_keeps_who_when_wording_and_proof() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, " Anna Beispiel ", " Mail vom 3. Mai ", STAFF, NOW)
    [kept] = grants_of(entry.number)
    assert (kept.granted_by, kept.proof, kept.recorded_by, kept.granted_at) == (
        "Anna Beispiel",
        "Mail vom 3. Mai",
        STAFF.name,
        NOW,
    )
    assert (kept.wording_version, kept.wording) == (wording.VERSION, wording.full_text())


def test_the_wording_of_a_version_never_changes() -> None:
    digest = hashlib.sha256(wording.full_text(advertising=True).encode()).hexdigest()
    assert (wording.VERSION, digest[:16]) == ("2026-2", "ab9b09d9b0a60f78")


def test_the_name_of_the_grant_is_the_credit_where_there_is_none() -> None:
    nameless, named = waiting_for_a_right(), waiting_for_a_right(creator="lichtbildner")
    for entry in (nameless, named):
        grant(entry.number, "Anna Beispiel", "Mail", STAFF, NOW)
    assert (nameless.creator, named.creator) == ("Anna Beispiel", "lichtbildner")


def test_a_second_grant_is_refused_while_one_is_in_force() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", STAFF, NOW)
    with pytest.raises(Conflict):
        grant(entry.number, "Bert", "Mail", STAFF, NOW)
    assert [one.granted_by for one in grants_of(entry.number)] == ["Anna"]


def test_a_second_grant_adds_what_the_first_does_not_allow() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", STAFF, NOW)
    grant(entry.number, "Anna", "Zweite Mail", STAFF, NOW, uses=[Use.ADVERTISING])
    assert [may_use(entry, use, NOW) for use in Use] == [True] * 4
    assert [one.uses for one in grants_of(entry.number)] == [["advertising"], ["web", "print", "press"]]


def test_a_grant_lasts_until_five_years_after_the_contest_or_as_long_as_was_said() -> None:
    entry, other = waiting_for_a_right(), waiting_for_a_right()
    end = datetime(2031, 7, 7, 16, tzinfo=UTC)
    grant(entry.number, "Anna", "Mail", STAFF, NOW)
    grant(other.number, "Anna", "Mail", STAFF, NOW, expires_at=NOW + timedelta(days=1))
    assert (entry.web_until, other.web_until) == (end, NOW + timedelta(days=1))


def test_a_grant_for_advertising_keeps_its_sentence() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", STAFF, NOW, uses=[Use.ADVERTISING])
    assert grants_of(entry.number)[0].wording == wording.full_text(advertising=True)


@pytest.mark.parametrize("status", [GrantStatus.GRANTED, GrantStatus.EXPIRED, GrantStatus.REVOKED])
def test_the_database_itself_refuses_a_grant_without_proof(status: GrantStatus) -> None:
    entry = waiting_for_a_right()
    kept = {"wording_version": "1", "wording": "…", "recorded_by": "command line"}
    db.session.add(RightsGrant(entry_number=entry.number, status=status, granted_by="Anna", granted_at=NOW, **kept))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_revoking_hides_the_photo_and_keeps_the_grant_on_record() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", STAFF, NOW)
    later = NOW + timedelta(days=1)
    revoke(entry.number, STAFF, later)
    [kept] = grants_of(entry.number)
    assert (may_use(entry, Use.WEB, later), kept.status, kept.revoked_at, kept.revoked_by) == (
        False,
        GrantStatus.REVOKED,
        later,
        STAFF.name,
    )


def test_after_a_revocation_a_new_grant_makes_the_photo_public_again() -> None:
    entry = waiting_for_a_right()
    grant(entry.number, "Anna", "Mail", STAFF, NOW)
    revoke(entry.number, STAFF, NOW)
    grant(entry.number, "Anna", "Neue Mail", STAFF, NOW)
    assert may_use(entry, Use.WEB, NOW) is True
    assert [one.status.value for one in grants_of(entry.number)] == ["granted", "revoked"]


def test_there_is_nothing_to_revoke_without_a_grant() -> None:
    entry = waiting_for_a_right()
    with pytest.raises(Conflict) as refusal:
        revoke(entry.number, STAFF, NOW)
    assert str(refusal.value).startswith(f"Für das Bild {entry.number} gilt keine Erlaubnis") is True


def test_an_unknown_entry_gets_no_grant() -> None:
    with pytest.raises(NotFound):
        grant(4711, "Anna", "Mail", STAFF, NOW)


def test_a_grant_without_proof_writes_nothing() -> None:
    entry = waiting_for_a_right()
    with pytest.raises(InvalidInput):
        grant(entry.number, "Anna", "  ", STAFF, NOW)
    assert (entry.web_until, len(grants_of(entry.number))) == (None, 0)


def test_grant_and_right_are_written_together_or_not_at_all() -> None:
    entry = waiting_for_a_right()
    number = entry.number

    def dies(_session: object) -> None:
        raise KeyboardInterrupt

    sa.event.listen(db.session, "before_commit", dies)
    try:
        with pytest.raises(KeyboardInterrupt):
            grant(number, "Anna", "Mail", STAFF, NOW)
    finally:
        sa.event.remove(db.session, "before_commit", dies)
    db.session.remove()
    assert (db.session.get_one(Entry, number).web_until, len(grants_of(number))) == (None, 0)
