"""Tokens: several at once, each to its own date; exchange, proofs of the app's secret, what Meta says about them."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from campaign.demo.graph_tokens import SCOPES
from tests.demo.caller import NOON, SECRET, TAG_ID, TOKEN, USER, Caller, Clock, error_of

APP_ID = "1029384756"


def _exchange(caller: Caller, token: str = TOKEN, **changes: str) -> TestResponse:
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": APP_ID,
        "client_secret": SECRET,
        "fb_exchange_token": token,
    }
    return caller.client.get("/v26.0/oauth/access_token", query_string=query | changes)


def _use(caller: Caller, token: str, **query: str) -> TestResponse:
    return caller.client.get(f"/{TAG_ID}", query_string=query, headers={"Authorization": f"Bearer {token}"})


def _facts(caller: Caller, token: str = TOKEN) -> dict[str, Any]:
    return dict(caller.get("/debug_token", input_token=token).get_json()["data"])


def test_an_expired_token_is_refused_with_both_times(quiet: Caller, clock: Clock) -> None:
    quiet.control("POST", "/_token", expires_at="2026-06-20T14:00:00+02:00")
    clock.forward(minutes=90)
    answer = _use(quiet, TOKEN)
    assert error_of(answer) == (400, 190, 463)
    assert answer.get_json()["error"]["message"] == (
        "Error validating access token: Session has expired on Saturday, 20-Jun-26 05:00:00 PDT."
        " The current time is Saturday, 20-Jun-26 06:30:00 PDT."
    )


def test_a_token_lives_until_the_very_second(quiet: Caller, clock: Clock) -> None:
    quiet.control("POST", "/_token", expires_at=(NOON + timedelta(hours=1)).isoformat())
    clock.forward(minutes=59, seconds=59)
    assert _use(quiet, TOKEN).status_code == 200
    clock.forward(seconds=1)
    assert _use(quiet, TOKEN).status_code == 400


@pytest.mark.parametrize("subcode", [458, 459, 460, 464, 467, 492])
def test_a_token_may_die_for_many_reasons(quiet: Caller, subcode: int) -> None:
    quiet.control("POST", "/_token", is_valid=False, subcode=subcode)
    assert error_of(_use(quiet, TOKEN)) == (400, 190, subcode)
    facts = _facts_by_app(quiet)
    assert (facts["is_valid"], facts["error"]["code"], facts["error"]["subcode"]) == (False, 190, subcode)
    assert facts["error"]["message"].startswith("Error validating access token: ")


def _facts_by_app(caller: Caller) -> dict[str, Any]:
    """Ask with a second token that lives."""
    caller.control("POST", "/_token", token="another")
    answer = caller.client.get("/debug_token", query_string={"input_token": TOKEN, "access_token": "another"})
    return dict(answer.get_json()["data"])


def test_the_facts_are_as_set(quiet: Caller) -> None:
    quiet.control(
        "POST",
        "/_token",
        type="SYSTEM_USER",
        expires_at=None,
        data_access_expires_at="2026-07-01T00:00:00+00:00",
        issued_at="2026-06-01T00:00:00+00:00",
        scopes=["instagram_basic"],
    )
    assert _facts(quiet) == {
        "app_id": APP_ID,
        "type": "SYSTEM_USER",
        "application": "Der schönste Blick",
        "data_access_expires_at": 1782864000,
        "expires_at": 0,
        "is_valid": True,
        "issued_at": 1780272000,
        "scopes": ["instagram_basic"],
        "granular_scopes": [{"scope": "instagram_basic"}],
        "user_id": "122093456789012345",
    }


def test_the_control_page_never_shows_a_token(quiet: Caller) -> None:
    answer = quiet.client.post("/_token", json={"token": "a-new-one"})
    assert answer.status_code == 201
    assert "a-new-one" not in answer.text


@pytest.mark.parametrize(
    "wish", [{"type": "APP"}, {"colour": 1}, {"expires_at": "2026-06-20T12:00:00"}, {"expires_at": 3}]
)
def test_a_wrong_wish_is_refused(quiet: Caller, wish: dict[str, object]) -> None:
    assert quiet.client.post("/_token", json=wish).status_code == 400


def test_a_living_token_is_exchanged_and_both_work(stricter: Caller, clock: Clock) -> None:
    clock.forward(days=45)
    body = _exchange(stricter).get_json()
    new = body.pop("access_token")
    assert body == {"token_type": "bearer", "expires_in": 5183944}
    assert [_use(stricter, token).status_code for token in (TOKEN, new)] == [200, 200]
    clock.forward(days=6)
    assert error_of(_use(stricter, TOKEN)) == (400, 190, 463)
    assert _use(stricter, new).status_code == 200
    assert error_of(_exchange(stricter)) == (400, 190, 463)
    clock.forward(days=55)
    assert error_of(_use(stricter, new)) == (400, 190, 463)


def test_each_exchange_gives_another_token(stricter: Caller) -> None:
    tokens = [_exchange(stricter).get_json()["access_token"] for _ in range(3)]
    assert len({TOKEN, *tokens}) == 4


@pytest.mark.parametrize(("query", "life"), [({}, None), ({"set_token_expires_in_60_days": "true"}, 5183944)])
def test_a_system_users_token_ends_only_when_asked(stricter: Caller, query: dict[str, str], life: int | None) -> None:
    stricter.control("POST", "/_token", type="SYSTEM_USER", expires_at=None)
    body = _exchange(stricter, **query).get_json()
    assert body.get("expires_in") == life
    facts = _facts(stricter, body["access_token"])
    assert facts["expires_at"] == (int(NOON.timestamp()) + life if life else 0)
    assert (facts["type"], facts["scopes"]) == ("SYSTEM_USER", list(SCOPES))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_secret": "wrong"}, 1),
        ({"client_secret": ""}, 1),
        ({"client_id": "1"}, 101),
        ({"grant_type": "other"}, 100),
        ({"fb_exchange_token": "unknown"}, 190),
    ],
)
def test_a_wrong_exchange_is_refused(stricter: Caller, changes: dict[str, str], code: int) -> None:
    assert error_of(_exchange(stricter, **changes)) == (400, code, None)


def test_an_api_without_a_secret_exchanges_nothing(quiet: Caller) -> None:
    assert error_of(_exchange(quiet)) == (400, 1, None)


def test_the_log_holds_no_secret_of_an_exchange(stricter: Caller) -> None:
    _exchange(stricter)
    assert stricter.api.log.listed()[-1]["query"] == {"grant_type": "fb_exchange_token", "client_id": APP_ID}


def test_the_app_itself_asks_about_tokens_and_for_nothing_else(stricter: Caller) -> None:
    app_token = f"{APP_ID}|{SECRET}"
    answer = stricter.client.get("/debug_token", query_string={"input_token": TOKEN, "access_token": app_token})
    assert answer.get_json()["data"]["is_valid"] is True
    assert error_of(_use(stricter, app_token)) == (400, 190, None)
    assert error_of(_use(stricter, f"{APP_ID}|wrong")) == (400, 190, None)


def _proof(message: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _timed(age: timedelta) -> dict[str, str]:
    moment = str(int((NOON - age).timestamp()))
    return {"appsecret_proof": _proof(f"{TOKEN}|{moment}"), "appsecret_time": moment}


def test_both_forms_of_the_proof_are_taken(stricter: Caller) -> None:
    assert _use(stricter, TOKEN, appsecret_proof=_proof(TOKEN)).status_code == 200
    assert _use(stricter, TOKEN, **_timed(timedelta(minutes=5))).status_code == 200
    assert _use(stricter, TOKEN).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"appsecret_proof": _proof(TOKEN, "wrong")},
        {"appsecret_proof": _proof("another token")},
        {"appsecret_proof": _proof(TOKEN), "appsecret_time": "1781956800"},
        _timed(timedelta(minutes=5, seconds=1)),
        _timed(timedelta(minutes=-6)),
        {"appsecret_proof": _proof(f"{TOKEN}|soon"), "appsecret_time": "soon"},
    ],
)
def test_a_wrong_or_old_proof_is_refused(stricter: Caller, query: dict[str, str]) -> None:
    answer = _use(stricter, TOKEN, **query)
    assert error_of(answer) == (400, 100, None)
    assert answer.get_json()["error"]["message"].startswith("Invalid appsecret_proof")


def test_without_a_secret_nothing_is_checked(quiet: Caller) -> None:
    assert _use(quiet, TOKEN, appsecret_proof="anything").status_code == 200


def test_a_proof_can_be_required(careful: Caller) -> None:
    answer = _use(careful, TOKEN)
    assert error_of(answer) == (400, 100, None)
    assert "appsecret_proof" in answer.get_json()["error"]["message"]
    assert _use(careful, TOKEN, **_timed(timedelta(0))).status_code == 200


def test_hashtags_need_their_permission(quiet: Caller) -> None:
    quiet.control("POST", "/_token", scopes=["pages_show_list"])
    paths = [f"/{TAG_ID}/recent_media", "/ig_hashtag_search", f"/{USER}/recently_searched_hashtags"]
    assert [error_of(quiet.get(path, user_id=USER, q="x"))[1] for path in paths] == [10, 10, 10]
    assert quiet.get(f"/{USER}").status_code == 200
