"""The states of a ballot: every act that is not in the table is refused, whatever went before."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from campaign.errors import Conflict
from campaign.voting.lifecycle import (
    FINAL,
    MOVES,
    STANDING,
    Act,
    BallotStatus,
    moved,
    picks_text,
    read_picks,
    status_after,
)

ALLOWED = {
    ("requested", "cast", "counted"),
    ("requested", "take_back", "withdrawn"),
    ("counted", "hold", "held"),
    ("counted", "supersede", "superseded"),
    ("counted", "withdraw", "withdrawn"),
    ("held", "release", "counted"),
    ("held", "reject", "rejected"),
    ("held", "supersede", "superseded"),
    ("held", "withdraw", "withdrawn"),
    ("rejected", "reinstate", "counted"),
}


@pytest.mark.parametrize(("status", "act"), list(product(BallotStatus, Act)))
def test_a_ballot_moves_as_the_rules_say(status: BallotStatus, act: Act) -> None:
    to = [after for before, by, after in ALLOWED if (before, by) == (status.value, act.value)]
    if to:
        assert [moved(status, act).value] == to
        return
    with pytest.raises(Conflict):
        moved(status, act)


def test_counted_and_held_ballots_stand() -> None:
    assert STANDING == (BallotStatus.COUNTED, BallotStatus.HELD)


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_the_acts_of_a_ballot_lead_to_one_status_or_are_refused_as_a_whole(acts: list[Act]) -> None:
    status: str | None = "requested"
    for act in acts:
        status = next((to for before, by, to in ALLOWED if (before, by) == (status, act.value)), None)
    if status is not None:
        assert status_after(acts).value == status
        return
    with pytest.raises(Conflict):
        status_after(acts)


class Model(RuleBasedStateMachine):
    """A ballot that anything is tried with, beside a model that speaks of people instead of states."""

    def __init__(self) -> None:
        super().__init__()
        self.status = BallotStatus.REQUESTED
        self.is_confirmed = self.is_set_aside = self.is_refused = self.is_over = False

    def attempt(self, act: Act, *, may: bool) -> bool:
        try:
            self.status = moved(self.status, act)
        except Conflict:
            assert not may
            return False
        assert may
        return True

    @property
    def stands(self) -> bool:
        return self.is_confirmed and not self.is_refused and not self.is_over

    @rule()
    def cast(self) -> None:
        self.is_confirmed |= self.attempt(Act.CAST, may=not self.is_confirmed and not self.is_over)

    @rule()
    def take_back(self) -> None:
        self.is_over |= self.attempt(Act.TAKE_BACK, may=not self.is_confirmed and not self.is_over)

    @rule()
    def hold(self) -> None:
        self.is_set_aside |= self.attempt(Act.HOLD, may=self.stands and not self.is_set_aside)

    @rule()
    def release(self) -> None:
        self.is_set_aside &= not self.attempt(Act.RELEASE, may=self.stands and self.is_set_aside)

    @rule()
    def reject(self) -> None:
        self.is_refused |= self.attempt(Act.REJECT, may=self.stands and self.is_set_aside)

    @precondition(lambda self: self.is_refused)
    @rule()
    def reinstate(self) -> None:
        assert self.attempt(Act.REINSTATE, may=True)
        self.is_refused = self.is_set_aside = False

    @rule(act=st.sampled_from([Act.SUPERSEDE, Act.WITHDRAW]))
    def leave(self, act: Act) -> None:
        self.is_over |= self.attempt(act, may=self.stands)

    @invariant()
    def the_status_says_what_happened(self) -> None:
        counts = self.stands and not self.is_set_aside
        assert (self.status is BallotStatus.COUNTED) == counts
        assert (self.status in STANDING) == self.stands
        assert (self.status in FINAL) == self.is_over


TestModel = Model.TestCase


def test_nothing_leaves_the_last_states() -> None:
    assert [move for move in MOVES if move[0] in FINAL] == []


@given(st.sets(st.integers(1, 10**9)))
def test_picks_are_written_in_ascending_order_and_read_back(numbers: set[int]) -> None:
    assert picks_text([40, 3, 17]) == "3,17,40"
    assert read_picks(picks_text(numbers)) == sorted(numbers)
