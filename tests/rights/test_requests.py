"""Asking somebody for a right by a link under their post: from the request to the answer, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.uses import Use, may_use
from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.moderation.declining import decline_by_code, decline_unanswered
from campaign.pictures.models import Picture
from campaign.pictures.storage import ORIGINALS, storage
from campaign.rights import wording
from campaign.rights.expiry import expire_due
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.queries import Listing, rights_counts, rights_rows
from campaign.rights.request_rules import stand_of
from campaign.rights.requests import allow, find_request, remind, request_right, revoke_by_code
from campaign.rights.services import follow, grant, grants_of, revoke
from campaign.rights.snapshots import all_names
from campaign.staff.models import AuditRow
from tests.factories import NOW, make_entry, make_picture
from tests.rights.requests import EVA, asked, requested, state_of, without_right

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
END = datetime(2031, 7, 7, 16, tzinfo=UTC)


def say_yes(code: str, *, advertising: bool = False, now: datetime = NOW) -> RightsGrant:
    entry = db.session.get_one(Entry, find_request(code).entry_number)
    stand = stand_of(all_names(entry), wording.VERSION)
    return allow(code, "Anna Berg", stand, "de", now, advertising=advertising)


def uses_of(entry: Entry, now: datetime = NOW) -> list[str]:
    db.session.refresh(entry)
    return [use.value for use in Use if may_use(entry, use, now)]


def acts() -> list[tuple[str, str]]:
    return [(row.act, row.actor) for row in db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number))]


def test_a_yes_allows_web_print_and_press_and_gives_the_credit() -> None:
    entry = without_right(creator="anna.sieht")
    code = requested(entry)
    say_yes(code)
    assert (uses_of(entry), entry.creator) == (["web", "print", "press"], "Anna Berg")
    [kept] = grants_of(entry.number)
    assert (kept.status, kept.expires_at, kept.answered_by, kept.asked_by) == (
        GrantStatus.GRANTED,
        END,
        "creator",
        EVA.name,
    )
    assert kept.pictures == all_names(entry)


def test_the_proof_says_how_the_yes_came() -> None:
    code = requested(without_right(permalink="https://www.instagram.com/p/Cabc/"))
    kept = say_yes(code)
    assert kept.proof == (
        f"Yes on the page of request {kept.id} at 2026-06-15 12:00:00 UTC (de), whose link eva@example.org had put"
        " under the post https://www.instagram.com/p/Cabc/ since 2026-06-15; wording 2026-2"
    )
    assert code not in kept.proof


def test_advertising_is_allowed_only_where_it_was_ticked() -> None:
    entry = without_right()
    kept = say_yes(requested(entry), advertising=True)
    assert (uses_of(entry), kept.wording) == (
        ["web", "print", "press", "advertising"],
        wording.full_text(advertising=True),
    )


def test_every_act_is_in_the_audit_log_without_a_name_from_outside() -> None:
    code = requested()
    remind(find_request(code).id, EVA, NOW + 7 * DAY)
    say_yes(code, now=NOW + 8 * DAY)
    revoke_by_code(code, NOW + 9 * DAY)
    assert acts() == [
        ("rights.request", EVA.name),
        ("rights.remind", EVA.name),
        ("rights.grant", "creator"),
        ("rights.revoke", "creator"),
    ]
    texts = [f"{row.before} {row.after}" for row in db.session.scalars(sa.select(AuditRow))]
    assert [text for text in texts if "Anna" in text or code in text] == []


def test_with_another_picture_meanwhile_nothing_is_granted() -> None:
    entry = without_right()
    code = requested(entry)
    stand = stand_of(all_names(entry), wording.VERSION)
    entry.picture_id = make_picture().id
    db.session.commit()
    with pytest.raises(Conflict) as refusal:
        allow(code, "Anna", stand, "de", NOW, advertising=False)
    assert str(refusal.value).startswith("Das Foto oder der Wortlaut hat sich inzwischen geändert.") is True
    db.session.rollback()
    assert (state_of(code), uses_of(entry)) == ("requested", [])


def test_a_yes_without_a_name_grants_nothing() -> None:
    entry = without_right()
    code, stand = requested(entry), stand_of(all_names(entry), wording.VERSION)
    with pytest.raises(InvalidInput):
        allow(code, "  ", stand, "de", NOW, advertising=False)
    db.session.rollback()
    assert state_of(code) == "requested"


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN, Status.DISQUALIFIED])
def test_a_yes_for_what_is_out_of_the_contest_grants_nothing(status: Status) -> None:
    entry = without_right()
    code = requested(entry)
    entry.status = status
    db.session.commit()
    with pytest.raises(Conflict):
        say_yes(code)


def test_a_code_is_found_however_it_is_typed_and_another_is_not() -> None:
    code = requested()
    assert find_request(code.lower().replace("-", " ")).code == code
    for wrong in ("", "x", code[:-1] + ("0" if code[-1] != "0" else "1"), "AAAA-BBBB-CCCC-DDDD"):
        with pytest.raises(NotFound):
            find_request(wrong)


def test_a_no_refuses_the_entry_and_deletes_its_picture() -> None:
    entry = without_right()
    name = all_names(entry)[0]
    code = requested(entry)
    decline_by_code(code, NOW)
    assert (state_of(code), entry.status, entry.picture_id) == ("declined", Status.REJECTED, None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) == 0
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, name)
    assert acts()[-2:] == [("rights.decline", "creator"), ("entry.reject", "creator")]


def test_no_answer_within_fourteen_days_is_a_no_of_the_program() -> None:
    entry = without_right(status=Status.PENDING)
    code = requested(entry)
    assert decline_unanswered(NOW + 14 * DAY - timedelta(microseconds=1)) == 0
    assert decline_unanswered(NOW + 14 * DAY) == 1
    assert (state_of(code), entry.status, entry.picture_id) == ("declined", Status.REJECTED, None)
    assert find_request(code).answered_by == "program"
    assert decline_unanswered(NOW + 15 * DAY) == 0


def test_what_was_decided_otherwise_meanwhile_stays_decided_and_its_picture_goes() -> None:
    entry = without_right()
    code = requested(entry)
    entry.status = Status.DISQUALIFIED
    db.session.commit()
    assert decline_unanswered(NOW + 14 * DAY) == 1
    assert (state_of(code), entry.status, entry.picture_id) == ("declined", Status.DISQUALIFIED, None)


def test_a_right_that_came_by_another_way_outlives_an_unanswered_request() -> None:
    entry = make_entry(picture=True)
    code = str(asked(entry.number).code)
    db.session.commit()
    assert decline_unanswered(NOW + 14 * DAY) == 1
    db.session.refresh(entry)
    assert (state_of(code), entry.status, entry.picture_id is None) == ("declined", Status.APPROVED, False)


def test_a_no_ends_what_was_allowed_by_another_way() -> None:
    entry = make_entry(picture=True)
    code = str(asked(entry.number).code)
    db.session.commit()
    decline_by_code(code, NOW)
    assert (state_of(code), uses_of(entry), entry.status) == ("declined", [], Status.REJECTED)
    assert acts()[-3:] == [("rights.decline", "creator"), ("rights.revoke", "creator"), ("entry.reject", "creator")]


def test_an_answer_by_another_way_answers_the_request() -> None:
    entry = without_right()
    code = requested(entry)
    grant(entry.number, "Anna", "Mail vom 3. Mai", EVA, NOW)
    [kept] = grants_of(entry.number)
    assert (state_of(code), kept.proof, kept.answered_by, decline_unanswered(NOW + 20 * DAY)) == (
        "granted",
        "Mail vom 3. Mai",
        EVA.name,
        0,
    )


def test_the_same_code_takes_everything_back_at_once() -> None:
    entry = without_right()
    code = requested(entry)
    say_yes(code)
    grant(entry.number, "Anna", "Mail", EVA, NOW, uses=[Use.ADVERTISING])
    revoke_by_code(code, NOW)
    assert uses_of(entry) == []
    assert {one.status.value: one.revoked_by for one in grants_of(entry.number)} == {"revoked": "creator"}
    revoke_by_code(code, NOW)


def test_nothing_can_be_taken_back_before_it_was_given() -> None:
    with pytest.raises(Conflict):
        revoke_by_code(requested(), NOW)


def test_staff_may_take_back_one_of_several() -> None:
    entry = without_right()
    grant(entry.number, "Anna", "Mail", EVA, NOW)
    other = grant(entry.number, "Anna", "Mail", EVA, NOW, uses=[Use.ADVERTISING])
    revoke(entry.number, EVA, NOW, grant_id=other.id)
    assert uses_of(entry) == ["web", "print", "press"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": Status.REJECTED}, "Das Bild %s nimmt nicht teil. Dafür braucht es keine Erlaubnis."),
        ({"has_right": True}, "Für das Bild %s liegt schon eine Erlaubnis vor. Widerruf sie zuerst."),
    ],
)
def test_what_needs_no_right_is_not_asked_for(values: dict[str, object], sentence: str) -> None:
    entry = without_right(**values)
    with pytest.raises(Conflict) as refusal:
        request_right(entry.number, EVA, NOW)
    assert str(refusal.value) == sentence % entry.number


def test_nobody_is_asked_twice_at_once() -> None:
    entry = without_right()
    requested(entry)
    with pytest.raises(Conflict):
        request_right(entry.number, EVA, NOW)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        asked(entry.number)
    db.session.rollback()


def test_who_has_taken_a_yes_back_is_not_asked_again() -> None:
    entry = without_right()
    code = requested(entry)
    say_yes(code)
    revoke_by_code(code, NOW)
    with pytest.raises(Conflict) as refusal:
        request_right(entry.number, EVA, NOW)
    sentence = f"Die Person hat für das Bild {entry.number} schon Nein gesagt. Frag sie nicht noch einmal."
    assert str(refusal.value) == sentence


def test_a_grant_that_ends_closes_the_door_at_once_and_is_noted_later() -> None:
    entry = without_right()
    grant(entry.number, "Anna", "Mail", EVA, NOW, expires_at=NOW + DAY)
    assert (uses_of(entry, NOW + DAY), grants_of(entry.number)[0].status) == ([], GrantStatus.GRANTED)
    assert (expire_due(NOW + DAY - timedelta(microseconds=1)), expire_due(NOW + DAY), expire_due(NOW + DAY)) == (
        0,
        1,
        0,
    )
    db.session.refresh(entry)
    assert (grants_of(entry.number)[0].status, entry.web_until) == (GrantStatus.EXPIRED, None)
    assert acts()[-1] == ("rights.expire", "program")


def test_lists_hold_what_is_open_due_answered_and_ending() -> None:
    open_, due, answered = without_right(), without_right(), without_right()
    requested(open_)
    requested(due, NOW - 7 * DAY)
    say_yes(requested(answered, NOW - DAY))
    ending = without_right()
    grant(ending.number, "Anna", "Mail", EVA, NOW, expires_at=NOW + 30 * DAY)
    contest = current_contest()
    found = {listing: [row.entry.number for row in rights_rows(contest, listing, NOW)] for listing in Listing}
    assert found == {
        Listing.OPEN: [due.number, open_.number],
        Listing.DUE: [due.number],
        Listing.ANSWERED: [answered.number],
        Listing.ENDING: [ending.number],
    }
    assert rights_counts(contest, NOW) == {listing: len(numbers) for listing, numbers in found.items()}


def test_who_was_reminded_is_not_reminded_again() -> None:
    code = requested(at=NOW - 7 * DAY)
    remind(find_request(code).id, EVA, NOW)
    assert rights_counts(current_contest(), NOW)[Listing.DUE] == 0
    say_yes(code)
    with pytest.raises(Conflict):
        remind(find_request(code).id, EVA, NOW)


def test_a_picture_chosen_later_is_not_covered_until_it_is_asked_for(app: Flask) -> None:
    entry = without_right()
    say_yes(requested(entry))
    first = entry.picture_id
    for picture_id, uses in ((make_picture().id, []), (first, ["web", "print", "press"])):
        entry.picture_id = picture_id
        follow(entry, NOW)
        db.session.commit()
        assert uses_of(entry) == uses


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
def test_nobody_is_to_be_reminded_about_a_photo_that_is_out(status: Status) -> None:
    entry = without_right()
    requested(entry)
    entry.status = status
    db.session.commit()
    counts = rights_counts(current_contest(), NOW + 8 * DAY)
    assert (counts[Listing.OPEN], counts[Listing.DUE]) == (0, 0)
