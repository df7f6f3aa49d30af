"""Uploads from the form to the entry; each public function is one act and commits once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from campaign import codes
from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.hints import kinds_of
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.entries.uses import Use
from campaign.errors import N_, Gone, InvalidInput, NotFound
from campaign.extensions import db, keyring, one_at_a_time, settings
from campaign.mail.addresses import Address, parse_address
from campaign.mail.confirmation import MAILS_PER_HOUR, UNKNOWN_REQUEST, Proof, Visitor, read_proof
from campaign.mail.services import enqueue, not_withheld, withhold
from campaign.mail.tries import refuse
from campaign.rights import wording
from campaign.rights.rules import USUAL_USES
from campaign.rights.services import grant
from campaign.staff.actors import Actor
from campaign.uploads import keys, rules
from campaign.uploads.again import upload_again
from campaign.uploads.mails import Invitation, compose, received
from campaign.uploads.models import People, Upload, UploadFile, UploadStatus
from campaign.uploads.queries import check_confirmable

RECORDER = Actor(None, "upload form")
NO_PHOTO = N_("Es fehlt noch das Foto. Wähl es bitte aus.")
NEW_WORDING = N_("Der Wortlaut der Erlaubnis hat sich inzwischen geändert. Lies ihn bitte noch einmal.")


@dataclass(frozen=True)
class Statement:
    """What the form says: the attempt's token, the credit, the town by AGS, and what the sender ticked."""

    attempt: str
    name: str
    town_ags: str
    description: str | None
    alt_text: str
    people: People
    wording_version: str
    advertising: bool = False


class NewWording(InvalidInput):
    """The form showed an earlier wording of the rights grant."""


def request_upload(statement: Statement, visitor: Visitor, now: datetime) -> str:
    """Write an upload that waits for its confirmation, and the mail that asks for it; returns the request's code.

    The photo has arrived under the attempt's token. The same form with the same photo sent again from the same address
    is the same upload, with the words of the later one and no further mail, as long as its mail can confirm it. The
    answer is the same for every address; beyond five mails in an hour to one address there is no further mail.

    Raises:
        NotOpen: no photo may be handed in now.
        InvalidInput: the address is not one, or the photo is missing.
        NewWording: the wording of the rights grant has changed meanwhile.
    """
    contest = current_contest()
    rules.check_open(contest, now, uploads=settings().contest.uploads)
    if statement.wording_version != wording.VERSION:
        raise NewWording(NEW_WORDING)
    address = parse_address(visitor.address)
    person = keys.address_key(keyring(), contest.slug, address.canonical)
    invitation = Invitation(
        codes.new_secret(), codes.new_receipt_code(), codes.new_pin(), codes.new_secret(), visitor.language
    )
    one_at_a_time(person)
    picture_id = _picture_of(statement.attempt)
    known = upload_again(statement.attempt, person, picture_id, now)
    if known is not None:
        return _restate(known, statement)
    upload = _written(contest, statement, visitor, invitation, now)
    upload.picture_id, upload.address_key = picture_id, person
    _ask(upload, invitation, address, now)
    db.session.commit()
    return invitation.request_code


def confirm_upload(request_code: str, proof: Proof, now: datetime) -> str:
    """Make a requested upload an entry that waits for a moderator; returns the sender's code.

    The same PIN or link confirms once and gives the same code each time.

    Raises:
        NotFound: there is no such request.
        NotOpen: collecting ended more than 24 hours ago.
        Gone: the PIN is too old, this was the sixth wrong one, or the wording of the grant has changed meanwhile.
        WrongPin: the PIN is wrong; the try is counted.
        InvalidInput: these are not six digits, or the link is not whole; nothing is counted.
        Conflict: the person has as many photos in the contest as anybody may have.
    """
    proof = read_proof(proof)
    upload, contest = _locked(request_code)
    check_confirmable(upload, contest, now)
    if not keys.UPLOAD.is_proven(keyring(), upload, proof):
        refuse(Upload, upload.id, proof)
    code = upload.code
    if upload.status is UploadStatus.REQUESTED:
        _enter(upload, contest, now)
    db.session.commit()
    return code


def _picture_of(attempt: str) -> int:
    # Locked, so that the picture is not thrown away with a file that makes room for another one.
    query = sa.select(UploadFile.picture_id).filter_by(attempt=attempt).with_for_update()
    found = db.session.scalar(query)
    if found is None:
        raise InvalidInput(NO_PHOTO)
    return found


