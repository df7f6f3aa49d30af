"""The simulator of the benchmarks on a small scale: fake ballots are held, and rushes of people pass."""

from __future__ import annotations

import pytest

from benchmarks.voters.attacks import INCIDENTS, Attack, patient
from benchmarks.voters.generators import GENERATORS
from benchmarks.voters.measuring import play
from benchmarks.voters.rushes import RUSHES, Rush, television

BALLOTS = 2500
SEEDS = range(7, 8)
# These send thousands: the benchmark plays them.
LARGE = ("Wuppertal", "Schönste Weinsicht", "Tree of the Year")


def test_there_are_nine_incidents_and_twenty_generators() -> None:
    assert (len(INCIDENTS), len(GENERATORS)) == (9, 21)


@pytest.mark.parametrize("attack", [attack for name, attack in INCIDENTS.items() if not name.startswith(LARGE)])
def test_incidents_of_other_votes_are_held(attack: Attack) -> None:
    figures = play(attack, SEEDS, BALLOTS)
    assert figures.recall >= 0.95
    assert figures.false_holds <= 0.01


def test_generators_of_addresses_are_held() -> None:
    played = {name: play(patient(generator, 200, 30), SEEDS, BALLOTS) for name, generator in GENERATORS.items()}
    assert {name: figures.recall for name, figures in played.items() if figures.recall < 0.9} == {}
    fake = sum(figures.fake for figures in played.values())
    honest = sum(figures.honest for figures in played.values())
    assert sum(figures.fake_held for figures in played.values()) >= 0.95 * fake
    assert sum(figures.honest_held for figures in played.values()) <= 0.005 * honest


@pytest.mark.parametrize("rush", [rush for name, rush in RUSHES.items() if not name.startswith("television")])
def test_honest_rushes_pass(rush: Rush) -> None:
    figures = play(rush, SEEDS, BALLOTS)
    assert figures.false_holds_of_rush <= 0.01
    assert figures.false_holds <= 0.005


@pytest.mark.parametrize("share", [0.0, 0.83])
def test_an_hour_on_television_passes(share: float) -> None:
    figures = play(television(4000, share), SEEDS, BALLOTS)
    assert figures.false_holds <= 0.005
