"""Where a picture is: looks up a post by its short name or an upload by its code, and says what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.admission import IntakeReason
from campaign.entries.lifecycle import FROM_INSTAGRAM, PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.shortcodes import posted_about
from campaign.entries.uses import Use, has_right
from campaign.errors import N_, NotFound
from campaign.extensions import db
from campaign.instagram.models import AskStatus, PermissionAsk
from campaign.instagram.runs import read_coverage
from campaign.moderation.models import Action, Decision, WithdrawalCode
from campaign.moderation.pasted import Kind, Pasted
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_upload
from campaign.moderation.whereabouts_rules import (
    EntryFacts,
    Explanation,
    PostFacts,
    Season,
    State,
    explain_absence,
    explain_entry,
    taken_between,
)
from campaign.moderation.withdrawals import ask_code, is_claimed
from campaign.sections import InstagramSettings
from campaign.uploads.models import Upload, UploadStatus

# So many decisions make a figure that one may tell; the latest ones count.
ENOUGH_DECISIONS = 20
LATEST_DECISIONS = 100


@dataclass(frozen=True)
class Seen:
    """By which way a post came to us, and when first."""

    source: Source
    at: datetime


@dataclass(frozen=True)
class Whereabouts:
    """The answer to somebody who looks for a picture: nothing personal, the number only of what everybody may see.

    `wait` is how long most waiting pictures took lately, None where that is not known. `asked`: we asked for the right
    under the post. `is_upload`: it was found by the code of an upload. `may_withdraw`: its creator may take it back.
    `is_claimed`: somebody wrote the code under the post, and staff look whether it was its creator. `is_guess`: we have
    no address of it, only when it was posted.
    """

    explanation: Explanation
    seen: Sequence[Seen] = ()
    number: int | None = None
    wait: timedelta | None = None
    asked: bool = False
    is_upload: bool = False
    may_withdraw: bool = False
    is_claimed: bool = False
    is_guess: bool = False
    # Not for the eyes of everybody: by it the reasons of a decision about a report are found.
    entry_number: int | None = None


@dataclass(frozen=True)
class Offer:
    """A code that proves whose post it is. `needs_staff`: we do not know whose it is, so a person must compare."""

    code: WithdrawalCode
    needs_staff: bool


def look_up(contest: Contest, config: InstagramSettings, pasted: Pasted, now: datetime) -> Whereabouts:
    """Return where the picture of a post or of an upload is; an unknown code is answered like one that never was.

    `pasted` is of kind post or code.
    """
    if pasted.kind is Kind.CODE:
        return _of_upload(contest, pasted.value, now)
    entry = _entry_of(contest, pasted)
    if entry is not None:
        return replace(_of_entry(contest, entry, now), is_guess=entry.shortcode is None)
    coverage = read_coverage(contest, now)
    rounds = timedelta(minutes=config.ingest_minutes)
    season = Season(contest.collect_from, contest.collect_until, coverage.gaps, coverage.open, rounds)
    post = PostFacts(pasted.value, posted_about(pasted.value), pasted.is_film)
    return Whereabouts(explain_absence(post, season, now))


def ask_withdrawal(contest: Contest, pasted: Pasted, now: datetime) -> Offer | None:
    """Withdraw an upload at once, its code being the proof; for a post return the code that proves whose it is.

    Raises:
        NotFound: we have no such picture.
        Conflict: it is withdrawn already.
    """
    if pasted.kind is Kind.CODE:
        withdraw_upload(contest.id, pasted.value, now)
        return None
    entry = _entry_of(contest, pasted)
    if entry is None:
        raise NotFound(N_("Diesen Beitrag haben wir nicht, es gibt also nichts zurückzuziehen."))
    needs_staff = entry.username is None
    return Offer(ask_code(entry.number, now), needs_staff)


def usual_wait(contest: Contest) -> timedelta | None:
    """Return the time within which four of five pictures were decided lately; None when too few were."""
    query = sa.select(Decision.decided_at, Entry.received_at).join(Entry, Entry.number == Decision.entry_number)
    query = query.where(Entry.contest_id == contest.id, Decision.status_before == Status.PENDING)
    query = query.where(Decision.action.in_((Action.APPROVE, Action.REJECT)))
    rows = db.session.execute(query.order_by(Decision.id.desc()).limit(LATEST_DECISIONS)).all()
    waits = sorted(decided - received for decided, received in rows)
    return waits[len(waits) * 4 // 5] if len(waits) >= ENOUGH_DECISIONS else None


def _entry_of(contest: Contest, post: Pasted) -> Entry | None:
    """Return the entry of a post, also one of which Instagram told the moment and not the address."""
    known = db.session.scalar(sa.select(Entry).filter_by(contest_id=contest.id, shortcode=post.value))
    posted = posted_about(post.value)
    if known is not None or posted is None:
        return known
    second, ready = taken_between(posted)
    moment = Entry.taken_at == second
    if post.is_film:
        moment = sa.or_(moment, sa.and_(Entry.media_type == "VIDEO", Entry.taken_at.between(second, ready)))
    nameless = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.shortcode.is_(None), moment)
    nameless = nameless.where(Entry.source.in_(FROM_INSTAGRAM)).order_by(Entry.taken_at, Entry.number)
    found = db.session.scalars(nameless.limit(2)).all()
    # Of two from the same second nobody knows which it is.
    return found[0] if found and len({one.taken_at for one in found}) == len(found) else None


def _of_upload(contest: Contest, code: str, now: datetime) -> Whereabouts:
    upload = db.session.scalar(sa.select(Upload).filter_by(contest_id=contest.id, code=code))
    if upload is None:
        return Whereabouts(Explanation(State.UNKNOWN_CODE))
    entry = db.session.get(Entry, upload.entry_number) if upload.entry_number else None
    if entry is not None:
        return replace(_of_entry(contest, entry, now), is_upload=True)
    state = State.ERASED if upload.status is UploadStatus.ERASED else State.UNCONFIRMED
    return Whereabouts(Explanation(state), is_upload=True, may_withdraw=state is State.UNCONFIRMED)


def _of_entry(contest: Contest, entry: Entry, now: datetime) -> Whereabouts:
    explanation = explain_entry(_facts_of(entry, now))
    state = explanation.state
    return Whereabouts(
        explanation,
        _sightings(entry),
        entry.number if state in (State.SHOWN, State.HIDDEN) else None,
        usual_wait(contest) if state is State.WAITING else None,
        state is State.NO_PERMISSION and _was_asked(entry),
        may_withdraw=state is not State.WITHDRAWN,
        is_claimed=is_claimed(entry.number),
        entry_number=entry.number,
    )


def _facts_of(entry: Entry, now: datetime) -> EntryFacts:
    known = {reason.value: reason for reason in IntakeReason}
    return EntryFacts(
        entry.status,
        has_right(entry, Use.WEB, now),
        entry.gone_at is not None,
        entry.media_type == "VIDEO",
        entry.picture_state is not PictureState.STORED,
        _reason_of(entry),
        tuple(known[value] for value in entry.intake_reasons if value in known),
    )


def _reason_of(entry: Entry) -> Reason | None:
    """Return the reason of the last refusal that stands, never the words added to it."""
    history = history_of(entry.number)
    undone = {one.undoes_id for one in history}
    return next((Reason(one.reason) for one in history if one.reason and one.id not in undone), None)


def _sightings(entry: Entry) -> list[Seen]:
    query = sa.select(Sighting).filter_by(entry_number=entry.number).order_by(Sighting.first_seen_at)
    found = [Seen(one.source, one.first_seen_at) for one in db.session.scalars(query)]
    return found or [Seen(entry.source, entry.received_at)]


def _was_asked(entry: Entry) -> bool:
    ask = db.session.get(PermissionAsk, entry.number)
    return ask is not None and ask.status is AskStatus.ASKED
