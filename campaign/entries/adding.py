"""Staff write a post or a picture down as an entry; from then on it is one like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.contests.models import Contest
from campaign.entries.accounts import account_name, count_standing
from campaign.entries.adding_rules import Sheet, check_sheet, posted_at
from campaign.entries.admission import INTAKE_TEXTS, Candidate, IntakeReason
from campaign.entries.intake import one_at_a_time, reasons_for, when_of
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AccountRule, Entry, Sighting
from campaign.entries.shortcodes import permalink_of
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db
from campaign.pictures.services import PreparedPicture, store_picture
from campaign.pictures.uploaded import prepare_upload
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.towns.models import Town


@dataclass(frozen=True)
class Added:
    """The number of an entry; `is_new` is False where it was there already and nothing was written."""

    number: int
    is_new: bool


def add_entry(contest: Contest, sheet: Sheet, *, by: Actor, now: datetime) -> Added:
    """Write down an entry that waits for a decision like those that came by themselves; commits.

    A post that is there already stays as it is. When Instagram shows the post later it joins this entry, which keeps
    the town and the credit that staff gave it.

    Raises:
        InvalidInput: it is too little, or something of it cannot be read.
        NotFound: there is no such municipality.
        PictureRefused: the file is no picture that we take.
        NotNow: the picture cannot be checked at this moment.
        Conflict: the rules keep it out: the account is blocked or has its share, or the day is outside the window.
    """
    contest_id, values = contest.id, _values(sheet)
    if sheet.town_ags is not None and db.session.get(Town, sheet.town_ags) is None:
        raise NotFound(N_("Diesen Ort kennen wir nicht. Wähl einen aus der Liste."))
    known = _known(contest_id, values["shortcode"])
    if known is not None:
        return Added(known, is_new=False)
    _check_rules(contest, values["username"], values["taken_at"])
    # No transaction stays open while a picture is decoded: ballots must not wait for that.
    db.session.rollback()
    prepared = prepare_upload(sheet.picture) if sheet.picture is not None else None
    values |= {"contest_id": contest_id, "added_by": by.name, "received_at": now, "updated_at": now}
    try:
        return _write(values, prepared, by, now)
    except IntegrityError:
        # The same post or picture came at the same moment by another way: its row is there now.
        db.session.rollback()
        return _write(values, prepared, by, now)


def _values(sheet: Sheet) -> dict[str, Any]:
    """Return the fields of the entry that a sheet tells."""
    code = check_sheet(sheet)
    account = account_name(sheet.account) if sheet.account.strip() else None
    return {
        "shortcode": code,
        "permalink": permalink_of(code) if code else None,
        "creator": sheet.name.strip() or account,
        "username": account,
        "town_ags": sheet.town_ags,
        # Or the words of the post would overrule them as soon as Instagram shows it.
        "town_confirmed": sheet.town_ags is not None,
        "note": sheet.note.strip() or None,
        "taken_at": posted_at(sheet.posted_on),
    }


def _write(values: dict[str, Any], prepared: PreparedPicture | None, by: Actor, now: datetime) -> Added:
    contest, code = db.session.get_one(Contest, values["contest_id"]), values["shortcode"]
    one_at_a_time(contest, values["username"])
    _check_rules(contest, values["username"], values["taken_at"])
    picture_id = store_picture(prepared, now) if prepared else None
    known = _known(contest.id, code, picture_id if code is None else None)
    if known is not None:
        db.session.rollback()
        return Added(known, is_new=False)
    entry = Entry(source=Source.STAFF, status=Status.PENDING, intake_reasons=[], **values)
    entry.picture_state = PictureState.WAITING
    if picture_id is not None:
        entry.picture_id, entry.picture_state = picture_id, PictureState.STORED
    db.session.add(entry)
    db.session.flush()
    number = entry.number
    db.session.add(Sighting(entry_number=number, source=Source.STAFF, first_seen_at=now))
    after = {"status": entry.status, "town": entry.town_ags, "has_picture": picture_id is not None}
    audit.record(by, "entry.add", f"entry:{number}", now, after=after)
    db.session.commit()
    return Added(number, is_new=True)


def _known(contest_id: int, code: str | None, picture_id: int | None = None) -> int | None:
    """Return the entry of a post, or the one that shows this very picture."""
    if code is None and picture_id is None:
        return None
    same = Entry.shortcode == code if code is not None else Entry.picture_id == picture_id
    query = sa.select(Entry.number).where(Entry.contest_id == contest_id, same)
    return db.session.scalar(query.order_by(Entry.number).limit(1))


def _check_rules(contest: Contest, username: str | None, taken_at: datetime | None) -> None:
    rule = db.session.get(AccountRule, (contest.id, username)) if username else None
    others = count_standing(contest, username) if username else 0
    candidate = Candidate(when_of(contest, taken_at), account=rule.kind if rule else None, others=others)
    reasons = reasons_for(contest, candidate)
    if reasons:
        raise Conflict(INTAKE_TEXTS[IntakeReason(reasons[0])])
