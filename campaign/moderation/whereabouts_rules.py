"""What became of a picture, and why a post was never seen: from facts to an explanation; pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaign.entries.admission import IntakeReason
from campaign.entries.lifecycle import Status
from campaign.instagram.coverage import Gap, Window
from campaign.moderation.reasons import Reason

# Meta, IG Hashtag Recent Media: later nobody shows us the post, whatever is changed about it.
HORIZON = timedelta(hours=24)
# Codes of public posts have 11 characters, those of private accounts have more.
PUBLIC_LENGTH = 11
FILM_READY = timedelta(minutes=1)


class State(enum.StrEnum):
    """Where a picture is."""

    SHOWN = "shown"
    WAITING = "waiting"
    NEEDS_STILL = "needs_still"
    NO_PERMISSION = "no_permission"
    HIDDEN = "hidden"
    REJECTED = "rejected"
    KEPT_OUT = "kept_out"
    EXCLUDED = "excluded"
    WITHDRAWN = "withdrawn"
    UNCONFIRMED = "unconfirmed"
    ERASED = "erased"
    NEVER_SEEN = "never_seen"
    UNKNOWN_CODE = "unknown_code"


class Cause(enum.StrEnum):
    """Why a post may never have been seen; those that the facts speak for stand alone, the others make a list."""

    NOT_YET = "not_yet"
    BEFORE_WINDOW = "before_window"
    AFTER_WINDOW = "after_window"
    TOO_NEW = "too_new"
    NOT_LOOKED = "not_looked"
    GAP = "gap"
    PRIVATE = "private"
    HASHTAG_MISSING = "hashtag_missing"
    HASHTAG_LATE = "hashtag_late"
    PROTECTED_SOUND = "protected_sound"


@dataclass(frozen=True)
class EntryFacts:
    """What is known of an entry. `lacks_picture`: none was given out; `reason`: of the refusal that stands."""

    status: Status
    has_right: bool = False
    is_gone: bool = False
    is_film: bool = False
    lacks_picture: bool = False
    reason: Reason | None = None
    intake_reasons: tuple[IntakeReason, ...] = ()


@dataclass(frozen=True)
class Season:
    """When posts take part, what was surely missed, what is still to be looked at, how often we look."""

    collect_from: datetime
    collect_until: datetime
    gaps: Sequence[Gap] = ()
    unseen: Sequence[Window] = ()
    round: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class PostFacts:
    """What an address tells of a post that we have not; `posted_at` is what its short name says, if anything."""

    shortcode: str
    posted_at: datetime | None
    is_film: bool = False


@dataclass(frozen=True)
class Explanation:
    """The answer: the state, for a refusal its reasons, for a post never seen the causes, the likeliest first.

    `gap` is the stretch that the cause `gap` speaks of. `may_add_hashtag`: adding the hashtag now still helps.
    """

    state: State
    reason: Reason | None = None
    intake_reasons: tuple[IntakeReason, ...] = ()
    causes: tuple[Cause, ...] = ()
    gap: Gap | None = None
    may_add_hashtag: bool = False


def explain_entry(entry: EntryFacts) -> Explanation:
    """Return what became of a picture that we have."""
    if entry.status is Status.REJECTED and entry.reason is None and entry.intake_reasons:
        return Explanation(State.KEPT_OUT, intake_reasons=entry.intake_reasons)
    state = _SETTLED.get(entry.status) or _state_of(entry)
    return Explanation(state, entry.reason if state in (State.REJECTED, State.EXCLUDED) else None)


def explain_absence(post: PostFacts, season: Season, now: datetime) -> Explanation:
    """Return why a post was never seen: one cause where the facts name it, else what its owner can check."""
    if post.posted_at is not None and post.posted_at > now + HORIZON:
        # No post is of the day after tomorrow: the short name is of another kind, or made up.
        post = replace(post, posted_at=None)
    certain = _certain(post, season, now)
    if certain is not None:
        gap = _gap_of(post, season) if certain is Cause.GAP else None
        return Explanation(State.NEVER_SEEN, causes=(certain,), gap=gap)
    young = post.posted_at is None or now - post.posted_at < HORIZON
    causes = [Cause.PRIVATE, Cause.HASHTAG_MISSING]
    if post.posted_at is None or not young:
        causes.append(Cause.HASHTAG_LATE)
    causes.insert(0 if post.is_film else len(causes), Cause.PROTECTED_SOUND)
    if len(post.shortcode) > PUBLIC_LENGTH:
        causes.sort(key=lambda cause: cause is not Cause.PRIVATE)
    return Explanation(State.NEVER_SEEN, causes=tuple(causes), may_add_hashtag=young and now < season.collect_until)


def taken_between(posted: datetime) -> tuple[datetime, datetime]:
    """Return the second in which a picture was taken, as Instagram says, whose code tells this moment.

    A film is taken by the other moment (recorded ones within 20 seconds): it is ready only after its code was given.
    """
    second = posted.replace(microsecond=0)
    return second, second + FILM_READY


_SETTLED = {
    Status.REJECTED: State.REJECTED,
    Status.WITHDRAWN: State.WITHDRAWN,
    Status.DISQUALIFIED: State.EXCLUDED,
}


def _state_of(entry: EntryFacts) -> State:
    if entry.status is Status.PENDING:
        return State.NEEDS_STILL if entry.is_film and entry.lacks_picture else State.WAITING
    if not entry.has_right:
        return State.NO_PERMISSION
    return State.HIDDEN if entry.is_gone else State.SHOWN


def _certain(post: PostFacts, season: Season, now: datetime) -> Cause | None:
    posted = post.posted_at
    if posted is None:
        return Cause.NOT_YET if now < season.collect_from else None
    if posted < season.collect_from:
        return Cause.NOT_YET if now < season.collect_from else Cause.BEFORE_WINDOW
    if posted >= season.collect_until:
        return Cause.AFTER_WINDOW
    if _gap_of(post, season) is not None:
        return Cause.GAP
    if any(window.begin <= posted < window.end for window in season.unseen) or posted >= now:
        return Cause.TOO_NEW if now - posted <= 2 * season.round else Cause.NOT_LOOKED
    return None


def _gap_of(post: PostFacts, season: Season) -> Gap | None:
    if post.posted_at is None:
        return None
    return next((gap for gap in season.gaps if gap.begin <= post.posted_at < gap.end), None)
