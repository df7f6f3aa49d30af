"""A no to a request for rights, or no answer at all: the entry is refused, its pictures are deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.entries.uses import Use, has_right
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.acts import begin, finish
from campaign.moderation.models import Action, Decision
from campaign.moderation.reasons import Reason
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.request_rules import TAKING_PART
from campaign.rights.requests import close, find_request
from campaign.rights.services import follow, note, take_back
from campaign.staff.actors import CREATOR, PROGRAM, Actor
from campaign.uploads.dropping import drop_pictures
from campaign.uploads.leftovers import Leftovers
from campaign.uploads.news import note_change
from campaign.voting.tally import refresh_entry_town

DELETED = N_("Das Bild wurde gelöscht, weil niemand uns erlaubt hat, es zu zeigen.")
# What the history of an entry says, in the language of the staff.
SAID_NO = "Nein auf der Seite der Anfrage"
NO_ANSWER = "Keine Antwort auf die Anfrage"


def decline_by_code(code: str, now: datetime) -> None:
    """Take the no of whoever has the code of a request; commits once, then deletes the pictures' files.

    Raises:
        NotFound: there is no such request.
        Conflict: it is answered already.
    """
    _decline(find_request(code).id, CREATOR, SAID_NO, now)


def decline_unanswered(now: datetime) -> int:
    """Let requests count as declined whose time is over; commits each; returns how many did."""
    due = sa.select(RightsGrant.id).where(RightsGrant.status == GrantStatus.REQUESTED, RightsGrant.answer_until <= now)
    found = db.session.scalars(due.order_by(RightsGrant.id)).all()
    db.session.rollback()
    return sum(_is_declined(request_id, now) for request_id in found)


def check_not_declined(number: int) -> None:
    """Raise Conflict when the pictures of an entry were deleted because nobody allowed us to show them."""
    if db.session.scalar(sa.select(Entry.number).where(Entry.number == number, declined())) is not None:
        raise Conflict(N_("Niemand hat uns erlaubt, dieses Bild zu zeigen. Es ist gelöscht, dabei bleibt es."))


def declined() -> sa.ColumnElement[bool]:
    """Return what picks the entries whose pictures were deleted for a no, or for no answer."""
    of_entry = RightsGrant.entry_number == Entry.number
    said_no = sa.exists().where(
        of_entry, RightsGrant.status == GrantStatus.DECLINED, RightsGrant.answered_by == CREATOR.name
    )
    refused = sa.exists().where(
        Decision.entry_number == Entry.number,
        Decision.action == Action.REJECT,
        Decision.reason == Reason.RIGHTS.value,
        Decision.actor == PROGRAM.name,
    )
    # Staff may have refused the entry before; then no decision says so.
    return sa.or_(said_no, refused, Entry.picture_reason == DELETED)


def _is_declined(request_id: int, now: datetime) -> bool:
    try:
        _decline(request_id, PROGRAM, NO_ANSWER, now)
    except Conflict:
        # Answered at this very moment.
        db.session.rollback()
        return False
    return True


def _decline(request_id: int, actor: Actor, words: str, now: datetime) -> None:
    number = db.session.get_one(RightsGrant, request_id).entry_number
    entry = get_entry(number, lock=True)
    asked = db.session.get_one(RightsGrant, request_id, populate_existing=True)
    if asked.status is not GrantStatus.REQUESTED:
        raise Conflict(N_("Diese Frage ist schon beantwortet."))
    close(asked, actor, now)
    # The creator's own no ends what was allowed by another way, too; that nobody answered does not.
    taken = take_back(entry, actor.name, now) if actor is CREATOR else ()
    if any(has_right(entry, use, now) for use in Use):
        note(asked, actor, "rights.decline", now, before=GrantStatus.REQUESTED)
        db.session.commit()
        return
    left = _refuse(entry, [asked, *taken], actor, words, now)
    left.remove_files()


def _refuse(entry: Entry, ended: Sequence[RightsGrant], actor: Actor, words: str, now: datetime) -> Leftovers:
    is_open = entry.status in TAKING_PART
    decided = begin(entry.number, Action.REJECT, actor, now) if is_open else None
    if decided is not None:
        decision = decided[1]
        decision.reason, decision.text = Reason.RIGHTS.value, words
        entry.status, entry.intake_reasons = Status.REJECTED, []
    left = drop_pictures([entry], DELETED)
    follow(entry, now)
    # Everybody locks the counters and the news before the audit log.
    if decided is not None and entry.town_ags is not None and decided[1].status_before is Status.APPROVED:
        refresh_entry_town(entry.contest_id, entry.town_ags)
    if decided is not None:
        note_change(entry.number, now)
    for one in ended:
        if one.status is GrantStatus.DECLINED:
            note(one, actor, "rights.decline", now, before=GrantStatus.REQUESTED)
        else:
            note(one, actor, "rights.revoke", now, before=GrantStatus.GRANTED)
    if decided is not None:
        finish(*decided)
    else:
        db.session.commit()
    return left
