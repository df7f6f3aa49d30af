"""Requests for rights: put under a code that their answer needs, answered, reminded of; each function one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.codes import new_receipt_code, read_receipt_code
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.request_rules import ANSWER_TIME, TAKING_PART, check_askable, stand_of, uses_of_answer
from campaign.rights.rules import check_grant
from campaign.rights.services import Given, fill, follow, grants_of, note, take_back, usual_end
from campaign.rights.snapshots import all_names
from campaign.staff.actors import CREATOR, Actor

UNKNOWN = N_("Diese Anfrage gibt es nicht. Vielleicht ist die Adresse falsch abgeschrieben.")
CHANGED = N_("Das Foto oder der Wortlaut hat sich inzwischen geändert. Sieh bitte noch einmal nach und antworte dann.")


def request_right(
    entry_number: int, actor: Actor, now: datetime, *, tell: Callable[[RightsGrant], None] = lambda _: None
) -> RightsGrant:
    """Write a request for the rights of an entry, whose code goes under the post; commits.

    `tell` is called in the same transaction: it may write a mail.

    Raises:
        NotFound: there is no such entry.
        Conflict: the entry is out, has its rights, is asked for already, or its creator has said no.
    """
    entry = get_entry(entry_number, lock=True)
    check_askable(entry.number, entry, grants_of(entry.number), CREATOR.name, now)
    asked = RightsGrant(
        entry_number=entry.number,
        status=GrantStatus.REQUESTED,
        pictures=all_names(entry),
        wording_version=wording.VERSION,
        wording=wording.full_text(advertising=True),
        recorded_by=actor.name,
        code=new_receipt_code(),
        requested_at=now,
        asked_by=actor.name,
        answer_until=now + ANSWER_TIME,
    )
    db.session.add(asked)
    try:
        tell(asked)
        note(asked, actor, "rights.request", now)
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(N_("Für das Bild %(number)s läuft schon eine Anfrage."), number=entry_number) from error
    db.session.commit()
    return asked


def remind(request_id: int, actor: Actor, now: datetime) -> RightsGrant:
    """Note that somebody was reminded of a request; commits.

    Raises:
        NotFound: there is no such request.
        Conflict: it is answered.
    """
    asked = _locked(request_id)[1]
    _check_open(asked)
    asked.reminded_at = now
    note(asked, actor, "rights.remind", now, before=GrantStatus.REQUESTED)
    db.session.commit()
    return asked


def find_request(code: str) -> RightsGrant:
    """Return the request of a code, however it is typed.

    Raises:
        NotFound: there is none.
    """
    known = read_receipt_code(code)
    found = db.session.scalar(sa.select(RightsGrant).filter_by(code=known)) if known else None
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def can_be_answered(entry: Entry) -> bool:
    """Return whether a yes would still be of use: the entry takes part, and its post has not vanished."""
    return entry.status in TAKING_PART and entry.gone_at is None


def allow(
    code: str,
    credit: str,
    stand: str,
    language: str,
    now: datetime,
    *,
    advertising: bool,
    tell: Callable[[int, datetime], None] = lambda _number, _now: None,
) -> RightsGrant:
    """Let a request be granted by whoever has its code; the credit becomes that of the entry; commits.

    `stand` says what the page showed: with another picture or wording meanwhile nothing is granted. `tell` is called in
    the same transaction with the number of the entry: somebody may have to hear of it.

    Raises:
        NotFound: there is no such request.
        InvalidInput: the name is missing or too long.
        Conflict: it is answered, the entry is out, or the page has changed.
    """
    entry, asked = _locked(find_request(code).id)
    _check_open(asked)
    if not can_be_answered(entry):
        raise Conflict(N_("Das Bild nimmt nicht mehr am Wettbewerb teil. Du musst nichts mehr tun."))
    if stand != stand_of(all_names(entry), wording.VERSION):
        raise Conflict(CHANGED)
    name, proof = check_grant(credit, _proof(asked, entry, language, now))
    given = Given(uses_of_answer(advertising=advertising), name, proof, usual_end(entry))
    fill(asked, entry, given, now)
    asked.answered_at, asked.answered_by, asked.language = now, CREATOR.name, language
    entry.creator = name
    follow(entry, now)
    tell(entry.number, now)
    note(asked, CREATOR, "rights.grant", now, before=GrantStatus.REQUESTED)
    db.session.commit()
    return asked


def revoke_by_code(code: str, now: datetime) -> None:
    """Take all rights of an entry back on the word of whoever has the code of its request; commits; safe to repeat.

    Raises:
        NotFound: there is no such request.
        Conflict: it was never granted.
    """
    entry, asked = _locked(find_request(code).id)
    if asked.status not in (GrantStatus.GRANTED, GrantStatus.REVOKED, GrantStatus.EXPIRED):
        raise Conflict(N_("Hier gibt es nichts zurückzunehmen."))
    for one in take_back(entry, CREATOR.name, now):
        note(one, CREATOR, "rights.revoke", now, before=GrantStatus.GRANTED)
    db.session.commit()


def close(asked: RightsGrant, actor: Actor, now: datetime) -> None:
    """Let a request count as declined; the caller holds the entry's lock, writes that down and commits."""
    asked.status = GrantStatus.DECLINED
    asked.answered_at, asked.answered_by = now, actor.name


def _locked(request_id: int) -> tuple[Entry, RightsGrant]:
    """Return a request with its entry, both as they stand: everybody locks the entry first."""
    number = db.session.scalar(sa.select(RightsGrant.entry_number).filter_by(id=request_id))
    if number is None:
        raise NotFound(UNKNOWN)
    entry = get_entry(number, lock=True)
    return entry, db.session.get_one(RightsGrant, request_id, populate_existing=True)


def _check_open(asked: RightsGrant) -> None:
    if asked.status is not GrantStatus.REQUESTED:
        raise Conflict(N_("Diese Frage ist schon beantwortet."))


def _proof(asked: RightsGrant, entry: Entry, language: str, now: datetime) -> str:
    moment = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    where = f"under the post {entry.permalink}" if entry.permalink else "to the creator of the post"
    return (
        f"Yes on the page of request {asked.id} at {moment} ({language}), whose link {asked.asked_by} had put {where}"
        f" since {asked.requested_at:%Y-%m-%d}; wording {wording.VERSION}"
    )
