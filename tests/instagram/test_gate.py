"""A limit stops the calls at once, survives a restart, and concerns one token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.instagram.budget import Edge
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.credentials import look_after_token, open_client, token_in_use
from campaign.instagram.gate import resume, standing_of, token_key
from campaign.instagram.limits import Kind
from campaign.instagram.models import RenewedToken, TokenState
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from tests.factories import NOW

ROOT = "https://graph.facebook.com/v26.0"
TOKEN, LONGER = "EAAB-configured-token", "EAAB-renewed-token"
LIMIT = {"error": {"code": 4, "message": "(#4) Application request limit reached"}}


def config(**changes: Any) -> InstagramSettings:
    values = {"user_id": "17841", "access_token": TOKEN, "app_id": "99", "app_secret": "s3cret", **changes}
    return InstagramSettings.model_validate(values)


def client(
    minutes: float = 0, *, sleep: Callable[[float], None] = lambda _seconds: None, **changes: Any
) -> InstagramClient:
    moment = NOW + timedelta(minutes=minutes)
    outbound = Outbound(seconds=5, size=10_000, backoff=0)
    return open_client(config(**changes), clock=lambda: moment, sleep=sleep, outbound=outbound)


def kind_of(call: Callable[[], object]) -> Kind:
    with pytest.raises(GraphError) as caught:
        call()
    return caught.value.fault.kind


@responses.activate
def test_after_a_limit_nothing_is_sent_before_the_pause_is_over(app: Flask) -> None:
    call = responses.get(f"{ROOT}/1/recent_media", json=LIMIT, status=403)
    assert kind_of(lambda: client().recent_media("1")) is Kind.LIMIT
    # Another client is what a restarted process would have.
    assert kind_of(lambda: client(14).recent_media("1")) is Kind.PAUSED
    assert call.call_count == 1
    responses.replace("GET", f"{ROOT}/1/recent_media", json={"data": []})
    assert client(19).recent_media("1").items == ()


@responses.activate
def test_a_limit_of_one_token_is_none_of_another(app: Flask) -> None:
    responses.get(f"{ROOT}/1/recent_media", json=LIMIT, status=403)
    kind_of(lambda: client().recent_media("1"))
    responses.replace("GET", f"{ROOT}/1/recent_media", json={"data": []})
    assert client(1, access_token="EAAB-other").recent_media("1").items == ()


@responses.activate
def test_a_missing_permission_closes_only_what_it_concerns(app: Flask) -> None:
    refused = {"error": {"code": 10, "message": "(#10) needs instagram_manage_comments"}}
    call = responses.get(f"{ROOT}/17841/tags", json=refused, status=400)
    responses.get(f"{ROOT}/1/recent_media", json={"data": []})
    assert kind_of(lambda: client().tags()) is Kind.PERMISSION
    assert kind_of(lambda: client(9999).tags()) is Kind.PAUSED
    assert (client().recent_media("1").items, call.call_count) == ((), 1)


@responses.activate
def test_a_dead_token_is_not_tried_again_until_somebody_says_so(app: Flask) -> None:
    dead = {"error": {"code": 190, "error_subcode": 463, "message": "Session has expired"}}
    call = responses.get(f"{ROOT}/1/recent_media", json=dead, status=400)
    kind_of(lambda: client().recent_media("1"))
    with pytest.raises(GraphError) as refused:
        client(9999).recent_media("1")
    assert "campaign ingest --resume" in str(refused.value)
    assert resume(token_key(TOKEN), NOW) == 1
    assert (kind_of(lambda: client().recent_media("1")), call.call_count) == (Kind.TOKEN, 2)


@responses.activate
def test_from_three_quarters_of_the_budget_on_calls_are_spread(app: Flask) -> None:
    slept: list[float] = []
    for percent in (74, 75, 94):
        headers = {"X-App-Usage": f'{{"call_count":{percent}}}'}
        responses.get(f"{ROOT}/1/recent_media", json={"data": []}, headers=headers)
    responses.get(f"{ROOT}/1/recent_media", json={"data": []})
    for _ in range(4):
        client(sleep=slept.append).recent_media("1")
    assert slept == [1.0, 10.0]


@responses.activate
def test_nothing_of_the_state_holds_the_token(app: Flask) -> None:
    dead = {"error": {"code": 190, "message": f"Invalid token {TOKEN} of s3cret"}}
    responses.get(f"{ROOT}/1/recent_media", json=dead, status=400)
    kind_of(lambda: client().recent_media("1"))
    rows = db.session.execute(sa.select(TokenState.__table__)).all()
    assert rows
    assert not [row for row in rows if TOKEN in str(row) or "s3cret" in str(row)]


def debug(expires_in: timedelta, **more: Any) -> dict[str, Any]:
    moment = int((NOW + expires_in).timestamp())
    scopes = ["instagram_basic", "pages_read_engagement"]
    return {
        "data": {
            "app_id": "99",
            "type": "SYSTEM_USER",
            "is_valid": True,
            "expires_at": moment,
            "scopes": scopes,
            **more,
        }
    }


@responses.activate
def test_a_system_users_token_is_renewed_in_its_last_days_and_kept_sealed(app: Flask) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": [{"id": "1", "name": "erfurt"}]})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10)))
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=60)))
    asked = responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER, "token_type": "bearer"})
    assert look_after_token(config(), NOW, client=client())
    assert "set_token_expires_in_60_days=true" in str(asked.calls[0].request.url)
    assert token_in_use(config()) == LONGER
    row = db.session.scalars(sa.select(RenewedToken)).one()
    assert LONGER.encode() not in row.sealed
    state = db.session.get(TokenState, f"{token_key(LONGER)}:all")
    assert state is not None
    assert state.expires_at == NOW + timedelta(days=60)


@responses.activate
def test_a_renewed_token_that_does_not_last_longer_is_not_taken(app: Flask) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10), type="USER"))
    responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    assert not look_after_token(config(), NOW, client=client())
    assert token_in_use(config()) == TOKEN


@responses.activate
def test_a_newly_configured_token_wins_over_one_that_was_renewed_before(app: Flask) -> None:
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10)))
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=60)))
    responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    assert look_after_token(config(), NOW, client=client())
    assert token_in_use(config(access_token="EAAB-after-log-in")) == "EAAB-after-log-in"


@responses.activate
def test_a_new_hashtag_is_not_asked_for_when_thirty_are_in_use(app: Flask) -> None:
    used = [{"id": str(number), "name": f"tag{number}"} for number in range(30)]
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": used})
    search = responses.get(f"{ROOT}/ig_hashtag_search", json={"data": [{"id": "17843857450040591"}]})
    assert kind_of(lambda: client().hashtag_id("erfurt")) is Kind.HASHTAG_QUOTA
    assert search.call_count == 0
    assert client().hashtag_id("tag7") == "17843857450040591"


def test_without_a_state_everything_goes_on(app: Flask) -> None:
    assert standing_of(token_key(TOKEN), Edge.HASHTAG, NOW).action == "go_on"
