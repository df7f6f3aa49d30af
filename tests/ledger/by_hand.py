"""Logs in which exactly one thing happened, signed by their owner: what a signature alone does not stop."""

from __future__ import annotations

from random import Random
from typing import Any

from campaign.ledger import files
from campaign.ledger.files import EntryRow, EventRow, TownRow
from campaign.ledger.leaves import Leaf, LeafKind, commitment, parse_leaf
from campaign.ledger.notes import verifier_key
from tests.ledger.elections import AFTER, KEY, ORIGIN, SLUG, Ballot, Election

RULES: dict[str, Any] = {
    "round": SLUG,
    "ballot": {"votes_per_ballot": 3, "votes_per_town": 1},
    "count": {"town_score": "picks", "size_classes": [5000], "minimum_ballots": 0, "ties": []},
}
TOWNS = [TownRow("16053000", "Jena", 110000), TownRow("16070028", "Ohrdruf", 9000)]
ENTRIES = [
    EntryRow(1, "16053000", stands=True),
    EntryRow(2, "16053000", stands=True),
    EntryRow(3, "16070028", stands=True),
    EntryRow(4, "16070028", stands=True, moved_from=("16053000",)),
    EntryRow(5, None, stands=False, why="withdrawn"),
]


def by_hand(*acts: tuple[str, str, str] | str, rules: bytes | None = None, result: bytes | None = None) -> Election:
    """Return a log signed by its owner in which exactly this happened: acts on ballots, and "close" and "result"."""
    one = Election(Random(1))
    one.files["key.txt"] = f"{verifier_key(ORIGIN, KEY)}\n".encode()
    one.fix(LeafKind.RULES, "rules.json", files.canonical_json(RULES) if rules is None else rules)
    rows: dict[str, Ballot] = {}
    for act in acts:
        if act == "close":
            one.put(Leaf(LeafKind.CLOSE, str(len(one.opened))))
        elif act == "result":
            one.fix(LeafKind.RESULT, "result.json", result or b"{}")
        elif isinstance(act, str):
            one.put(parse_leaf(act))
        else:
            kind, tracker, detail = act
            salt = one.rng.randbytes(32)
            one.opened.append(EventRow(len(one.leaves), kind, tracker, detail, salt))
            one.put(Leaf(LeafKind.EVENT, commitment(kind, SLUG, tracker, detail, salt)))
            row = rows.setdefault(tracker, Ballot(tracker, ()))
            row.picks = tuple(int(pick) for pick in detail.split(",") if pick) if kind == "cast" else row.picks
            row.status, row.reason = AFTER.get(kind, ""), detail if kind in ("hold", "reject") else ""
    one.sign()
    one.files["leaves.txt"] = files.leaves_txt(one.leaves)
    if "close" in acts:
        one.files["events.csv"] = files.events_csv(one.opened)
        one.files["ballots.csv"] = files.ballots_csv(row.row() for row in rows.values())
        one.files["entries.csv"], one.files["towns.csv"] = files.entries_csv(ENTRIES), files.towns_csv(TOWNS)
    return one
