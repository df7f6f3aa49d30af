"""What it costs to count a vote of a million ballots again, and to let the log grow.

Times are of the processor, so that other work on the machine is not counted; memory is the most that the process that
verifies ever had, Python itself included (read from /proc, hence on Linux only).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.codes import ALPHABET
from campaign.ledger import files
from campaign.ledger.leaves import Leaf, LeafKind, commitment, file_leaf
from campaign.ledger.merkle import Frontier, leaf_hash
from campaign.ledger.notes import Checkpoint, sign, verifier_key
from campaign.results.document import final_document, freeze
from campaign.results.standings import CountingRule, EntryFigures

BALLOTS = 1_000_000
BATCH = 50
ENTRIES, TOWNS = 10_000, 200
HELD = 0.05
START = datetime(2026, 6, 1, tzinfo=UTC)
SCRIPTS = Path(files.__file__).parent
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


class _Season:
    """A vote on its way into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rng, self.frontier, self.signed = folder, Random(1), Frontier(), 0
        self.leaves = (folder / "leaves.txt").open("wb")
        (folder / "checkpoints").mkdir()
        (folder / "key.txt").write_text(f"{verifier_key('blick.example/2026', KEY)}\n", encoding="utf-8")
        self.seconds = 0.0

    def append(self, *leaves: Leaf) -> None:
        """Append a batch and sign it."""
        started = time.process_time()
        self.frontier.extend(leaf_hash(bytes(leaf)) for leaf in leaves)
        self.signed += 1
        at = START + timedelta(minutes=self.signed)
        note = sign(Checkpoint("blick.example/2026", self.frontier.size, self.frontier.root(), at), KEY)
        self.seconds += time.process_time() - started
        self.leaves.write(files.leaves_txt(leaves))
        for name in (files.checkpoint_name(self.signed), "checkpoint"):
            (self.folder / name).write_text(note, encoding="utf-8")

    def fix(self, kind: LeafKind, name: str, content: bytes) -> None:
        """Publish a file whose hash is a leaf."""
        (self.folder / name).write_bytes(content)
        self.append(file_leaf(kind, content))


def main() -> None:
    """Build a vote, verify it in a process of its own, and print both."""
    with TemporaryDirectory() as name:
        season = _build(Path(name))
        print(
            f"log of {season.frontier.size} leaves in {season.signed} batches: {season.seconds:.1f} s to hash and sign"
        )
        per_batch = season.seconds / season.signed * 1000
        print(f"a batch of {BATCH} in it: {per_batch:.2f} ms, whatever the size of the log")
        _verify(name)


def _verify(folder: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The figures of a child begin with the size of its parent; its own peak stands in its status.
    code = "import sys; sys.path.insert(0, sys.argv[2]); from verify import verify"
    code += "; print(verify(sys.argv[1]).wrong or 'all is right')"
    code += "; print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')])"
    run = subprocess.run(
        [sys.executable, "-c", code, folder, str(SCRIPTS)], check=True, capture_output=True, encoding="utf-8"
    )
    outcome, peak = run.stdout.splitlines()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"verified in {spent:.1f} s (aim: well under 60 s) with {int(peak) // 1024} MiB: {outcome}")


def _build(folder: Path) -> _Season:
    season = _Season(folder)
    rule = CountingRule()
    count = {"town_score": rule.town_score, "size_classes": list(rule.size_classes), "ties": list(rule.ties)}
    ballot = {"votes_per_ballot": 3, "votes_per_town": 1}
    rules = {"round": "2026", "ballot": ballot, "count": {**count, "minimum_ballots": rule.minimum_ballots}}
    season.fix(LeafKind.RULES, "rules.json", files.canonical_json(rules))
    ballots = _vote(season)
    season.append(Leaf(LeafKind.CLOSE, str(season.frontier.size - 1)))
    towns = [files.TownRow(f"16{town:06}", f"Ort {town}", 500 + 300 * town) for town in range(TOWNS)]
    entries = [files.EntryRow(number, towns[number % TOWNS].ags, stands=True) for number in range(1, ENTRIES + 1)]
    (folder / "towns.csv").write_bytes(files.towns_csv(towns))
    (folder / "entries.csv").write_bytes(files.entries_csv(entries))
    picks = Counter(number for one in ballots if one.status == "counted" for number in one.picks)
    turnout = Counter(number % TOWNS for one in ballots if one.status == "counted" for number in one.picks)
    figures = [
        EntryFigures(one.number, town.ags, town.name, town.population, picks[one.number], turnout[one.number % TOWNS])
        for one in entries
        for town in (towns[one.number % TOWNS],)
    ]
    facts = {"contest": "2026", "title": "Vote", **files.result_facts(ballots, 0, entries, towns)}
    season.fix(LeafKind.RESULT, "result.json", freeze(final_document(figures, rule, START, facts))[0].encode())
    season.leaves.close()
    return season


def _vote(season: _Season) -> list[files.BallotRow]:
    """Cast the ballots, three picks each; some are held and most of these released."""
    rng, rows, ballots, batch = season.rng, [], [], []
    size = season.frontier.size
    for _ in range(BALLOTS):
        code = "".join(rng.choices(ALPHABET, k=16))
        tracker = "-".join(code[start : start + 4] for start in range(0, 16, 4))
        first = rng.randrange(1, ENTRIES - 20)
        picks = (first, first + rng.randrange(1, 9), first + rng.randrange(10, 20))
        acts = [("cast", ",".join(map(str, picks)))]
        acts += [("hold", "network")] if rng.random() < HELD else []
        acts += [("release", "staff")] if len(acts) == 2 and rng.random() < 0.8 else []
        is_held = acts[-1][0] == "hold"
        ballots.append(files.BallotRow(tracker, picks, "held" if is_held else "counted", "network" if is_held else ""))
        for kind, detail in acts:
            salt = rng.randbytes(32)
            rows.append(files.EventRow(size, kind, tracker, detail, salt))
            batch.append(Leaf(LeafKind.EVENT, commitment(kind, "2026", tracker, detail, salt)))
            size += 1
        if len(batch) >= BATCH:
            season.append(*batch)
            batch = []
    season.append(*batch)
    (season.folder / "events.csv").write_bytes(files.events_csv(rows))
    (season.folder / "ballots.csv").write_bytes(files.ballots_csv(ballots))
    return ballots


if __name__ == "__main__":
    main()
