"""What a report needs two people for: one proposes it, and the answer of the other decides the report, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.entries.lifecycle import Status as EntryStatus
from campaign.entries.models import Entry
from campaign.entries.uses import Use, has_right, may_use
from campaign.errors import Conflict, InvalidInput, NotAllowed
from campaign.extensions import db
from campaign.moderation import exclusions, services
from campaign.moderation.models import Exclusion, ExclusionKind, ExclusionOutcome
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.reports import proposals
from campaign.reports.lifecycle import Ground, Kind, Outcome, Status
from campaign.reports.models import Report
from campaign.reports.services import object_to
from campaign.rights.services import grant
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import AuditRow, RoleName
from tests.entrants.people import handed_in, plain, told
from tests.factories import NOW, SEEN, make_entry
from tests.moderation.excluding import account
from tests.moderation.test_blur import blurred, shown
from tests.moderation.test_together import counted_ballot
from tests.reports.people import REASONS, decided, reported
from tests.staff.people import logged_in
from tests.voting.people import newest_mail

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAYS = "Der Platz ist der Gegenstand, die Person ist Beiwerk (§ 23 KUG)."


def voted(**values: object) -> Entry:
    """A public picture for which somebody has voted, with a right that stands in a grant."""
    entry = make_entry(picture=True, has_right=False, **values)
    grant(entry.number, "Anna", "Mail", COMMAND_LINE, NOW)
    counted_ballot(entry)
    return entry


def proposed(outcome: Outcome = Outcome.HIDE) -> tuple[Report, Actor]:
    """A report of a picture with votes that somebody decided against it, and who that was."""
    actor = account("erste")
    return decided(reported(voted()), actor, outcome), actor


def entry_of(report: Report) -> Entry:
    return db.session.get_one(Entry, report.entry_number, populate_existing=True)


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)))


@pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.REVOKE])
def test_nobody_takes_out_alone_what_has_votes(app: Flask, outcome: Outcome) -> None:
    report, actor = proposed(outcome)
    waiting = exclusions.open_proposal(report.entry_number)
    assert waiting is not None
    assert (waiting.kind, waiting.reason, waiting.text, waiting.proposed_by) == (
        ExclusionKind.EXCLUDE,
        "people",
        REASONS,
        actor.staff_id,
    )
    assert (may_use(entry_of(report), Use.WEB, NOW), report.status) == (True, Status.RECEIVED)
    assert newest_mail(NOW).subject == f"Deine Meldung zu Bild {report.entry_number} ist da"
    for again in (Outcome.KEEP, outcome):
        with pytest.raises(Conflict, match="zweite Person"):
            decided(report, account("leitung"), again)
        db.session.rollback()


@pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.REVOKE])
def test_whoever_confirms_decides_the_report_with_it(app: Flask, outcome: Outcome) -> None:
    report, actor = proposed(outcome)
    decision = proposals.confirm(report.entry_number, account("zweite"), NOW + HOUR)
    entry = entry_of(report)
    assert (entry.status, entry.reported_at) == (EntryStatus.DISQUALIFIED, None)
    assert (report.status, report.stands, report.ground, report.reasons) == (
        Status.DECIDED,
        outcome,
        Ground.LAW,
        REASONS,
    )
    assert (report.decided_by_id, report.decision_id, report.decided_at) == (actor.staff_id, decision.id, NOW + HOUR)
    assert report.creator_code is not None
    assert has_right(entry, Use.WEB, NOW) is (outcome is Outcome.HIDE)
    mail = newest_mail(NOW + HOUR)
    assert (mail.to, mail.subject) == ("berta@example.com", f"Entscheidung über Bild {entry.number}")
    assert "".join(acts()[-1:]) == "report.decided"
    assert list(audit.broken_rows()) == []


def test_only_another_account_confirms_what_a_report_led_to(app: Flask) -> None:
    report, actor = proposed()
    with pytest.raises(NotAllowed):
        proposals.confirm(report.entry_number, actor, NOW)
    db.session.rollback()
    assert (entry_of(report).status, report.status) == (EntryStatus.APPROVED, Status.RECEIVED)


def test_whoever_drops_the_proposal_of_another_decides_that_the_picture_stays(app: Flask) -> None:
    report, _ = proposed()
    second = account("zweite")
    for short in (None, "Nein."):
        with pytest.raises(InvalidInput, match="Begründe"):
            proposals.drop(report.entry_number, short, second, NOW)
        db.session.rollback()
    proposals.drop(report.entry_number, STAYS, second, NOW + HOUR)
    assert (entry_of(report).status, report.status, report.stands) == (
        EntryStatus.APPROVED,
        Status.DECIDED,
        Outcome.KEEP,
    )
    assert (report.reasons, report.decided_by_id) == (STAYS, second.staff_id)
    assert "widersprechen" in newest_mail(NOW + HOUR).text
    assert exclusions.open_proposal(report.entry_number) is None


def test_whoever_drops_their_own_proposal_decides_nothing(app: Flask) -> None:
    report, actor = proposed()
    proposals.drop(report.entry_number, None, actor, NOW)
    assert (report.status, exclusions.open_proposal(report.entry_number)) == (Status.RECEIVED, None)
    decided(report, actor, Outcome.KEEP)
    assert report.status is Status.DECIDED


def test_a_proposal_that_came_of_no_report_decides_none(app: Flask) -> None:
    report = reported(voted())
    number = report.entry_number
    exclusions.propose(number, ExclusionKind.EXCLUDE, account("erste"), NOW, reason=Reason.RIGHTS, text=None)
    proposals.confirm(number, account("zweite"), NOW)
    assert (entry_of(report).status, report.status) == (EntryStatus.DISQUALIFIED, Status.RECEIVED)


def test_neither_of_the_two_decides_the_objection(app: Flask) -> None:
    report, first = proposed()
    second, third = account("zweite"), account("dritte")
    proposals.confirm(report.entry_number, second, NOW)
    assert report.creator_code is not None
    object_to(report.creator_code, "Das bin ich selbst.", NOW + DAY)
    for actor in (first, second):
        for outcome in (Outcome.KEEP, Outcome.HIDE):
            with pytest.raises(NotAllowed):
                decided(report, actor, outcome, NOW + DAY)
            db.session.rollback()
    decided(report, third, Outcome.HIDE, NOW + DAY)
    assert (report.status, report.settled_by_id) == (Status.SETTLED, third.staff_id)


def objected(outcome: Outcome) -> Report:
    """A report by which two have excluded a picture, and to which its creator objects; a third says they are right."""
    report, _ = proposed(outcome)
    proposals.confirm(report.entry_number, account("zweite"), NOW)
    assert report.creator_code is not None
    object_to(report.creator_code, "Das Foto habe ich selbst gemacht.", NOW + DAY)
    return decided(report, account("dritte"), Outcome.KEEP, NOW + DAY, STAYS)


@pytest.mark.parametrize("outcome", [Outcome.HIDE, Outcome.REVOKE])
def test_what_two_have_excluded_comes_back_when_two_say_that_the_objection_is_right(
    app: Flask, outcome: Outcome
) -> None:
    report = objected(outcome)
    waiting = exclusions.open_proposal(report.entry_number)
    assert waiting is not None
    assert (waiting.kind, entry_of(report).status) == (ExclusionKind.LIFT, EntryStatus.DISQUALIFIED)
    with pytest.raises(NotAllowed):
        proposals.confirm(report.entry_number, account("zweite"), NOW + DAY)
    db.session.rollback()
    proposals.confirm(report.entry_number, account("vierte"), NOW + 2 * DAY)
    assert may_use(entry_of(report), Use.WEB, NOW + 2 * DAY)
    assert (report.status, report.stands, report.stated_reasons) == (Status.SETTLED, Outcome.KEEP, STAYS)
    assert newest_mail(NOW + 2 * DAY).text.count("Das Bild bleibt, wie es ist.") == 1


def test_when_the_second_person_sees_it_otherwise_the_first_decision_stands(app: Flask) -> None:
    report = objected(Outcome.REVOKE)
    proposals.drop(report.entry_number, REASONS, account("vierte"), NOW + 2 * DAY)
    entry = entry_of(report)
    assert (entry.status, has_right(entry, Use.WEB, NOW)) == (EntryStatus.DISQUALIFIED, False)
    assert (report.status, report.settled_outcome, report.settled_ground) == (
        Status.SETTLED,
        Outcome.REVOKE,
        Ground.LAW,
    )


def test_a_picture_with_votes_is_blurred_and_not_hidden(app: Flask) -> None:
    entry = shown(public=True)
    counted_ballot(entry)
    report, actor = reported(entry), account("erste")
    with pytest.raises(Conflict, match="unkenntlich"):
        decided(report, actor, Outcome.BLUR)
    db.session.rollback()
    assert (entry_of(report).status, report.status) == (EntryStatus.APPROVED, Status.RECEIVED)
    blurred(entry)
    decided(report, actor, Outcome.BLUR)
    assert (entry_of(report).status, report.status) == (EntryStatus.APPROVED, Status.DECIDED)


def ended(number: int) -> Exclusion:
    return db.session.scalars(sa.select(Exclusion).filter_by(entry_number=number)).one()


def test_a_report_that_takes_a_picture_out_ends_what_was_proposed_about_it(app: Flask) -> None:
    report, actor = reported(), account("erste")
    exclusions.propose(report.entry_number, ExclusionKind.EXCLUDE, actor, NOW, reason=Reason.RIGHTS, text=None)
    decided(report, actor, at=NOW + HOUR)
    found = ended(report.entry_number)
    assert (found.outcome, found.decided_by, found.decided_at) == (
        ExclusionOutcome.DROPPED,
        actor.staff_id,
        NOW + HOUR,
    )


@pytest.mark.parametrize("stays", [EntryStatus.WITHDRAWN, EntryStatus.DISQUALIFIED])
def test_a_creator_who_takes_a_picture_back_ends_what_was_proposed_about_it(app: Flask, stays: EntryStatus) -> None:
    number = voted().number
    exclusions.propose(number, ExclusionKind.EXCLUDE, account("erste"), NOW, reason=Reason.RIGHTS, text=None)
    if stays is EntryStatus.DISQUALIFIED:
        exclusions.confirm(number, account("zweite"), NOW)
        exclusions.propose(number, ExclusionKind.LIFT, account("erste"), NOW, reason=None, text=None)
    withdraw_as_creator(number, "Code", NOW)
    assert (db.session.get_one(Entry, number).status, exclusions.open_proposal(number)) == (stays, None)


def test_what_changes_nothing_about_where_a_picture_stands_ends_no_proposal(app: Flask) -> None:
    number = voted().number
    exclusions.propose(number, ExclusionKind.EXCLUDE, account("erste"), NOW, reason=Reason.RIGHTS, text=None)
    services.set_alt_text(number, "Der Dom am Abend", account("zweite"), NOW)
    assert exclusions.open_proposal(number) is not None


@ON_SQLITE
def test_the_pages_lead_from_the_report_to_the_proposal_and_back(app: Flask) -> None:
    report, _ = proposed()
    number, client = report.entry_number, logged_in(app, RoleName.ORGANISER)
    _, page = client.get(f"/moderation/meldungen/{number}")
    assert (page.count("Eine zweite Person muss entscheiden"), page.count('name="ausgang"')) == (1, 0)
    _, page = client.get(f"/moderation/eintrag/{number}")
    assert (page.count("Das kommt von einer Meldung."), page.count("Warum nicht?")) == (1, 1)
    path = f"/moderation/eintrag/{number}/ausschluss/verwerfen"
    status, page = client.post(path, text="Nein.")
    assert (status, page.count("Begründe die Entscheidung"), page.count("Nein.</textarea>")) == (422, 1, 1)
    assert client.post(path, text=STAYS)[0] == 303
    db.session.expire_all()
    assert db.session.get_one(Report, report.id).stands is Outcome.KEEP


@ON_SQLITE
def test_whoever_proposed_reads_that_dropping_it_opens_the_report_again(app: Flask) -> None:
    entry = voted()
    number, report = entry.number, reported(entry, Kind.ABUSE)
    client = logged_in(app, RoleName.ORGANISER)
    form = {"meldung": report.id, "ausgang": "hide", "grundlage": "law", "reason": "people", "text": REASONS}
    assert client.post(f"/moderation/meldungen/{number}", **form)[0] == 303
    _, page = client.get(f"/moderation/eintrag/{number}")
    assert (page.count("ist sie wieder offen."), page.count("Warum nicht?")) == (1, 0)


def test_the_sender_of_a_photo_hears_of_the_exclusion_and_how_to_object(app: Flask) -> None:
    entry = handed_in()
    services.approve(entry.number, COMMAND_LINE, NOW, SEEN)
    counted_ballot(entry)
    report = decided(reported(entry), account("erste"))
    told(0)
    assert told(20)[0].subject == f"Dein Foto {entry.number} hängt in der Galerie"
    proposals.confirm(entry.number, account("zweite"), NOW + HOUR)
    told(60)
    (mail,) = told(75)
    assert report.creator_code is not None
    assert (mail.to, mail.text.count(f"/melden/{report.creator_code}"), plain(mail).count(REASONS)) == (
        "anna@example.com",
        1,
        1,
    )
