"""A creator's proven word: the picture leaves the contest for good, and its files are deleted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from campaign.entries.lifecycle import MOVES, Status
from campaign.entries.models import Entry
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.moderation.models import Action, Decision, WithdrawalCode
from campaign.moderation.services import CREATOR, begin, finish
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.uploads.dropping import drop_pictures
from campaign.uploads.models import Upload

DELETED = N_("Das Bild wurde gelöscht, weil es zurückgezogen wurde.")
# What the history of an entry says about the proof, in the language of the staff.
BY_MAIL = "Code aus der Mail zum hochgeladenen Bild"


def withdraw_as_creator(number: int, proof: str, now: datetime) -> Decision:
    """Take an entry out for good on its creator's proven word: no right any more, pictures deleted; commits once.

    An entry that staff had taken out before keeps its status; the pictures go all the same.

    Raises:
        NotFound: there is no such entry.
        Conflict: its creator has taken it back already.
    """
    entry, decision = begin(number, Action.WITHDRAW, CREATOR, now)
    check_not_final(number)
    decision.text = proof
    if Status.WITHDRAWN in MOVES[entry.status]:
        entry.status = Status.WITHDRAWN
    _revoke(entry, now)
    deleted = drop_pictures([entry], DELETED)
    unused = sa.update(WithdrawalCode).filter_by(entry_number=number, used_at=None)
    db.session.execute(unused.values(used_at=now))
    finish(entry, decision)
    deleted.remove_files()
    return decision


def withdraw_upload(contest_id: int, code: str, now: datetime) -> Decision:
    """Withdraw the entry of an upload by the code from its mail; commits, then deletes its pictures.

    Raises:
        NotFound: no upload that became an entry has that code.
        Conflict: it is withdrawn already.
    """
    number = db.session.scalar(sa.select(Upload.entry_number).filter_by(contest_id=contest_id, code=code))
    if number is None:
        raise NotFound(N_("Diesen Code kennen wir nicht. Er steht in unserer Mail zu deinem Bild."))
    return withdraw_as_creator(number, BY_MAIL, now)


def is_final(number: int) -> bool:
    """Return whether the creator of an entry has taken it back."""
    made = sa.exists().where(
        Decision.entry_number == number, Decision.action == Action.WITHDRAW, Decision.actor == CREATOR.name
    )
    return db.session.scalar(sa.select(made)) or False


def check_not_final(number: int) -> None:
    """Raise Conflict when the creator of an entry has taken it back already."""
    if is_final(number):
        raise Conflict(N_("Dieses Bild ist schon zurückgezogen und gelöscht."))


def _revoke(entry: Entry, now: datetime) -> None:
    in_force = sa.update(RightsGrant).filter_by(entry_number=entry.number, status=GrantStatus.GRANTED)
    revoked = {"status": GrantStatus.REVOKED, "revoked_at": now, "revoked_by": CREATOR.name}
    db.session.execute(in_force.values(**revoked))
    entry.has_right = False
