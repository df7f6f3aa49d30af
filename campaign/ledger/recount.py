"""The count of a vote from nothing but the published rules, for `verify.py` beside this file; needs only Python 3.10.

This is the second implementation of the counting rule, on purpose: it shares no line with the one that the program
publishes results with.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A view: its town, whether it stands, may be seen, ever moved to another town."""

    ags: str
    stands: bool
    is_shown: bool
    has_moved: bool


class Count:
    """What the ballots say; `fates` are picks by (entry, status or "status:reason"), `turnout` ballots by town."""

    def __init__(self) -> None:
        self.towns: dict[str, tuple[str, int]] = {}  # name, inhabitants
        self.entries: dict[int, Entry] = {}
        self.raw: dict[int, int] = defaultdict(int)
        self.fates: dict[tuple[int, str], int] = defaultdict(int)
        self.turnout: dict[str, int] = defaultdict(int)
        self.ballots: dict[str, int] = defaultdict(int)

    def add(self, picks: list[int], status: str, reason: str) -> None:
        """Count a ballot, or set it aside under its status and reason."""
        fate = f"{status}:{reason}" if reason else status
        self.ballots[status] += 1
        for number in picks:
            self.raw[number] += 1
            self.fates[number, fate] += 1
        if status == "counted":
            for ags in {self.entries[number].ags for number in picks if self.entries[number].stands}:
                self.turnout[ags] += 1

    def document(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Return what the published result has to say, as JSON values."""
        # A view that nobody may see any more keeps its picks; without any it is no longer spoken of.
        picks = {number: self.fates[number, "counted"] for number, one in self.entries.items() if one.stands}
        picks = {number: count for number, count in picks.items() if count or self.entries[number].is_shown}
        towns = self._towns(rule, picks)
        return {
            "rule": {key: rule[key] for key in ("town_score", "size_classes", "minimum_ballots", "ties")},
            "entries": self._entries(picks),
            "towns": towns,
            "totals": {"towns": len(towns), "entries": len(picks), "picks": sum(picks.values())},
            "awards": self._awards(towns, picks),
            "sums": self._sums(),
        }

    def _sums(self) -> list[dict[str, Any]]:
        reasons: dict[int, dict[str, int]] = defaultdict(dict)
        for (number, fate), count in self.fates.items():
            reasons[number][fate] = count
        return [
            {"number": one, "raw": self.raw[one], "counted": reasons[one].pop("counted", 0), "by_reason": reasons[one]}
            for one in sorted(self.entries)
        ]

    def _place(self, number: int) -> dict[str, str]:
        ags = self.entries[number].ags
        return {"ags": ags, "name": self.towns[ags][0]}

    def _by_town(self, picks: dict[int, int]) -> dict[str, list[int]]:
        by_town: dict[str, list[int]] = defaultdict(list)
        for number in picks:
            by_town[self.entries[number].ags].append(number)
        return by_town

    def _entries(self, picks: dict[int, int]) -> list[dict[str, Any]]:
        ranks: dict[int, int] = {}
        return [
            {"number": one, "town": self._place(one), "picks": picks[one], "rank": ranks.setdefault(picks[one], place)}
            for place, one in enumerate(sorted(picks, key=lambda one: (-picks[one], one)), 1)
        ]

    def _towns(self, rule: dict[str, Any], picks: dict[int, int]) -> list[dict[str, Any]]:
        limits, rows = rule["size_classes"], []
        for ags, own in self._by_town(picks).items():
            (name, people), ballots, total = self.towns[ags], self.turnout[ags], sum(picks[number] for number in own)
            size, shown = bisect_left(limits, people), sum(self.entries[number].is_shown for number in own)
            per_head = rule["town_score"] == "picks_per_1000"
            score = Fraction(total * 1000, people) if per_head else Fraction(total)
            steps = {"ballots": -ballots, "fewer_entries": shown, "fewer_inhabitants": people}
            steps["best_entry"] = -max(picks[number] for number in own)
            missing = max(0, rule["minimum_ballots"] - ballots)
            merit = (-ballots,) if missing else (-score, *(steps[step] for step in rule["ties"]))
            row = {
                "ags": ags,
                "name": name,
                "size_class": f"{limits[size - 1] + 1 if size else 0}-{limits[size] if size < len(limits) else ''}",
                "entries": shown,
                "ballots": ballots,
                "picks": total,
                "score": score.numerator if score.denominator == 1 else float(round(score, 3)),
                "missing_to_minimum": missing,
            }
            rows.append(((size, missing > 0, merit, _spelled(name), ags), row))
        ranks: dict[Any, int] = {}
        places = Counter[int]()
        for (size, is_below, merit, *_), row in sorted(rows, key=lambda one: one[0]):
            places[size] += 1
            row["rank"] = None if is_below else ranks.setdefault((size, merit), places[size])
        return [row for _, row in sorted(rows, key=lambda one: one[0])]

    def _awards(self, towns: list[dict[str, Any]], picks: dict[int, int]) -> list[dict[str, Any]]:
        awards, winners = [], [row for row in towns if row["rank"] == 1 and row["picks"]]
        sizes = Counter(row["size_class"] for row in winners)
        by_town = self._by_town(picks)
        for row in winners:
            of_town = {key: row[key] for key in ("size_class", "ags", "name", "picks")}
            awards.append({**of_town, "kind": "town", "number": None, "shared": sizes[row["size_class"]] > 1})
            awards += self._best("town_entry", row["size_class"], by_town[row["ags"]], picks)
        return awards + self._best("entry", None, picks, picks)

    def _best(self, kind: str, size: str | None, some: Iterable[int], picks: dict[int, int]) -> list[dict[str, Any]]:
        picked = sorted(number for number in some if picks[number])
        most = max((picks[number] for number in picked), default=0)
        best = [number for number in picked if picks[number] == most]
        common = {"kind": kind, "size_class": size, "shared": len(best) > 1}
        return [{**common, **self._place(number), "number": number, "picks": picks[number]} for number in best]


def _spelled(name: str) -> str:
    """Return the key of German dictionary order: ä like a, ß like ss, case ignored (DIN 5007-1)."""
    return "".join(char for char in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(char))
