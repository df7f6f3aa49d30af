"""The address that a form's script fetches its challenge from."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from limits import parse
from werkzeug.exceptions import NotFound, TooManyRequests

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import keyring, limiter
from campaign.keys import network_of
from campaign.voting.work import Action, challenge
from campaign.web import PublicBlueprint

# Whoever gets no challenge sends the form without work, so nobody is refused a vote by this.
CHALLENGES = parse("1200 per hour")

bp = PublicBlueprint("work", __name__)


@bp.page("/abstimmen/aufgabe", cached=False)
def exercise() -> ResponseReturnValue:
    """Return a challenge for the act in `?fuer=` (the ballot, if none is named)."""
    try:
        action = Action(request.args.get("fuer", Action.BALLOT))
    except ValueError as error:
        raise NotFound from error
    return jsonify(challenge(action, current_contest().slug, _network_load(), utc_now()))


def _network_load() -> int:
    # Only a keyed fingerprint is kept, never an address.
    key = keyring().fingerprint("work throttle", network_of(request.remote_addr))
    if not limiter.limiter.hit(CHALLENGES, "work", key):
        raise TooManyRequests(retry_after=600)
    return CHALLENGES.amount - limiter.limiter.get_window_stats(CHALLENGES, "work", key).remaining
