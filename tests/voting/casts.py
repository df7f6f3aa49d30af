"""Small batches of ballots, made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from campaign.voting.detectors import Cast, Facts, Finding, ReasonClass, Thresholds, find
from campaign.voting.traits import traits_of

NOON = datetime(2027, 6, 5, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(hours=24)
# Entries 1 to 40 of ten towns; entry 1 is the one that is wanted.
HOME = {entry: f"town{entry % 10}" for entry in range(1, 41)}
FACTS = Facts(inhabitants=dict.fromkeys(HOME.values(), 30_000), towns=HOME, earlier=dict.fromkeys(HOME, 50))
NAMES = [
    "anna",
    "peter",
    "lisa",
    "thomas",
    "karin",
    "juergen",
    "marie",
    "stefan",
    "heike",
    "paul",
    "nina",
    "bernd",
    "clara",
    "otto",
    "jana",
    "lukas",
]
FAMILIES = [
    "meier",
    "schmidt",
    "becker",
    "wagner",
    "koch",
    "richter",
    "wolf",
    "braun",
    "krause",
    "lehmann",
    "vogel",
    "winter",
    "sommer",
    "beck",
]
PROVIDERS = ("gmx.de", "web.de", "gmail.com", "t-online.de")


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def a_cast(number: int, address: str, **changes: object) -> Cast:
    """A ballot for entry 1, asked for at noon, sent two seconds later and confirmed after more than a minute."""
    local, _, domain = address.partition("@")
    asked = changes.pop("asked", NOON)
    waited = changes.pop("waited", 75.0)
    assert isinstance(asked, datetime)
    assert isinstance(waited, float)
    sent = asked + timedelta(seconds=2)
    cast = Cast(
        id=number,
        at=sent + timedelta(seconds=waited),
        requested_at=asked,
        sent_at=sent,
        picks=(1,),
        towns=(),
        traits=traits_of(local, domain, f"mx.{domain}", fingerprint),
        network=f"home{number}",
    )
    cast = replace(cast, **changes)  # type: ignore[arg-type]
    return replace(cast, towns=tuple(HOME[pick] for pick in cast.picks))


def a_name(rng: Random) -> str:
    first, last = rng.choice(NAMES), rng.choice(FAMILIES)
    return rng.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}.{last}", f"{first}.{last}{rng.randrange(99)}"))


def people(count: int, start: int, seed: int = 1, **changes: object) -> list[Cast]:
    """People of all towns, from noon of the day before until the next noon, at daytime."""
    rng = Random(seed)
    found = []
    for number in range(start, start + count):
        asked = NOON + timedelta(hours=rng.choice((-24, 0)) + rng.uniform(-5, 8))
        given = {
            "asked": asked,
            "waited": 20 + rng.expovariate(1 / 90),
            "picks": tuple(rng.sample(range(1, 41), rng.randrange(1, 4))),
            **changes,
        }
        found.append(a_cast(number, f"{a_name(rng)}@{rng.choice(PROVIDERS)}", **given))
    return found


def held(casts: Iterable[Cast], facts: Facts = FACTS) -> dict[ReasonClass, set[int]]:
    """Return which ballots are held for each reason."""
    reasons: dict[ReasonClass, set[int]] = {}
    for one in found(casts, facts):
        if one.ids:
            reasons.setdefault(one.reason, set()).update(one.ids)
    return reasons


def found(casts: Iterable[Cast], facts: Facts = FACTS) -> list[Finding]:
    return find(casts, facts, Thresholds(), NOW)
