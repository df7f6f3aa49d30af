"""The contest of the simulation: towns of Thuringia with their inhabitants, entries, and a usual three days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from benchmarks.voters import people
from campaign.towns.gazetteer import load_gazetteer
from campaign.voting.detectors import Cast, Facts

START: Final = datetime(2027, 6, 4, 0, 0, tzinfo=UTC)  # a Friday
HOURS: Final = 72
# How many of a day's votes fall into each hour, UTC.
DAY_CURVE: Final = (4, 2, 1, 1, 3, 10, 22, 34, 40, 45, 52, 55, 50, 46, 48, 54, 62, 76, 88, 85, 70, 45, 22, 10)
TOWNS: Final = 60


@dataclass
class Scene:
    """Ballots, and which of them are fake and which belong to the people a scene is about."""

    facts: Facts
    casts: list[Cast] = field(default_factory=list)
    fake: set[int] = field(default_factory=set)
    watched: set[int] = field(default_factory=set)
    entries: Sequence[int] = ()
    weights: Sequence[float] = ()

    def add(self, cast: Cast, *, fake: bool = False, watched: bool = False) -> None:
        """Add a ballot."""
        self.casts.append(cast)
        if fake:
            self.fake.add(cast.id)
        if watched:
            self.watched.add(cast.id)

    def pick(self, rng: Random, entry: int | None = None) -> tuple[int, ...]:
        """Return up to three entries of different towns, the given one first."""
        picks = [entry if entry is not None else self._one(rng)]
        for _ in range(rng.choices((0, 1, 2), (45, 20, 35))[0]):
            more = self._one(rng)
            if self.facts.towns[more] not in {self.facts.towns[pick] for pick in picks}:
                picks.append(more)
        return tuple(picks)

    def _one(self, rng: Random) -> int:
        return rng.choices(self.entries, cum_weights=self.weights)[0]


def new_scene(rng: Random) -> Scene:
    """Return a contest without ballots; entry 1 is of a middle town, and the last of a village of 800 people."""
    towns = sorted(
        (town for town in load_gazetteer().municipalities if town.kind != "Gemeinde"), key=lambda town: -town.population
    )[:TOWNS]
    home: dict[int, str] = {}
    weights: list[float] = []
    for town in (towns[12], *towns):
        many = 1 if home == {} else 3 + int(rng.paretovariate(1.1)) % 15
        pull = town.population**0.7
        for _ in range(many):
            home[len(home) + 1] = town.ags
            weights.append(pull / (many + 3) * rng.lognormvariate(0, 0.6))
    for _ in range(3):
        home[len(home) + 1] = "village"
        weights.append(800**0.7 / 4)
    inhabitants = {town.ags: town.population for town in towns} | {"village": 800}
    facts = Facts(inhabitants=inhabitants, towns=home)
    return Scene(facts, entries=list(home), weights=list(accumulate(weights)))


def background(scene: Scene, rng: Random, ballots: int, hours: int = HOURS) -> None:
    """Add the votes of usual days, and as many as two days had before to the history."""
    curve = [DAY_CURVE[hour % 24] for hour in range(hours)]
    for hour in rng.choices(range(hours), curve, k=ballots):
        add_person(scene, rng, START + timedelta(hours=hour + rng.random()))
    earlier: dict[int, int] = {}
    for _ in range(ballots):
        for entry in scene.pick(rng):
            earlier[entry] = earlier.get(entry, 0) + 1
    scene.facts = Facts(scene.facts.inhabitants, scene.facts.towns, scene.facts.allowed_networks, earlier)


def add_person(
    scene: Scene,
    rng: Random,
    asked: datetime,
    *,
    entry: int | None = None,
    address: people.Address | None = None,
    network: tuple[str, str] | None = None,
    picks: tuple[int, ...] | None = None,
    watched: bool = False,
) -> None:
    """Add the ballot of a person; what is not said is drawn."""
    cast = make(
        scene,
        asked=asked,
        sent=asked + timedelta(seconds=rng.uniform(0.5, 6)),
        waited=people.wait(rng),
        picks=picks or scene.pick(rng, entry),
        address=address or people.address(rng),
        network=network or people.networks(rng, rng.randrange(4)),
        hints=people.hints(rng),
    )
    scene.add(cast, watched=watched)


def make(
    scene: Scene,
    *,
    asked: datetime,
    sent: datetime,
    waited: float,
    picks: tuple[int, ...],
    address: people.Address,
    network: tuple[str, str],
    hints: frozenset[str],
) -> Cast:
    """Return a ballot with the next number."""
    towns = tuple(scene.facts.towns[pick] for pick in picks)
    confirmed = sent + timedelta(seconds=waited)
    return Cast(len(scene.casts) + 1, confirmed, asked, sent, picks, towns, people.traits(address), *network, hints)