def _restate(upload: Upload, statement: Statement) -> str:
    request_code = upload.request_code
    if upload.status is UploadStatus.REQUESTED:
        for name in ("name", "town_ags", "description", "alt_text", "people", "wording_version", "advertising"):
            setattr(upload, name, getattr(statement, name))
    db.session.commit()
    return request_code


def _written(contest: Contest, statement: Statement, visitor: Visitor, invitation: Invitation, now: datetime) -> Upload:
    return Upload(
        contest_id=contest.id,
        status=UploadStatus.REQUESTED,
        attempt=statement.attempt,
        request_code=invitation.request_code,
        code=invitation.code,
        language=visitor.language,
        name=statement.name,
        town_ags=statement.town_ags,
        description=statement.description,
        alt_text=statement.alt_text,
        people=statement.people,
        wording_version=statement.wording_version,
        advertising=statement.advertising,
        network_key=keys.network_key(keyring(), contest.slug, visitor.remote_address),
        requested_at=now,
    )


def _ask(upload: Upload, invitation: Invitation, address: Address, now: datetime) -> None:
    query = sa.select(Upload.mail_id).where(Upload.requested_at > now - timedelta(hours=1))
    may_mail = not_withheld(query.where(Upload.address_key == upload.address_key)) < MAILS_PER_HOUR
    write = enqueue if may_mail else withhold
    upload.sealed_address = keyring().seal(keys.ADDRESS_SEAL, address.deliverable)
    upload.mail = write("upload", compose(invitation, address.deliverable), now)
    proof = Proof(invitation.pin, invitation.link_code)
    keys.UPLOAD.keep(keyring(), upload, proof if may_mail else None)
    db.session.add(upload)


def _locked(request_code: str) -> tuple[Upload, Contest]:
    query = sa.select(Upload.address_key).filter_by(request_code=request_code)
    person = db.session.scalar(query) if codes.is_secret(request_code) else None
    if person is None:
        raise NotFound(UNKNOWN_REQUEST)
    one_at_a_time(person)
    found = sa.select(Upload).filter_by(request_code=request_code).options(joinedload(Upload.mail))
    found = found.with_for_update(of=Upload).execution_options(populate_existing=True)
    upload = db.session.scalars(found).one()
    return upload, db.session.get_one(Contest, upload.contest_id)


def _enter(upload: Upload, contest: Contest, now: datetime) -> None:
    if upload.wording_version != wording.VERSION:
        raise Gone(
            N_("Der Wortlaut der Erlaubnis hat sich inzwischen geändert. Reich dein Foto bitte noch einmal ein.")
        )
    rules.check_room(_standing(upload), contest.entries_per_creator)
    entry = _entry_of(upload, now)
    db.session.add(entry)
    db.session.flush()
    db.session.add(Sighting(entry_number=entry.number, source=Source.UPLOAD, first_seen_at=now))
    upload.status, upload.confirmed_at, upload.entry_number = UploadStatus.CONFIRMED, now, entry.number
    # From here on the entry has it, and decides how long it is kept.
    upload.picture_id = None
    _say_received(upload, entry.number, now)
    uses = (*USUAL_USES, Use.ADVERTISING) if upload.advertising else USUAL_USES
    grant(entry.number, upload.name, _proof_text(upload, now), RECORDER, now, uses=uses)


def _say_received(upload: Upload, number: int, now: datetime) -> None:
    if upload.sealed_address:
        address = keyring().unseal(keys.ADDRESS_SEAL, upload.sealed_address)
        enqueue("upload received", received(upload, number, address), now)


def _standing(upload: Upload) -> int:
    query = sa.select(sa.func.count()).select_from(Upload).join(Entry, Entry.number == Upload.entry_number)
    query = query.where(Upload.contest_id == upload.contest_id, Upload.address_key == upload.address_key)
    return db.session.scalar(query.where(Entry.status.in_((Status.PENDING, Status.APPROVED)))) or 0


def _entry_of(upload: Upload, now: datetime) -> Entry:
    return Entry(
        contest_id=upload.contest_id,
        source=Source.UPLOAD,
        status=Status.PENDING,
        caption=upload.description,
        creator=upload.name,
        alt_text=upload.alt_text,
        hints=kinds_of(upload.description),
        town_ags=upload.town_ags,
        picture_id=upload.picture_id,
        picture_state=PictureState.STORED,
        received_at=now,
        updated_at=now,
    )


def _proof_text(upload: Upload, now: datetime) -> str:
    moment = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    return f"upload {upload.code}, address confirmed by mail at {moment}, wording {upload.wording_version}"
