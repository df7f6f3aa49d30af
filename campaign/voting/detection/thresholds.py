"""The numbers by which the detectors decide; fixed and hashed before the vote opens."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Bar:
    """From when on a mark is more frequent in a group than chance allows.

    fewest: ballots that carry it. lift: how many times its share elsewhere. alpha: largest probability of so many.
    """

    fewest: int
    lift: float
    alpha: float


@dataclass(frozen=True)
class Thresholds:
    """One value or group of values for each detector; shares are 0 to 1, times are seconds."""

    # A mark among the ballots of one entry, and among those of a group that is already conspicuous.
    pattern: Bar = Bar(fewest=10, lift=3.0, alpha=1e-7)
    pattern_in_group: Bar = Bar(fewest=6, lift=2.0, alpha=1e-4)
    pattern_overdispersion: float = 0.01
    # From this share of conspicuous ballots on, all of a group are held.
    group_coverage: float = 0.5
    sequence_stem: Bar = Bar(fewest=4, lift=10.0, alpha=1e-6)
    sequence_skeleton: Bar = Bar(fewest=10, lift=10.0, alpha=1e-7)
    group_fewest: int = 10
    group_focus: float = 0.5
    group_lift: Bar = Bar(fewest=8, lift=3.0, alpha=1e-6)
    network_most: int = 300
    domain_most: int = 500
    domain_sisters: int = 3
    share_false_discoveries: float = 1e-3
    share_fewest: int = 10
    # How steady an entry's share of its town is: as if so many ballots had been drawn with one share.
    share_precision_hour: float = 120.0
    share_precision_day: float = 600.0
    share_precision_window: float = 1200.0
    timing_run: int = 20
    timing_variation: float = 0.3
    pair: Bar = Bar(fewest=20, lift=4.0, alpha=1e-7)
    night_from: int = 1
    night_until: int = 5
    night_of_evening: float = 0.75
    night: Bar = Bar(fewest=15, lift=4.0, alpha=1e-6)
    ceiling_of_inhabitants: float = 1.0
    scanner_seconds: float = 8.0

    def canonical_json(self) -> str:
        """Return all values as the rules file holds them: sorted keys, no blanks."""
        return json.dumps(self.as_rules(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def as_rules(self) -> dict[str, dict[str, float]]:
        """Return the values by detector, for "detectors" of the rules file."""
        rules: dict[str, dict[str, float]] = {}
        for one in fields(self):
            name, _, rest = one.name.partition("_")
            value = getattr(self, one.name)
            if isinstance(value, Bar):
                prefix = f"{rest}_" if rest else ""
                rules.setdefault(name, {}).update({f"{prefix}{key}": number for key, number in asdict(value).items()})
            else:
                rules.setdefault(name, {})[rest] = value
        return rules
