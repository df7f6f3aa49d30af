"""How much of a budget is used: headers that are counted or set, and refusals."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.demo.caller import TAG_ID, USER, Caller, Clock, error_of

BUSINESS = "X-Business-Use-Case-Usage"


def _business(answer: TestResponse) -> dict[str, Any]:
    return dict(json.loads(answer.headers[BUSINESS]))


def test_calls_for_the_account_carry_the_business_header_under_two_ids(quiet: Caller) -> None:
    answer = quiet.get(f"/{USER}")
    figures = _business(answer)
    assert list(figures) == ["645699291956344", USER]
    assert (
        list(figures.values())
        == [
            [
                {
                    "type": "instagram",
                    "call_count": 0,
                    "total_cputime": 0,
                    "total_time": 0,
                    "estimated_time_to_regain_access": 0,
                }
            ]
        ]
        * 2
    )
    assert "X-App-Usage" not in answer.headers
    hashtag = quiet.get(f"/{TAG_ID}")
    assert BUSINESS not in hashtag.headers
    assert json.loads(hashtag.headers["X-App-Usage"]) == {"call_count": 0, "total_cputime": 0, "total_time": 0}


def test_percent_are_as_set_until_they_are_counted_again(quiet: Caller) -> None:
    quiet.control("POST", "/_usage", app={"call_count": 96, "total_time": 12})
    answer = quiet.get(f"/{TAG_ID}")
    assert json.loads(answer.headers["X-App-Usage"]) == {"call_count": 96, "total_cputime": 0, "total_time": 12}
    quiet.control("POST", "/_usage", business={"type": "pages", "call_count": 71, "estimated_time_to_regain_access": 4})
    assert {one["call_count"] for (one,) in _business(quiet.get(f"/{TAG_ID}")).values()} == {71}
    assert quiet.client.delete("/_usage").status_code == 204
    assert BUSINESS not in quiet.get(f"/{TAG_ID}").headers
    assert json.loads(quiet.get(f"/{TAG_ID}").headers["X-App-Usage"])["call_count"] == 0


def test_the_app_header_can_be_missing(quiet: Caller) -> None:
    quiet.control("POST", "/_usage", app=False)
    assert "X-App-Usage" not in quiet.get(f"/{TAG_ID}").headers


def test_an_unknown_wish_is_refused(quiet: Caller) -> None:
    assert quiet.client.post("/_usage", json={"call_count": 3}).status_code == 400


def test_calls_are_refused_until_access_is_regained(quiet: Caller, clock: Clock) -> None:
    quiet.control("POST", "/_usage", blocked_minutes=12)
    answer = quiet.get(f"/{TAG_ID}")
    assert error_of(answer) == (400, 80002, None)
    assert {one["estimated_time_to_regain_access"] for (one,) in _business(answer).values()} == {12}
    clock.forward(minutes=4, seconds=30)
    (figures,) = _business(quiet.get(f"/{USER}"))[USER]
    assert (figures["call_count"], figures["estimated_time_to_regain_access"]) == (100, 8)
    clock.forward(minutes=8)
    assert quiet.get(f"/{TAG_ID}").status_code == 200


def test_the_business_limit_as_a_fault_has_its_header(quiet: Caller) -> None:
    quiet.fault(kind="error", code=80002)
    answer = quiet.get(f"/{TAG_ID}")
    assert error_of(answer) == (400, 80002, None)
    (figures,) = _business(answer)[USER]
    assert (figures["type"], figures["call_count"], figures["estimated_time_to_regain_access"]) == (
        "instagram",
        100,
        30,
    )
    quiet.control("POST", "/_usage", business={"estimated_time_to_regain_access": 7})
    quiet.fault(kind="error", code=80002)
    assert _business(quiet.get(f"/{TAG_ID}"))[USER][0]["estimated_time_to_regain_access"] == 7


@pytest.mark.parametrize("code", [4, 17, 32, 613])
def test_other_limits_come_without_any_header(quiet: Caller, code: int) -> None:
    quiet.fault(kind="error", code=code)
    assert not {"X-App-Usage", BUSINESS} & set(quiet.get(f"/{TAG_ID}").headers.keys())


def test_a_used_up_budget_refuses_and_calls_go_on_counting(stricter: Caller, clock: Clock) -> None:
    codes = [stricter.get(f"/{TAG_ID}").status_code for _ in range(52)]
    assert codes == [200] * 50 + [403] * 2
    assert error_of(stricter.get(f"/{TAG_ID}")) == (403, 4, None)
    clock.forward(minutes=59)
    stricter.get(f"/{TAG_ID}")
    clock.forward(minutes=2)
    assert stricter.get(f"/{TAG_ID}").status_code == 200
    assert json.loads(stricter.get(f"/{TAG_ID}").headers["X-App-Usage"])["call_count"] == 6
