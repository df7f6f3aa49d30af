"""What looks bought or generated among the ballots of the last three days: pure functions over batches.

Detectors hold, they never reject, and they hold whole ballots. An honest rush passes, however large: numbers alone
hold nothing; what holds is that the ballots of an entry, a network or a domain differ from all others in the marks of
their addresses and of their way.

What is not found: somebody who sends ballots one by one, at people's hours and people's pace, over networks of
households, from addresses that are spelt as people's and lie at providers as people's do. If they are many in an hour
or in three days their entry's share of its town jumps, and staff get a notice without a ballot that is held. If they
are few they pass. The ceiling of a mail address for each ballot, the canvass and the sample of re-contacted voters
stand behind the detectors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from campaign.voting.detection.clusters import domains, networks
from campaign.voting.detection.crowd import Crowd
from campaign.voting.detection.patterns import patterns, sequences
from campaign.voting.detection.shares import shares
from campaign.voting.detection.single import ceilings, pairs, scanners
from campaign.voting.detection.thresholds import Thresholds
from campaign.voting.detection.timing import nights, regular
from campaign.voting.detection.values import Cast, Facts, Finding, ReasonClass

__all__ = ["WINDOW", "Cast", "Facts", "Finding", "ReasonClass", "Thresholds", "find"]

WINDOW: Final = timedelta(hours=72)
ROUNDS: Final = 4
# These need no crowd. What they find leaves it first, or people would be compared with it.
ALONE: Final = (scanners, sequences, regular, pairs, nights)
# These compare with the crowd, and find more when a part of it is out of the way.
COMPARING: Final = (patterns, networks, domains, shares, ceilings)


def find(casts: Iterable[Cast], facts: Facts, thresholds: Thresholds, now: datetime) -> list[Finding]:
    """Return what is to be held among the ballots confirmed in the 72 hours before now, and notices of rushes.

    Counted and held ballots are to be given alike, so that what is found does not depend on what was held before.
    A ballot may be in several findings. The order of the ballots does not matter; the cost grows as their number does.
    """
    rest = [cast for cast in casts if now - WINDOW <= cast.at <= now]
    found: list[Finding] = []
    notices: list[Finding] = []
    for turn in range(ROUNDS):
        if not rest:
            break
        crowd = Crowd(rest, facts, thresholds)
        now_found = [one for detector in (COMPARING if turn else ALONE) for one in detector(crowd)]
        notices = [one for one in now_found if not one.ids]
        held = frozenset[int]().union(*(one.ids for one in now_found))
        found += [one for one in now_found if one.ids]
        # What is left may show what the crowd of the held ones hid.
        if turn and not held:
            break
        rest = [cast for cast in rest if cast.id not in held]
    return found + notices
