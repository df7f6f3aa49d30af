"""The counting rule: ranks, ties, size classes, the minimum."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.results.standings import (
    _TIE_STEPS,
    CountingRule,
    EntryFigures,
    Standing,
    TownFigures,
    rank_entries,
    rank_towns,
    size_class,
    size_class_bounds,
    town_figures,
)
from campaign.sections import ResultSettings

NO_MINIMUM = CountingRule(minimum_ballots=0, ties=())


def town(name: str, **figures: int) -> TownFigures:
    values = {"population": 1000, "entries": 1, "ballots": 50, "picks": 60, "best_entry": 60, **figures}
    return TownFigures(ags=f"16{sum(map(ord, name)):06}", name=name, **values)


def ranks(standings: list[Standing]) -> list[tuple[int | None, str]]:
    return [(row.rank, row.town.name) for row in standings]


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (1, "0-5000"),
        (5000, "0-5000"),
        (5001, "5001-20000"),
        (20000, "5001-20000"),
        (20001, "20001-"),
        (214000, "20001-"),
    ],
)
def test_a_limit_belongs_to_the_class_below_it(population: int, expected: str) -> None:
    assert size_class(population, (5000, 20000)) == expected


def test_without_limits_all_towns_are_one_class() -> None:
    assert (size_class(17, ()), size_class_bounds("0-")) == ("0-", (0, None))


def test_a_class_tells_its_bounds() -> None:
    assert [size_class_bounds(name) for name in ("0-5000", "5001-20000", "20001-")] == [
        (0, 5000),
        (5001, 20000),
        (20001, None),
    ]


def test_two_first_towns_are_followed_by_the_third() -> None:
    rows = [town("Weida", picks=9), town("Greiz", picks=9), town("Zeulenroda", picks=4)]
    assert ranks(rank_towns(rows, NO_MINIMUM)) == [(1, "Greiz"), (1, "Weida"), (3, "Zeulenroda")]


def test_equal_towns_stand_by_name_as_german_dictionaries_sort() -> None:
    rows = [town("Zella-Mehlis"), town("Ölsnitz"), town("Ohrdruf"), town("Pößneck"), town("Posen")]
    names = [row.town.name for row in rank_towns(rows, NO_MINIMUM)]
    assert names == ["Ohrdruf", "Ölsnitz", "Posen", "Pößneck", "Zella-Mehlis"]


def test_small_towns_rank_among_themselves_and_come_first() -> None:
    rows = [town("Erfurt", population=214000, picks=999), town("Ummerstadt", population=470, picks=3)]
    standings = rank_towns(rows, NO_MINIMUM)
    assert [(row.size_class, row.rank, row.town.name) for row in standings] == [
        ("0-5000", 1, "Ummerstadt"),
        ("20001-", 1, "Erfurt"),
    ]


@pytest.mark.parametrize(
    ("step", "better", "worse"),
    [
        ("ballots", {"ballots": 51}, {"ballots": 50}),
        ("best_entry", {"best_entry": 31}, {"best_entry": 30}),
        ("fewer_entries", {"entries": 2}, {"entries": 3}),
        ("fewer_inhabitants", {"population": 900}, {"population": 901}),
    ],
)
def test_each_step_of_the_tie_path_decides(step: str, better: dict[str, int], worse: dict[str, int]) -> None:
    rows = [town("Altenburg", **worse), town("Zeitz", **better)]
    rule = CountingRule(minimum_ballots=0, ties=(step,))
    assert ranks(rank_towns(rows, rule)) == [(1, "Zeitz"), (2, "Altenburg")]


def test_the_first_step_that_differs_decides() -> None:
    rows = [town("Apolda", ballots=50, best_entry=20), town("Bürgel", ballots=49, best_entry=60)]
    by_ballots = CountingRule(minimum_ballots=0, ties=("ballots", "best_entry"))
    by_entry = CountingRule(minimum_ballots=0, ties=("best_entry", "ballots"))
    assert rank_towns(rows, by_ballots)[0].town.name == "Apolda"
    assert rank_towns(rows, by_entry)[0].town.name == "Bürgel"


def test_every_tie_step_that_the_configuration_admits_is_known() -> None:
    steps = list(_TIE_STEPS)
    assert ResultSettings.model_validate({"ties": steps}).ties == steps


def test_a_town_below_the_minimum_has_no_rank_and_says_what_it_lacks() -> None:
    rows = [town("Gotha", ballots=8, picks=900), town("Suhl", ballots=20, picks=1), town("Sömmerda", ballots=19)]
    standings = rank_towns(rows, CountingRule(minimum_ballots=20))
    assert [(row.rank, row.town.name, row.missing_to_minimum) for row in standings] == [
        (1, "Suhl", 0),
        (None, "Sömmerda", 1),
        (None, "Gotha", 12),
    ]


def test_picks_per_1000_inhabitants_are_exact() -> None:
    rows = [town("Kahla", population=3001, picks=10), town("Orlamünde", population=3000, picks=10)]
    standings = rank_towns(rows, CountingRule(town_score="picks_per_1000", minimum_ballots=0))
    assert [(row.rank, row.town.name, row.score) for row in standings] == [
        (1, "Orlamünde", Fraction(10, 3)),
        (2, "Kahla", Fraction(10000, 3001)),
    ]


def test_entries_with_equal_picks_share_a_rank_and_stand_by_number() -> None:
    entries = [
        EntryFigures(number, "16051000", "Erfurt", 214000, picks, 9)
        for number, picks in ((8, 3), (2, 3), (5, 7), (1, 0))
    ]
    assert [(one.rank, one.entry.number) for one in rank_entries(entries)] == [(1, 5), (2, 2), (2, 8), (4, 1)]


entry_lists = st.lists(
    st.builds(
        lambda ags, picks: (ags, picks),
        st.sampled_from(("16051000", "16052000", "16053000", "16054000", "16055000", "16056000")),
        st.integers(0, 5),
    ),
    max_size=40,
)
rules = st.builds(
    CountingRule,
    town_score=st.sampled_from(("picks", "picks_per_1000")),
    size_classes=st.sampled_from(((), (5000,), (5000, 20000))),
    minimum_ballots=st.integers(0, 4),
    ties=st.lists(st.sampled_from(tuple(_TIE_STEPS)), unique=True).map(tuple),
)


def figures_of(pairs: list[tuple[str, int]]) -> list[EntryFigures]:
    return [
        EntryFigures(
            number,
            ags,
            name=f"Stadt {ags}",
            population=int(ags[3:5]) ** 4 // 700 + 300,
            picks=picks,
            ballots=int(ags[4]) % 4 * 2,
        )
        for number, (ags, picks) in enumerate(pairs, start=1)
    ]


@given(entry_lists, rules, st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_matters(
    pairs: list[tuple[str, int]], rule: CountingRule, chance: random.Random
) -> None:
    entries = figures_of(pairs)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    towns = town_figures(shuffled)
    chance.shuffle(towns)
    assert rank_towns(towns, rule) == rank_towns(town_figures(entries), rule)
    assert rank_entries(shuffled) == rank_entries(entries)


@given(entry_lists, rules)
def test_no_pick_is_lost_or_added(pairs: list[tuple[str, int]], rule: CountingRule) -> None:
    entries = figures_of(pairs)
    standings = rank_towns(town_figures(entries), rule)
    assert sum(row.town.picks for row in standings) == sum(picks for _, picks in pairs)
    assert sum(row.town.entries for row in standings) == len(pairs)
    assert sum(one.entry.picks for one in rank_entries(entries)) == sum(picks for _, picks in pairs)


@given(entry_lists, rules)
def test_a_rank_is_one_more_than_the_towns_that_are_better(pairs: list[tuple[str, int]], rule: CountingRule) -> None:
    def merit(one: TownFigures) -> tuple[Fraction | int, ...]:
        score = Fraction(one.picks * 1000, one.population if rule.town_score != "picks" else 1000)
        return (-score, *(_TIE_STEPS[step](one) for step in rule.ties))

    standings = rank_towns(town_figures(figures_of(pairs)), rule)
    for row in standings:
        rivals = [one.town for one in standings if one.size_class == row.size_class and one.rank is not None]
        better = sum(merit(rival) < merit(row.town) for rival in rivals)
        reached = row.town.ballots >= rule.minimum_ballots
        assert row.rank == (better + 1 if reached else None)
        assert row.missing_to_minimum == max(0, rule.minimum_ballots - row.town.ballots)
