"""What a browser calculates, without a browser."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from altcha import Challenge, Payload, solve_challenge

from campaign.voting.work import Action, challenge

ROUND = "2026"


def solve(document: dict[str, Any]) -> str:
    """Return the payload of a challenge as the form's field carries it."""
    made = Challenge.from_dict(document)
    solution = solve_challenge(made)
    assert solution is not None
    solution.time = None
    return str(Payload(made, solution).to_base64())


def solved(now: datetime, action: Action = Action.BALLOT, round_: str = ROUND) -> str:
    """Return the payload of a new challenge."""
    return solve(challenge(action, round_, 0, now))


def opened(payload: str) -> dict[str, Any]:
    """Return what stands in a payload."""
    return dict(json.loads(base64.b64decode(payload)))


def closed(document: object) -> str:
    """Return a payload with these contents."""
    return base64.b64encode(json.dumps(document).encode()).decode()
