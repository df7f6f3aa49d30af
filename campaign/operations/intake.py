"""How the intake stands: what organisers, the metrics and the alarms ask about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.config import Settings
from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.asking import is_unclear
from campaign.instagram.budget import Action, Edge, Standing
from campaign.instagram.coverage import Coverage
from campaign.instagram.credentials import state_key
from campaign.instagram.existence_queries import (
    MissingEntry,
    confirmed_by,
    gone_entries,
    missing_entries,
    missing_now,
)
from campaign.instagram.existence_rules import Missing
from campaign.instagram.gate import standing_of
from campaign.instagram.mentions import stuck_since
from campaign.instagram.models import AskStatus, EventStatus, IngestRun, PermissionAsk, TokenState, WebhookEvent
from campaign.instagram.replies import Reply, replies_to_read
from campaign.instagram.runs import is_hashtag_unknown, read_coverage
from campaign.instagram.tokens import missing_scopes
from campaign.moderation.withdrawals import Claim, open_claims
from campaign.operations import notices
from campaign.operations.alarms import last_told
from campaign.operations.notices import Notice, Stop, TokenNow

LATEST_RUNS = 12
# Of posts that are missing at once so many stand on the page; the others are like them.
MISSING_SHOWN = 50


@dataclass(frozen=True)
class Intake:
    """The intake at a moment.

    `coverage` is None where nobody ever looked at Instagram, `state` before the first look at the token; `stops` are
    closed edges. `posts` says how many posts are missing, `held` are the first of them while that keeps their pictures
    from being hidden; `confirmed` is on whose word others are.
    """

    coverage: Coverage | None
    runs: Sequence[IngestRun]
    standing: Standing
    state: TokenState | None
    missing: Sequence[str]
    stops: Sequence[Stop]
    events_waiting: int
    unclear_asks: Sequence[PermissionAsk]
    replies: Sequence[Reply]
    claims: Sequence[Claim]
    gone: Sequence[Entry]
    posts: Missing
    held: Sequence[MissingEntry]
    confirmed: Mapping[int, str]


def read_intake(contest: Contest, config: Settings, now: datetime) -> Intake:
    """Return how the intake stands."""
    key, runs = state_key(config.instagram), _latest_runs(contest)
    state = db.session.get(TokenState, f"{key}:{Edge.ALL}")
    posts = missing_now(contest, now) if config.instagram.check_existence else Missing()
    return Intake(
        read_coverage(contest, now) if key or runs else None,
        runs,
        standing_of(key, Edge.HASHTAG, now),
        state,
        _missing(state, config),
        _stops(key),
        _count(WebhookEvent, WebhookEvent.status == EventStatus.WAITING),
        [ask for ask in _asks_on_their_way() if is_unclear(ask, now)],
        replies_to_read(now),
        open_claims(contest.id),
        gone_entries(contest),
        posts,
        missing_entries(contest, MISSING_SHOWN, now) if posts.too_many else [],
        confirmed_by(contest),
    )


def due_notices(contest: Contest, config: Settings, now: datetime) -> Iterator[Notice]:
    """Yield everything about the intake that staff should know now; `alarms.announce` tells each once."""
    intake = read_intake(contest, config, now)
    yield from notices.stop_notices(intake.stops)
    if config.instagram.access_token is None or intake.coverage is None:
        return
    yield from notices.coverage_notices(intake.coverage)
    yield from notices.mention_notices(stuck_since(now))
    yield from notices.hashtag_notices(contest.hashtag if is_hashtag_unknown(contest) else None)
    state = intake.state
    served = state.served_version if state else None
    yield from notices.version_notices(config.instagram.api_version, served, now)
    if state is not None and state.looked_at is not None:
        ends = (state.expires_at, state.data_access_expires_at)
        token = TokenNow(state.token_key[:32], state.is_valid, *ends, intake.missing, state.hashtags_used)
        yield from notices.token_notices(token, now)
    yield from notices.claim_notices((claim.entry.number, claim.code.requested_at) for claim in intake.claims)
    yield from notices.reply_notices((reply.entry_number, reply.comment.comment_id) for reply in intake.replies)
    yield from notices.missing_notices(intake.posts, last_told(notices.MISSING))
    # Who said so knows it.
    hidden = [entry for entry in intake.gone if entry.number not in intake.confirmed]
    yield from notices.gone_notices([(entry.number, entry.gone_at) for entry in hidden if entry.gone_at])


def _missing(state: TokenState | None, config: Settings) -> list[str]:
    if state is None or not state.is_valid:
        return []
    return missing_scopes(state.scopes, mentions=bool(config.contest.mention))


def _latest_runs(contest: Contest) -> Sequence[IngestRun]:
    query = sa.select(IngestRun).filter_by(contest_id=contest.id).order_by(IngestRun.id.desc()).limit(LATEST_RUNS)
    return db.session.scalars(query).all()


def _stops(key: str) -> list[Stop]:
    query = sa.select(TokenState).where(TokenState.token_key.in_([f"{key}:{edge}" for edge in Edge]))
    rows = db.session.scalars(query.where(TokenState.action == Action.STOP.value).order_by(TokenState.token_key))
    return [Stop(row.token_key.partition(":")[2], row.updated_at, row.reason or "") for row in rows]


def _asks_on_their_way() -> Sequence[PermissionAsk]:
    query = sa.select(PermissionAsk).where(PermissionAsk.status == AskStatus.SENDING)
    return db.session.scalars(query.order_by(PermissionAsk.asked_at)).all()


def _count(model: type[WebhookEvent], condition: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(condition)) or 0
