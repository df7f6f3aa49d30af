"""Detectors at work on stored ballots: they hold with a reason, counters follow, people's word stays."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.mail.confirmation import Proof, Visitor
from campaign.mail.services import send_due
from campaign.voting import services, tally
from campaign.voting.confirming import Tap, confirm_ballot
from campaign.voting.detecting import hold_suspicious, thresholds_of
from campaign.voting.detection.thresholds import Bar, Thresholds
from campaign.voting.detectors import Cast, Facts, Finding, ReasonClass
from campaign.voting.models import Ballot, BallotEvent, BallotStatus, Cluster
from tests.factories import NOW
from tests.voting.people import counters, mails, pin_of, statuses

LATER = NOW + timedelta(hours=3)


PROVIDERS = ("gmx.de", "web.de", "t-online.de", "gmail.com", "posteo.de", "freenet.de")
FIRST = ("anna", "bernd", "cora", "dieter", "elke", "frank", "gudrun", "heiko", "ines", "jonas", "katrin", "lars")
LAST = ("vogel", "krause", "lehmann", "schubert", "winkler", "peters", "busch", "otto", "sommer", "arndt", "franke")


def people(count: int) -> list[str]:
    names = (f"{FIRST[one % 12]}.{LAST[one % 11]}" for one in range(count))
    draw = random.Random(5)
    return [f"{name}@{draw.choice(PROVIDERS)}" for name in names]


def vote(ballots: list[tuple[str, int]]) -> None:
    """Cast ballots in an order of chance, each from a network of its own."""
    draw, at = random.Random(7), NOW
    draw.shuffle(ballots)
    codes = {}
    for place, (address, number) in enumerate(ballots):
        visitor = Visitor(address, f"{20 + place % 150}.{place}.7.9", "de")
        codes[address] = services.request_ballot(visitor, [number], NOW)
    send_due(NOW, limit=len(ballots))
    pins = {mail.to: pin_of(mail) for mail in mails()}
    for address, code in codes.items():
        at += timedelta(seconds=draw.expovariate(1 / 30))
        confirm_ballot(Tap(code, Proof(pins[address]), at))
    db.session.remove()


def test_what_is_found_is_set_aside_with_a_reason_and_leaves_the_count(
    app: Flask, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes = [f"stimme{number}@gmx.de" for number in range(1, 11)]
    vote([*((address, numbers[1]) for address in people(20)), *((address, numbers[0]) for address in fakes)])

    def numbered(casts: list[Cast], _facts: Facts, _thresholds: Thresholds, now: object) -> list[Finding]:
        stems = Counter(cast.traits.stem_key for cast in casts)
        ids = frozenset(cast.id for cast in casts if stems[cast.traits.stem_key] > 5)
        return [Finding(ReasonClass.SEQUENCE, ids, {"ballots": len(ids)}, (NOW, LATER))]

    monkeypatch.setattr("campaign.voting.detecting.find", numbered)
    assert hold_suspicious(current_contest(), LATER) == 10
    events = db.session.scalars(sa.select(BallotEvent.detail).where(BallotEvent.kind == "hold")).all()
    assert (events, counters()[0]) == (["sequence"] * 10, {numbers[1]: 20})
    assert tally.compare(current_contest().id) == []
    (cluster,) = db.session.scalars(sa.select(Cluster)).all()
    assert (cluster.reason, cluster.evidence) == ("sequence", {"ballots": 10})
    db.session.rollback()
    assert hold_suspicious(current_contest(), LATER) == 0


def test_what_people_released_is_not_set_aside_again(
    app: Flask, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    vote([(f"p{number}@example.com", numbers[0]) for number in range(4)])
    ids = list(db.session.scalars(sa.select(Ballot.id).order_by(Ballot.id)))
    db.session.rollback()

    def everything(casts: list[Cast], _facts: Facts, _thresholds: Thresholds, now: object) -> list[Finding]:
        return [Finding(ReasonClass.NETWORK, frozenset(cast.id for cast in casts), {"ballots": 4}, (NOW, LATER))]

    monkeypatch.setattr("campaign.voting.detecting.find", everything)
    assert hold_suspicious(current_contest(), LATER) == 4
    released = db.session.get_one(Ballot, ids[0])
    released.status = BallotStatus.COUNTED
    db.session.add(
        BallotEvent(
            contest_id=released.contest_id,
            tracker=released.receipt_code,
            kind="release",
            detail="staff",
            salt=bytes(32),
            at=LATER,
        )
    )
    db.session.commit()
    assert hold_suspicious(current_contest(), LATER) == 0
    assert statuses() == [BallotStatus.COUNTED] + [BallotStatus.HELD] * 3


def test_thresholds_come_from_the_fixed_rules() -> None:
    assert thresholds_of(Thresholds().as_rules()) == Thresholds()
    assert thresholds_of({}) == Thresholds()
    other = Thresholds(pair=Bar(fewest=5, lift=2.0, alpha=1e-3), night_from=2, scanner_seconds=4.0)
    assert thresholds_of(other.as_rules()) == other
