"""What the detectors read and what they return."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from campaign.voting.traits import AddressTraits


class ReasonClass(enum.StrEnum):
    """Why a ballot is set aside."""

    SCANNER = "scanner"
    NETWORK = "network"
    DOMAIN = "domain"
    MAIL_SERVER = "mail_server"
    SEQUENCE = "sequence"
    PATTERN = "pattern"
    SHARE = "share"
    TIMING = "timing"
    PAIR = "pair"
    NIGHT = "night"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True)
class Cast:
    """A confirmed ballot: its picks with the town of each, and what is kept of its way.

    network: key of the /24 or /64; wide_network: key of the /16 or /48, "" when unknown. hints: words such as
    "no_work", "no_gesture" or "scanner_network"; words that the detectors do not know are compared like the others.
    """

    id: int
    at: datetime
    requested_at: datetime
    sent_at: datetime
    picks: tuple[int, ...]
    towns: tuple[str, ...]
    traits: AddressTraits
    network: str
    wide_network: str = ""
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is known beside the ballots.

    inhabitants: of each town. towns: the town of each entry. allowed_networks: keys of networks that many people share
    (town hall, school, fair). earlier: ballots for each entry that were confirmed before the window.
    """

    inhabitants: Mapping[str, int]
    towns: Mapping[int, str]
    allowed_networks: frozenset[str] = frozenset()
    earlier: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Ballots to hold, and why, in plain values for a page; without ballots it is a notice: a rush of people."""

    reason: ReasonClass
    ids: frozenset[int]
    evidence: Mapping[str, object]
    period: tuple[datetime, datetime]


def finding(reason: ReasonClass, casts: Iterable[Cast], evidence: Mapping[str, object]) -> Finding:
    """Return the finding that holds these ballots (at least one)."""
    held = list(casts)
    moments = [cast.at for cast in held]
    return Finding(reason, frozenset(cast.id for cast in held), dict(evidence), (min(moments), max(moments)))
