"""Upper tails of counts, and the choice among many tests."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import count
from typing import TypeVar

Key = TypeVar("Key")

_NEGLIGIBLE = 1e-12


def binomial_tail(found: int, trials: int, share: float) -> float:
    """Return the probability of at least so many of so many trials, each with this probability."""
    if found <= 0 or share >= 1:
        return 1.0
    if share <= 0 or found > trials:
        return 0.0
    first = (
        math.lgamma(trials + 1)
        - math.lgamma(found + 1)
        - math.lgamma(trials - found + 1)
        + found * math.log(share)
        + (trials - found) * math.log1p(-share)
    )
    odds = share / (1 - share)
    return _sum(first, found, trials, lambda at: (trials - at) / (at + 1) * odds)


def beta_binomial_tail(found: int, trials: int, share: float, precision: float) -> float:
    """Return the same when the probability itself varies: Beta(share * precision, (1 - share) * precision)."""
    if found <= 0 or share >= 1:
        return 1.0
    if share <= 0 or found > trials:
        return 0.0
    a, b = share * precision, (1 - share) * precision
    first = (
        math.lgamma(trials + 1)
        - math.lgamma(found + 1)
        - math.lgamma(trials - found + 1)
        + _log_beta(found + a, trials - found + b)
        - _log_beta(a, b)
    )
    return _sum(first, found, trials, lambda at: (trials - at) * (at + a) / ((at + 1) * (trials - at - 1 + b)))


def significant(chances: Mapping[Key, float], rate: float) -> set[Key]:
    """Return the tests that stand when this rate of them may be false (Benjamini and Hochberg 1995)."""
    ranked = sorted(chances.items(), key=lambda item: item[1])
    passed = [rank for rank, (_, chance) in enumerate(ranked, 1) if chance <= rate * rank / len(ranked)]
    return {key for key, _ in ranked[: passed[-1]]} if passed else set()


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _sum(first: float, found: int, trials: int, ratio: Callable[[int], float]) -> float:
    """Sum terms of which each is the one before times a ratio, until they no longer matter."""
    total = term = 1.0
    for at in count(found):
        if at >= trials:
            break
        term *= ratio(at)
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return min(1.0, math.exp(min(0.0, first + math.log(total))))
