"""The rules of a vote as one document: what is fixed when voting opens, whose hash is published. Pure."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from campaign.sections import ContestSettings, ResultSettings

VERSION: Final = 1
CONFIRM_HOURS: Final = 24
# Where a value of the configuration stands in the document.
KEYS: Final = {
    "contest.title": ("title",),
    "contest.vote_from": ("dates", "vote_from"),
    "contest.vote_until": ("dates", "vote_until"),
    "contest.counts_hidden_from": ("dates", "counts_hidden_from"),
    "contest.publish_at": ("dates", "publish_at"),
    "contest.votes_per_ballot": ("ballot", "votes_per_ballot"),
    "contest.votes_per_town": ("ballot", "votes_per_town"),
    "results.town_score": ("count", "town_score"),
    "results.size_classes": ("count", "size_classes"),
    "results.minimum_ballots": ("count", "minimum_ballots"),
    "results.ties": ("count", "ties"),
}


class Configured(Protocol):
    """The parts of the configuration that rules are made of."""

    @property
    def contest(self) -> ContestSettings: ...
    @property
    def results(self) -> ResultSettings: ...


def rules_document(config: Configured, detectors: dict[str, Any], mails: dict[str, int]) -> dict[str, Any]:
    """Return the rules that a configuration makes, with the thresholds of the detectors and the limits of mails."""
    contest, results = config.contest, config.results
    hidden = contest.counts_hidden_from
    return {
        "version": VERSION,
        "round": contest.slug,
        "title": contest.title,
        "dates": {
            "vote_from": moment_text(contest.vote_from),
            "vote_until": moment_text(contest.vote_until),
            "counts_hidden_from": moment_text(hidden) if hidden else None,
            "publish_at": moment_text(contest.publish_at),
            "confirm_hours_after_close": CONFIRM_HOURS,
        },
        "ballot": {"votes_per_ballot": contest.votes_per_ballot, "votes_per_town": contest.votes_per_town},
        "count": {
            "town_score": results.town_score,
            "size_classes": list(results.size_classes),
            "minimum_ballots": results.minimum_ballots,
            "ties": list(results.ties),
            "moved_entry": "takes_picks_along",
            "vanished_entry": "counts_for_nobody",
        },
        "detectors": detectors,
        "mail": mails,
    }


def canonical_text(document: dict[str, Any]) -> str:
    """Return a document as it is hashed: JSON with sorted keys, no spaces."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def differing_keys(fixed: dict[str, Any], config: Configured) -> dict[str, tuple[Any, Any]]:
    """Return the keys of the configuration that say something else than the fixed rules: (fixed, configured)."""
    now = rules_document(config, {}, {})
    pairs = {key: (value_at(fixed, key), value_at(now, key)) for key in KEYS}
    return {key: (one, other) for key, (one, other) in pairs.items() if one != other}


def amended(fixed: dict[str, Any], config: Configured) -> dict[str, Any]:
    """Return the fixed rules with what a configuration says; detectors and mails stay."""
    return {**rules_document(config, fixed["detectors"], fixed["mail"]), "round": fixed["round"]}


def value_at(document: dict[str, Any], key: str) -> Any:
    """Return what a document says about a key of the configuration."""
    value: Any = document
    for step in KEYS[key]:
        value = value[step]
    return value


def moment_text(moment: datetime) -> str:
    """Return a moment as the rules write it: ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
