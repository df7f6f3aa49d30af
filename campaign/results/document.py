"""The standings document of the contract: ranks as plain JSON values. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from campaign.results.awards import Award, award
from campaign.results.standings import (
    CountingRule,
    EntryFigures,
    EntryStanding,
    Standing,
    rank_entries,
    rank_towns,
    town_figures,
)
from campaign.towns.normalise import sort_key

SCORE_PLACES = 3
_FIGURES = ("rank", "ballots", "picks", "score", "missing_to_minimum")


def open_document(figures: Iterable[EntryFigures], rule: CountingRule, as_of: datetime) -> dict[str, Any]:
    """Return the standings with all figures: `as_of`, `hidden`, `towns[]` and `entries[]`, both ranked."""
    entries = rank_entries(figures)
    towns = rank_towns(town_figures(one.entry for one in entries), rule)
    return _document(towns, entries, as_of)


def hide_counts(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without any figure that votes go into, in an order that tells nothing either."""
    # A town without any view is there for the votes on what was shown once: that would tell that there are some.
    towns = [{**row, **dict.fromkeys(_FIGURES)} for row in document["towns"] if row["entries"]]
    entries = [{**row, "rank": None, "picks": None} for row in document["entries"]]
    return {
        **document,
        "hidden": True,
        "towns": sorted(towns, key=lambda row: (sort_key(row["name"]), row["ags"])),
        "entries": sorted(entries, key=lambda row: int(row["number"])),
    }


def tell_known(document: dict[str, Any], numbers: Collection[int]) -> dict[str, Any]:
    """Return the document without the entries, and the numbers in its awards, that visitors may not know of."""
    told = {**document, "entries": [row for row in document["entries"] if row["number"] in numbers]}
    if "awards" in document:
        told["awards"] = [
            {**one, "number": one["number"] if one["number"] in numbers else None} for one in document["awards"]
        ]
    return told


def final_document(
    figures: Iterable[EntryFigures], rule: CountingRule, now: datetime, facts: dict[str, Any]
) -> dict[str, Any]:
    """Return the document to publish: the standings with `awards[]`, `rule`, `totals` and the given facts."""
    entries = rank_entries(figures)
    towns = rank_towns(town_figures(one.entry for one in entries), rule)
    return {
        **_document(towns, entries, now),
        **facts,
        "awards": [_award(one) for one in award(towns, entries)],
        "rule": rule_values(rule),
        "totals": {
            "towns": len(towns),
            "entries": len(entries),
            "picks": sum(row.town.picks for row in towns),
        },
        "published_at": utc_text(now),
    }


def freeze(document: dict[str, Any]) -> tuple[str, str]:
    """Return the canonical JSON text (sorted keys, no spaces, UTF-8) and its SHA-256 in hexadecimal."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text, hashlib.sha256(text.encode()).hexdigest()


def rule_values(rule: CountingRule) -> dict[str, Any]:
    """Return the counting rule as JSON values."""
    return {**asdict(rule), "size_classes": list(rule.size_classes), "ties": list(rule.ties)}


def utc_text(moment: datetime) -> str:
    """Return the moment as ISO 8601 in UTC, to the second: 2026-06-15T12:03:00Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def score_value(score: Fraction) -> int | float:
    """Return the score as a JSON number: whole as it is, else rounded to three places."""
    return score.numerator if score.denominator == 1 else float(round(score, SCORE_PLACES))


def _document(towns: Sequence[Standing], entries: Sequence[EntryStanding], as_of: datetime) -> dict[str, Any]:
    return {
        "as_of": utc_text(as_of),
        "hidden": False,
        "towns": [_town(row) for row in towns],
        "entries": [_entry(row) for row in entries],
    }


def _town(row: Standing) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "ags": row.town.ags,
        "name": row.town.name,
        "size_class": row.size_class,
        "entries": row.town.entries,
        "ballots": row.town.ballots,
        "picks": row.town.picks,
        "score": score_value(row.score),
        "missing_to_minimum": row.missing_to_minimum,
    }


def _entry(row: EntryStanding) -> dict[str, Any]:
    one = row.entry
    return {
        "number": one.number,
        "town": {"ags": one.ags, "name": one.name},
        "picks": one.picks,
        "rank": row.rank,
    }


def _award(one: Award) -> dict[str, Any]:
    return {**asdict(one), "kind": one.kind.value}
