"""What became of a picture, case by case, and why a post was never seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.entries.admission import IntakeReason
from campaign.entries.lifecycle import Status
from campaign.instagram.coverage import Gap, Window
from campaign.moderation.reasons import Reason
from campaign.moderation.whereabouts_rules import (
    Cause,
    EntryFacts,
    Explanation,
    PostFacts,
    Season,
    State,
    explain_absence,
    explain_entry,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEGIN, END = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 30, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
GAP = Gap(NOW - 4 * DAY, NOW - 3 * DAY)
SEASON = Season(BEGIN, END, (GAP,), (Window(NOW - 10 * timedelta(minutes=1), NOW),))
CHECKLIST = (Cause.PRIVATE, Cause.HASHTAG_MISSING, Cause.HASHTAG_LATE, Cause.PROTECTED_SOUND)
SHOWN = EntryFacts(Status.APPROVED, has_right=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SHOWN, Explanation(State.SHOWN)),
        (EntryFacts(Status.APPROVED, has_right=True, is_gone=True), Explanation(State.HIDDEN)),
        (EntryFacts(Status.APPROVED), Explanation(State.NO_PERMISSION)),
        (EntryFacts(Status.APPROVED, is_gone=True), Explanation(State.NO_PERMISSION)),
        (EntryFacts(Status.PENDING), Explanation(State.WAITING)),
        (EntryFacts(Status.PENDING, has_right=True), Explanation(State.WAITING)),
        (EntryFacts(Status.PENDING, is_film=True), Explanation(State.WAITING)),
        (EntryFacts(Status.PENDING, lacks_picture=True), Explanation(State.WAITING)),
        (EntryFacts(Status.PENDING, is_film=True, lacks_picture=True), Explanation(State.NEEDS_STILL)),
        (EntryFacts(Status.REJECTED, reason=Reason.PEOPLE), Explanation(State.REJECTED, Reason.PEOPLE)),
        (
            EntryFacts(Status.REJECTED, intake_reasons=(IntakeReason.VIDEO, IntakeReason.TOO_MANY)),
            Explanation(State.KEPT_OUT, intake_reasons=(IntakeReason.VIDEO, IntakeReason.TOO_MANY)),
        ),
        (
            EntryFacts(Status.REJECTED, reason=Reason.QUALITY, intake_reasons=(IntakeReason.VIDEO,)),
            Explanation(State.REJECTED, Reason.QUALITY),
        ),
        (EntryFacts(Status.REJECTED), Explanation(State.REJECTED)),
        (EntryFacts(Status.DISQUALIFIED, reason=Reason.RIGHTS), Explanation(State.EXCLUDED, Reason.RIGHTS)),
        (EntryFacts(Status.WITHDRAWN, has_right=True, reason=Reason.RIGHTS), Explanation(State.WITHDRAWN)),
        (EntryFacts(Status.WITHDRAWN, is_gone=True), Explanation(State.WITHDRAWN)),
    ],
)
def test_what_became_of_a_picture_that_we_have(facts: EntryFacts, expected: Explanation) -> None:
    assert explain_entry(facts) == expected


def absence(
    posted_at: datetime | None,
    now: datetime = NOW,
    season: Season = SEASON,
    *,
    shortcode: str = "DBs_8-xIaQz",
    is_film: bool = False,
) -> Explanation:
    return explain_absence(PostFacts(shortcode, posted_at, is_film), season, now)


@pytest.mark.parametrize(
    ("posted_at", "cause"),
    [
        (BEGIN - HOUR, Cause.BEFORE_WINDOW),
        (GAP.begin, Cause.GAP),
        (GAP.end - timedelta(seconds=1), Cause.GAP),
        (NOW - timedelta(minutes=9), Cause.TOO_NEW),
        (NOW + timedelta(minutes=3), Cause.TOO_NEW),
    ],
)
def test_a_fact_that_names_the_cause_stands_alone(posted_at: datetime, cause: Cause) -> None:
    found = absence(posted_at)
    assert (found.state, found.causes, found.gap) == (State.NEVER_SEEN, (cause,), GAP if cause is Cause.GAP else None)


def test_a_post_after_the_time_of_collecting_came_too_late() -> None:
    assert absence(END, END + HOUR).causes == (Cause.AFTER_WINDOW,)
    assert absence(END - HOUR, END + 3 * DAY).causes == CHECKLIST


@pytest.mark.parametrize("posted_at", [None, BEGIN - 5 * DAY, BEGIN - 2 * DAY])
def test_before_the_contest_begins_nothing_can_have_been_seen(posted_at: datetime | None) -> None:
    assert absence(posted_at, BEGIN - DAY).causes == (Cause.NOT_YET,)


def test_while_instagram_cannot_be_asked_a_post_waits_for_the_next_look() -> None:
    season = Season(BEGIN, END, (), (Window(NOW - 5 * HOUR, NOW),))
    assert absence(NOW - 4 * HOUR, season=season).causes == (Cause.NOT_LOOKED,)
    assert absence(NOW - timedelta(minutes=30), season=season).causes == (Cause.TOO_NEW,)
    assert absence(NOW - 6 * HOUR, season=season).causes[0] is Cause.PRIVATE


def test_what_was_surely_looked_at_leaves_a_list_to_check() -> None:
    assert absence(NOW - 2 * DAY).causes == CHECKLIST
    assert absence(None).causes == CHECKLIST


def test_a_post_of_the_last_day_can_still_get_its_hashtag() -> None:
    young, old = absence(NOW - 5 * HOUR), absence(NOW - 25 * HOUR)
    assert (young.may_add_hashtag, Cause.HASHTAG_LATE in young.causes) == (True, False)
    assert (old.may_add_hashtag, Cause.HASHTAG_LATE in old.causes) == (False, True)
    late = absence(END - HOUR, END + HOUR)
    assert (late.may_add_hashtag, Cause.HASHTAG_LATE in late.causes) == (False, False)


def test_the_sound_of_a_film_is_named_first() -> None:
    assert absence(NOW - 2 * DAY, is_film=True).causes == (CHECKLIST[3], *CHECKLIST[:3])


def test_a_long_short_name_speaks_for_a_private_account() -> None:
    assert absence(None, shortcode="D" * 39, is_film=True).causes[0] is Cause.PRIVATE


def test_a_short_name_from_the_far_future_tells_nothing() -> None:
    assert absence(datetime(2080, 1, 1, tzinfo=UTC)) == absence(None)


naive = (datetime(2026, 5, 1), datetime(2026, 8, 1))  # noqa: DTZ001 - the zone comes on top
moments = st.datetimes(*naive, timezones=st.just(UTC))
spans = st.tuples(moments, st.timedeltas(timedelta(minutes=1), 3 * DAY))


@given(st.one_of(st.none(), moments), moments, st.lists(spans, max_size=4), st.lists(spans, max_size=2), st.booleans())
def test_every_post_that_was_never_seen_gets_a_cause_and_what_it_claims_is_true(
    posted_at: datetime | None,
    now: datetime,
    gaps: list[tuple[datetime, timedelta]],
    unseen: list[tuple[datetime, timedelta]],
    is_film: bool,
) -> None:
    season = Season(
        BEGIN,
        END,
        [Gap(begin, begin + length) for begin, length in gaps],
        [Window(begin, begin + length) for begin, length in unseen],
    )
    found = absence(posted_at, now, season, is_film=is_film)
    assert found.state is State.NEVER_SEEN
    assert len(set(found.causes)) == len(found.causes) > 0
    assert (Cause.GAP in found.causes) is (found.gap is not None)
    certain = {Cause.BEFORE_WINDOW, Cause.AFTER_WINDOW, Cause.GAP, Cause.TOO_NEW, Cause.NOT_LOOKED, Cause.NOT_YET}
    assert len(found.causes) == 1 or not certain & set(found.causes)
    if found.gap is not None and posted_at is not None:
        assert found.gap.begin <= posted_at < found.gap.end
    if found.causes[0] is Cause.AFTER_WINDOW:
        assert posted_at is not None
        assert posted_at >= END
    if found.causes[0] is Cause.BEFORE_WINDOW:
        assert posted_at is not None
        assert posted_at < BEGIN
    if found.may_add_hashtag:
        assert now < END
