#!/usr/bin/env python3
"""Recount a vote from its published files: `python3 verify.py [--de] [FOLDER]`; needs Python 3.10 and nothing else.

Prints what was proved and what was not, or names the first row that is wrong and ends with status 1. README.txt says
what the files hold. Signatures and hashes of the tree are in `signed_log.py` beside this file.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

if __package__:
    from campaign.ledger.recount import Count, Entry
    from campaign.ledger.signed_log import UNREADABLE, Log, Wrong, must
else:  # the published script, alone with its neighbours
    from recount import Count, Entry  # type: ignore[import-not-found,no-redef]
    from signed_log import UNREADABLE, Log, Wrong, must  # type: ignore[import-not-found,no-redef]

LEAF_ORDER = re.compile("rules (amendment )*(close (amendment )*(result (amendment )*)?(destroyed )?)?")
EVENT = re.compile(rb"(0|[1-9][0-9]{0,11});([a-z]+);((?:[0-9A-HJKMNP-TV-Z]{4}-?){4});([a-z0-9_,-]*);([0-9a-f]{64})\n")
BALLOT = re.compile(rb"([0-9A-Z-]+);[0-9,]+;[a-z]+;[a-z0-9_-]*\n")
ENTRY = re.compile(rb"([1-9][0-9]{0,11});([0-9]{8}|);([01]);([a-z0-9_: ]*)\n")
TOWN = re.compile(rb"([0-9]{8});([^;\r\n]+);([1-9][0-9]{0,11})\n")
PICKS, WHY, BACK = "[1-9][0-9]{0,11}(,[1-9][0-9]{0,11})*", "[a-z0-9_-]{1,40}", "release:(staff|voter|challenge)"
LIFE = re.compile(  # what may happen to a ballot, in its order
    f"cast:{PICKS} (hold:{WHY} ({BACK}|reject:{WHY} reinstate:) )*"
    f"(hold:{WHY} reject:{WHY} |(hold:{WHY} )?((supersede|withdraw): )?)"
)
STATUS = {"cast": "counted", "release": "counted", "reinstate": "counted", "hold": "held", "reject": "rejected"}
STATUS |= {"supersede": "superseded", "withdraw": "withdrawn"}
GERMAN = {"counted": "gezählt", "held": "zurückgestellt", "rejected": "abgelehnt"}
GERMAN |= {"superseded": "ersetzt", "withdrawn": "zurückgezogen"}
OPENINGS = ("events.csv", "ballots.csv", "entries.csv", "towns.csv")
NOT_PROVED = (
    "Not proved: that each ballot is a person of its own and none invented; there is no roll of voters."
    " | Nicht bewiesen: dass jede Stimme ein eigener Mensch ist und keine erfunden; es gibt kein Wählerverzeichnis.",
    "Not proved: that your ballot is here; look for the code of your receipt in ballots.csv after the close."
    " | Nicht bewiesen: dass deine Stimme dabei ist; such nach dem Schluss den Code deines Belegs in ballots.csv.",
    "Not proved: that everybody sees this log; compare key.txt and checkpoint with those of a witness."
    " | Nicht bewiesen: dass alle dieses Protokoll sehen; vergleich key.txt und checkpoint mit denen eines Zeugen.",
)


class Report(NamedTuple):
    """`wrong`: one sentence on a file and its line (0: all of it), empty if all is right."""

    wrong: str
    file: str
    line: int
    proved: list[str]
    not_proved: list[str]


class Check:
    """What the leaves of a log stand for, followed through the files that fix and open them."""

    def __init__(self, folder: Path) -> None:
        self.log, self.count = Log(folder), Count()
        self.places: dict[str, int] = {}  # the last leaf of each kind
        self.rules: list[tuple[int, dict[str, Any]]] = []  # the leaf from which on they hold
        self.round, self.most, self.most_a_town = b"", 0, 0

    def fixed(self) -> None:
        """The leaves that fix a file: the rules, their amendments, the result, the record of the destroyed keys."""
        amendments, so_far = iter(self.log.numbered("amendments", "{:03}.json")), ""
        for place, kind, value in self.log.marks or [(0, "", "")]:
            so_far += f"{kind} "
            in_order = LEAF_ORDER.fullmatch(so_far) and (kind == "rules") == (place == 0)
            must(in_order, "leaves.txt", place + 1, "is out of order | steht am falschen Platz")
            self.places[kind] = place
            if kind == "close":
                events = self.log.kinds.count(b"e", 0, place)
                words = f"does not name the {events} events before it | nennt nicht die {events} Ereignisse davor"
                must(value == str(events), "leaves.txt", place + 1, words)
                continue
            name = next(amendments, "amendments") if kind == "amendment" else f"{kind}.json"
            content = self.log.read(name)
            words = f"is not the file of leaf {place} | ist nicht die Datei des Eintrags {place}"
            must(sha256(content).hexdigest() == value, name, 0, words)
            if kind in ("rules", "amendment"):
                self.rules.append((place, json.loads(content) if kind == "rules" else json.loads(content)["rules"]))
            for name, digest in json.loads(content)["files"].items() if kind == "result" else ():
                words = "is not the file that result.json names | ist nicht die Datei, die result.json nennt"
                must(name in OPENINGS and sha256(self.log.read(name)).hexdigest() == digest, name, 0, words)
        must(next(amendments, None) is None, "amendments", 0, "has a file without a leaf | hat eine Datei ohne Eintrag")
        early = {"close": OPENINGS, "result": ("result.json",), "destroyed": ("destroyed.json",)}
        for name in (name for kind, names in early.items() if kind not in self.places for name in names):
            must(not (self.log.folder / name).exists(), name, 0, "may not be there yet | darf noch nicht da sein")
        self.log.at = ("rules.json", 0, UNREADABLE)
        self.round = self.rules[0][1]["round"].encode()
        limits = [rules["ballot"] for _, rules in self.rules]
        self.most, self.most_a_town = (max(one[f"votes_per_{of}"] for one in limits) for of in ("ballot", "town"))
        must(min(self.most, self.most_a_town) >= 1, "rules.json", 0, "allow no ballot | erlauben keine Stimme")
        is_own = self.log.name.rpartition("/")[2].encode() == self.round
        must(is_own, "rules.json", 0, f"are not of {self.log.name} | gehören nicht zu {self.log.name}")
        changes = len(self.rules) - 1
        english = f"The rules are those of leaf 0, with {changes} public amendments"
        german = f"Die Regeln sind die von Eintrag 0, mit {changes} öffentlichen Änderungen"
        self.log.proved.append(f"{english} | {german}")

    def openings(self) -> None:
        """Each event in the log is opened by one row; what became of each ballot follows from its rows."""
        towns = self.log.rows("towns.csv", "ags;name;population", TOWN, lambda row: row[1])
        self.count.towns = {row[1].decode(): (row[2].decode(), int(row[3])) for row in towns}
        for row in self.log.rows("entries.csv", "number;ags;standing;why", ENTRY, lambda row: int(row[1])):
            ags, stands, why = row[2].decode(), row[3] == b"1", row[4].decode()
            is_known = ags in self.count.towns or not (ags or stands)
            must(is_known, *self.log.at[:2], "has a strange town | hat einen fremden Ort")
            self.count.entries[int(row[1])] = Entry(ags, stands, "not_shown" not in why, "moved:" in why)
        ballots = self.log.rows("ballots.csv", "tracker;picks;status;reason", BALLOT, lambda row: row[1])
        rows = self.log.rows("events.csv", "leaf;kind;tracker;detail;salt", EVENT, lambda row: (row[3], int(row[1])))
        line = 1
        for line, (_, acts) in enumerate(groupby(self.opened(rows), lambda one: one[1][3]), 2):
            expected, found = self.ballot(acts), next(ballots, None)
            words = "is not what events.csv says of this ballot | ist nicht, was events.csv von dieser Stimme sagt"
            must(found and found[0] == expected, "ballots.csv", line, words)
        must(next(ballots, None) is None, "ballots.csv", line + 1, "has no event | hat kein Ereignis")
        unopened = self.log.kinds.find(b"e")
        words = "is opened by no row of events.csv | wird von keiner Zeile in events.csv geöffnet"
        must(unopened < 0, "leaves.txt", unopened + 1, words)
        opened, fates = f"{self.log.kinds.count(b'o')}", sorted(self.count.ballots.items())
        english, german = (", ".join(f"{n} {names.get(one, one)}" for one, n in fates) for names in ({}, GERMAN))
        self.log.proved.append(
            f"Each of {opened} events is opened once and allowed; {line - 1} ballots: {english}"
            f" | Jedes von {opened} Ereignissen ist einmal geöffnet und erlaubt; {line - 1} Stimmen: {german}"
        )

    def opened(self, rows: Iterable[re.Match[bytes]]) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Yield the rows with their line, each of which opens a leaf of its own."""
        for line, row in enumerate(rows, 2):
            place = int(row[1])
            if self.log.kinds[place : place + 1] != b"e" or not self.opens(row, place):
                words = f"does not open line {place + 1} of leaves.txt | öffnet nicht Zeile {place + 1} von leaves.txt"
                raise Wrong("events.csv", line, words)
            self.log.kinds[place] = ord("o")
            yield line, row

    def ballot(self, acts: Iterable[tuple[int, re.Match[bytes]]]) -> bytes:
        """Follow a ballot through the log, add it to the count, return its row of ballots.csv."""
        life, status, reason, in_result = "", "", "", ("", "")
        for line, row in acts:
            self.log.at = ("events.csv", line, UNREADABLE)
            place, kind, detail = int(row[1]), row[2].decode(), row[4].decode()
            life += f"{kind}:{detail} "
            is_late = kind in ("cast", "supersede", "withdraw") and place > self.places["close"]
            if is_late or not LIFE.fullmatch(life):
                raise Wrong(*self.log.at[:2], "is not allowed at this point | ist an dieser Stelle nicht erlaubt")
            if place > self.places.get("result", place):
                in_result = in_result if in_result[0] else (status, reason)
            status, reason = STATUS[kind], detail if kind in ("hold", "reject") else ""
            if kind == "cast":
                picks, text = self.picks(detail), f"{row[3].decode()};{detail}"
        self.count.add(picks, *(in_result if in_result[0] else (status, reason)))
        return f"{text};{status};{reason}\n".encode()

    def picks(self, detail: str) -> list[int]:
        """Return the entries of a ballot, which the rules allow; who moved later does not make it wrong."""
        picks, entries = [int(number) for number in detail.split(",")], self.count.entries
        towns = []
        for number in picks:
            if number not in entries:
                words = f"names view {number}, not in entries.csv | nennt Bild {number}, das in entries.csv fehlt"
                raise Wrong(*self.log.at[:2], words)
            if entries[number].ags and not entries[number].has_moved:
                towns.append(entries[number].ags)
        crowded = len(set(towns)) < len(towns) and max(map(towns.count, towns)) > self.most_a_town
        is_allowed = picks == sorted(set(picks)) and len(picks) <= self.most and not crowded
        must(is_allowed, *self.log.at[:2], "is no choice of the rules | ist keine Wahl, die die Regeln erlauben")
        return picks

    def result(self) -> None:
        """Count again and compare with the published result, row by row."""
        document = json.loads(self.log.read("result.json"))
        rule = [rules for place, rules in self.rules if place < self.places["result"]][-1]["count"]
        self.log.at = ("rules.json", 0, UNREADABLE)
        expected = self.count.document(rule)
        expected |= {"contest": self.rules[0][1]["round"], "hidden": False}
        expected["ballots"] = {status: self.count.ballots[status] for status in sorted(set(STATUS.values()))}
        self.log.at = ("result.json", 0, UNREADABLE)
        expected["ballots"]["requested"] = document["ballots"]["requested"]  # no ballots yet: they never enter the log
        must(set(document["files"]) == {"entries.csv", "towns.csv"}, "result.json", 0, UNREADABLE)
        for key, wanted in expected.items():
            pairs = zip_longest(document[key], wanted) if isinstance(wanted, list) else [(document[key], wanted)]
            for number, (found, right) in enumerate(pairs, 1):
                german = f"nennt als {key} {number} {found}, gezählt ist {right}"
                must(found == right, "result.json", 0, f"has as {key} {number} {found}, counted is {right} | {german}")
        self.log.proved.append(
            "Ranks, sums, awards follow from ballots and rules | Ränge, Summen, Preise folgen aus Stimmen und Regeln"
        )

    def opens(self, row: re.Match[bytes], place: int) -> bool:
        """Return whether a row of events.csv is what a leaf commits to."""
        found = sha256(b"\n".join((row[2], self.round, row[3], row[4], row[5]))).digest()
        return self.log.values[32 * place : 32 * place + 32] == found

    def narrowed(self, batch: tuple[str, int, str]) -> tuple[str, int, str]:
        """Return the first leaf of a changed batch that its opening contradicts; the batch if there is none."""
        with suppress(Exception):  # what is wrong has been found already
            self.round = json.loads(self.log.read("rules.json"))["round"].encode()
            with (self.log.folder / "events.csv").open("rb") as lines:
                rows = ((int(row[1]), row) for row in map(EVENT.fullmatch, lines) if row)
                first = min(place for place, row in rows if place in self.log.changed and not self.opens(row, place))
            return "leaves.txt", first + 1, "is not what was signed | ist nicht, was unterschrieben wurde"
        return batch


