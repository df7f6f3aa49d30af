"""Anyone can count a vote again with nothing but its published files, and is told what is wrong with them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from campaign.ledger import files
from campaign.ledger import verify as script
from campaign.ledger.merkle import leaf_hash, tree_root
from campaign.ledger.notes import Checkpoint, parse, sign
from campaign.ledger.verify import Report, verify
from tests.ledger.by_hand import by_hand
from tests.ledger.edits import edit
from tests.ledger.elections import KEY, ORIGIN, Election, election, write

A, B, C = "AAAA-AAAA-AAAA-AAAA", "BBBB-BBBB-BBBB-BBBB", "CCCC-CCCC-CCCC-CCCC"
FOLDER = Path(script.__file__).parent
SCRIPTS = ("verify.py", "recount.py", "signed_log.py")


def report(one: Election, folder: Path) -> Report:
    return verify(write(one.files, folder))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the published script as on a machine without the program: no site packages, no environment."""
    command = [sys.executable, "-S", "verify.py", *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, encoding="utf-8", check=False)


def test_three_hundred_elections_count_as_the_program_counts_them(tmp_path: Path) -> None:
    """The documents are made by `campaign.results`, which the recount shares no line with."""
    for seed in range(300):
        one = election(seed, ballots=30, until="published")
        found = report(one, tmp_path / str(seed))
        assert (seed, found.wrong) == (seed, "")


@pytest.mark.parametrize(("until", "proved"), [("open", 2), ("closed", 3), ("published", 4), ("destroyed", 4)])
def test_what_there_is_so_far_is_checked(tmp_path: Path, until: str, proved: int) -> None:
    found = report(election(3, until=until), tmp_path)
    assert (found.wrong, len(found.proved), len(found.not_proved)) == ("", proved, 3)


def test_a_thousand_single_edits_are_each_named(tmp_path: Path) -> None:
    rng, missed, misnamed = Random(19), [], []
    for seed in range(10):
        one = election(seed, ballots=40)
        folder = write(one.files, tmp_path / str(seed))
        for _ in range(100):
            what, edited = edit(one.files, rng)
            name = what.partition(" in ")[2]
            (folder / name).write_bytes(edited[name])
            found = verify(folder)
            (folder / name).write_bytes(one.files[name])
            # Whether an event is gone or a ballot too much is the same to see.
            might_be = {name, "ballots.csv"} if name == "events.csv" else {name}
            missed += [] if found.wrong else [(seed, what)]
            misnamed += [] if found.file in might_be else [(seed, what, found.wrong)]
        assert verify(folder).wrong == ""
    assert (missed, misnamed) == ([], [])


@pytest.mark.parametrize("name", ["events.csv", "ballots.csv", "leaves.txt"])
def test_the_line_that_is_wrong_is_named(tmp_path: Path, name: str) -> None:
    one, rng = election(4), Random(2)
    folder = write(one.files, tmp_path)
    rows = one.files[name].splitlines(keepends=True)
    for _ in range(60):
        line = rng.choice([line for line in range(1, len(rows)) if name != "leaves.txt" or rows[line][:5] == b"event"])
        row, place = rows[line], rng.randrange(len(rows[line]) - 1)
        changed = row[:place] + bytes([row[place] ^ 1]) + row[place + 1 :]
        (folder / name).write_bytes(b"".join([*rows[:line], changed, *rows[line + 1 :]]))
        found = verify(folder)
        assert (found.file, found.line) == (name, line + 1), found.wrong


def test_a_changed_leaf_is_named_by_its_batch_before_the_close(tmp_path: Path) -> None:
    one = by_hand(("cast", A, "1"), ("cast", B, "3"), ("cast", C, "2"))
    leaves = one.files["leaves.txt"].splitlines()
    leaves[2] = leaves[2][:-1] + (b"0" if leaves[2][-1:] != b"0" else b"1")
    one.files["leaves.txt"] = b"\n".join(leaves) + b"\n"
    found = report(one, tmp_path)
    assert found.wrong == "leaves.txt, line 2, to 4 are not what checkpoints/00000002.txt says."


