"""Play scenes and count what the detectors hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from random import Random

from benchmarks.voters.contest import Scene, background, new_scene
from campaign.voting.detectors import Finding, Thresholds, find


@dataclass
class Figures:
    """How many fake and honest ballots there were, and how many of them are held; `watched`: those of the rush."""

    fake: int = 0
    fake_held: int = 0
    honest: int = 0
    honest_held: int = 0
    watched: int = 0
    watched_held: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.fake_held / max(1, self.fake)

    @property
    def false_holds(self) -> float:
        return self.honest_held / max(1, self.honest)

    @property
    def false_holds_of_rush(self) -> float:
        return self.watched_held / max(1, self.watched)

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def add(self, scene: Scene, found: list[Finding]) -> None:
        """Count one more scene."""
        held: set[int] = set().union(*(one.ids for one in found))
        honest = {cast.id for cast in scene.casts} - scene.fake
        self.fake += len(scene.fake)
        self.fake_held += len(held & scene.fake)
        self.honest += len(honest)
        self.honest_held += len(held & honest)
        self.watched += len(scene.watched)
        self.watched_held += len(held & scene.watched)
        for one in found:
            self.reasons[one.reason] += len(one.ids)


def play(happening: Callable[[Scene, Random], None], seeds: range, ballots: int) -> Figures:
    """Return the figures of an attack or a rush among so many usual ballots, over several seeds."""
    figures = Figures()
    for seed in seeds:
        rng = Random(seed)
        scene = new_scene(rng)
        background(scene, rng, ballots)
        happening(scene, rng)
        now = max(cast.at for cast in scene.casts)
        figures.add(scene, find(scene.casts, scene.facts, Thresholds(), now))
    return figures
