"""A limit stops the calls at once, survives a restart, and concerns one token."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.instagram.budget import Edge
from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.credentials import look_after_token, open_client, token_in_use
from campaign.instagram.gate import Gate, resume, standing_of, token_key
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.models import RenewedToken, TokenState
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings
from campaign.staff.actors import COMMAND_LINE
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
    assert resume(token_key(TOKEN), COMMAND_LINE, NOW) == 1
    assert (kind_of(lambda: client().recent_media("1")), call.call_count) == (Kind.TOKEN, 2)


def test_an_answer_that_comes_long_after_a_stop_is_no_new_stop(app: Flask) -> None:
    dead = GraphFault(Kind.TOKEN, "dead", 190)
    for hours in (0, 3):
        Gate(token_key(TOKEN), clock=lambda moment=NOW + timedelta(hours=hours): moment).note(Edge.HASHTAG, {}, dead)
    assert db.session.scalars(sa.select(TokenState.updated_at)).all() == [NOW]


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
def test_a_limit_that_another_process_meets_during_the_wait_stops_the_call(app: Flask) -> None:
    slow = {"X-App-Usage": '{"call_count":90}'}
    call = responses.get(f"{ROOT}/1/recent_media", json={"data": []}, headers=slow)
    responses.get(f"{ROOT}/2/recent_media", json=LIMIT, status=403)
    client().recent_media("1")
    slept: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept.append(seconds)
        assert not db.session().in_transaction()
        kind_of(lambda: client().recent_media("2"))

    assert kind_of(lambda: client(sleep=meanwhile).recent_media("1")) is Kind.PAUSED
    assert (len(slept), call.call_count) == (1, 1)


@responses.activate
def test_answers_that_come_at_once_lose_neither_each_other_nor_the_limit(app: Flask) -> None:
    responses.get(f"{ROOT}/1/recent_media", json=LIMIT, status=403)
    at_once = threading.Barrier(6)
    failed: list[str] = []

    def call(percent: int | None) -> None:
        with app.app_context():
            gate = Gate(token_key(TOKEN), clock=lambda: NOW)
            headers = {"x-app-usage": f'{{"call_count":{percent}}}'} if percent else {}
            fault = None if percent else GraphFault(Kind.LIMIT, "too many", 4)
            at_once.wait()
            try:
                gate.note(Edge.HASHTAG, headers, fault)
            except sa.exc.SQLAlchemyError as error:
                failed.append(type(error).__name__)
            db.session.remove()

    threads = [threading.Thread(target=call, args=(percent,)) for percent in (None, 5, 15, 25, 35, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert standing_of(token_key(TOKEN), Edge.HASHTAG, NOW).action == "pause"


@responses.activate
def test_a_dead_token_leaves_the_existence_check_and_the_look_at_the_token_alone(app: Flask) -> None:
    dead = {"error": {"code": 190, "message": "Session has expired"}}
    responses.get(f"{ROOT}/1/recent_media", json=dead, status=400)
    responses.get(f"{ROOT}/instagram_oembed", json={"version": "1.0"})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=40)))
    kind_of(lambda: client().recent_media("1"))
    facts = client().token_facts()
    assert (client().exists("https://www.instagram.com/p/C0000000001/"), facts and facts.is_valid) == (True, True)


@responses.activate
def test_a_limit_holds_up_the_look_at_the_token_as_well(app: Flask) -> None:
    responses.get(f"{ROOT}/1/recent_media", json=LIMIT, status=403)
    asked = responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=40)))
    kind_of(lambda: client().recent_media("1"))
    assert (kind_of(lambda: client().token_facts()), asked.call_count) == (Kind.PAUSED, 0)


@responses.activate
def test_a_wrong_secret_of_the_app_stops_nothing_but_the_look_at_the_token(app: Flask) -> None:
    wrong = {"error": {"code": 190, "message": "Invalid OAuth access token signature"}}
    asked = responses.get(f"{ROOT}/debug_token", json=wrong, status=400)
    responses.get(f"{ROOT}/1/recent_media", json={"data": []})
    assert kind_of(lambda: client().token_facts()) is Kind.TOKEN
    assert kind_of(lambda: client().token_facts()) is Kind.PAUSED
    assert (client().recent_media("1").items, asked.call_count) == ((), 1)


@responses.activate
@pytest.mark.parametrize("said", ["no\x00thing", "half \ud800 a pair", "two\nlines", "x" * 5000])
def test_whatever_an_error_says_can_be_kept(app: Flask, said: str) -> None:
    body = json.dumps({"error": {"code": "190", "message": said}})
    responses.get(f"{ROOT}/1/recent_media", body=body, status=400, headers={"facebook-api-version": "v" * 99})
    assert kind_of(lambda: client().recent_media("1")) is Kind.TOKEN
    assert standing_of(token_key(TOKEN), Edge.HASHTAG, NOW).action == "stop"


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
    state = db.session.get(TokenState, f"{token_key(TOKEN)}:all")
    assert state is not None
    assert state.expires_at == NOW + timedelta(days=60)


@responses.activate
def test_a_renewed_token_that_does_not_last_longer_is_not_taken_and_none_is_asked_for_within_the_day(
    app: Flask,
) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10), type="USER"))
    asked = responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    for hours in range(26):
        assert not look_after_token(config(), NOW + timedelta(hours=hours), client=client())
    assert token_in_use(config()) == TOKEN
    assert asked.call_count == 2


BUSY: dict[str, Any] = {"error": {"code": 2, "message": "Service temporarily unavailable"}}


@responses.activate
def test_a_renewed_token_that_could_not_be_judged_is_asked_for_again_by_the_next_look(app: Flask) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    asked = responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10)))
    for _ in range(3):
        responses.get(f"{ROOT}/debug_token", json=BUSY, status=503)
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10)))
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=60)))
    assert kind_of(lambda: look_after_token(config(), NOW, client=client())) is Kind.TRANSIENT
    assert token_in_use(config()) == TOKEN
    assert look_after_token(config(), NOW + timedelta(hours=1), client=client())
    assert (token_in_use(config()), asked.call_count) == (LONGER, 2)


@responses.activate
def test_the_successor_of_a_token_of_two_hours_is_taken_although_it_cannot_be_judged(app: Flask) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(hours=2), type="USER"))
    responses.get(f"{ROOT}/debug_token", json=BUSY, status=503)
    assert look_after_token(config(), NOW, client=client())
    assert token_in_use(config()) == LONGER


@responses.activate
def test_the_hashtags_in_use_are_counted_while_meta_says_nothing_about_the_token(app: Flask) -> None:
    used = [{"id": str(number), "name": f"tag{number}"} for number in range(28)]
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": used})
    responses.get(f"{ROOT}/debug_token", json=BUSY, status=503)
    assert kind_of(lambda: look_after_token(config(), NOW, client=client())) is Kind.TRANSIENT
    state = db.session.get_one(TokenState, f"{token_key(TOKEN)}:all")
    assert (state.hashtags_used, state.is_valid) == (28, None)


@responses.activate
def test_a_pause_holds_for_the_renewed_token_of_the_same_person(app: Flask) -> None:
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10)))
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=60)))
    responses.get(f"{ROOT}/oauth/access_token", json={"access_token": LONGER})
    look_after_token(config(), NOW, client=client())
    call = responses.get(f"{ROOT}/1/recent_media", json=LIMIT, status=403)
    kind_of(lambda: InstagramClient(config(), gate=Gate(token_key(TOKEN), clock=lambda: NOW)).recent_media("1"))
    assert (kind_of(lambda: client(1).recent_media("1")), call.call_count) == (Kind.PAUSED, 1)


@responses.activate
@pytest.mark.parametrize("end", [2**37, 2**40, -1, "soon", None])
def test_an_answer_about_the_token_with_a_strange_date_is_one_without(app: Flask, end: object) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=10), expires_at=end))
    assert not look_after_token(config(), NOW, client=client())


@responses.activate
def test_an_answer_that_says_nothing_about_the_token_does_not_mean_that_it_is_dead(app: Flask) -> None:
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": []})
    responses.get(f"{ROOT}/debug_token", json={"data": []})
    assert kind_of(lambda: look_after_token(config(), NOW, client=client())) is Kind.UNREADABLE


@responses.activate
def test_no_message_repeats_the_token_that_was_asked_about(app: Flask) -> None:
    error = {"code": 100, "message": f"The value {LONGER} of input_token of {TOKEN} or 99|s3cret is odd"}
    responses.get(f"{ROOT}/debug_token", json={"error": error}, status=400)
    with pytest.raises(GraphError) as caught:
        client().token_facts(LONGER)
    assert not [secret for secret in (LONGER, TOKEN, "s3cret") if secret in str(caught.value)]


@responses.activate
def test_calls_as_the_app_are_signed_as_well(app: Flask) -> None:
    asked = responses.get(f"{ROOT}/debug_token", json=debug(timedelta(days=40)))
    client().token_facts()
    request = asked.calls[0].request
    query = parse_qs(urlsplit(str(request.url)).query)
    message = f"99|s3cret|{query['appsecret_time'][0]}".encode()
    assert request.headers["Authorization"] == "Bearer 99|s3cret"
    assert query["appsecret_proof"] == [hmac.new(b"s3cret", message, hashlib.sha256).hexdigest()]


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


@responses.activate
def test_a_hashtag_is_asked_for_when_the_list_does_not_name_those_in_use(app: Flask) -> None:
    used = [{"id": str(number)} for number in range(30)]
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json={"data": used})
    responses.get(f"{ROOT}/ig_hashtag_search", json={"data": [{"id": "17843857450040591"}]})
    assert client().hashtag_id("erfurt") == "17843857450040591"


def test_without_a_state_everything_goes_on(app: Flask) -> None:
    assert standing_of(token_key(TOKEN), Edge.HASHTAG, NOW).action == "go_on"
