"""Which token speaks for us: the configured one, or the one that took its place when it was renewed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from campaign.clock import utc_now
from campaign.errors import CampaignError
from campaign.extensions import db, keyring, one_at_a_time
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.gate import Gate, token_key
from campaign.instagram.models import RenewedToken, TokenState
from campaign.instagram.tokens import RENEW_EVERY, Renewal, TokenFacts, is_better, is_short, renewal_of
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings

SEAL = "graph token"

log = structlog.get_logger()


@dataclass(frozen=True)
class _Look:
    facts: TokenFacts | None
    hashtags_used: int | None
    served_version: str | None


def open_client(
    config: InstagramSettings,
    *,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    outbound: Outbound | None = None,
) -> InstagramClient:
    """Return the client of the account, with the token that is in use and the gate that its state keeps.

    Ends the session's transaction: what follows is a call.

    Raises:
        GraphError: no account or no token is configured.
    """
    token, key = token_in_use(config), state_key(config)
    db.session.rollback()
    return InstagramClient(config, outbound=outbound, token=token, gate=Gate(key, clock=clock, sleep=sleep))


def state_key(config: InstagramSettings) -> str:
    """Return the key of what is known of the account's token, "" without one.

    It is the configured token's: one that took its place speaks for the same person, whose limits go on.
    """
    return token_key(config.access_token.get_secret_value()) if config.access_token else ""


def token_in_use(config: InstagramSettings) -> str | None:
    """Return the renewed token, else the configured one; a newly configured token wins over what was renewed before."""
    if config.access_token is None:
        return None
    configured = config.access_token.get_secret_value()
    renewed = db.session.get(RenewedToken, state_key(config), populate_existing=True)
    if renewed is None:
        return configured
    try:
        return keyring().unseal(SEAL, renewed.sealed)
    except CampaignError:
        log.warning("the renewed token cannot be read, so the configured one is used")
        return configured


def look_after_token(config: InstagramSettings, now: datetime, *, client: InstagramClient | None = None) -> bool:
    """Ask what Meta says about the token and the hashtags in use, keep it, and renew where that is due; commits.

    Returns whether the token was renewed. Without `app_id` and `app_secret` only the hashtags are counted.

    Raises:
        GraphError: Meta could not be asked; what was known of the token stays.
    """
    asked = client or open_client(config)
    # Counted first: the quota matters also while Meta says nothing about the token.
    used = _hashtags_used(asked)
    try:
        facts = asked.token_facts()
    except GraphError:
        _keep(config, _Look(None, used, asked.served_version), now)
        raise
    _keep(config, _Look(facts, used, asked.served_version), now)
    return facts is not None and _renew(config, asked, facts, now)


def _hashtags_used(client: InstagramClient) -> int | None:
    try:
        return len(client.searched_hashtags())
    except GraphError as error:
        log.info("the hashtags in use could not be counted", reason=str(error))
        return None


def _keep(config: InstagramSettings, look: _Look, now: datetime) -> None:
    state = _locked_state(config, now)
    state.looked_at, state.served_version = now, look.served_version
    state.hashtags_used = state.hashtags_used if look.hashtags_used is None else look.hashtags_used
    facts = look.facts
    if facts is not None:
        state.kind, state.is_valid, state.scopes = facts.kind[:20], facts.is_valid, list(facts.scopes)
        state.issued_at, state.expires_at = facts.issued_at, facts.expires_at
        state.data_access_expires_at = facts.data_access_expires_at
    db.session.commit()


def _renew(config: InstagramSettings, client: InstagramClient, facts: TokenFacts, now: datetime) -> bool:
    way = renewal_of(facts, now)
    if way is Renewal.NONE or not _may_try(config, now):
        return False
    token = client.exchange(system_user=way is Renewal.SYSTEM_USER)
    try:
        renewed = client.token_facts(token)
    except GraphError:
        if not is_short(facts, now):
            raise
        # The next look judges it: the one that we have will be dead by then.
        _take(config, token, None, now)
        return True
    _locked_state(config, now).renewal_tried_at = now
    db.session.commit()
    if renewed is None or not is_better(renewed, facts):
        log.info("a renewed token would not last longer; log in anew before the old one ends")
        return False
    _take(config, token, renewed.expires_at, now)
    _keep(config, _Look(renewed, None, client.served_version), now)
    return True


def _take(config: InstagramSettings, token: str, expires_at: datetime | None, now: datetime) -> None:
    """Let a renewed token take the place of the one in use; commits."""
    sealed = keyring().seal(SEAL, token)
    db.session.merge(RenewedToken(origin_key=state_key(config), sealed=sealed, renewed_at=now, expires_at=expires_at))
    db.session.commit()
    log.info("the token was renewed", expires_at=expires_at.isoformat() if expires_at else None)


def _may_try(config: InstagramSettings, now: datetime) -> bool:
    """Return whether no renewal came within the day: each makes one more token that lives, taken or not."""
    state = db.session.get(TokenState, f"{state_key(config)}:all", populate_existing=True)
    tried = state.renewal_tried_at if state else None
    db.session.rollback()
    return tried is None or now - tried >= RENEW_EVERY


def _locked_state(config: InstagramSettings, now: datetime) -> TokenState:
    """Return what is known of the token, for changing: the gate of another thread waits for the end."""
    key = state_key(config)
    one_at_a_time(key)
    known = db.session.get(TokenState, f"{key}:all", populate_existing=True)
    state = known or TokenState(token_key=f"{key}:all", action="go_on", updated_at=now)
    db.session.add(state)
    return state
