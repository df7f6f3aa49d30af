"""The files of `ledger publish`: what anyone needs to check the log, and after the close to count again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.usable import with_right
from campaign.entries.uses import Use
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.ledger import files
from campaign.ledger.leaves import LeafKind
from campaign.ledger.models import LedgerCheckpoint, LedgerLeaf
from campaign.ledger.services import has_leaf, stored_leaves
from campaign.ledger.signing import signer_of
from campaign.towns.models import Town
from campaign.voting.lifecycle import Act, BallotStatus, read_picks
from campaign.voting.models import Ballot, BallotEvent, Pick

# Where the scheduler keeps the files that the web site hands out, in site.data_dir.
FOLDER: Final = "ledger"
_HERE: Final = Path(__file__).parent


def publish(contest: Contest, folder: Path, now: datetime) -> list[str]:
    """Write the public files into a folder, each whole or not at all; returns their names.

    The newest checkpoint comes last: nobody ever sees one without its leaves.

    Raises:
        CampaignError: there is no log yet, or the folder cannot be written.
    """
    last = _checkpoints(contest.id)
    if not last:
        raise CampaignError("There is no ledger yet: it begins when voting opens. Run: campaign ledger seal")
    names = []
    try:
        for name, content in _files(contest, last, now):
            _write(folder / name, content)
            names.append(name)
    except OSError as error:
        raise CampaignError(
            "%(folder)s cannot be written (%(why)s). Choose another folder.",
            folder=str(folder),
            why=error.strerror or type(error).__name__,
        ) from error
    return names


def _files(contest: Contest, checkpoints: list[LedgerCheckpoint], now: datetime) -> Iterator[tuple[str, bytes]]:
    yield "key.txt", f"{signer_of(contest, now).public}\n".encode()
    for name in files.AS_THEY_ARE:
        yield name, (_HERE / name).read_bytes()
    fixed = sa.select(LedgerLeaf.name, LedgerLeaf.content).filter_by(contest_id=contest.id)
    for fixed_name, text in db.session.execute(fixed.where(LedgerLeaf.name.is_not(None)).order_by(LedgerLeaf.number)):
        yield str(fixed_name), str(text).encode()
    if has_leaf(contest.id, LeafKind.CLOSE):
        yield "events.csv", files.events_csv(event_rows(contest))
        yield "ballots.csv", files.ballots_csv(ballot_rows(contest))
        yield "entries.csv", files.entries_csv(entry_rows(contest, now))
        yield "towns.csv", files.towns_csv(town_rows())
    yield "leaves.txt", "".join(f"{text}\n" for text in stored_leaves(contest.id)).encode()
    for checkpoint in checkpoints:
        yield files.checkpoint_name(checkpoint.number), checkpoint.note.encode()
    yield "checkpoint", checkpoints[-1].note.encode()


def event_rows(contest: Contest) -> list[files.EventRow]:
    """Return the opening of every leaf of an act."""
    columns = (LedgerLeaf.number, BallotEvent.kind, BallotEvent.tracker, BallotEvent.detail, BallotEvent.salt)
    query = sa.select(*columns).join(BallotEvent, BallotEvent.id == LedgerLeaf.event_id)
    rows = db.session.execute(query.where(LedgerLeaf.contest_id == contest.id))
    return [files.EventRow(number, kind.value, tracker, detail, salt) for number, kind, tracker, detail, salt in rows]


def ballot_rows(contest: Contest) -> list[files.BallotRow]:
    """Return what became of every ballot that was cast, as the ballots themselves say."""
    cast = sa.select(BallotEvent.tracker, BallotEvent.detail).filter_by(contest_id=contest.id, kind=Act.CAST)
    cast = cast.join(LedgerLeaf, LedgerLeaf.event_id == BallotEvent.id)
    picks = {tracker: tuple(read_picks(detail)) for tracker, detail in db.session.execute(cast)}
    stored = sa.select(Ballot.receipt_code, Ballot.status, Ballot.reason).filter_by(contest_id=contest.id)
    rows = db.session.execute(stored.where(Ballot.status != BallotStatus.REQUESTED, Ballot.withdraws.is_(False)))
    return [files.BallotRow(code, picks.get(code, ()), status.value, reason or "") for code, status, reason in rows]


def entry_rows(contest: Contest, now: datetime) -> list[files.EntryRow]:
    """Return the entries that stand, and those that any ballot names, with the reason why they do not."""
    shown = sa.func.coalesce(with_right(Use.WEB, now), sa.false())
    picked = sa.select(Pick.entry_number).join(Ballot).where(Ballot.status != BallotStatus.REQUESTED)
    query = sa.select(Entry.number, Entry.town_ags, Entry.status, shown).where(Entry.contest_id == contest.id)
    query = query.where(sa.or_(Entry.status == Status.APPROVED, Entry.number.in_(picked)))
    rows = []
    for number, ags, status, is_shown in db.session.execute(query):
        stands = status is Status.APPROVED and ags is not None
        why = "" if stands else "no_town" if status is Status.APPROVED else status.value
        rows.append(files.EntryRow(number, ags, stands, why, is_shown=bool(is_shown)))
    return rows


def town_rows() -> list[files.TownRow]:
    """Return all towns with their inhabitants."""
    return [files.TownRow(*row) for row in db.session.execute(sa.select(Town.ags, Town.name, Town.population))]


def _checkpoints(contest_id: int) -> list[LedgerCheckpoint]:
    query = sa.select(LedgerCheckpoint).filter_by(contest_id=contest_id).order_by(LedgerCheckpoint.number)
    return list(db.session.scalars(query))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
