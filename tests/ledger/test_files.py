"""The published files to the byte."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import pytest

from campaign.ledger import files
from campaign.ledger.files import BallotRow, EntryRow, EventRow, TownRow
from campaign.ledger.leaves import Leaf, LeafKind

A, B = "AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB"
SALT = bytes(range(32))
HEX = SALT.hex()


def test_leaves_stand_one_a_line() -> None:
    leaves = [Leaf(LeafKind.RULES, HEX), Leaf(LeafKind.CLOSE, "0")]
    assert files.leaves_txt(leaves) == f"rules {HEX}\nclose 0\n".encode()
    assert files.leaves_txt([]) == b""


def test_events_stand_by_tracker_then_leaf() -> None:
    rows = [
        EventRow(9, "hold", A, "network", SALT),
        EventRow(3, "cast", B, "3", SALT),
        EventRow(4, "cast", A, "1,17", SALT),
    ]
    expected = f"leaf;kind;tracker;detail;salt\n4;cast;{A};1,17;{HEX}\n9;hold;{A};network;{HEX}\n3;cast;{B};3;{HEX}\n"
    assert files.events_csv(rows) == expected.encode()


def test_ballots_stand_by_tracker() -> None:
    rows = [BallotRow(B, (40, 3, 17), "counted"), BallotRow(A, (3,), "held", "network")]
    expected = f"tracker;picks;status;reason\n{A};3;held;network\n{B};3,17,40;counted;\n"
    assert files.ballots_csv(rows) == expected.encode()


def test_entries_say_why_they_do_not_count_as_others_do() -> None:
    rows = [
        EntryRow(20, None, stands=False, why="withdrawn"),
        EntryRow(3, "16053000", stands=True),
        EntryRow(4, "16053000", stands=True, is_shown=False, moved_from=("16070028", "16051000")),
        EntryRow(5, "16053000", stands=False, why="disqualified", moved_from=("16070028",)),
    ]
    assert files.entries_csv(rows).decode().splitlines() == [
        "number;ags;standing;why",
        "3;16053000;1;",
        "4;16053000;1;not_shown moved:16070028 moved:16051000",
        "5;16053000;0;disqualified moved:16070028",
        "20;;0;withdrawn",
    ]


def test_towns_have_their_own_letters() -> None:
    rows = [TownRow("16070028", "Weißensee", 3200), TownRow("16053000", "Jena", 110000)]
    expected = "ags;name;population\n16053000;Jena;110000\n16070028;Weißensee;3200\n"
    assert files.towns_csv(rows) == expected.encode()


@pytest.mark.parametrize("name", ["a;b", "a\nb", 'a"b', "a\rb"])
def test_what_would_part_a_cell_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="parts cells or lines"):
        files.towns_csv([TownRow("16053000", name, 1)])


def test_a_document_has_one_way_to_be_written() -> None:
    assert files.canonical_json({"b": [1, "ß"], "a": None}) == '{"a":null,"b":[1,"ß"]}'.encode()


def test_checkpoints_and_amendments_are_numbered() -> None:
    assert files.checkpoint_name(12) == "checkpoints/00000012.txt"
    assert files.amendment_name(1) == "amendments/001.json"


def test_the_result_says_what_became_of_every_pick() -> None:
    ballots = [
        BallotRow("a", (1, 2), "counted"),
        BallotRow("b", (1,), "held", "network"),
        BallotRow("c", (1,), "rejected", "network"),
        BallotRow("d", (1, 2), "superseded"),
        BallotRow("e", (2,), "withdrawn"),
    ]
    entries, towns = (
        [EntryRow(2, None, stands=False, why="withdrawn"), EntryRow(1, "1", stands=True)],
        [TownRow("1", "A", 1)],
    )
    entries.append(EntryRow(3, "1", stands=True))
    facts = files.result_facts(ballots, 4, entries, towns)
    assert facts["ballots"] == {
        "counted": 1,
        "held": 1,
        "rejected": 1,
        "superseded": 1,
        "withdrawn": 1,
        "requested": 4,
    }
    reasons = {"held:network": 1, "rejected:network": 1, "superseded": 1}
    assert facts["sums"] == [
        {"number": 1, "raw": 4, "counted": 1, "by_reason": reasons},
        {"number": 2, "raw": 3, "counted": 1, "by_reason": {"superseded": 1, "withdrawn": 1}},
        {"number": 3, "raw": 0, "counted": 0, "by_reason": {}},
    ]
    assert facts["files"]["towns.csv"] == sha256(files.towns_csv(towns)).hexdigest()
    assert facts["files"]["entries.csv"] == sha256(files.entries_csv(entries)).hexdigest()


def test_raw_is_always_the_sum_of_all() -> None:
    rng = Random(1)
    statuses = ("counted", "held", "rejected", "superseded", "withdrawn")
    for _ in range(50):
        ballots = [
            BallotRow(str(place), tuple(rng.sample(range(9), 3)), rng.choice(statuses), rng.choice(("", "x", "y")))
            for place in range(rng.randrange(60))
        ]
        sums = files.sums_by_entry(ballots, range(9))
        assert sum(row["raw"] for row in sums) == 3 * len(ballots)
        assert [row["raw"] for row in sums] == [row["counted"] + sum(row["by_reason"].values()) for row in sums]
