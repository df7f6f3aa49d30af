"""Whole elections by chance, as the folders that are published: every rule, every fate of a ballot, every leaf."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.codes import ALPHABET
from campaign.ledger import files
from campaign.ledger.files import BallotRow, EntryRow, EventRow, TownRow
from campaign.ledger.leaves import Leaf, LeafKind, commitment, file_leaf, shuffled
from campaign.ledger.merkle import Frontier, leaf_hash
from campaign.ledger.notes import Checkpoint, sign, verifier_key
from campaign.results.document import final_document, freeze
from campaign.results.standings import CountingRule, EntryFigures
from campaign.voting.lifecycle import picks_text

SLUG = "2026"
ORIGIN = f"blick.example/{SLUG}"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
START = datetime(2026, 6, 1, 8, tzinfo=UTC)
NAMES = ("Öpfershausen", "Ohrdruf", "Zella-Mehlis", "Weißensee", "Weida", "Jena", "Saalfeld/Saale", "Bad Köstritz")
REASONS = ("network", "sequence", "share_72h", "scanner")
TIES = ("ballots", "best_entry", "fewer_entries", "fewer_inhabitants")
# What may happen next, before and after the close; more often what happens more often.
NEXT = {
    "counted": (("hold", "supersede", "withdraw"), ("hold",)),
    "held": (("release", "supersede", "withdraw"), ("release", "reject", "reject")),
    "rejected": ((), ("reinstate",)),
}
AFTER = {"cast": "counted", "hold": "held", "release": "counted", "reject": "rejected", "reinstate": "counted"}
AFTER |= {"supersede": "superseded", "withdraw": "withdrawn"}


@dataclass
class Ballot:
    """One ballot on its way."""

    tracker: str
    picks: tuple[int, ...]
    status: str = "requested"
    reason: str = ""

    def act(self, kind: str, rng: Random) -> str:
        """Move on; return the detail of the act."""
        self.status, self.reason = AFTER[kind], rng.choice(REASONS) if kind in ("hold", "reject") else ""
        details = {"cast": picks_text(self.picks), "release": rng.choice(("staff", "voter", "challenge"))}
        return details.get(kind, self.reason)

    def row(self) -> BallotRow:
        return BallotRow(self.tracker, self.picks, self.status, self.reason)


@dataclass
class Election:
    """What is published, by file name, and how it came to be."""

    rng: Random
    files: dict[str, bytes] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    opened: list[EventRow] = field(default_factory=list)
    waiting: list[tuple[str, tuple[str, str, str]]] = field(default_factory=list)
    ballots: list[Ballot] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    checkpoints: int = 0
    signed: int = 0
    document: dict[str, Any] = field(default_factory=dict)

    def happen(self, ballot: Ballot, kind: str) -> None:
        self.waiting.append((ballot.tracker, (kind, ballot.tracker, ballot.act(kind, self.rng))))
        if len(self.waiting) >= self.batch:
            self.seal()

    def seal(self) -> None:
        """Put what waits into the log, in a batch."""
        for kind, tracker, detail in shuffled(self.waiting, self.rng):
            salt = self.rng.randbytes(32)
            self.opened.append(EventRow(len(self.leaves), kind, tracker, detail, salt))
            self.put(Leaf(LeafKind.EVENT, commitment(kind, SLUG, tracker, detail, salt)))
        if self.waiting:
            self.sign()
        self.waiting = []
        self.batch = self.rng.randint(3, 15)

    def put(self, leaf: Leaf) -> None:
        self.leaves.append(leaf)
        self.frontier.append(leaf_hash(bytes(leaf)))

    def fix(self, kind: LeafKind, name: str, content: bytes) -> None:
        """Publish a file whose hash is a leaf."""
        self.seal()
        self.files[name] = content
        self.put(file_leaf(kind, content))
        self.sign()

    def sign(self) -> None:
        if self.signed == self.frontier.size:
            return
        self.signed = self.frontier.size
        self.checkpoints += 1
        at = START + timedelta(minutes=45 * self.checkpoints)
        note = sign(Checkpoint(ORIGIN, self.frontier.size, self.frontier.root(), at), KEY)
        self.files[files.checkpoint_name(self.checkpoints)] = self.files["checkpoint"] = note.encode()

    def __post_init__(self) -> None:
        self.batch = 10


def election(
    seed: int, *, ballots: int = 60, until: str = "destroyed", falsify: Callable[[dict[str, Any]], None] | None = None
) -> Election:
    """Return an election of that seed; `until`: "open", "closed", "published", "destroyed".

    `falsify` changes the result before it is published and signed.
    """
    rng = Random(seed)
    one = Election(rng)
    towns, entries = _country(rng)
    rules = _rules(rng)
    one.files["key.txt"] = f"{verifier_key(ORIGIN, KEY)}\n".encode()
    one.fix(LeafKind.RULES, "rules.json", files.canonical_json(rules))
    _vote(one, entries, rules, ballots)
    if rng.random() < 0.5:
        rules = {**rules, "count": _counting(rng)}
        amendment = files.canonical_json({"version": 1, "reason": "Ein Fehler in den Klassen", "rules": rules})
        one.fix(LeafKind.AMENDMENT, files.amendment_name(1), amendment)
        _vote(one, entries, rules, ballots // 3)
    one.seal()
    if until != "open":
        one.put(Leaf(LeafKind.CLOSE, str(len(one.opened))))
        one.sign()
        _canvass(one)
        one.files["entries.csv"], one.files["towns.csv"] = files.entries_csv(entries), files.towns_csv(towns)
    if until in ("published", "destroyed"):
        one.document = _document(one, entries, towns, rules)
        if falsify:
            falsify(one.document)
        one.fix(LeafKind.RESULT, "result.json", freeze(one.document)[0].encode())
        _appeals(one)
    if until == "destroyed":
        one.fix(LeafKind.DESTROYED, "destroyed.json", files.canonical_json({"destroyed": ["voter", "network"]}))
    one.seal()
    one.files["leaves.txt"] = files.leaves_txt(one.leaves)
    if until != "open":
        one.files["events.csv"] = files.events_csv(one.opened)
        one.files["ballots.csv"] = files.ballots_csv(ballot.row() for ballot in one.ballots)
    return one


def write(published: dict[str, bytes], folder: Path) -> Path:
    """Write a folder as `ledger publish` does."""
    for name, content in published.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _country(rng: Random) -> tuple[list[TownRow], list[EntryRow]]:
    names = rng.sample(NAMES, rng.randint(2, len(NAMES)))
    towns = [
        TownRow(f"16{place:02}{rng.randrange(10_000):04}", name, rng.choice((900, 5000, 5001, 20000, 60000)))
        for place, name in enumerate(names, 10)
    ]
    entries = []
    for number in sorted(rng.sample(range(1, 400), rng.randint(4, 25))):
        stands = rng.random() < 0.85
        why = "" if stands else rng.choice(("withdrawn", "disqualified", "pending"))
        ags = rng.choice(towns).ags if stands or rng.random() < 0.6 else None
        moved = (rng.choice(towns).ags,) if rng.random() < 0.15 else ()
        entries.append(EntryRow(number, ags, stands, why, rng.random() < 0.9, moved))
    return towns, entries


def _rules(rng: Random) -> dict[str, Any]:
    return {
        "version": 1,
        "round": SLUG,
        "title": "Der schönste Blick der Stadt",
        "dates": {"vote_from": "2026-06-01T08:00:00Z", "vote_until": "2026-07-01T08:00:00Z"},
        "ballot": {"votes_per_ballot": rng.randint(1, 4), "votes_per_town": rng.randint(1, 2)},
        "count": _counting(rng),
        "detectors": {"network": {"ballots": 20}},
        "mail": {"per_day": 1, "per_round": 3},
    }


def _counting(rng: Random) -> dict[str, Any]:
    return {
        "town_score": rng.choice(("picks", "picks_per_1000")),
        "size_classes": rng.choice(([], [5000], [5000, 20000], [1000, 5001, 30000])),
        "minimum_ballots": rng.choice((0, 1, 5, 12)),
        "ties": rng.sample(TIES, rng.randint(0, 4)),
        "moved_entry": "takes_picks_along",
        "vanished_entry": "counts_for_nobody",
    }


def _vote(one: Election, entries: list[EntryRow], rules: dict[str, Any], ballots: int) -> None:
    """Cast ballots, some of which are held, released, replaced, taken back meanwhile."""
    rng, limits = one.rng, rules["ballot"]
    favourites = rng.sample(entries, max(1, len(entries) // 3))
    for _ in range(ballots):
        wanted = rng.sample(entries, min(len(entries), 6)) if rng.random() < 0.6 else favourites
        picked: dict[int, str] = {}
        for entry in wanted:
            town = entry.moved_from[0] if entry.moved_from else entry.ags or str(entry.number)
            has_room = list(picked.values()).count(town) < limits["votes_per_town"]
            if has_room and len(picked) < rng.randint(1, limits["votes_per_ballot"]):
                picked[entry.number] = town
        code = "".join(rng.choice(ALPHABET) for _ in range(16))
        tracker = "-".join(code[start : start + 4] for start in range(0, 16, 4))
        if picked:
            one.ballots.append(Ballot(tracker, tuple(sorted(picked))))
            one.happen(one.ballots[-1], "cast")
        _go_on(one, is_closed=False, share=0.4)


def _canvass(one: Election) -> None:
    for _ in range(len(one.ballots) // 2):
        _go_on(one, is_closed=True, share=0.9)


def _appeals(one: Election) -> None:
    """Decisions after the results: the ballots say so, the published document stays as it was."""
    for _ in range(3):
        _go_on(one, is_closed=True, share=0.7)


def _go_on(one: Election, *, is_closed: bool, share: float) -> None:
    ballot = one.rng.choice(one.ballots) if one.ballots else None
    moves = NEXT.get(ballot.status, ((), ()))[is_closed] if ballot else ()
    if ballot and moves and one.rng.random() < share:
        one.happen(ballot, one.rng.choice(moves))


def _document(one: Election, entries: list[EntryRow], towns: list[TownRow], rules: dict[str, Any]) -> dict[str, Any]:
    """Return the document as the program publishes it."""
    one.seal()
    counted = [ballot.picks for ballot in one.ballots if ballot.status == "counted"]
    picks = Counter(number for ballot in counted for number in ballot)
    standing = {entry.number: entry.ags for entry in entries if entry.stands}
    turnout: dict[str | None, int] = defaultdict(int)
    for ballot in counted:
        for ags in {standing[number] for number in ballot if number in standing}:
            turnout[ags] += 1
    by_ags = {town.ags: town for town in towns}
    figures = []
    for entry in entries:
        if entry.ags and entry.stands and (picks[entry.number] or entry.is_shown):
            town = by_ags[entry.ags]
            values = (picks[entry.number], turnout[entry.ags], entry.is_shown)
            figures.append(EntryFigures(entry.number, town.ags, town.name, town.population, *values))
    count = rules["count"]
    rule = CountingRule(
        count["town_score"], tuple(count["size_classes"]), count["minimum_ballots"], tuple(count["ties"])
    )
    rows = [ballot.row() for ballot in one.ballots]
    facts = {"contest": SLUG, "title": rules["title"], **files.result_facts(rows, 7, entries, towns)}
    return final_document(figures, rule, START + timedelta(days=40), facts)
