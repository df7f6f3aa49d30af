"""May the next call be made? One decision table from usage headers and errors; pure.

Source of the headers and codes: Meta, Graph API "Rate Limiting" and "Handle Errors". All figures of the headers are
percent, calls are refused at 100; further calls while refused push the end of the refusal back.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from campaign.instagram.limits import GraphFault, Kind

SLOW_FROM, PAUSE_FROM = 75, 95
# Meta, Rate Limiting: the window of the platform's limits is a rolling hour.
WINDOW = timedelta(hours=1)
# Without an estimate of Meta's: so long after the first refusal, the second, and all further ones.
WAITS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
LONGEST_ESTIMATE = timedelta(hours=24)
LONGEST_SPACING = timedelta(seconds=10)
CLOSED = "Instagram takes no calls for a while, by its own estimate."
_APP, _USE_CASES = "x-app-usage", "x-business-use-case-usage"
_PERCENT = ("call_count", "total_time", "total_cputime")


class Action(enum.StrEnum):
    """What holds for the calls of a token: go_on; slow_down: with time between them; pause: until; stop: alarm."""

    GO_ON = "go_on"
    SLOW_DOWN = "slow_down"
    PAUSE = "pause"
    STOP = "stop"


class Edge(enum.StrEnum):
    """The parts of the API that may be refused one by one; what concerns the token itself holds for all of them."""

    ALL = "all"
    HASHTAG = "hashtag"
    TAGS = "tags"
    MENTIONS = "mentions"
    COMMENT = "comment"
    OEMBED = "oembed"
    APP = "app"


@dataclass(frozen=True)
class Usage:
    """The highest figure of all pools in percent, and the longest time until calls are taken again."""

    percent: int
    regain: timedelta = timedelta(0)


@dataclass(frozen=True)
class Standing:
    """What holds now; `strikes` counts refusals in a row, `until` is None while nobody but a person can end it."""

    action: Action = Action.GO_ON
    until: datetime | None = None
    reason: str | None = None
    usage: int | None = None
    strikes: int = 0

    def at(self, now: datetime) -> Standing:
        """Return what is left of it at a moment: a pause ends by itself, a stop does not."""
        if self.action is Action.STOP or self.until is None or now < self.until:
            return self
        return replace(self, action=Action.GO_ON, until=None, reason=None)

    def spacing(self, now: datetime) -> timedelta:
        """Return the time to leave before the next call: nothing below 75 %, ten seconds at 95 %."""
        if self.at(now).action is not Action.SLOW_DOWN or self.usage is None:
            return timedelta(0)
        share = (self.usage - SLOW_FROM + 1) / (PAUSE_FROM - SLOW_FROM)
        return LONGEST_SPACING * min(1.0, max(0.1, share))


def read_usage(headers: Mapping[str, str]) -> Usage | None:
    """Return what the usage headers say (names in lower case); None without a readable one: unknown is not 0 %."""
    pools = [*_pools(headers.get(_APP)), *_pools(headers.get(_USE_CASES))]
    percents = [figure for pool in pools for figure in _figures(pool, *_PERCENT)]
    minutes = [figure for pool in pools for figure in _figures(pool, "estimated_time_to_regain_access")]
    if not percents and not any(minutes):
        return None
    wait = min(timedelta(minutes=max(minutes, default=0)), LONGEST_ESTIMATE)
    return Usage(max(percents, default=0), wait)


def decide(
    standing: Standing, usage: Usage | None, fault: GraphFault | None, now: datetime, *, jitter: float = 0.0
) -> Standing:
    """Return what holds after an answer.

    | answer | action |
    | --- | --- |
    | any, after a stop | stop until a person has looked |
    | token dead, permission missing, action blocked | stop until a person has looked |
    | a limit (codes 4, 17, 32, 341, 613, 80000 to 80014) | pause: Meta's estimate, else 15, 30, 60 minutes |
    | any other error, or none, with an estimate of Meta's | pause: as long as it says |
    | …, at 95 % or more | pause: 15 minutes |
    | …, at 75 % or more | slow down for the rest of the hour |
    | …, below | go on |
    | …, without a usage header | what held before |

    `jitter` (0 to 1) makes a wait without an estimate up to a fifth longer, so that not all come back at once.
    """
    before = standing.at(now)
    if before.action is Action.STOP:
        return before
    if fault is not None and fault.kind in STOPPING:
        return Standing(Action.STOP, None, str(fault), usage.percent if usage else before.usage, before.strikes)
    if fault is not None and fault.kind is Kind.LIMIT:
        return _refused(usage, str(fault), before, now, jitter)
    if before.action is Action.PAUSE:
        # A call that was on its way when the limit came proves nothing.
        return before
    if usage is None:
        return replace(before, strikes=before.strikes if fault else 0)
    return _by_usage(usage, before, now, jitter)


STOPPING = frozenset({Kind.TOKEN, Kind.PERMISSION, Kind.BLOCKED})


def edge_of(fault: GraphFault | None, edge: Edge) -> Edge:
    """Return what an answer of an edge concerns: a missing permission and a blocked action the edge, all else all.

    The existence check goes without our token, so all of its answers are its own. Calls about tokens go with the
    app's: of those only a limit says something about the others.
    """
    alone = {Edge.OEMBED: True, Edge.APP: fault is None or fault.kind is not Kind.LIMIT}.get(edge, False)
    return edge if alone or (fault is not None and fault.kind in (Kind.PERMISSION, Kind.BLOCKED)) else Edge.ALL


def holding(edge: Edge, own: Standing, whole: Standing, now: datetime) -> Standing:
    """Return what holds for an edge: of its own standing and that of the whole token the one that allows less.

    A dead token stops neither the existence check, which needs none, nor the question whether it lives again.
    """
    apart = edge is Edge.OEMBED or (edge is Edge.APP and whole.action is Action.STOP)
    return own.at(now) if apart else stronger(own, whole, now)


def stronger(one: Standing, other: Standing, now: datetime) -> Standing:
    """Return the one of two standings that allows less at a moment."""
    order = list(Action)
    return max(one.at(now), other.at(now), key=lambda standing: order.index(standing.action))


def _refused(usage: Usage | None, reason: str, before: Standing, now: datetime, jitter: float) -> Standing:
    paused = before.action is Action.PAUSE
    # Calls that were on their way when the first of them was refused are one refusal together.
    strikes = max(1, before.strikes) if paused else before.strikes + 1
    until = now + (usage.regain if usage and usage.regain else _wait(strikes - 1, jitter))
    percent = usage.percent if usage else before.usage
    return Standing(Action.PAUSE, max(until, before.until or until) if paused else until, reason, percent, strikes)


def _by_usage(usage: Usage, before: Standing, now: datetime, jitter: float) -> Standing:
    if usage.regain:
        return Standing(Action.PAUSE, now + usage.regain, CLOSED, usage.percent, before.strikes)
    if usage.percent >= PAUSE_FROM:
        wait = _wait(0, jitter)
        return Standing(Action.PAUSE, now + wait, _used(usage.percent), usage.percent, before.strikes)
    if usage.percent >= SLOW_FROM:
        return Standing(Action.SLOW_DOWN, now + WINDOW, _used(usage.percent), usage.percent)
    return Standing(usage=usage.percent)


def _wait(strikes: int, jitter: float) -> timedelta:
    return WAITS[min(strikes, len(WAITS) - 1)] * (1 + min(1.0, max(0.0, jitter)) / 5)


def _used(percent: int) -> str:
    return f"{percent} % of Instagram's request limit are used."


def _pools(text: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a header that hold figures: one of the app, or lists of them by account."""
    try:
        document = json.loads(text or "null")
    except (ValueError, RecursionError):
        return
    if not isinstance(document, dict):
        return
    if any(name in document for name in _PERCENT):
        yield document
    for pools in document.values():
        yield from (pool for pool in (pools if isinstance(pools, list) else ()) if isinstance(pool, dict))


def _figures(pool: Mapping[str, Any], *names: str) -> Iterator[int]:
    """Yield what is a figure; NaN and what is below nought is none."""
    for value in map(pool.get, names):
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            yield int(min(value, 10**6))
