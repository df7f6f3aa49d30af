"""A creator's proven word: the picture leaves the contest for good, and its files are deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from campaign.entries.lifecycle import MOVES, Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.moderation.acts import begin, complete
from campaign.moderation.declining import declined
from campaign.moderation.models import Action, Decision, WithdrawalCode
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.requests import close
from campaign.rights.services import grants_of, note, take_back
from campaign.staff import audit
from campaign.staff.actors import CREATOR, PROGRAM, Actor
from campaign.uploads.dropping import drop_pictures
from campaign.uploads.erasure import erase_request
from campaign.uploads.models import Upload

DELETED = N_("Das Bild wurde gelöscht, weil es zurückgezogen wurde.")
# What the history of an entry says about the proof, in the language of the staff.
BY_MAIL = "Code aus der Mail zum hochgeladenen Bild"


def withdraw_as_creator(number: int, proof: str, now: datetime, *, on_word_of: Actor | None = None) -> Decision:
    """Take an entry out for good on its creator's proven word: no right any more, pictures deleted; commits once.

    An entry that staff had taken out before keeps its status; the pictures go all the same. `on_word_of` is who of the
    staff saw that the proof is one.

    Raises:
        NotFound: there is no such entry.
        Conflict: its creator has taken it back already.
    """
    entry, decision = begin(number, Action.WITHDRAW, CREATOR, now)
    check_not_final(number)
    decision.text = proof
    if Status.WITHDRAWN in MOVES[entry.status]:
        entry.status = Status.WITHDRAWN
    revoked = take_back(entry, CREATOR.name, now)
    unanswered = [one for one in grants_of(number) if one.status is GrantStatus.REQUESTED]
    deleted = drop_pictures([entry], DELETED)
    unused = sa.update(WithdrawalCode).filter_by(entry_number=number, used_at=None)
    db.session.execute(unused.values(used_at=now))
    complete(entry, decision)
    _end(revoked, unanswered, now)
    if on_word_of is not None:
        audit.record(on_word_of, "claim.confirm", f"entry:{number}", now)
    db.session.commit()
    deleted.remove_files()
    return decision


def _end(revoked: Sequence[RightsGrant], unanswered: Sequence[RightsGrant], now: datetime) -> None:
    for one in revoked:
        note(one, CREATOR, "rights.revoke", now, before=GrantStatus.GRANTED)
    for one in unanswered:
        close(one, CREATOR, now)
        note(one, CREATOR, "rights.decline", now, before=GrantStatus.REQUESTED)


def withdraw_upload(contest_id: int, code: str, now: datetime) -> Decision | None:
    """Withdraw the entry of an upload by the code from its mail; commits, then deletes its pictures.

    An upload that is no entry yet is erased; no decision is written about it.

    Raises:
        NotFound: no upload has that code, or what it said is erased.
        Conflict: it is withdrawn already.
    """
    if erase_request(contest_id, code):
        return None
    number = db.session.scalar(sa.select(Upload.entry_number).filter_by(contest_id=contest_id, code=code))
    if number is None:
        raise NotFound(N_("Diesen Code kennen wir nicht. Er steht in unserer Mail zu deinem Bild."))
    return withdraw_as_creator(number, BY_MAIL, now)


def drop_latecomers(now: datetime) -> list[int]:
    """Delete the pictures that arrived for entries after their creators took them back or said no; commits each.

    A picture may have been on its way meanwhile. Returns the numbers of the entries.
    """
    part = sa.exists().where(AlbumPicture.entry_number == Entry.number, AlbumPicture.picture_id.is_not(None))
    out = Entry.status.in_([status for status, moves in MOVES.items() if not moves])
    for_good = sa.or_(sa.and_(out, _taken_back(Entry.number)), sa.and_(Entry.status == Status.REJECTED, declined()))
    query = sa.select(Entry.number).where(sa.or_(Entry.picture_id.is_not(None), part), for_good)
    numbers = list(db.session.scalars(query.order_by(Entry.number)))
    for number in numbers:
        deleted = drop_pictures([get_entry(number, lock=True)], DELETED)
        audit.record(PROGRAM, "entry.erase_picture", f"entry:{number}", now)
        db.session.commit()
        deleted.remove_files()
    return numbers


def is_final(number: int) -> bool:
    """Return whether the creator of an entry has taken it back."""
    return db.session.scalar(sa.select(_taken_back(number))) or False


def is_given_up(number: int) -> bool:
    """Return whether the creator of an entry has taken it back, or nobody allowed us to show it."""
    given_up = sa.or_(_taken_back(Entry.number), declined())
    return db.session.scalar(sa.select(sa.exists().where(Entry.number == number, given_up))) or False


def check_not_final(number: int) -> None:
    """Raise Conflict when the creator of an entry has taken it back already."""
    if is_final(number):
        raise Conflict(N_("Dieses Bild ist schon zurückgezogen und gelöscht."))


def _taken_back(number: int | sa.orm.InstrumentedAttribute[int]) -> sa.Exists:
    own = (Decision.action == Action.WITHDRAW, Decision.actor == CREATOR.name)
    return sa.exists().where(Decision.entry_number == number, *own)
