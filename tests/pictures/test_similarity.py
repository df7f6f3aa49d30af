"""The search over hashes finds exactly what holding every pair of hashes side by side would find."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from campaign.pictures.similarity import (
    Near,
    SimilarityIndex,
    Views,
    distance_of,
    exceeding,
    grouped,
    places,
    total,
)

HASH = st.integers(0, 2**64 - 1)


@st.composite
def relatives(draw: st.DrawFn) -> int:
    """A hash some bits away from one of a few, so that near ones are common."""
    seed = draw(st.sampled_from([0, 2**64 - 1, 0x0123456789ABCDEF, 0xFF00FF00FF00FF00]))
    for bit in draw(st.lists(st.integers(0, 63), max_size=24)):
        seed ^= 1 << bit
    return seed


def naive(stored: Sequence[tuple[int, ...]], views: Views, threshold: int) -> list[Near]:
    """Every stored hash held against every hash that is asked."""
    found: dict[int, int] = {}
    for number, (whole, centre, *parts) in enumerate(stored):
        pairs = [(whole ^ one).bit_count() for one in views.wholes]
        pairs += [(centre ^ one).bit_count() for one in views.centres]
        pairs += [(part ^ one).bit_count() for part in parts for one in views.parts]
        if pairs and min(pairs) <= threshold:
            found[number] = min(pairs)
    return sorted((Near(number, bits) for number, bits in found.items()), key=lambda near: (near.distance, near.number))


def index_of(stored: Sequence[tuple[int, ...]]) -> SimilarityIndex:
    index = SimilarityIndex()
    for number, hashes in enumerate(stored):
        index.add(number, *hashes)
    return index


ASKED = st.lists(relatives(), max_size=12).map(tuple)
STORED = st.lists(relatives(), min_size=2, max_size=5).map(tuple)


@given(st.lists(STORED, max_size=40), st.builds(Views, ASKED, ASKED, ASKED), st.integers(0, 64))
def test_the_search_finds_what_a_look_at_every_hash_finds(
    stored: list[tuple[int, ...]], views: Views, threshold: int
) -> None:
    assert index_of(stored).near(views, threshold) == naive(stored, views, threshold)


@given(st.lists(st.tuples(relatives(), relatives()), min_size=1, max_size=20), st.integers(1, 19), ASKED)
def test_what_is_added_between_two_questions_is_found_as_well(
    stored: list[tuple[int, int]], cut: int, wholes: tuple[int, ...]
) -> None:
    views = Views(wholes, ())
    index = index_of(stored[:cut])
    index.near(views)
    for number, (whole, centre) in list(enumerate(stored))[cut:]:
        index.add(number, whole, centre)
    assert (len(index), index.near(views)) == (len(stored), naive(stored, views, 10))


def test_five_thousand_hashes_are_searched_as_exactly_as_five() -> None:
    rng = random.Random(3)
    seeds = [rng.getrandbits(64) for _ in range(40)]

    def relative(most: int) -> int:
        value = rng.choice(seeds)
        for _ in range(rng.randrange(most)):
            value ^= 1 << rng.randrange(64)
        return value

    stored = [(relative(30), relative(30)) for _ in range(5000)]
    views = Views(tuple(relative(8) for _ in range(30)), tuple(relative(8) for _ in range(30)))
    expected = naive(stored, views, 10)
    assert (index_of(stored).near(views), len(expected) > 100) == (expected, True)


def test_a_number_with_two_pairs_of_hashes_is_named_once_with_the_nearer() -> None:
    index = SimilarityIndex()
    index.add(7, 0b111, 0)
    index.add(7, 0b1, 0)
    assert index.near(Views((0,), ())) == [Near(7, 1)]


def test_an_empty_index_and_an_empty_question_find_nothing() -> None:
    assert (SimilarityIndex().near(Views((1, 2), (3,))), index_of([(1, 2)]).near(Views((), ()))) == ([], [])


@given(st.builds(Views, ASKED, ASKED, ASKED), STORED)
def test_the_distance_is_that_of_the_nearest_counterparts(views: Views, hashes: tuple[int, ...]) -> None:
    found = index_of([hashes]).near(views, 64)
    assert [distance_of(views, *hashes)] == ([near.distance for near in found] or [64])


@given(st.lists(relatives(), max_size=40), st.integers(0, 64))
def test_groups_hold_every_hash_once_and_differ_in_few_bits(hashes: list[int], spread: int) -> None:
    groups = grouped(hashes, spread)
    assert sorted(value for group in groups for value in group) == sorted(set(hashes))
    for group in groups:
        differing = [bit for bit in range(64) if len({value >> bit & 1 for value in group}) > 1]
        assert len(differing) <= spread


@given(st.lists(st.integers(0, 2**20 - 1), max_size=70), st.integers(0, 80))
def test_counting_side_by_side_is_counting(planes: list[int], limit: int) -> None:
    counts = [sum(plane >> place & 1 for plane in planes) for place in range(20)]
    larger = exceeding(total(planes), limit, 2**20 - 1)
    assert list(places(larger)) == [place for place, count in enumerate(counts) if count > limit]