@pytest.mark.parametrize("seed", range(3))
def test_every_missing_file_is_named(tmp_path: Path, seed: int) -> None:
    one = election(seed)
    folder = write(one.files, tmp_path)
    last = max(name for name in one.files if name.startswith("checkpoints/"))
    for name, content in one.files.items():
        (folder / name).unlink()
        # Without its last file a row of numbers looks whole.
        expected = {last: "checkpoint", "amendments/001.json": "amendments"}.get(name, name)
        assert verify(folder).file == expected
        (folder / name).write_bytes(content)
    assert verify(folder).wrong == ""


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"\n", b";" * 5000, b"1" * 50_000, b"[" * 50_000, b"\0" * 9])
def test_rubbish_in_any_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    one = election(1)
    folder = write(one.files, tmp_path)
    for name, right in one.files.items():
        (folder / name).write_bytes(content)
        found = verify(folder)
        assert found.wrong.endswith(".")
        assert "\n" not in found.wrong
        (folder / name).write_bytes(right)


@pytest.mark.parametrize(
    "rules",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b"1" * 5000,
        b'{"round":1,"ballot":{"votes_per_ballot":3,"votes_per_town":1}}',
        b'{"round":"2027","ballot":{"votes_per_ballot":3,"votes_per_town":1}}',
        b'{"round":"2026","ballot":{"votes_per_ballot":"3","votes_per_town":1}}',
        b'{"round":"2026","ballot":{"votes_per_ballot":0,"votes_per_town":1}}',
        b'{"round":"2026","ballot":null}',
    ],
)
def test_rules_that_are_none_are_named_though_they_are_signed(tmp_path: Path, rules: bytes) -> None:
    found = report(by_hand(("cast", A, "1"), "close", rules=rules), tmp_path)
    assert (found.file, found.line) == ("rules.json", 0)


@pytest.mark.parametrize(
    "result", [b"[]", b"{}", b"\xff", b'{"files":{}}', b'{"files":{"/etc/passwd":""}}', b"9" * 5000]
)
def test_a_result_that_is_none_is_named_though_it_is_signed(tmp_path: Path, result: bytes) -> None:
    found = report(by_hand(("cast", A, "1"), "close", "result", result=result), tmp_path)
    assert found.wrong
    assert found.file in ("result.json", "/etc/passwd")


ALLOWED = [
    (),
    (("hold", A, "network"),),
    (("hold", A, "network"), ("release", A, "voter"), ("hold", A, "share"), ("release", A, "challenge")),
    (("hold", A, "network"), ("supersede", A, "")),
    (("withdraw", A, ""), ("cast", B, "3")),
    ("close", ("hold", A, "network"), ("reject", A, "network"), ("reinstate", A, "")),
    ("close", ("hold", A, "network"), ("reject", A, "sequence")),
]


@pytest.mark.parametrize("acts", ALLOWED)
def test_a_ballot_goes_the_ways_that_it_may_go(tmp_path: Path, acts: tuple[Any, ...]) -> None:
    acts = acts if "close" in acts else (*acts, "close")
    assert report(by_hand(("cast", A, "1,3"), *acts), tmp_path).wrong == ""


FORBIDDEN = [
    (("cast", A, "1"),),
    (("release", A, "staff"),),
    (("reject", A, "network"),),
    (("reinstate", A, ""),),
    (("hold", A, "network"), ("hold", A, "network")),
    (("hold", A, "network"), ("release", A, "anybody")),
    (("hold", A, ""),),
    (("hold", A, "network"), ("reject", A, "")),
    (("hold", A, "network"), ("reject", A, "x"), ("release", A, "staff")),
    (("hold", A, "network"), ("reject", A, "x"), ("supersede", A, "")),
    (("withdraw", A, ""), ("withdraw", A, "")),
    (("supersede", A, ""), ("hold", A, "network")),
    (("withdraw", A, "why"),),
    (("vanish", A, ""),),
    ("close", ("cast", B, "3")),
    ("close", ("withdraw", A, "")),
    ("close", ("hold", A, "x"), ("supersede", A, "")),
]


