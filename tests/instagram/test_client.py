"""The client of the Graph API: one header for the token, every error classified."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from campaign.instagram.client import GraphError, InstagramClient
from campaign.instagram.limits import Kind
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings

ROOT = "https://graph.facebook.com/v26.0"
TOKEN = "EAAB-token"
RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))


def client(**changes: Any) -> InstagramClient:
    values = {"user_id": "17841", "access_token": TOKEN, **changes}
    return InstagramClient(
        InstagramSettings.model_validate(values), outbound=Outbound(seconds=5, size=10_000, backoff=0)
    )


def fault_of(body: object, status: int = 400) -> tuple[Kind, int | None, int | None]:
    with responses.RequestsMock() as server:
        server.get(f"{ROOT}/1/recent_media", json=body, status=status)
        with pytest.raises(GraphError) as caught:
            client().recent_media("1")
    fault = caught.value.fault
    assert TOKEN not in str(fault)
    return fault.kind, fault.code, fault.subcode


@responses.activate
def test_the_token_travels_in_a_header_and_not_in_the_address() -> None:
    call = responses.get(f"{ROOT}/ig_hashtag_search", json={"data": [{"id": "17843857450040591"}]})
    assert client().hashtag_id("erfurt") == "17843857450040591"
    request = call.calls[0].request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert parse_qs(urlsplit(str(request.url)).query) == {"user_id": ["17841"], "q": ["erfurt"]}


@responses.activate
def test_a_hashtag_with_sharp_s_is_asked_for_as_people_write_it() -> None:
    known = {"data": [{"id": str(number), "name": f"tag{number}"} for number in range(29)]}
    known["data"].append({"id": "99", "name": "SchönsteStraße"})
    responses.get(f"{ROOT}/17841/recently_searched_hashtags", json=known)
    call = responses.get(f"{ROOT}/ig_hashtag_search", json={"data": [{"id": "99"}]})
    assert client().hashtag_id("schönstestraße") == "99"
    assert parse_qs(urlsplit(str(call.calls[0].request.url)).query)["q"] == ["schönstestraße"]


@responses.activate
def test_each_call_is_signed_when_the_apps_secret_is_known() -> None:
    call = responses.get(f"{ROOT}/1/recent_media", json={"data": []})
    client(app_secret="s3cret").recent_media("1")
    query = parse_qs(urlsplit(str(call.calls[0].request.url)).query)
    message = f"{TOKEN}|{query['appsecret_time'][0]}".encode()
    assert query["appsecret_proof"] == [hmac.new(b"s3cret", message, hashlib.sha256).hexdigest()]


@responses.activate
def test_a_page_is_asked_for_with_all_fields_and_the_cursor() -> None:
    call = responses.get(f"{ROOT}/1/recent_media", json={"data": []})
    client().recent_media("1", after="QVFI")
    query = parse_qs(urlsplit(str(call.calls[0].request.url)).query)
    assert query == {
        "user_id": ["17841"],
        "limit": ["50"],
        "after": ["QVFI"],
        "fields": ["id,caption,media_type,media_url,permalink,timestamp,children{id,media_type,media_url}"],
    }


@responses.activate
def test_a_hashtag_that_nobody_used_is_not_known_in_both_ways_of_saying_so() -> None:
    responses.get(f"{ROOT}/ig_hashtag_search", json={"data": []})
    with pytest.raises(GraphError) as caught:
        client().hashtag_id("nobody")
    assert caught.value.fault.kind is Kind.HASHTAG_UNKNOWN
    error = {"code": 24, "error_subcode": 2207024, "message": "The requested resource does not exist"}
    assert fault_of({"error": error}) == (Kind.HASHTAG_UNKNOWN, 24, 2207024)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"error": {"code": 190, "error_subcode": 463, "message": f"{TOKEN} has expired"}}, 400, Kind.TOKEN),
        ({"error": {"code": 4, "message": "limit", "is_transient": True}}, 403, Kind.LIMIT),
        ({"error": {"code": 2, "message": "down", "is_transient": True}}, 500, Kind.TRANSIENT),
        ({"error": {"code": 999, "message": "odd", "is_transient": True}}, 400, Kind.TRANSIENT),
        ({"error": {"message": "no code"}}, 400, Kind.TRANSIENT),
        ({"error": "a text"}, 400, Kind.TRANSIENT),
        ({"something": "else"}, 200, Kind.UNREADABLE),
        ({}, 502, Kind.TRANSIENT),
        ([], 200, Kind.UNREADABLE),
    ],
)
def test_errors_are_classified_by_their_numbers(body: object, status: int, kind: Kind) -> None:
    assert fault_of(body, status)[0] is kind


@responses.activate
@pytest.mark.parametrize("body", ["<html>Sorry</html>", '{"data": [', "", "\xff\xfe", "[" * 5000])
def test_what_is_not_json_is_unreadable_and_no_crash(body: str) -> None:
    responses.get(f"{ROOT}/1/recent_media", body=body.encode("latin-1"))
    with pytest.raises(GraphError) as caught:
        client().recent_media("1")
    assert caught.value.fault.kind is Kind.UNREADABLE


@responses.activate
@pytest.mark.parametrize(
    ("status", "body"),
    [(503, "busy"), (400, '{"error": {"code": 2, "is_transient": true}}'), (400, '{"error": {"code": 1}}'), (200, "{")],
)
def test_a_passing_fault_is_tried_three_times_whatever_the_status(status: int, body: str) -> None:
    call = responses.get(f"{ROOT}/1/recent_media", status=status, body=body)
    with pytest.raises(GraphError):
        client().recent_media("1")
    assert call.call_count == 3


@responses.activate
@pytest.mark.parametrize("code", [4, 10, 190, 80002])
def test_a_limit_and_a_dead_token_are_not_tried_again_whatever_the_status(code: int) -> None:
    call = responses.get(f"{ROOT}/1/recent_media", status=503, json={"error": {"code": code, "message": "no"}})
    with pytest.raises(GraphError):
        client().recent_media("1")
    assert call.call_count == 1


def test_without_account_or_token_the_operator_is_told() -> None:
    with pytest.raises(GraphError) as caught:
        client(access_token=None)
    assert str(caught.value) == (
        "instagram.user_id or instagram.access_token is not set. Set both under [instagram] in the configuration."
    )


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")
def test_every_recorded_error_is_classified() -> None:
    rows = json.loads((RECORDED / "observed" / "errors.json").read_text())
    kinds = {}
    for row in rows:
        error = row["body"]["error"]
        kind, code, subcode = fault_of(row["body"])
        assert (code, subcode) == (error["code"], error.get("error_subcode"))
        kinds.setdefault((code, subcode), kind)
    assert kinds[190, 463] is Kind.TOKEN
    assert kinds[18, 2207034] is Kind.HASHTAG_QUOTA
    assert kinds[24, 2207024] is Kind.HASHTAG_UNKNOWN
    assert kinds[10, None] is Kind.PERMISSION
