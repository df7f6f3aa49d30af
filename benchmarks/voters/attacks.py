"""The incidents of other votes (trust.md 1b), and attacks with one generator, among the votes of usual days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from benchmarks.voters import people
from benchmarks.voters.contest import START, Scene, make
from benchmarks.voters.generators import GENERATORS, Generator
from benchmarks.voters.names import FAMILY, GIVEN, usual

TARGET: Final = 1
Attack = Callable[[Scene, Random], None]


@dataclass(frozen=True)
class Way:
    """How fake ballots are sent: from how many networks (0: one household each), how fast, with decoys or without."""

    networks: int = 0
    quick: tuple[float, float] | None = None
    decoys: bool = True
    hints: frozenset[str] = frozenset()
    label: str = "vpn"
    picks: tuple[int, ...] = (TARGET,)


def send(
    scene: Scene,
    rng: Random,
    moments: list[datetime],
    addresses: Generator,
    way: Way,
) -> None:
    """Add one fake ballot for each moment."""
    for number, asked in enumerate(moments, 1):
        place = rng.randrange(way.networks) if way.networks else 0
        network = (f"{way.label}{place}", f"{way.label}s{place // 4}") if way.networks else people.networks(rng)
        cast = make(
            scene,
            asked=asked,
            sent=asked + timedelta(seconds=rng.uniform(0.5, 3)),
            waited=rng.uniform(*way.quick) if way.quick else people.wait(rng),
            picks=scene.pick(rng, way.picks[0]) if way.decoys else way.picks,
            address=addresses(rng, number),
            network=network,
            hints=way.hints or people.hints(rng),
        )
        scene.add(cast, fake=True)


def spread(rng: Random, ballots: int, start: float, hours: float) -> list[datetime]:
    """Return moments drawn evenly from a span of hours after the start of the scene, in order."""
    return sorted(START + timedelta(hours=start + hours * rng.random()) for _ in range(ballots))


def patient(generator: Generator, ballots: int, hours: float) -> Attack:
    """Return an attack at people's pace over households' networks: only the addresses give it away."""

    def attack(scene: Scene, rng: Random) -> None:
        start = rng.uniform(8, 66 - hours)
        send(scene, rng, spread(rng, ballots, start, hours), generator, Way())

    return attack


def _wuppertal(scene: Scene, rng: Random) -> None:
    many = GENERATORS["throw-away, names"], GENERATORS["word and digits"]
    for entry, ballots, generator in ((TARGET, 4300, many[0]), (9, 2600, many[1])):
        way = Way(networks=60, decoys=False, label=f"w{entry}", picks=(entry,))
        send(scene, rng, spread(rng, ballots, 30, 36), generator, way)


def _weinsicht(scene: Scene, rng: Random) -> None:
    way = Way(networks=5, quick=(1, 12), decoys=False, hints=frozenset({"no_work", "no_gesture"}))
    send(scene, rng, spread(rng, 8000, 40, 3), GENERATORS["random-8"], way)


def _ahrensburg(scene: Scene, rng: Random) -> None:
    for entry, start in ((TARGET, 44.0), (9, 44.01)):
        way = Way(networks=3, quick=(2, 20), decoys=False, label=f"a{entry}", picks=(entry,))
        send(scene, rng, spread(rng, 1000, start, 1 / 60), GENERATORS["name and five digits"], way)


def _bird_of_the_night(scene: Scene, rng: Random) -> None:
    # One to three at night in Germany is 23 to 1 in UTC.
    send(scene, rng, spread(rng, 1500, 47, 2), GENERATORS["syllables"], Way(networks=1, quick=(5, 60)))


def _many_mails_a_member(scene: Scene, rng: Random) -> None:
    for entry in range(1, 90, 4):
        for member in range(12):
            given, family = usual(rng, GIVEN), usual(rng, FAMILY)
            domain, network = rng.choice(("gmx.de", "web.de", "gmail.com")), people.networks(rng)
            for number, asked in enumerate(spread(rng, 8, rng.uniform(10, 60), 1.5)):
                forms = f"{given}{family}{number}", f"{given}.{family}{number + member}", f"{given}_{family}"
                cast = make(
                    scene,
                    asked=asked,
                    sent=asked + timedelta(seconds=2),
                    waited=people.wait(rng),
                    picks=(entry,),
                    address=(forms[number % 3], domain, domain),
                    network=network,
                    hints=frozenset(),
                )
                scene.add(cast, fake=True)


def _doener(scene: Scene, rng: Random) -> None:
    def abroad(rng: Random, _: int) -> people.Address:
        domain = rng.choice(("mail.ru", "naver.com", "yahoo.com", "outlook.com"))
        return f"{people.local_part(rng)}{rng.randrange(100)}", domain, domain

    send(scene, rng, spread(rng, 600, 34, 20), abroad, Way(networks=40, decoys=False))


def _berkeley(scene: Scene, rng: Random) -> None:
    moment, moments = START + timedelta(hours=33), []
    for _ in range(600):
        moment += timedelta(seconds=rng.uniform(10, 12))
        moments.append(moment)
    send(scene, rng, moments, lambda rng, _: people.address(rng), Way(networks=1, decoys=False, quick=(20, 90)))


def _sellers(scene: Scene, rng: Random) -> None:
    def bought(rng: Random, _: int) -> people.Address:
        domain = rng.choice(("outlook.com", "hotmail.com", "yahoo.com", "mail.ru"))
        return f"{usual(rng, GIVEN)}{usual(rng, FAMILY)}{rng.randrange(1000, 10000)}", domain, domain

    send(scene, rng, spread(rng, 900, 62, 6), bought, Way())


def _second_tree(scene: Scene, rng: Random) -> None:
    send(scene, rng, spread(rng, 3000, 20, 40), GENERATORS["word and digits"], Way(decoys=False, picks=(TARGET, 15)))


INCIDENTS: Final[dict[str, Attack]] = {
    "Wuppertal, thousands of addresses": _wuppertal,
    "Schönste Weinsicht, click flood": _weinsicht,
    "Ahrensburg, one minute, two entries": _ahrensburg,
    "Bird of the Year, one to three at night": _bird_of_the_night,
    "Vereinstausender, many mails a member": _many_mails_a_member,
    "Lünen, VPN from abroad": _doener,
    "Best of Berkeley, every 11 seconds": _berkeley,
    "Easypromos, sellers before the close": _sellers,
    "Tree of the Year, the same second tree": _second_tree,
}
