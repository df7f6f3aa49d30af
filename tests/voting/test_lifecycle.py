"""The states of a ballot: every move that is not in the table is refused."""

from __future__ import annotations

from itertools import product

import pytest

from campaign.errors import Conflict
from campaign.voting.lifecycle import STANDING, BallotStatus, check_move

ALLOWED = {
    ("requested", "counted"),
    ("requested", "held"),
    ("requested", "withdrawn"),
    ("counted", "superseded"),
    ("counted", "withdrawn"),
    ("held", "counted"),
    ("held", "rejected"),
    ("held", "superseded"),
    ("held", "withdrawn"),
}


@pytest.mark.parametrize(("current", "new"), list(product(BallotStatus, BallotStatus)))
def test_a_ballot_moves_as_the_rules_say(current: BallotStatus, new: BallotStatus) -> None:
    if (current.value, new.value) in ALLOWED:
        check_move(current, new)
        return
    with pytest.raises(Conflict):
        check_move(current, new)


def test_counted_and_held_ballots_stand() -> None:
    assert STANDING == (BallotStatus.COUNTED, BallotStatus.HELD)
