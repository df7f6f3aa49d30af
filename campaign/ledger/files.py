"""The published files of a vote, from plain values to bytes; `verify.py` reads them. Pure.

CSV: UTF-8 without a mark, semicolons, a header, line feeds. Whoever writes a folder puts leaves and checkpoints there
before the file `checkpoint`, so that nobody ever sees a checkpoint without its leaves.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from campaign.ledger.leaves import Leaf
from campaign.voting.lifecycle import picks_text

# Beside this file; published as they are.
AS_THEY_ARE: Final = ("README.txt", "verify.py", "recount.py", "signed_log.py", "witness.py")
_CELL: Final = re.compile(r"[^;\r\n\"]*")


@dataclass(frozen=True)
class EventRow:
    """The opening of one act on a ballot: the number of its leaf (from 0) and what the commitment was made of."""

    leaf: int
    kind: str
    tracker: str
    detail: str
    salt: bytes


@dataclass(frozen=True)
class BallotRow:
    """What became of a ballot; `reason` only of one that is held or rejected."""

    tracker: str
    picks: tuple[int, ...]
    status: str
    reason: str = ""


@dataclass(frozen=True)
class EntryRow:
    """An entry that stands or that any ballot names.

    `why` says why one does not stand (its status). `is_shown`: visitors may see it; if not, its picks count and it is
    no view of the town's. `moved_from`: towns that it was in while ballots were cast.
    """

    number: int
    ags: str | None
    stands: bool
    why: str = ""
    is_shown: bool = True
    moved_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class TownRow:
    """A town and the inhabitants that its size class comes from."""

    ags: str
    name: str
    population: int


def leaves_txt(leaves: Iterable[Leaf]) -> bytes:
    """Return leaves.txt, one leaf a line; a later batch can be appended to an earlier file."""
    return b"".join(b"%b\n" % bytes(leaf) for leaf in leaves)


def events_csv(rows: Iterable[EventRow]) -> bytes:
    """Return events.csv, by tracker, then leaf."""
    ordered = sorted(rows, key=lambda row: (row.tracker, row.leaf))
    cells = ((str(row.leaf), row.kind, row.tracker, row.detail, row.salt.hex()) for row in ordered)
    return _csv(("leaf", "kind", "tracker", "detail", "salt"), cells)


def ballots_csv(rows: Iterable[BallotRow]) -> bytes:
    """Return ballots.csv, by tracker."""
    ordered = sorted(rows, key=lambda row: row.tracker)
    cells = ((row.tracker, picks_text(row.picks), row.status, row.reason) for row in ordered)
    return _csv(("tracker", "picks", "status", "reason"), cells)


def entries_csv(rows: Iterable[EntryRow]) -> bytes:
    """Return entries.csv, by number."""
    ordered = sorted(rows, key=lambda row: row.number)
    cells = ((str(row.number), row.ags or "", str(int(row.stands)), _why(row)) for row in ordered)
    return _csv(("number", "ags", "standing", "why"), cells)


def towns_csv(rows: Iterable[TownRow]) -> bytes:
    """Return towns.csv, by AGS."""
    ordered = sorted(rows, key=lambda row: row.ags)
    return _csv(("ags", "name", "population"), ((row.ags, row.name, str(row.population)) for row in ordered))


def canonical_json(document: Any) -> bytes:
    """Return the one way to write a document: sorted keys, no blanks, UTF-8."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def checkpoint_name(number: int) -> str:
    """Return the name of a checkpoint's file; they count from 1 without a gap."""
    return f"checkpoints/{number:08}.txt"


def amendment_name(number: int) -> str:
    """Return the name of an amendment's file; they count from 1 without a gap.

    Its JSON holds under `rules` the whole rules as they stand from its leaf on.
    """
    return f"amendments/{number:03}.json"


def result_facts(
    ballots: Sequence[BallotRow], requested: int, entries: Sequence[EntryRow], towns: Sequence[TownRow]
) -> dict[str, Any]:
    """Return what the published document has to say besides the standings, so that `verify.py` can compare.

    `ballots` by status (requests that nobody confirmed never enter the log), `sums` per entry, `files`: SHA-256 of
    the two files that no leaf fixes otherwise.
    """
    statuses = dict.fromkeys(("counted", "held", "rejected", "superseded", "withdrawn"), 0)
    for ballot in ballots:
        statuses[ballot.status] += 1
    files = {"entries.csv": entries_csv(entries), "towns.csv": towns_csv(towns)}
    return {
        "ballots": {**statuses, "requested": requested},
        "sums": sums_by_entry(ballots, (entry.number for entry in entries)),
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }


def sums_by_entry(ballots: Iterable[BallotRow], numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Return what the picks on each entry came to: `raw` is the sum of `counted` and all of `by_reason`, always."""
    raw: dict[int, int] = defaultdict(int)
    fates: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ballot in ballots:
        fate = f"{ballot.status}:{ballot.reason}" if ballot.reason else ballot.status
        for number in ballot.picks:
            raw[number] += 1
            fates[number][fate] += 1
    sums = []
    for number in sorted(numbers):
        by_reason = dict(fates[number])
        counted = by_reason.pop("counted", 0)
        sums.append({"number": number, "raw": raw[number], "counted": counted, "by_reason": by_reason})
    return sums


def _why(row: EntryRow) -> str:
    words = [row.why] if not row.stands else [] if row.is_shown else ["not_shown"]
    return " ".join([*words, *(f"moved:{ags}" for ags in row.moved_from)])


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    return "".join(f"{_line(cells)}\n" for cells in (header, *rows)).encode()


def _line(cells: Sequence[str]) -> str:
    line = ";".join(cells)
    if line.count(";") != len(cells) - 1 or not all(map(_CELL.fullmatch, cells)):
        raise ValueError(f"a cell of {line!r} holds what parts cells or lines")
    return line
