"""The gate before every call: what the last answers allow, kept in the database so that a restart does not forget."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from campaign.clock import utc_now
from campaign.extensions import db, keyring, one_at_a_time
from campaign.instagram.budget import Action, Edge, Standing, decide, edge_of, holding, read_usage
from campaign.instagram.limits import REMEDIES, GraphFault, Kind
from campaign.instagram.models import TokenState
from campaign.staff import audit
from campaign.staff.actors import Actor

KEEP_USAGE = timedelta(minutes=10)
STOPPED = "Calls to Instagram are stopped: %s Then run: campaign ingest --resume"


class Gate:
    """Admits calls of one account; `sleep` takes seconds, `clock` gives the present moment.

    Reading and writing here ends the session's transaction: callers have none open while they ask another host.
    """

    def __init__(
        self,
        token_key: str,
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._key, self._clock, self._sleep = token_key, clock, sleep

    def refusal(self, edge: Edge) -> GraphFault | None:
        """Return why no call of an edge may be made now, or None; waits a little where calls must be spread."""
        holds = self._holding(edge)
        if holds.action is Action.SLOW_DOWN:
            self._sleep(holds.spacing(self._clock()).total_seconds())
            # Another thread or process may have met the limit meanwhile.
            holds = self._holding(edge)
        if holds.action is Action.STOP:
            reason = holds.reason or REMEDIES[Kind.TOKEN]
            return GraphFault(Kind.PAUSED, (STOPPED % reason).rstrip("."))
        if holds.action is Action.PAUSE and holds.until is not None:
            return GraphFault(Kind.PAUSED, f"Calls to Instagram pause until {holds.until:%Y-%m-%d %H:%M} UTC")
        return None

    def note(self, edge: Edge, headers: Mapping[str, str], fault: GraphFault | None) -> None:
        """Keep what an answer means for the next calls; commits when it changed."""
        now, concerned = self._clock(), edge_of(fault, edge)
        one_at_a_time(self._key)
        row = db.session.get(TokenState, f"{self._key}:{concerned}", populate_existing=True)
        before = _standing(row)
        after = decide(before, read_usage(headers), fault, now, jitter=random.random())  # noqa: S311 - no secret
        # A stop keeps its moment: by that staff were told of it.
        stale = row is None or (after.action is not Action.STOP and now - row.updated_at >= KEEP_USAGE)
        if stale or _differs(before, after):
            _write(row or TokenState(token_key=f"{self._key}:{concerned}"), after, now)
            db.session.commit()
        db.session.rollback()

    def _holding(self, edge: Edge) -> Standing:
        holds = standing_of(self._key, edge, self._clock())
        db.session.rollback()
        return holds


def token_key(token: str) -> str:
    """Return the fingerprint by which a token's state is kept, 32 hexadecimal digits."""
    return keyring().fingerprint("graph token", token)[:32]


def standing_of(key: str, edge: Edge, now: datetime) -> Standing:
    """Return what holds for an edge now."""
    rows = [db.session.get(TokenState, f"{key}:{one}", populate_existing=True) for one in (edge, Edge.ALL)]
    own, whole = map(_standing, rows)
    return holding(edge, own, whole, now)


def resume(key: str, by: Actor, now: datetime) -> int:
    """Lift every stop and pause of a token, on the word of a person who has looked; commits. Returns how many."""
    one_at_a_time(key)
    lifted = 0
    for edge in Edge:
        row = db.session.get(TokenState, f"{key}:{edge}", populate_existing=True)
        if row is not None and Action(row.action) in (Action.STOP, Action.PAUSE):
            _write(row, Standing(usage=row.usage), now)
            lifted += 1
    audit.record(by, "intake.resume", "intake:instagram", now, after={"lifted": lifted})
    db.session.commit()
    return lifted


def _standing(row: TokenState | None) -> Standing:
    if row is None:
        return Standing()
    return Standing(Action(row.action), row.until, row.reason, row.usage, row.strikes)


def _write(row: TokenState, standing: Standing, now: datetime) -> None:
    row.action, row.until, row.updated_at = standing.action.value, standing.until, now
    row.reason = standing.reason[:400] if standing.reason else None
    row.usage, row.strikes = standing.usage, standing.strikes
    db.session.add(row)


def _differs(before: Standing, after: Standing) -> bool:
    moved = (before.action, before.until, before.strikes) != (after.action, after.until, after.strikes)
    return moved or abs((after.usage or 0) - (before.usage or 0)) >= 5
