"""What keeps a post out stands on its entry, follows the facts, and never overrules a person."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.accounts import (
    Effect,
    account_name,
    account_rules,
    foresee,
    lift_account_rule,
    set_account_rule,
)
from campaign.entries.adding import add_entry
from campaign.entries.adding_rules import Sheet
from campaign.entries.admission import INTAKE_TEXTS, AccountKind, IntakeReason
from campaign.entries.incoming import IncomingMedia
from campaign.entries.intake import readmit
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry
from campaign.entries.serialise import all_reasons
from campaign.entries.services import receive
from campaign.errors import InvalidInput, NotFound
from campaign.extensions import db
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.staff.actors import COMMAND_LINE, Actor
from tests.entries.test_receiving import WAITS_SECONDS, somebody_waits
from tests.factories import ERFURT, NOW, SEEN, make_entry, make_picture
from tests.moderation.undoing import undo_last

BLOCKED, ALLOWED = AccountKind.BLOCKED, AccountKind.ALLOWED


@pytest.fixture
def contest(app: Flask) -> Contest:
    return current_contest()


def post(number: int, *, username: str | None = "anna", hours: float = 1, **values: object) -> IncomingMedia:
    """A post of some hours before NOW."""
    usual: dict[str, object] = {
        "media_id": f"{17900000000000000 + number}",
        "media_type": "IMAGE",
        "caption": f"Erfurt, Bild {number}",
        "permalink": f"https://www.instagram.com/p/C{number:010}/",
        "shortcode": f"C{number:010}",
        "taken_at": NOW - timedelta(hours=hours),
        "picture_url": None,
        "username": username,
    }
    return IncomingMedia(**{**usual, **values})  # type: ignore[arg-type]


def come(contest: Contest, number: int, *, source: Source = Source.TAG, **values: object) -> int:
    return receive(contest, post(number, **values), source, NOW)[0].number  # type: ignore[arg-type]


def standing(*numbers: int) -> list[tuple[Status, list[str]]]:
    db.session.expire_all()
    entries = [db.session.get_one(Entry, number) for number in numbers]
    return [(entry.status, list(entry.intake_reasons)) for entry in entries]


def statuses(*numbers: int) -> list[Status]:
    return [status for status, _ in standing(*numbers)]


IN: tuple[Status, list[str]] = (Status.PENDING, [])


def out(*reasons: IntakeReason) -> tuple[Status, list[str]]:
    return Status.REJECTED, [reason.value for reason in reasons]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (1, IN),
        (24 * 15, out(IntakeReason.BEFORE_WINDOW)),
        (-24 * 15, out(IntakeReason.AFTER_WINDOW)),
    ],
)
def test_the_posts_own_time_decides_whether_it_takes_part(
    contest: Contest, hours: float, expected: tuple[Status, list[str]]
) -> None:
    assert standing(come(contest, 1, hours=hours)) == [expected]


def test_a_post_without_a_time_takes_part(contest: Contest) -> None:
    assert standing(come(contest, 1, taken_at=None)) == [IN]


def test_what_keeps_a_post_out_can_be_read_on_its_entry(contest: Contest) -> None:
    entry = db.session.get_one(Entry, come(contest, 1, hours=24 * 20))
    assert all_reasons(entry) == [INTAKE_TEXTS[IntakeReason.BEFORE_WINDOW]]


def refuse_videos(app: Flask) -> None:
    refusing = app.config["CAMPAIGN"].instagram.model_copy(update={"videos": "refuse"})
    app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"instagram": refusing})


def test_videos_take_part_or_not_as_the_configuration_says(app: Flask, contest: Contest) -> None:
    assert standing(come(contest, 1, media_type="VIDEO")) == [IN]
    refuse_videos(app)
    assert standing(come(contest, 2, media_type="VIDEO")) == [out(IntakeReason.VIDEO)]


def test_the_fourth_post_of_an_account_stays_out(contest: Contest) -> None:
    numbers = [come(contest, number) for number in range(1, 6)]
    assert standing(*numbers) == [IN, IN, IN, out(IntakeReason.TOO_MANY), out(IntakeReason.TOO_MANY)]
    assert standing(come(contest, 9, username="berta")) == [IN]


def test_posts_whose_account_nobody_knows_are_not_counted(contest: Contest) -> None:
    numbers = [come(contest, number, username=None, source=Source.HASHTAG) for number in range(1, 6)]
    assert statuses(*numbers) == [Status.PENDING] * 5


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5), (5, 4, 3, 2, 1)])
def test_an_account_that_becomes_known_later_keeps_its_first_posts(contest: Contest, order: tuple[int, ...]) -> None:
    numbers = [come(contest, number, username=None, source=Source.HASHTAG) for number in range(1, 6)]
    for number in order:
        come(contest, number)
    assert statuses(*numbers) == [Status.PENDING] * 3 + [Status.REJECTED] * 2


def test_what_counts_against_the_limit_is_what_waits_or_takes_part(contest: Contest) -> None:
    numbers = [come(contest, number) for number in range(1, 4)]
    reject(numbers[0], Reason.NOT_A_VIEW, None, COMMAND_LINE, NOW)
    assert standing(come(contest, 4), come(contest, 5)) == [IN, out(IntakeReason.TOO_MANY)]


def test_an_allowed_account_has_no_limit_and_a_blocked_one_no_part(contest: Contest) -> None:
    numbers = [come(contest, number) for number in range(1, 6)]
    set_account_rule(contest, "@Anna", ALLOWED, "Stadtverwaltung", by=Actor(None, "ttg"), now=NOW)
    assert standing(*numbers) == [IN] * 5
    set_account_rule(contest, "anna", BLOCKED, "Fremde Bilder", by=Actor(None, "ttg"), now=NOW)
    assert standing(*numbers) == [out(IntakeReason.BLOCKED_ACCOUNT)] * 3 + [out(IntakeReason.BLOCKED_ACCOUNT)] * 2
    assert standing(come(contest, 6)) == [out(IntakeReason.BLOCKED_ACCOUNT)]
    lift_account_rule(contest, "anna", by=COMMAND_LINE, now=NOW)
    assert standing(*numbers) == [IN] * 3 + [out(IntakeReason.TOO_MANY)] * 2


def test_a_moderators_decision_outlives_every_rule(contest: Contest) -> None:
    numbers = [come(contest, number) for number in range(1, 6)]
    for number in numbers:
        entry = db.session.get_one(Entry, number)
        entry.picture, entry.picture_state, entry.town_ags = make_picture(), PictureState.STORED, ERFURT
    db.session.commit()
    approve(numbers[0], COMMAND_LINE, NOW, SEEN)
    approve(numbers[4], COMMAND_LINE, NOW, SEEN)
    reject(numbers[1], Reason.NOT_A_VIEW, None, COMMAND_LINE, NOW)
    set_account_rule(contest, "anna", BLOCKED, "Fremde Bilder", by=Actor(None, "ttg"), now=NOW)
    decided = [Status.APPROVED, Status.REJECTED, Status.REJECTED, Status.REJECTED, Status.APPROVED]
    assert statuses(*numbers) == decided
    assert all_reasons(db.session.get_one(Entry, numbers[4])) == []
    lift_account_rule(contest, "anna", by=COMMAND_LINE, now=NOW)
    assert statuses(*numbers) == [
        Status.APPROVED,
        Status.REJECTED,
        Status.PENDING,
        Status.REJECTED,
        Status.APPROVED,
    ]


def test_who_rejects_what_was_let_in_by_hand_is_not_overruled(contest: Contest) -> None:
    number = come(contest, 1, hours=24 * 20)
    entry = db.session.get_one(Entry, number)
    entry.picture, entry.picture_state, entry.town_ags = make_picture(), PictureState.STORED, ERFURT
    db.session.commit()
    approve(number, COMMAND_LINE, NOW, SEEN)
    reject(number, Reason.NOT_A_VIEW, None, COMMAND_LINE, NOW)
    contest.collect_from = NOW - timedelta(days=60)
    db.session.commit()
    assert readmit(contest, NOW) == 0
    assert statuses(number) == [Status.REJECTED]


def test_an_approval_taken_back_leaves_the_rule_to_decide(contest: Contest) -> None:
    number = come(contest, 1, hours=24 * 20)
    entry = db.session.get_one(Entry, number)
    entry.picture, entry.picture_state, entry.town_ags = make_picture(), PictureState.STORED, ERFURT
    db.session.commit()
    approve(number, COMMAND_LINE, NOW, SEEN)
    undo_last(number, COMMAND_LINE, NOW)
    assert standing(number) == [out(IntakeReason.BEFORE_WINDOW)]


def test_dates_that_change_let_posts_in_and_out(contest: Contest) -> None:
    early = come(contest, 1, hours=24 * 20)
    unknown = come(contest, 2, hours=24 * 20, username=None)
    late = come(contest, 3, hours=1)
    contest.collect_from = NOW - timedelta(days=30)
    db.session.commit()
    assert readmit(contest, NOW) == 2
    assert statuses(early, unknown, late) == [Status.PENDING] * 3
    contest.collect_from = NOW
    db.session.commit()
    assert readmit(contest, NOW) == 3
    assert statuses(early, unknown, late) == [Status.REJECTED] * 3


def test_what_people_hand_in_on_the_site_is_not_the_rules_business(contest: Contest) -> None:
    uploaded = make_entry(public=False, source=Source.UPLOAD, taken_at=NOW - timedelta(days=90))
    assert readmit(contest, NOW) == 0
    assert statuses(uploaded.number) == [Status.PENDING]


def test_blocking_an_account_moves_what_staff_wrote_down_of_it_too(contest: Contest) -> None:
    sheet = Sheet(address="https://www.instagram.com/p/C0000000001/", account="@anna")
    number = add_entry(contest, sheet, by=Actor(None, "eva"), now=NOW).number
    assert foresee(contest, "anna", BLOCKED) == Effect(0, 1)
    set_account_rule(contest, "anna", BLOCKED, "Werbung", by=Actor(None, "eva"), now=NOW)
    assert standing(number) == [out(IntakeReason.BLOCKED_ACCOUNT)]


def test_what_a_tag_tells_of_a_post_that_staff_wrote_down_is_judged(contest: Contest) -> None:
    set_account_rule(contest, "anna", BLOCKED, "Werbung", by=Actor(None, "eva"), now=NOW)
    sheet = Sheet(address="https://www.instagram.com/p/C0000000001/")
    number = add_entry(contest, sheet, by=Actor(None, "eva"), now=NOW).number
    assert standing(number) == [IN]
    assert come(contest, 1, hours=24 * 90) == number
    assert standing(number) == [out(IntakeReason.BEFORE_WINDOW, IntakeReason.BLOCKED_ACCOUNT)]


def test_a_film_that_staff_wrote_down_is_taken_whatever_the_configuration_says(app: Flask, contest: Contest) -> None:
    refuse_videos(app)
    sheet = Sheet(address="https://www.instagram.com/reel/C0000000001/")
    number = add_entry(contest, sheet, by=Actor(None, "eva"), now=NOW).number
    assert come(contest, 1, media_type="VIDEO") == number
    assert standing(number) == [IN]
    assert standing(come(contest, 2, media_type="VIDEO")) == [out(IntakeReason.VIDEO)]


def test_two_processes_at_once_never_let_more_through_than_the_limit(app: Flask, contest: Contest) -> None:
    numbers = [come(contest, 1), come(contest, 2)]

    def come_too() -> int:
        with app.app_context():
            try:
                return come(current_contest(), 3, hours=2)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as pool:

        def let_the_other_begin(_session: object) -> None:
            others.append(pool.submit(come_too))
            until = time.monotonic() + WAITS_SECONDS
            while not somebody_waits() and not others[0].done():
                assert time.monotonic() < until

        others: list[Future[int]] = []
        sa.event.listen(db.session, "before_commit", let_the_other_begin, once=True)
        numbers.append(come(contest, 4, taken_at=NOW))
        db.session.remove()
        numbers.append(others[0].result())
    assert sorted(statuses(*numbers)) == [Status.PENDING] * 3 + [Status.REJECTED]


@pytest.mark.parametrize(
    "text", ["anna.aus_erfurt1", " @Anna.aus_Erfurt1 ", "https://www.instagram.com/Anna.aus_erfurt1/?hl=de"]
)
def test_an_accounts_name_is_taken_in_every_form(text: str) -> None:
    assert account_name(text) == "anna.aus_erfurt1"


@pytest.mark.parametrize("text", ["", "@", "anna aus erfurt", "a" * 31, "ännchen", "https://example.org/anna", "a/b"])
def test_what_cannot_be_an_account_is_refused(contest: Contest, text: str) -> None:
    with pytest.raises(InvalidInput):
        set_account_rule(contest, text, BLOCKED, "Grund", by=Actor(None, "ttg"), now=NOW)
    assert account_rules(contest) == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_rule_needs_a_reason(contest: Contest, reason: str) -> None:
    with pytest.raises(InvalidInput):
        set_account_rule(contest, "anna", BLOCKED, reason, by=Actor(None, "ttg"), now=NOW)


def test_a_list_of_rules_shows_who_set_what(contest: Contest) -> None:
    set_account_rule(contest, "berta", ALLOWED, "Presse", by=Actor(None, "ttg"), now=NOW)
    set_account_rule(contest, "anna", BLOCKED, "Spam", by=Actor(None, "ttg"), now=NOW)
    set_account_rule(contest, "anna", ALLOWED, "Irrtum", by=Actor(None, "mail"), now=NOW)
    shown = [(rule.username, rule.kind, rule.reason, rule.set_by) for rule in account_rules(contest)]
    assert shown == [("anna", ALLOWED, "Irrtum", "mail"), ("berta", ALLOWED, "Presse", "ttg")]


def test_a_rule_that_is_not_there_cannot_be_lifted(contest: Contest) -> None:
    with pytest.raises(NotFound):
        lift_account_rule(contest, "anna", by=COMMAND_LINE, now=NOW)
