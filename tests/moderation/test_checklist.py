"""What must be said of a picture before it is published; the database holds it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.entries.lifecycle import People, Status
from campaign.entries.models import Entry
from campaign.errors import CampaignError, Conflict, InvalidInput
from campaign.extensions import db
from campaign.moderation import pictures, services
from campaign.moderation.acts import digest_of
from campaign.moderation.dossier import album_of
from campaign.moderation.models import Description
from campaign.moderation.queries import history_of
from campaign.moderation.statements import Statement, check_statement, read_statement
from campaign.staff import audit
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import AuditRow
from tests.factories import NOW, SEEN, WEIMAR, make_entry, make_picture
from tests.moderation.albums import make_album
from tests.moderation.undoing import undo_last
from tests.staff.people import logged_in

pytestmark = pytest.mark.usefixtures("app")
PROVEN = Statement(People.CONSENT, "Mail vom 3. Juni")


def waiting(**values: object) -> Entry:
    return make_entry(**{"public": False, "picture": True, "people": None, "alt_text": None, **values})


def words(entry: Entry) -> tuple[str | None, str | None, str | None]:
    db.session.expire_all()
    return entry.people and entry.people.value, entry.people_note, entry.alt_text


def test_a_photo_of_which_nothing_is_said_is_not_approved() -> None:
    entry = waiting()
    for said, missing in ((Statement(), "Menschen"), (Statement(People.NONE), "Bildbeschreibung")):
        with pytest.raises(Conflict, match=missing):
            services.approve(entry.number, COMMAND_LINE, NOW, said)
    db.session.commit()
    assert (entry.status, words(entry), history_of(entry.number)) == (Status.PENDING, (None, None, None), [])
    services.approve(entry.number, COMMAND_LINE, NOW, SEEN)
    assert (entry.status, words(entry)) == (Status.APPROVED, ("none", None, SEEN.alt_text))


@pytest.mark.parametrize("lacks", [{"people": None}, {"alt_text": None}, {"alt_text": ""}])
def test_the_database_refuses_to_publish_without_these_words(lacks: dict[str, object]) -> None:
    entry = make_entry(public=False)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Entry).where(Entry.number == entry.number).values(status="approved", **lacks))
    db.session.rollback()


def test_the_database_refuses_consent_without_its_proof() -> None:
    entry = waiting()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Entry).where(Entry.number == entry.number).values(people="consent"))
    db.session.rollback()


def test_consent_needs_a_word_about_its_proof_and_keeps_the_one_that_stands() -> None:
    with pytest.raises(InvalidInput):
        check_statement(Statement(People.CONSENT), Statement(), is_blurred=False)
    assert check_statement(Statement(People.CONSENT), PROVEN, is_blurred=False) == PROVEN
    assert check_statement(Statement(alt_text="Der Dom"), PROVEN, is_blurred=False).note == "Mail vom 3. Juni"
    assert check_statement(Statement(People.NONE, "Mail"), PROVEN, is_blurred=False) == Statement(People.NONE)


def test_people_are_unrecognisable_in_a_blurred_picture_alone() -> None:
    said = Statement(People.UNRECOGNISABLE)
    assert check_statement(said, Statement(), is_blurred=True) == said
    with pytest.raises(Conflict):
        check_statement(said, Statement(), is_blurred=False)


def test_a_form_says_what_was_chosen_and_typed() -> None:
    form = {"people": "consent", "people_note": " Mail\nvom 3. Juni ", "alt_text": " Der\x07 Dom "}
    assert read_statement(form) == Statement(People.CONSENT, "Mail vom 3. Juni", "Der Dom")
    assert read_statement({}) == Statement()
    assert read_statement({"alt_text": " "}) == Statement(alt_text="")
    with pytest.raises(InvalidInput):
        read_statement({"people": "everybody"})


@pytest.mark.parametrize("said", [Statement(People.CONSENT, "x" * 301), Statement(People.NONE, alt_text="x" * 301)])
def test_words_longer_than_their_columns_are_refused(said: Statement) -> None:
    with pytest.raises(InvalidInput):
        services.approve(waiting().number, COMMAND_LINE, NOW, said)
    db.session.rollback()


def test_what_is_said_later_is_a_decision_of_its_own_and_can_be_taken_back() -> None:
    entry = make_entry(picture=True)
    services.set_people(entry.number, PROVEN, COMMAND_LINE, NOW)
    services.set_alt_text(entry.number, "Der Dom im Schnee", COMMAND_LINE, NOW)
    assert words(entry) == ("consent", "Mail vom 3. Juni", "Der Dom im Schnee")
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert words(entry) == ("consent", "Mail vom 3. Juni", SEEN.alt_text)
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert (words(entry), entry.status) == (("none", None, SEEN.alt_text), Status.APPROVED)
    assert [one.action.value for one in reversed(history_of(entry.number))] == [
        "set_people",
        "describe",
        "undo",
        "undo",
    ]


def test_undoing_an_approval_takes_back_what_was_said_with_it() -> None:
    entry = waiting(alt_text="Vom Absender")
    services.approve(entry.number, COMMAND_LINE, NOW, SEEN)
    undo_last(entry.number, COMMAND_LINE, NOW + timedelta(seconds=3))
    assert (words(entry), entry.status) == ((None, None, "Vom Absender"), Status.PENDING)


def test_the_audit_log_says_who_was_found_to_be_recognisable() -> None:
    entry = waiting()
    services.approve(entry.number, COMMAND_LINE, NOW, Statement(People.INCIDENTAL, alt_text="Der Markt"))
    row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number.desc())).first()
    assert row is not None
    before, after = json.loads(row.before or ""), json.loads(row.after or "")
    assert (before["people"], after["people"]) == (None, "incidental")
    said = db.session.scalars(sa.select(Description)).one()
    assert (after["said"], list(audit.broken_rows())) == (digest_of(said), [])


def test_nothing_is_said_of_what_is_out_of_the_contest() -> None:
    entry = make_entry(status=Status.WITHDRAWN)
    for act in (
        lambda: services.set_people(entry.number, SEEN, COMMAND_LINE, NOW),
        lambda: services.set_alt_text(entry.number, "Der Dom", COMMAND_LINE, NOW),
    ):
        with pytest.raises(CampaignError):
            act()
    db.session.rollback()


def test_another_picture_of_the_album_is_looked_at_anew() -> None:
    entry = make_album()
    services.set_people(entry.number, Statement(People.INCIDENTAL), COMMAND_LINE, NOW)
    pictures.choose_picture(entry.number, album_of(entry.number)[1].id, COMMAND_LINE, NOW)
    assert words(entry)[0] is None
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert words(entry)[0] == "incidental"


def test_of_another_picture_of_a_public_entry_everything_is_said_anew() -> None:
    entry = make_album(public=True)
    standing, part = words(entry), album_of(entry.number)[1].id
    for said in (Statement(), Statement(People.NONE), Statement(alt_text="Der Markt")):
        with pytest.raises(Conflict, match="Dieses Bild ist öffentlich"):
            pictures.choose_picture(entry.number, part, COMMAND_LINE, NOW, said)
        db.session.rollback()
    pictures.choose_picture(entry.number, part, COMMAND_LINE, NOW, Statement(People.INCIDENTAL, None, "Der Markt"))
    assert (words(entry), entry.status) == (("incidental", None, "Der Markt"), Status.APPROVED)
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert words(entry) == standing


def test_a_public_entry_never_moves_from_a_blurred_picture_to_one_that_is_not() -> None:
    entry = make_album()
    blurred = make_picture(width=77)
    blurred.made_from = "a" * 64
    first, second = album_of(entry.number)[:2]
    second.picture_id = blurred.id
    db.session.commit()
    pictures.choose_picture(entry.number, second.id, COMMAND_LINE, NOW)
    services.approve(entry.number, COMMAND_LINE, NOW, Statement(People.UNRECOGNISABLE))
    with pytest.raises(Conflict):
        pictures.choose_picture(
            entry.number, first.id, COMMAND_LINE, NOW, Statement(People.UNRECOGNISABLE, None, "Sie")
        )
    db.session.rollback()
    assert (entry.picture_id, entry.status) == (blurred.id, Status.APPROVED)


def test_a_suggested_description_follows_the_town() -> None:
    entry = waiting()
    suggested = "Blick auf Erfurt: Abendlicht über den Dächern"
    services.approve(entry.number, COMMAND_LINE, NOW, Statement(People.NONE, alt_text=suggested))
    services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    assert words(entry)[2] == "Blick auf Weimar: Abendlicht über den Dächern"
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert words(entry)[2] == suggested


def test_a_description_that_somebody_wrote_stays_when_the_town_changes() -> None:
    entry = make_entry(picture=True)
    services.set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    assert words(entry)[2] == SEEN.alt_text


def test_one_request_says_all_and_approves(app: Flask) -> None:
    staff, entry = logged_in(app), waiting()
    form = {"people": "incidental", "alt_text": "Der Markt am Morgen"}
    answer = staff.post(f"/moderation/eintrag/{entry.number}/freigeben", **form)
    db.session.expire_all()
    assert (answer[0], entry.status) == (303, Status.APPROVED)
    assert words(entry) == ("incidental", None, "Der Markt am Morgen")


def test_the_history_tells_what_was_said(app: Flask) -> None:
    staff, entry = logged_in(app), waiting()
    services.approve(entry.number, COMMAND_LINE, NOW, Statement(People.CONSENT, "Mail vom 3. Juni", "Am Markt"))
    undo_last(entry.number, COMMAND_LINE, NOW)
    page = staff.get(f"/moderation/eintrag/{entry.number}")[1]
    for words in ("Zu erkennen: Einwilligung (Mail vom 3. Juni)", "Bildbeschreibung: Am Markt", "Zu erkennen: offen"):
        assert (words, words in page) == (words, True)


def test_the_page_of_a_public_entry_changes_its_words_one_by_one(app: Flask) -> None:
    staff, entry = logged_in(app), make_entry(picture=True)
    path = f"/moderation/eintrag/{entry.number}"
    assert staff.post(f"{path}/menschen", people="incidental") == (303, path)
    assert staff.post(f"{path}/beschreibung", alt_text="Der Markt") == (303, path)
    assert words(entry) == ("incidental", None, "Der Markt")
    assert staff.post(f"{path}/menschen", people="unrecognisable")[0] == 409
    assert staff.post(f"{path}/menschen")[0] == 422
    assert staff.post(f"{path}/beschreibung", alt_text=" ")[0] == 422
    db.session.rollback()
    assert words(entry) == ("incidental", None, "Der Markt")
