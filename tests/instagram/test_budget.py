"""One table says from usage headers and errors whether the next call may be made."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.budget import (
    LONGEST_ESTIMATE,
    LONGEST_SPACING,
    STOPPING,
    Action,
    Edge,
    Standing,
    Usage,
    decide,
    edge_of,
    holding,
    read_usage,
    stronger,
)
from campaign.instagram.limits import GraphFault, Kind, classify

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
MINUTE = timedelta(minutes=1)
moments = st.timedeltas(-timedelta(days=9), timedelta(days=1)).map(lambda away: NOW + away)
more = (st.none() | st.text(max_size=20), st.none() | st.integers(0, 200), st.integers(0, 9))
standings = st.builds(Standing, st.just(Action.GO_ON) | st.just(Action.STOP), st.none(), *more) | st.builds(
    Standing, st.just(Action.SLOW_DOWN) | st.just(Action.PAUSE), moments, *more
)
usages = st.none() | st.builds(Usage, st.integers(0, 300), st.timedeltas(timedelta(0), LONGEST_ESTIMATE))
CODES = [1, 2, 3, 4, 10, 17, 18, 24, 32, 100, 102, 190, 200, 341, 368, 613, 2500, 80001, 80002, 80006]
codes = st.sampled_from(CODES) | st.integers(1, 90000)
faults = st.none() | st.builds(lambda code: GraphFault(classify(code), "said", code), codes)


def limit(code: int = 4) -> GraphFault:
    return GraphFault(classify(code), "Instagram: too many calls", code)


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80000, 80001, 80002, 80006, 80014])
def test_every_limit_pauses_all_calls_at_once(code: int) -> None:
    after = decide(Standing(), None, limit(code), NOW)
    assert (after.action, after.until, after.strikes) == (Action.PAUSE, NOW + 15 * MINUTE, 1)


def test_metas_own_estimate_counts_before_ours() -> None:
    after = decide(Standing(), Usage(100, 47 * MINUTE), limit(80002), NOW)
    assert after.until == NOW + 47 * MINUTE


def test_a_limit_that_comes_again_waits_longer_up_to_an_hour() -> None:
    standing, waits = Standing(), []
    moment = NOW
    for _ in range(4):
        standing = decide(standing, None, limit(), moment)
        assert standing.until is not None
        waits.append((standing.until - moment) // MINUTE)
        moment = standing.until
    assert waits == [15, 30, 60, 60]


def test_refusals_of_calls_that_were_on_their_way_together_are_one() -> None:
    once = decide(Standing(), None, limit(), NOW)
    again = decide(once, None, limit(), NOW + MINUTE)
    assert (again.until, again.strikes) == (NOW + 16 * MINUTE, 1)


def test_a_limit_never_shortens_a_pause_and_never_ends_a_stop() -> None:
    long = decide(Standing(), Usage(100, 300 * MINUTE), limit(80002), NOW)
    assert decide(long, Usage(100, 5 * MINUTE), limit(80002), NOW + MINUTE).until == long.until
    dead = decide(Standing(), None, GraphFault(Kind.TOKEN, "dead", 190), NOW)
    assert decide(dead, Usage(100, 5 * MINUTE), limit(), NOW + MINUTE) == dead


def test_a_good_answer_after_the_pause_forgets_the_strikes() -> None:
    paused = decide(Standing(), None, limit(), NOW)
    assert decide(paused, Usage(10), None, NOW + 16 * MINUTE) == Standing(usage=10)


@pytest.mark.parametrize(
    ("percent", "action"),
    [(0, "go_on"), (74, "go_on"), (75, "slow_down"), (94, "slow_down"), (95, "pause"), (100, "pause"), (170, "pause")],
)
def test_the_percentage_of_the_headers_decides(percent: int, action: str) -> None:
    assert decide(Standing(), Usage(percent), None, NOW).action == action


@pytest.mark.parametrize("percent", [0, 60, 97])
def test_as_long_as_instagram_says_that_it_takes_no_calls_none_is_made(percent: int) -> None:
    after = decide(Standing(), Usage(percent, 30 * MINUTE), None, NOW)
    assert (after.action, after.until, after.usage) == (Action.PAUSE, NOW + 30 * MINUTE, percent)


@pytest.mark.parametrize(
    ("code", "subcode"),
    [(190, None), (190, 463), (102, None), (10, None), (200, None), (3, None), (4, 2207051), (368, None)],
)
def test_what_only_a_person_can_mend_stops_the_calls_for_good(code: int, subcode: int | None) -> None:
    fault = GraphFault(classify(code, subcode), "Instagram: no", code, subcode)
    after = decide(Standing(), Usage(5), fault, NOW)
    assert (after.action, after.until) == (Action.STOP, None)
    assert decide(after, Usage(5), None, NOW + timedelta(days=9)).action is Action.STOP


@pytest.mark.parametrize("code", [1, 2, 24, 100, 18, 2500])
def test_other_errors_leave_the_calls_as_they_were(code: int) -> None:
    assert decide(Standing(), None, GraphFault(classify(code), "said", code), NOW).action is Action.GO_ON


def test_a_missing_header_is_not_nought_percent() -> None:
    slow = decide(Standing(), Usage(80), None, NOW)
    assert decide(slow, None, None, NOW + MINUTE).action is Action.SLOW_DOWN


def test_a_missing_permission_closes_its_edge_and_a_dead_token_all() -> None:
    assert edge_of(GraphFault(Kind.PERMISSION, "no", 10), Edge.TAGS) is Edge.TAGS
    assert edge_of(GraphFault(Kind.BLOCKED, "no", 4), Edge.COMMENT) is Edge.COMMENT
    assert edge_of(GraphFault(Kind.TOKEN, "no", 190), Edge.TAGS) is Edge.ALL
    assert edge_of(GraphFault(Kind.LIMIT, "no", 4), Edge.OEMBED) is Edge.OEMBED


def test_what_is_wrong_with_the_app_says_nothing_about_the_token_but_a_limit_does() -> None:
    assert edge_of(GraphFault(Kind.TOKEN, "no", 190), Edge.APP) is Edge.APP
    assert edge_of(None, Edge.APP) is Edge.APP
    assert edge_of(GraphFault(Kind.LIMIT, "no", 4), Edge.APP) is Edge.ALL


@pytest.mark.parametrize(
    ("edge", "stopped", "paused"),
    [
        ("hashtag", "stop", "pause"),
        ("comment", "stop", "pause"),
        ("oembed", "go_on", "go_on"),
        ("app", "go_on", "pause"),
    ],
)
def test_a_dead_token_stops_neither_what_needs_none_nor_the_question_whether_it_lives_again(
    edge: str, stopped: str, paused: str
) -> None:
    dead, limited = Standing(Action.STOP), Standing(Action.PAUSE, NOW + MINUTE)
    assert holding(Edge(edge), Standing(), dead, NOW).action == stopped
    assert holding(Edge(edge), Standing(), limited, NOW).action == paused


@given(standings, usages, faults, st.floats(0, 1))
def test_a_pause_has_an_end_and_a_limit_never_goes_on(
    standing: Standing, usage: Usage | None, fault: GraphFault | None, jitter: float
) -> None:
    after = decide(standing, usage, fault, NOW, jitter=jitter)
    if standing.action is Action.STOP:
        assert after == standing
    elif fault is not None and fault.kind is Kind.LIMIT:
        assert after.action is Action.PAUSE
        assert after.until is not None
        assert after.until >= (standing.until or NOW) or standing.at(NOW).action is not Action.PAUSE
    if fault is not None and fault.kind in STOPPING:
        assert after.action is Action.STOP
    if after.action is Action.PAUSE and after != standing:
        assert after.until is not None
        assert NOW < after.until <= NOW + LONGEST_ESTIMATE
    assert timedelta(0) <= after.spacing(NOW) <= LONGEST_SPACING


def test_an_answer_that_was_on_its_way_does_not_end_the_pause() -> None:
    paused = decide(Standing(), None, limit(), NOW)
    assert decide(paused, Usage(3), None, NOW + MINUTE) == paused


@given(standings, standings)
def test_of_two_standings_the_one_that_allows_less_holds(one: Standing, other: Standing) -> None:
    order = list(Action)
    held = order.index(stronger(one, other, NOW).action)
    assert held == max(order.index(one.at(NOW).action), order.index(other.at(NOW).action))


@given(st.text() | st.just("{}") | st.just('{"1":[{"call_count":"x"}]}') | st.just("[" * 9999))
def test_no_header_makes_the_reader_stumble(text: str) -> None:
    assert read_usage({"x-app-usage": text, "x-business-use-case-usage": text}) is None


@pytest.mark.parametrize(
    ("app", "usage"),
    [
        ('{"call_count":NaN}', None),
        ('{"call_count":-4}', None),
        ('{"call_count":true}', None),
        ('{"call_count":null,"total_time":7.9}', Usage(7)),
        ('{"call_count":1e400}', Usage(10**6)),
        ('{"1":[{"type":"instagram"}]}', None),
        ('{"1":[{"type":"instagram","estimated_time_to_regain_access":20}]}', Usage(0, 20 * MINUTE)),
        ('{"1":[{"call_count":100,"estimated_time_to_regain_access":1e99}]}', Usage(100, LONGEST_ESTIMATE)),
    ],
)
def test_figures_that_are_none_are_not_nought_percent(app: str, usage: Usage | None) -> None:
    assert read_usage({"x-app-usage": app}) == usage


def test_the_highest_figure_of_all_pools_counts() -> None:
    pools = {"1": [{"type": "instagram", "call_count": 3, "total_time": 97, "estimated_time_to_regain_access": 12}]}
    pools["2"] = [{"type": "pages", "call_count": 8, "total_cputime": 1, "estimated_time_to_regain_access": 40}]
    headers = {"x-app-usage": '{"call_count":28,"total_time":25}', "x-business-use-case-usage": json.dumps(pools)}
    assert read_usage(headers) == Usage(97, 40 * MINUTE)
    assert read_usage({}) is None


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")
def test_recorded_headers_are_read() -> None:
    rows = json.loads((RECORDED / "observed" / "usage_headers.json").read_text())["responses"]
    assert [read_usage(row["headers"]) for row in rows] == [Usage(12), Usage(0), Usage(1), Usage(1)]
