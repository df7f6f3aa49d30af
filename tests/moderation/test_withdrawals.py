"""A creator takes a picture back: nobody else can, and what is taken back is gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AlbumPicture, Entry, Sighting
from campaign.errors import Conflict, NotFound
from campaign.extensions import db, settings
from campaign.instagram.models import SeenComment
from campaign.moderation.models import Action, Decision, WithdrawalCode
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.moderation.services import undo, withdraw
from campaign.moderation.taking_back import withdraw_as_creator, withdraw_upload
from campaign.moderation.withdrawals import (
    BY_CAPTION,
    BY_COMMENT,
    Settled,
    ask_code,
    confirm_claim,
    open_claims,
    refuse_claim,
    settle_withdrawals,
)
from campaign.pictures.models import Derivative, Picture
from campaign.results.figures import standing_entries
from campaign.rights.services import grants_of
from campaign.staff.actors import COMMAND_LINE, Actor
from campaign.staff.models import AuditRow
from campaign.uploads.models import Upload
from campaign.voting.tally import compare
from tests.factories import NOW, make_entry, make_picture
from tests.moderation.creators import comment, make_upload, shown
from tests.moderation.excluding import exclude
from tests.moderation.undoing import undo_last
from tests.results.ballots import cast
from tests.rights.requests import requested, state_of, without_right

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def status_of(number: int) -> Status:
    db.session.expire_all()
    return db.session.get_one(Entry, number).status


def files() -> set[str]:
    """The names of all files in the storage."""
    folder: Path = settings().site.data_dir / "pictures"
    return {path.name for path in folder.rglob("*") if path.is_file()}


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_code_under_the_post_by_its_own_account_withdraws_the_picture(app: Flask, client: FlaskClient) -> None:
    number = shown().number
    cast(number)
    name = db.session.scalars(sa.select(Derivative.name)).first()
    assert client.get(f"/bilder/{name}").status_code == 200
    code = ask_code(number, NOW).code
    comment(db.session.get_one(Entry, number), f"@schoenster.blick {code}")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([number], [])
    entry = db.session.get_one(Entry, number)
    assert (entry.status, entry.web_until, entry.picture_id) == (Status.WITHDRAWN, None, None)
    assert (entry.picture_state, count(Picture), count(Derivative), files()) == (PictureState.MISSING, 0, 0, set())
    [decision] = history_of(number)
    assert (decision.action, decision.actor, decision.text) == (Action.WITHDRAW, "creator", BY_COMMENT)
    [given] = grants_of(number)
    assert (given.status, given.revoked_by, given.revoked_at) == ("revoked", "creator", NOW + 2 * HOUR)
    assert [client.get(path).status_code for path in (f"/bilder/{name}", f"/bild/{number}")] == [404, 404]


def test_the_code_under_the_name_that_its_mention_gives_a_post_withdraws_the_picture(app: Flask) -> None:
    entry = shown()
    mention = {"source": Source.MENTION, "media_id": "18000000000000009", "first_seen_at": NOW}
    db.session.add(Sighting(entry_number=entry.number, **mention))
    comment(entry, f"@schoenster.blick {ask_code(entry.number, NOW).code}", media_id="18000000000000009")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([entry.number], [])


def test_the_counters_follow_a_withdrawal(app: Flask) -> None:
    number, other = shown().number, make_entry().number
    cast(number, other)
    withdraw_as_creator(number, "Code", NOW)
    assert compare(current_contest().id) == []
    assert [entry.number for entry in standing_entries(current_contest(), NOW)] == [other]


def test_asking_for_a_code_changes_nothing(app: Flask) -> None:
    number = shown().number
    for _ in range(9):
        ask_code(number, NOW)
    assert settle_withdrawals(NOW + HOUR) == Settled()
    assert (status_of(number), history_of(number), count(Picture)) == (Status.APPROVED, [], 1)


def test_few_codes_are_open_at_a_time_and_the_latest_is_given_again(app: Flask) -> None:
    number = shown().number
    codes = [ask_code(number, NOW + hours * HOUR).code for hours in range(5)]
    assert (len(set(codes)), codes[3:], count(WithdrawalCode)) == (3, [codes[2]] * 2, 3)
    assert ask_code(number, NOW + 8 * DAY).code not in codes


def test_the_code_by_another_account_does_nothing(app: Flask) -> None:
    entry = shown()
    comment(entry, f"@schoenster.blick {ask_code(entry.number, NOW).code}", "otto.ohne", owner="anna.sieht")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled()
    assert status_of(entry.number) is Status.APPROVED


def test_an_account_that_has_another_name_by_now_takes_its_picture_back(app: Flask) -> None:
    entry = shown()
    comment(entry, f"@schoenster.blick {ask_code(entry.number, NOW).code}", "anna.neu", owner="anna.neu")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([entry.number], [])


def test_another_name_is_a_claim_until_instagram_tells_whose_post_it_is(app: Flask) -> None:
    entry = shown()
    comment(entry, f"@schoenster.blick {ask_code(entry.number, NOW).code}", "anna.neu")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([], [entry.number])
    assert [claim.code.claimed_by for claim in open_claims(current_contest().id)] == ["anna.neu"]
    db.session.execute(sa.update(SeenComment).values(owner="anna.sieht"))
    db.session.commit()
    assert settle_withdrawals(NOW + 3 * HOUR) == Settled()
    assert (open_claims(current_contest().id), status_of(entry.number)) == ([], Status.APPROVED)


def test_the_code_under_another_post_does_nothing(app: Flask) -> None:
    entry, other = shown(), shown()
    comment(other, f"@schoenster.blick {ask_code(entry.number, NOW).code}")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled()


@pytest.mark.parametrize(
    ("hours", "settled_after", "counts"),
    [(167, 168, True), (169, 170, False), (167, 216, True), (-1, 2, False)],
)
def test_a_code_counts_for_seven_days_even_when_the_comment_reaches_us_later(
    app: Flask, hours: float, settled_after: float, counts: bool
) -> None:
    entry = shown()
    comment(entry, ask_code(entry.number, NOW).code, at=NOW + hours * HOUR)
    assert settle_withdrawals(NOW + settled_after * HOUR).withdrawn == [entry.number] * counts


def test_the_code_in_the_caption_is_proof_too(app: Flask) -> None:
    entry = shown(username=None)
    number, code = entry.number, ask_code(entry.number, NOW).code
    entry = db.session.get_one(Entry, number)
    entry.caption, entry.updated_at = f"Abendlicht {code}", NOW + HOUR
    db.session.commit()
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([number], [])
    assert history_of(number)[0].text == BY_CAPTION


def test_where_nobody_knows_the_account_staff_see_a_claim_and_decide(app: Flask) -> None:
    entry, other = shown(username=None), shown(username=None)
    for one in (entry, other):
        comment(one, f"@schoenster.blick {ask_code(one.number, NOW).code}", "anna.sieht")
    assert settle_withdrawals(NOW + 2 * HOUR) == Settled([], [entry.number, other.number])
    assert settle_withdrawals(NOW + 3 * HOUR) == Settled()
    claims = open_claims(current_contest().id)
    assert [(one.entry.number, one.code.claimed_by) for one in claims] == [
        (entry.number, "anna.sieht"),
        (other.number, "anna.sieht"),
    ]
    confirm_claim(claims[0].code.code, Actor(None, "eva@example.org"), NOW + 4 * HOUR)
    refuse_claim(claims[1].code.code, COMMAND_LINE, NOW + 4 * HOUR)
    assert open_claims(current_contest().id) == []
    assert [status_of(one.number) for one in (entry, other)] == [Status.WITHDRAWN, Status.APPROVED]
    with pytest.raises(NotFound):
        confirm_claim(claims[1].code.code, Actor(None, "eva@example.org"), NOW)


def test_a_claim_is_settled_by_itself_once_the_account_is_known_to_be_the_posts(app: Flask) -> None:
    true, false = shown(username=None).number, shown(username=None).number
    for number, claimant in ((true, "anna.sieht"), (false, "otto.ohne")):
        comment(db.session.get_one(Entry, number), ask_code(number, NOW).code, claimant)
    settle_withdrawals(NOW + 2 * HOUR)
    for number in (true, false):
        db.session.get_one(Entry, number).username = "anna.sieht"
    db.session.commit()
    assert settle_withdrawals(NOW + 3 * HOUR) == Settled([true], [])
    assert [claim.entry.number for claim in open_claims(current_contest().id)] == [false]


def test_codes_that_somebody_claimed_are_given_to_nobody_else(app: Flask) -> None:
    entry = shown(username=None)
    number, claimed = entry.number, {ask_code(entry.number, NOW).code for _ in range(3)}
    for code in claimed:
        comment(db.session.get_one(Entry, number), code, "otto.ohne")
    settle_withdrawals(NOW + 2 * HOUR)
    assert ask_code(number, NOW + 2 * HOUR).code not in claimed


def test_what_the_creator_took_back_comes_back_by_nobodys_hand(app: Flask) -> None:
    number = shown().number
    decision = withdraw_as_creator(number, "Code", NOW)
    for again in (lambda: undo(decision.id, COMMAND_LINE, NOW), lambda: undo_last(number, COMMAND_LINE, NOW)):
        with pytest.raises(Conflict, match="dabei bleibt es"):
            again()
        db.session.rollback()
    with pytest.raises(Conflict):
        ask_code(number, NOW)
    assert status_of(number) is Status.WITHDRAWN


def test_what_ends_with_a_withdrawal_stands_in_the_audit_log(app: Flask) -> None:
    allowed, unanswered = shown().number, without_right()
    code = requested(unanswered)
    for number in (allowed, unanswered.number):
        withdraw_as_creator(number, "Code", NOW)
    written = [
        list(db.session.scalars(sa.select(AuditRow.act).filter_by(subject=f"entry:{number}").order_by(AuditRow.number)))
        for number in (allowed, unanswered.number)
    ]
    assert written == [
        ["rights.grant", "entry.withdraw", "rights.revoke"],
        ["rights.request", "entry.withdraw", "rights.decline"],
    ]
    assert state_of(code) == "declined"


def test_pictures_go_even_if_staff_had_taken_the_entry_out_before(app: Flask) -> None:
    withdrawn, excluded = shown().number, shown().number
    first = withdraw(withdrawn, "Anruf", COMMAND_LINE, NOW)
    assert count(Picture) == 2
    exclude(excluded, Reason.ADVERTISING)
    for number in (withdrawn, excluded):
        withdraw_as_creator(number, "Code", NOW)
    assert [status_of(number) for number in (withdrawn, excluded)] == [Status.WITHDRAWN, Status.DISQUALIFIED]
    assert (count(Picture), files()) == (0, set())
    with pytest.raises(Conflict):
        undo(first.id, COMMAND_LINE, NOW)


def test_a_picture_that_another_entry_shows_stays(app: Flask) -> None:
    entry = shown()
    other, kept = make_entry(), files()
    other.picture_id, other.picture_state = entry.picture_id, PictureState.STORED
    db.session.commit()
    withdraw_as_creator(entry.number, "Code", NOW)
    db.session.expire_all()
    assert (db.session.get_one(Entry, other.number).picture_id is None, files()) == (False, kept)
    withdraw_as_creator(other.number, "Code", NOW)
    assert (count(Picture), files()) == (0, set())


def test_all_parts_of_an_album_go_but_those_that_others_show(app: Flask) -> None:
    entry, other = shown(), shown()
    parts = [make_picture(width=60 + place) for place in range(3)]
    for owner, place in ((entry, 0), (entry, 1), (entry, 2), (other, 2)):
        part = {"media_id": f"{owner.number}{place}", "media_type": "IMAGE", "state": PictureState.STORED}
        db.session.add(AlbumPicture(entry_number=owner.number, position=place, picture_id=parts[place].id, **part))
    db.session.commit()
    shared, kept = parts[2].id, other.picture_id
    withdraw_as_creator(entry.number, "Code", NOW)
    db.session.expire_all()
    assert set(db.session.scalars(sa.select(Picture.id))) == {shared, kept}
    left = sa.select(AlbumPicture.entry_number).where(AlbumPicture.picture_id.is_not(None))
    assert db.session.scalars(left).all() == [other.number]


def test_a_picture_that_was_on_its_way_when_its_entry_was_taken_back_goes_too(app: Flask) -> None:
    taken_back, out = shown(), shown()
    withdraw_as_creator(taken_back.number, "Code", NOW)
    withdraw(out.number, "Anruf", COMMAND_LINE, NOW)
    # Decoded before it was taken back, written afterwards.
    taken_back.picture, taken_back.picture_state = make_picture(), PictureState.STORED
    db.session.commit()
    assert count(Picture) == 2
    settle_withdrawals(NOW)
    kept = db.session.scalars(sa.select(Entry.number).where(Entry.picture_id.is_not(None))).all()
    assert (kept, count(Picture)) == ([out.number], 1)


def test_an_upload_is_withdrawn_by_the_code_of_its_mail(app: Flask) -> None:
    entry = shown(source=Source.UPLOAD, username=None, media_id=None, shortcode=None, permalink=None)
    upload = make_upload(entry, entry.picture_id)
    contest = current_contest().id
    with pytest.raises(NotFound):
        withdraw_upload(contest, "7K3M-9QWT-C4XD-R02J", NOW)
    withdraw_upload(contest, upload.code, NOW)
    assert (status_of(entry.number), count(Picture), files()) == (Status.WITHDRAWN, 0, set())
    db.session.expire_all()
    assert db.session.get_one(Upload, upload.id).picture_id is None
    with pytest.raises(Conflict):
        withdraw_upload(contest, upload.code, NOW)


def test_a_picture_that_waits_in_another_upload_stays(app: Flask) -> None:
    entry = shown()
    make_upload(None, entry.picture_id)
    withdraw_as_creator(entry.number, "Code", NOW)
    assert count(Picture) == 1


def test_old_codes_are_forgotten(app: Flask) -> None:
    number = shown().number
    ask_code(number, NOW)
    settle_withdrawals(NOW + 27 * DAY)
    assert count(WithdrawalCode) == 1
    settle_withdrawals(NOW + 28 * DAY)
    assert count(WithdrawalCode) == 0


def test_a_decision_of_the_creator_names_no_account(app: Flask) -> None:
    entry = shown()
    comment(entry, ask_code(entry.number, NOW).code)
    settle_withdrawals(NOW + 2 * HOUR)
    [decision] = db.session.scalars(sa.select(Decision))
    assert (decision.staff_id, decision.actor, "anna" in (decision.text or "")) == (None, "creator", False)
