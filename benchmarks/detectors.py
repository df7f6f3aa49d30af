"""How many fake ballots the detectors hold, how many of people, and what a pass over a million ballots costs.

The first rows are those that the thresholds were chosen with, on other seeds; no threshold was chosen by the rows "not
seen before". Fake ballots of one generator come at people's pace, spread over a day or two, from the networks of
households and with other picks beside: nothing but the addresses gives them away.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from random import Random

from benchmarks.voters.attacks import INCIDENTS, Attack, patient
from benchmarks.voters.contest import background, new_scene
from benchmarks.voters.generators import GENERATORS, HELD_OUT, Generator
from benchmarks.voters.measuring import Figures, play
from benchmarks.voters.rushes import HELD_OUT_RUSHES, RUSHES, television
from campaign.voting.detectors import Thresholds, find

SEEDS = range(1000, 1003)
USUAL_BALLOTS = 8_000
SIZES = ((100, 24.0), (300, 48.0))
LEAST_RECALL, MOST_FALSE, MOST_FALSE_SHARED = 0.95, 0.005, 0.02


def main() -> None:
    """Print a row for each incident, generator and rush, and the times."""
    attacks("incidents", INCIDENTS)
    attacks("generators", _patient(GENERATORS))
    attacks("generators not seen before", _patient(HELD_OUT))
    rushes("honest rushes", RUSHES)
    rushes("honest rushes not seen before", HELD_OUT_RUSHES)
    for ballots in (100_000, 1_000_000):
        _cost(ballots)


def attacks(title: str, rows: Mapping[str, Attack]) -> None:
    """Print how many fake ballots are held, and how many others."""
    print(
        f"{title} (aim: at least {LEAST_RECALL:.0%} of the fake ballots held, at most {MOST_FALSE:.1%} of the others)"
    )
    total = Figures()
    for name, attack in rows.items():
        figures = play(attack, SEEDS, USUAL_BALLOTS)
        total += figures
        _row(name, figures)
    _row("together", total)


def rushes(title: str, rows: Mapping[str, Attack]) -> None:
    """Print how many ballots of a rush are held."""
    print(f"{title} (aim: at most {MOST_FALSE:.1%} held, {MOST_FALSE_SHARED:.0%} behind one address)")
    for name, rush in rows.items():
        figures = play(rush, SEEDS, USUAL_BALLOTS)
        print(f"  {name:<44} {figures.watched:7,} ballots, held {figures.false_holds_of_rush:7.3%}", flush=True)


def _row(name: str, figures: Figures) -> None:
    missed = "" if figures.recall >= LEAST_RECALL and figures.false_holds <= MOST_FALSE else "  MISSED"
    print(f"  {name:<44} held {figures.recall:6.1%}, of the others {figures.false_holds:6.3%}{missed}", flush=True)


def _patient(generators: Mapping[str, Generator]) -> dict[str, Attack]:
    return {
        f"{name}, {ballots} in {hours:.0f} h": patient(generator, ballots, hours)
        for name, generator in generators.items()
        for ballots, hours in SIZES
    }


def _cost(ballots: int) -> None:
    """Print what one pass costs: half of the ballots usual ones, half an hour on television, some thousand fake."""
    rng = Random(1)
    scene = new_scene(rng)
    background(scene, rng, ballots // 2)
    INCIDENTS["Wuppertal, thousands of addresses"](scene, rng)
    television(ballots - len(scene.casts), 0.83)(scene, rng)
    now = max(cast.at for cast in scene.casts)
    started = time.process_time()
    find(scene.casts, scene.facts, Thresholds(), now)
    spent, memory = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"a pass over {len(scene.casts):9,} ballots: {spent:5.1f} s, {memory:,.0f} MB with the ballots", flush=True)


if __name__ == "__main__":
    main()