@pytest.mark.parametrize("acts", FORBIDDEN)
def test_what_may_not_happen_to_a_ballot_is_named_though_it_is_signed(tmp_path: Path, acts: tuple[Any, ...]) -> None:
    acts = acts if "close" in acts else (*acts, "close")
    found = report(by_hand(("cast", A, "1,3"), *acts), tmp_path)
    assert (found.file, found.wrong.endswith("is not allowed at this point.")) == ("events.csv", True)


@pytest.mark.parametrize(
    ("picks", "words"),
    [
        ("1,2", "is no choice of the rules"),
        ("1,3,4,5", "is no choice of the rules"),
        ("3,1", "is no choice of the rules"),
        ("1,1", "is no choice of the rules"),
        ("1,6", "names view 6, not in entries.csv"),
        ("1,", "is not allowed at this point"),
        ("01", "is not allowed at this point"),
        ("1,2,", "is not allowed at this point"),
        ("1,03", "is not allowed at this point"),
    ],
)
def test_a_ballot_that_the_rules_do_not_allow_is_named(tmp_path: Path, picks: str, words: str) -> None:
    found = report(by_hand(("cast", A, picks), "close"), tmp_path)
    assert found.wrong == f"events.csv, line 2, {words}."


def test_an_entry_that_moved_is_not_held_against_the_voter(tmp_path: Path) -> None:
    assert report(by_hand(("cast", A, "3,4"), "close"), tmp_path).wrong == ""


@pytest.mark.parametrize(
    ("leaves", "line"),
    [
        (("close 1",), 2),
        (("close 0", "close 0"), 3),
        ((f"rules {'0' * 64}",), 2),
        ((f"result {'0' * 64}",), 2),
        ((f"destroyed {'0' * 64}",), 2),
    ],
)
def test_a_leaf_at_the_wrong_place_is_named_though_it_is_signed(
    tmp_path: Path, leaves: tuple[str, ...], line: int
) -> None:
    found = report(by_hand(*leaves), tmp_path)
    assert (found.file, found.line) == ("leaves.txt", line)


def test_a_log_without_rules_is_none(tmp_path: Path) -> None:
    one = Election(Random(1))
    one.files["key.txt"] = by_hand().files["key.txt"]
    one.put(by_hand(("cast", A, "1")).leaves[1])
    one.sign()
    one.files["leaves.txt"] = files.leaves_txt(one.leaves)
    assert report(one, tmp_path).wrong == "leaves.txt, line 1, is out of order."


def test_a_leaf_that_nobody_signed_is_named(tmp_path: Path) -> None:
    one = by_hand(("cast", A, "1"))
    one.files["leaves.txt"] += bytes(one.leaves[-1]) + b"\n"
    assert report(one, tmp_path).wrong == "leaves.txt, line 3, is in no checkpoint."


@pytest.mark.parametrize(("leaves", "minutes"), [(2, 90), (1, 90), (0, 90), (3, -90)])
def test_a_checkpoint_that_goes_back_is_named_though_it_is_signed(tmp_path: Path, leaves: int, minutes: int) -> None:
    one = by_hand(("cast", A, "1"))
    if leaves == 3:
        one.put(one.leaves[-1])
    root = tree_root(leaf_hash(bytes(leaf)) for leaf in one.leaves[:leaves])
    late = parse(one.files["checkpoint"].decode()).at + timedelta(minutes=minutes)
    note = sign(Checkpoint(ORIGIN, leaves, root, late), KEY).encode()
    one.files[files.checkpoint_name(3)] = one.files["checkpoint"] = note
    one.files["leaves.txt"] = files.leaves_txt(one.leaves)
    words = "goes back" if leaves else "is not a checkpoint signed with key.txt"
    assert report(one, tmp_path).wrong == f"checkpoints/00000003.txt {words}."


def test_openings_before_the_close_are_named(tmp_path: Path) -> None:
    one = by_hand(("cast", A, "1"))
    one.files["events.csv"] = files.events_csv(one.opened)
    assert report(one, tmp_path).wrong == "events.csv may not be there yet."


