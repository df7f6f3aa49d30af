"""Excluding an approved entry takes two accounts, and so does letting it back; the database holds that too."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.errors import Conflict, InvalidInput, NotAllowed
from campaign.extensions import db
from campaign.moderation import exclusions, parking, services
from campaign.moderation.models import Exclusion, ExclusionKind, ExclusionOutcome
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.moderation.rules import undoable
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, make_entry
from tests.moderation.excluding import account, exclude, let_back
from tests.moderation.test_together import counted_ballot

pytestmark = pytest.mark.usefixtures("app")


def shown() -> Entry:
    return make_entry(picture=True)


def propose(number: int, name: str = "anna") -> None:
    exclusions.propose(number, ExclusionKind.EXCLUDE, account(name), NOW, reason=Reason.ADVERTISING, text="Kaufhaus")


def status(number: int) -> str:
    db.session.expire_all()
    return db.session.get_one(Entry, number).status.value


def actions(number: int) -> list[str]:
    return [one.action.value for one in reversed(history_of(number))]


def test_a_proposal_changes_nothing_until_somebody_else_confirms_it() -> None:
    number = shown().number
    propose(number)
    assert status(number) == "approved"
    done = exclusions.confirm(number, account("bert"), NOW)
    assert (status(number), done.reason, done.text) == ("disqualified", "advertising", "Kaufhaus")
    assert actions(number) == ["propose_exclusion", "disqualify"]
    assert exclusions.open_proposal(number) is None


def test_nobody_confirms_what_they_proposed() -> None:
    number = shown().number
    propose(number)
    for actor in (account("anna"), COMMAND_LINE):
        with pytest.raises(NotAllowed):
            exclusions.confirm(number, actor, NOW)
    assert (status(number), actions(number)) == ("approved", ["propose_exclusion"])


def test_the_database_itself_admits_no_confirmation_by_the_account_that_proposed() -> None:
    number = shown().number
    propose(number)
    anna = account("anna").staff_id
    for decided_by in (anna, None):
        with pytest.raises(IntegrityError):
            db.session.execute(
                sa.update(Exclusion).values(outcome=ExclusionOutcome.CONFIRMED, decided_by=decided_by, decided_at=NOW)
            )
        db.session.rollback()


def test_the_database_admits_one_open_proposal_an_entry() -> None:
    number = shown().number
    propose(number)
    with pytest.raises(Conflict):
        propose(number, "bert")
    db.session.rollback()
    anna = account("anna")
    values = {"entry_number": number, "kind": ExclusionKind.EXCLUDE, "proposer": anna.name, "proposed_at": NOW}
    db.session.add(Exclusion(proposed_by=anna.staff_id, **values))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_proposal_can_be_dropped_by_either() -> None:
    number = shown().number
    for name in ("anna", "bert"):
        propose(number)
        exclusions.drop(number, "Irrtum", account(name), NOW)
    assert (status(number), actions(number)) == ("approved", ["propose_exclusion", "drop_exclusion"] * 2)
    with pytest.raises(Conflict):
        exclusions.confirm(number, account("bert"), NOW)


def test_only_what_is_approved_is_excluded_and_only_by_an_account() -> None:
    number = make_entry(public=False).number
    with pytest.raises(Conflict):
        propose(number)
    with pytest.raises(NotAllowed):
        exclusions.propose(shown().number, ExclusionKind.EXCLUDE, COMMAND_LINE, NOW, reason=Reason.RIGHTS, text=None)
    with pytest.raises(InvalidInput):
        exclusions.propose(shown().number, ExclusionKind.EXCLUDE, account("anna"), NOW, reason=Reason.OTHER, text="")


def test_what_left_meanwhile_is_not_excluded_any_more() -> None:
    number = shown().number
    propose(number)
    services.withdraw(number, None, COMMAND_LINE, NOW)
    with pytest.raises(Conflict):
        exclusions.confirm(number, account("bert"), NOW)
    assert status(number) == "withdrawn"


def test_an_excluded_entry_comes_back_by_two_and_not_by_one() -> None:
    number = shown().number
    excluded = exclude(number, Reason.RIGHTS)
    with pytest.raises(Conflict):
        services.undo(excluded.id, account("anna"), NOW)
    assert undoable(history_of(number)) is None
    back = let_back(number)
    assert (status(number), actions(number)[-2:]) == ("approved", ["propose_exclusion", "reopen"])
    with pytest.raises(Conflict):
        services.undo(back.id, account("anna"), NOW)


def test_what_its_creator_took_back_does_not_come_back() -> None:
    number = shown().number
    exclude(number, Reason.RIGHTS)
    withdraw_as_creator(number, "Code", NOW)
    with pytest.raises(Conflict):
        let_back(number)
    with pytest.raises(Conflict):
        parking.reopen(number, account("anna"), NOW)


def test_what_its_creator_took_back_meanwhile_does_not_come_back_by_a_proposal_from_before() -> None:
    number = shown().number
    exclude(number, Reason.RIGHTS)
    exclusions.propose(number, ExclusionKind.LIFT, account("anna"), NOW, reason=None, text=None)
    withdraw_as_creator(number, "Code", NOW)
    with pytest.raises(Conflict):
        exclusions.confirm(number, account("bert"), NOW)
    db.session.rollback()
    assert (status(number), exclusions.open_proposal(number)) == ("disqualified", None)


def test_a_photo_that_got_votes_leaves_only_by_two() -> None:
    entry = make_entry(public=False, picture=True)
    number = entry.number
    approved = services.approve(number, account("anna"), NOW)
    services.undo(approved.id, account("anna"), NOW)
    approved = services.approve(number, account("anna"), NOW)
    counted_ballot(entry)
    with pytest.raises(Conflict):
        services.reject(number, Reason.QUALITY, None, account("bert"), NOW)
    with pytest.raises(Conflict):
        services.undo(approved.id, account("bert"), NOW)
    assert status(number) == "approved"
    exclude(number, Reason.QUALITY)
    assert status(number) == "disqualified"


def test_a_proposal_does_not_stand_in_the_way_of_an_undo() -> None:
    number = make_entry(public=False, picture=True).number
    approved = services.approve(number, account("anna"), NOW)
    propose(number)
    exclusions.drop(number, None, account("anna"), NOW)
    services.undo(approved.id, account("anna"), NOW)
    assert status(number) == Status.PENDING.value


def test_open_proposals_are_listed_with_their_entries() -> None:
    first, second = shown(), shown()
    for entry in (first, second):
        propose(entry.number)
    exclusions.confirm(first.number, account("bert"), NOW)
    [(proposal, entry)] = exclusions.open_proposals(current_contest())
    assert (proposal.proposer, entry.number) == ("anna@example.org", second.number)
