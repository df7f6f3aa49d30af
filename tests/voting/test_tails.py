"""Tails of counts agree with sums of their terms, and the choice among tests with its definition."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.voting.detection.tails import beta_binomial_tail, binomial_tail, significant


@given(st.integers(1, 60), st.data())
def test_a_binomial_tail_is_the_sum_of_its_terms(trials: int, data: st.DataObject) -> None:
    found, share = data.draw(st.integers(0, trials)), data.draw(st.floats(0.001, 0.999))
    terms = (math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(found, trials + 1))
    assert binomial_tail(found, trials, share) == pytest.approx(min(1.0, sum(terms)), rel=1e-6)


@given(st.integers(1, 40), st.data())
def test_a_uniform_share_makes_every_count_equally_probable(trials: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, trials))
    assert beta_binomial_tail(found, trials, 0.5, 2) == pytest.approx((trials - found + 1) / (trials + 1), rel=1e-9)


def test_a_share_that_does_not_vary_makes_a_binomial() -> None:
    assert beta_binomial_tail(30, 100, 0.2, 1e9) == pytest.approx(binomial_tail(30, 100, 0.2), rel=1e-3)
    assert beta_binomial_tail(30, 100, 0.2, 50) > 5 * binomial_tail(30, 100, 0.2)


def test_tails_of_a_million_trials_are_numbers_between_0_and_1() -> None:
    assert 0 < binomial_tail(500_900, 1_000_000, 0.5) < 0.05
    assert binomial_tail(900_000, 1_000_000, 0.5) == 0
    assert 0 < beta_binomial_tail(600_000, 1_000_000, 0.5, 100) < 0.05


def test_benjamini_and_hochberg_take_all_up_to_the_last_that_passes() -> None:
    chances = {"a": 0.001, "b": 0.024, "c": 0.029, "d": 0.5}
    assert significant(chances, 0.04) == {"a", "b", "c"}
    assert significant(chances, 0.0001) == set()
    assert significant({}, 0.05) == set()