def test_an_event_that_nobody_opened_is_named(tmp_path: Path) -> None:
    one = by_hand(("cast", A, "1"), ("cast", B, "3"), "close")
    for name in ("events.csv", "ballots.csv"):
        rows = one.files[name].splitlines(keepends=True)
        one.files[name] = b"".join(rows[:-1])
    assert report(one, tmp_path).wrong == "leaves.txt, line 3, is opened by no row of events.csv."


def more_picks(document: dict[str, Any]) -> None:
    document["entries"][0]["picks"] += 1


def other_award(document: dict[str, Any]) -> None:
    document["awards"][-1]["number"] += 1


def no_award(document: dict[str, Any]) -> None:
    document["awards"].pop()


def other_rank(document: dict[str, Any]) -> None:
    document["towns"][0]["rank"] = 7


def other_rule(document: dict[str, Any]) -> None:
    document["rule"]["minimum_ballots"] += 1


def fewer_rejected(document: dict[str, Any]) -> None:
    document["ballots"]["rejected"] -= 1


def other_sum(document: dict[str, Any]) -> None:
    document["sums"][0]["raw"] += 1


def other_contest(document: dict[str, Any]) -> None:
    document["contest"] = "2025"


FALSE = (more_picks, other_award, no_award, other_rank, other_rule, fewer_rejected, other_sum, other_contest)


@pytest.mark.parametrize("falsify", FALSE)
def test_a_false_result_is_named_though_it_is_signed(tmp_path: Path, falsify: Callable[[dict[str, Any]], None]) -> None:
    found = report(election(8, falsify=falsify), tmp_path)
    assert (found.file, found.line, "counted is" in found.wrong) == ("result.json", 0, True)


def test_for_each_entry_the_raw_sum_is_what_was_counted_and_what_was_not(tmp_path: Path) -> None:
    sums = election(8).document["sums"]
    assert sum(len(row["by_reason"]) for row in sums) > 20
    assert [row["raw"] for row in sums] == [row["counted"] + sum(row["by_reason"].values()) for row in sums]


def test_decisions_after_the_results_change_ballots_and_not_the_results(tmp_path: Path) -> None:
    changed = 0
    for seed in range(20):
        one = election(seed)
        statuses = [ballot.status for ballot in one.ballots]
        changed += statuses.count("counted") != one.document["ballots"]["counted"]
        assert report(one, tmp_path / str(seed)).wrong == ""
    assert changed > 3


def test_the_scripts_run_alone_on_an_empty_machine(tmp_path: Path) -> None:
    one = election(2)
    folder = write({**one.files, **{name: (FOLDER / name).read_bytes() for name in files.AS_THEY_ARE}}, tmp_path)
    english, german = run(folder), run(folder, "--de", ".")
    assert (english.returncode, english.stderr, german.returncode, german.stderr) == (0, "", 0, "")
    assert english.stdout.splitlines() == [*verify(folder).proved, *verify(folder).not_proved]
    assert german.stdout.splitlines() == [*verify(folder, german=True).proved, *verify(folder, german=True).not_proved]
    assert "kein Wählerverzeichnis" in german.stdout
    (folder / "ballots.csv").write_bytes(one.files["ballots.csv"].replace(b"counted", b"held", 1))
    wrong, falsch = run(folder), run(folder, "--de")
    assert (wrong.returncode, wrong.stderr, falsch.returncode, falsch.stderr) == (1, "", 1, "")
    assert wrong.stdout == f"{verify(folder).wrong}\n"
    assert falsch.stdout.endswith("ist nicht, was events.csv von dieser Stimme sagt.\n")
    nothing = run(folder, "nowhere")
    assert (nothing.returncode, nothing.stdout) == (1, "key.txt is missing or cannot be read.\n")


@pytest.mark.parametrize("name", [*SCRIPTS, "witness.py"])
def test_what_is_published_imports_nothing_but_python_and_its_neighbours(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse((FOLDER / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).removeprefix("campaign.ledger.").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) <= {"recount", "signed_log"}


def test_the_script_stays_short_enough_to_be_read() -> None:
    assert len((FOLDER / "verify.py").read_text(encoding="utf-8").splitlines()) <= 250
