"""Honest rushes: many people at once, or many who have something in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final

from benchmarks.voters import people
from benchmarks.voters.contest import START, Scene, add_person
from benchmarks.voters.names import FAMILY, GIVEN, usual

Rush = Callable[[Scene, Random], None]
TARGET: Final = 1


def television(ballots: int, share: float) -> Rush:
    """Return an hour on television: a leap within minutes that dies away; so many of its voters want one entry."""

    def rush(scene: Scene, rng: Random) -> None:
        for _ in range(ballots):
            asked = START + timedelta(hours=43.5, minutes=min(rng.expovariate(1 / 18), 240))
            add_person(scene, rng, asked, entry=TARGET if rng.random() < share else None, watched=True)

    return rush


def _newsletter(scene: Scene, rng: Random) -> None:
    town = scene.facts.towns[TARGET]
    own = [entry for entry, home in scene.facts.towns.items() if home == town]
    for _ in range(400):
        asked = START + timedelta(hours=34, minutes=min(rng.expovariate(1 / 100), 2000))
        add_person(scene, rng, asked, entry=TARGET if rng.random() < 0.6 else rng.choice(own), watched=True)


def _school(scene: Scene, rng: Random) -> None:
    towns = sorted(set(scene.facts.towns.values()))[:8]
    entries = [entry for entry, home in scene.facts.towns.items() if home in towns]
    for _ in range(400):
        asked = START + timedelta(hours=34 + rng.random())
        school = rng.random() < 0.4
        address = (
            (f"{usual(rng, GIVEN)}.{usual(rng, FAMILY)}", "gym-anger.de", "mx.ionos.de") if school else _young(rng)
        )
        add_person(
            scene, rng, asked, entry=rng.choice(entries), address=address, network=("school", "schools"), watched=True
        )


def _young(rng: Random) -> people.Address:
    return people.address(rng, {**people.PROVIDERS, "gmail.com": 50, "icloud.com": 15, "t-online.de": 1})


def _old(rng: Random) -> people.Address:
    return people.address(rng, {**people.PROVIDERS, "gmail.com": 12, "t-online.de": 30, "web.de": 25, "icloud.com": 1})


def _shared_number(scene: Scene, rng: Random) -> None:
    for _ in range(2000):
        number = rng.randrange(4)
        asked = START + timedelta(hours=20 + 40 * rng.random())
        add_person(scene, rng, asked, network=(f"cgnat{number}", "cgnats"), watched=True)


def _village(scene: Scene, rng: Random) -> None:
    entry = max(scene.facts.towns)
    for _ in range(300):
        asked = START + timedelta(hours=rng.triangular(30, 62, 42))
        region = people.networks(rng, 17)
        # Three hundred households share few lines.
        line = (f"village{rng.randrange(12)}", "villages") if region[0].startswith("line") else region
        add_person(scene, rng, asked, entry=entry, address=_old(rng), network=line, watched=True)


def _club(scene: Scene, rng: Random) -> None:
    for _ in range(150):
        asked = START + timedelta(hours=41, minutes=min(rng.expovariate(1 / 180), 1500))
        address = (f"{usual(rng, GIVEN)}.{usual(rng, FAMILY)}", "bergsteigerbund.de", "mx.strato.de")
        add_person(scene, rng, asked, entry=TARGET, address=address, watched=True)


def _families(scene: Scene, rng: Random) -> None:
    for _ in range(150):
        family, network, entry = usual(rng, FAMILY), people.networks(rng), scene.pick(rng)[0]
        start, domain = START + timedelta(hours=rng.uniform(8, 60)), rng.choice(("gmx.de", "web.de", "t-online.de"))
        for _ in range(rng.randrange(3, 7)):
            given, year = usual(rng, GIVEN), rng.randrange(1940, 2010)
            local = rng.choice(
                (f"{given}.{family}", f"{given}.{family}{year}", f"{given[0]}.{family}", f"{given}{family}")
            )
            asked = start + timedelta(minutes=40 * rng.random())
            add_person(scene, rng, asked, entry=entry, address=(local, domain, domain), network=network, watched=True)


def _firm(scene: Scene, rng: Random) -> None:
    for _ in range(200):
        asked = START + timedelta(hours=rng.triangular(7, 16, 11))
        own = rng.random() < 0.6
        address = (f"{usual(rng, GIVEN)}.{usual(rng, FAMILY)}", "optikwerk.com", "mx.outlook.com") if own else None
        entry = TARGET if rng.random() < 0.7 else None
        add_person(scene, rng, asked, entry=entry, address=address, network=("firm", "firms"), watched=True)


def _university(scene: Scene, rng: Random) -> None:
    for _ in range(400):
        asked = START + timedelta(hours=rng.triangular(32, 60, 36))
        local = f"{usual(rng, GIVEN)}.{usual(rng, FAMILY)}" + rng.choice(("", "", str(rng.randrange(1, 9))))
        network = ("campus", "campuses") if rng.random() < 0.4 else people.networks(rng)
        address = (local, "uni-saale.de", "mx.uni-saale.de")
        entry = 9 if rng.random() < 0.6 else None
        add_person(scene, rng, asked, entry=entry, address=address, network=network, watched=True)


def _story(scene: Scene, rng: Random) -> None:
    for _ in range(600):
        asked = START + timedelta(hours=42, minutes=min(rng.expovariate(1 / 240), 1500))
        add_person(scene, rng, asked, entry=TARGET, address=_young(rng), watched=True)


RUSHES: Final[dict[str, Rush]] = {
    "television, 50 times as many for all": television(12_000, 0),
    "television, five of six for one entry": television(30_000, 0.83),
    "a town's newsletter": _newsletter,
    "a school behind one address": _school,
    "carrier's shared addresses": _shared_number,
    "a village of 800 mobilises": _village,
    "a club's 150 members at one domain": _club,
    "families that share names": _families,
    "a firm's network": _firm,
    "a university's students": _university,
    "an influencer's story, the young": _story,
}


def _district(scene: Scene, rng: Random) -> None:
    picks = (TARGET, 15, 40)
    for _ in range(500):
        asked = START + timedelta(hours=33, minutes=min(rng.expovariate(1 / 200), 2000))
        add_person(scene, rng, asked, picks=picks if rng.random() < 0.8 else None, watched=True)


def _fair(scene: Scene, rng: Random) -> None:
    for _ in range(250):
        asked = START + timedelta(hours=rng.triangular(8, 18, 15))
        network = ("fair", "fairs") if rng.random() < 0.7 else people.networks(rng)
        add_person(scene, rng, asked, entry=TARGET if rng.random() < 0.8 else None, network=network, watched=True)


def _parish(scene: Scene, rng: Random) -> None:
    for _ in range(120):
        asked = START + timedelta(hours=rng.triangular(56, 64, 58))
        add_person(scene, rng, asked, entry=9, address=_old(rng), watched=True)


def _late_show(scene: Scene, rng: Random) -> None:
    for _ in range(800):
        asked = START + timedelta(hours=46.2, minutes=min(rng.expovariate(1 / 40), 200))
        add_person(scene, rng, asked, entry=TARGET if rng.random() < 0.5 else None, watched=True)


def _closing_night(scene: Scene, rng: Random) -> None:
    for _ in range(8000):
        asked = START + timedelta(hours=rng.triangular(64, 70, 69.9))
        add_person(scene, rng, asked, watched=True)


def _parents(scene: Scene, rng: Random) -> None:
    for _ in range(90):
        asked = START + timedelta(hours=42, minutes=min(rng.expovariate(1 / 90), 600))
        add_person(scene, rng, asked, entry=22, address=_young(rng), watched=True)


def _two_towns(scene: Scene, rng: Random) -> None:
    for _ in range(2000):
        asked = START + timedelta(hours=31, minutes=min(rng.expovariate(1 / 60), 600))
        add_person(scene, rng, asked, entry=rng.choice((TARGET, 30)), watched=True)


def _relays(scene: Scene, rng: Random) -> None:
    shares = {**people.PROVIDERS, "privaterelay.appleid.com": 12, "icloud.com": 15}
    for _ in range(400):
        asked = START + timedelta(hours=41, minutes=min(rng.expovariate(1 / 240), 1500))
        add_person(scene, rng, asked, entry=TARGET, address=people.address(rng, shares), watched=True)


def _hospital(scene: Scene, rng: Random) -> None:
    for _ in range(300):
        asked = START + timedelta(hours=rng.uniform(28, 60))
        own = rng.random() < 0.3
        address = (f"{usual(rng, GIVEN)[0]}.{usual(rng, FAMILY)}", "klinikum-saale.de", "mx.klinikum-saale.de")
        network = (f"clinic{rng.randrange(2)}", "clinics")
        add_person(scene, rng, asked, entry=TARGET, address=address if own else None, network=network, watched=True)


HELD_OUT_RUSHES: Final[dict[str, Rush]] = {
    "a district's letter for three entries": _district,
    "a fair's wireless network": _fair,
    "a parish, the old": _parish,
    "a late show, until after one at night": _late_show,
    "the closing night": _closing_night,
    "a kindergarten's parents": _parents,
    "a radio's call for two entries": _two_towns,
    "friends of hidden addresses": _relays,
    "a hospital, day and night": _hospital,
}
