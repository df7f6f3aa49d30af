"""What happens to ballots within one transaction: status, event and counters move together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from campaign.extensions import db
from campaign.voting.lifecycle import STANDING, Act, BallotStatus, moved, picks_text
from campaign.voting.models import Ballot, BallotEvent
from campaign.voting.tally import count_ballots

SALT_BYTES = 32


class Acts:
    """Acts on ballots that the caller has loaded with their picks and locked; nothing is written before `write`."""

    def __init__(self, ballots: Iterable[Ballot]) -> None:
        self._before = {ballot: ballot.status for ballot in ballots}
        self.by_code = {ballot.request_code: ballot for ballot in self._before}
        self._events: list[dict[str, Any]] = []

    def standing_of(self, ballot: Ballot) -> list[Ballot]:
        """Return what stands of the person of a ballot."""
        person = (ballot.contest_id, ballot.voter_key)
        return [one for one in self._before if one.status in STANDING and (one.contest_id, one.voter_key) == person]

    def act(self, ballot: Ballot, act: Act, now: datetime, detail: str = "") -> None:
        """Move a ballot; `detail` is the reason of a hold or a rejection, the way of a release.

        Raises:
            Conflict: a ballot in its status does not take the act.
        """
        ballot.status = moved(ballot.status, act)
        if act in (Act.HOLD, Act.REJECT):
            ballot.reason = detail
        elif act in (Act.RELEASE, Act.REINSTATE):
            ballot.reason = None
        elif act is Act.CAST:
            detail = picks_text(pick.entry_number for pick in ballot.picks)
        if act is not Act.TAKE_BACK:
            self._events.append(_event(ballot, act, now, detail))

    def write(self) -> None:
        """Write all acts and let the counters follow; part of the caller's transaction."""
        arrived = {
            one: one.status for one, old in self._before.items() if one.status in STANDING and old not in STANDING
        }
        # The index admits one standing ballot of a person at any moment, so those that leave go first.
        for ballot in arrived:
            ballot.status = self._before[ballot]
        db.session.flush()
        for ballot, status in arrived.items():
            ballot.status = status
        db.session.flush()
        if self._events:
            db.session.execute(sa.insert(BallotEvent), self._events)
        self._count()

    def _count(self) -> None:
        by_contest: dict[int, list[tuple[Ballot, int]]] = {}
        for ballot, before in self._before.items():
            step = _counts(ballot.status) - _counts(before)
            if step:
                by_contest.setdefault(ballot.contest_id, []).append((ballot, step))
        for contest_id, changes in sorted(by_contest.items()):
            count_ballots(contest_id, changes)


def _counts(status: BallotStatus) -> int:
    return int(status is BallotStatus.COUNTED)


def _event(ballot: Ballot, act: Act, now: datetime, detail: str) -> dict[str, Any]:
    return {
        "contest_id": ballot.contest_id,
        "tracker": ballot.receipt_code,
        "kind": act,
        "detail": detail,
        "salt": secrets.token_bytes(SALT_BYTES),
        "at": now,
    }