def verify(folder: Path | str = ".", *, german: bool = False) -> Report:
    """Check the published files of a vote, whatever stands in them."""
    check, found = Check(Path(folder)), ("", 0, "")
    try:
        check.log.check()
        check.fixed()
        for kind, step in (("close", check.openings), ("result", check.result)):
            if kind in check.places:
                step()
    except Wrong as error:
        found = error.args
    except OSError as error:
        found = (Path(error.filename or check.log.at[0]).name, 0, UNREADABLE)
    except Exception:  # files of strangers can be broken in any way
        found = check.log.at
    if check.log.changed:
        found = check.narrowed(found)
    file, line, words = found
    place = file + (f", {'Zeile' if german else 'line'} {line}," if line else "")
    wrong = f"{place} {words.split(' | ')[german]}." if words else ""
    proved, not_proved = ([one.split(" | ")[german] for one in some] for some in (check.log.proved, NOT_PROVED))
    return Report(wrong, file, line, [f"{one}." for one in proved], not_proved)


def main() -> int:
    """Print the report; the status is 1 if something is wrong."""
    german = "--de" in sys.argv
    report = verify(*[name for name in sys.argv[1:] if name != "--de"][:1], german=german)
    lines = [report.wrong] if report.wrong else report.proved + report.not_proved
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode(errors="replace"))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
