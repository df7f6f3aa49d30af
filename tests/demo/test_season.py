"""Large seasons: cheap to ask, complete, the same for the same seed; shortcodes that tell the time."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.demo.cdn import tiny
from campaign.demo.graph_api import create_graph_api
from campaign.demo.graph_ids import EPOCH, moment_of, shortcode
from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, TOKEN, USER, Caller, Clock

POSTS_A_DAY = 50_000 / 30
SEASON = 86_400 / POSTS_A_DAY
# Hypothesis wants plain bounds and adds the zone itself.
MOMENTS = st.datetimes(EPOCH.replace(tzinfo=None), NOON.replace(tzinfo=None, year=2045), timezones=st.just(UTC))


@pytest.fixture
def season(clock: Clock) -> Caller:
    """Call an API with three days of a season of 50,000 posts behind it."""
    stream = PostStream(3, NOON, SEASON, start_posts=0, pictures=False)
    clock.forward(days=3)
    return Caller(create_graph_api(stream, token=TOKEN, user_id=USER, clock=clock).test_client())


def test_a_page_of_a_large_season_costs_milliseconds(season: Caller, clock: Clock) -> None:
    season.media()
    spent = []
    for _ in range(20):
        clock.forward(seconds=1)
        began = time.process_time()
        season.media(limit="50")
        spent.append(time.process_time() - began)
    assert sorted(spent)[10] < 0.05


def test_a_walk_over_a_day_gives_every_post_of_it_once(season: Caller, clock: Clock) -> None:
    ids = [item["id"] for page in season.walk(limit="50", fields="id") for item in page]
    stream = PostStream(3, NOON, SEASON, start_posts=0)
    day = [post.media_id for post in stream.visible(clock()) if clock() - post.timestamp <= timedelta(hours=24)]
    assert sorted(ids) == sorted(day)
    assert len(day) == 1667


def test_passes_of_every_six_hours_see_the_whole_season(clock: Clock) -> None:
    stream = PostStream(3, NOON, 900.0, start_posts=0, pictures=False)
    caller = Caller(create_graph_api(stream, token=TOKEN, user_id=USER, clock=clock).test_client())
    seen: set[str] = set()
    for _ in range(40):
        clock.forward(hours=6)
        seen |= {item["id"] for page in caller.walk(limit="50", fields="id") for item in page}
    assert seen == {post.media_id for post in stream.visible(clock())}
    assert len(seen) == 960


def test_one_tiny_picture_stands_for_all(season: Caller) -> None:
    items = season.media(fields="media_url,media_type")["data"]
    files = {season.client.get(item["media_url"]).data for item in items if item["media_type"] == "IMAGE"}
    assert files == {tiny()}
    assert len(tiny()) < 1000
    assert season.api.host.drawn == 0


def test_a_stream_reads_the_same_whether_it_grew_slowly_or_at_once() -> None:
    slow, quick = (PostStream(5, NOON, 60.0) for _ in range(2))
    for minutes in range(0, 600, 7):
        slow.visible(NOON + timedelta(minutes=minutes))
    late = NOON + timedelta(minutes=600)
    assert slow.visible(late) == quick.visible(late)
    since = NOON + timedelta(minutes=100)
    assert slow.visible(late, since) == [post for post in quick.visible(late) if post.timestamp >= since]
    assert slow.visible(NOON) == quick.visible(NOON)


def test_posts_added_with_an_older_time_stand_in_their_place() -> None:
    stream = PostStream(5, NOON, 60.0)
    added = stream.add({"timestamp": (NOON - timedelta(hours=5)).isoformat()}, NOON)
    times = [post.timestamp for post in stream.visible(NOON)]
    assert times == sorted(times)
    assert added in stream.visible(NOON, NOON - timedelta(hours=5))
    assert added not in stream.visible(NOON, NOON - timedelta(hours=4))
    assert added not in stream.visible(NOON - timedelta(seconds=1))


def test_a_shortcode_tells_when_its_post_was_made() -> None:
    stream = PostStream(5, NOON, 60.0)
    stream.add({"timestamp": "2026-06-19T08:30:00.250000+02:00"}, NOON)
    late = [post for post in stream.visible(NOON) if abs(moment_of(post.shortcode) - post.timestamp).microseconds > 999]
    assert late == []
    children = [(post, child) for post in stream.visible(NOON) for child in post.children]
    assert {moment_of(child.shortcode) <= post.timestamp for post, child in children} == {True}


def test_hundreds_of_posts_of_one_instant_have_their_own_shortcodes() -> None:
    stream = PostStream(5, NOON, 1e9, start_posts=0)
    posts = [stream.add({}, NOON) for _ in range(6000)]
    assert len({post.shortcode for post in posts}) == 6000
    assert {moment_of(post.shortcode) - NOON < timedelta(milliseconds=3) for post in posts} == {True}


@given(MOMENTS, st.integers(0, 10**17))
def test_a_moment_survives_its_shortcode(moment: datetime, number: int) -> None:
    code = shortcode(moment, str(number))
    assert len(code) == 11
    assert timedelta(0) <= moment - moment_of(code) < timedelta(milliseconds=1)


@given(st.lists(MOMENTS, min_size=2))
def test_shortcodes_stand_in_the_order_of_time(moments: list[datetime]) -> None:
    told = [moment_of(shortcode(moment, str(number))) for number, moment in enumerate(sorted(moments))]
    assert told == sorted(told)


def test_the_first_moment_is_instagrams() -> None:
    assert datetime(2011, 8, 24, 21, 7, 1, 721_000, tzinfo=UTC) == EPOCH
    assert moment_of("AAAAAAAAAAA") == EPOCH


def test_text_that_is_no_shortcode_is_refused() -> None:
    with pytest.raises(ValueError, match="not found"):
        moment_of("ß")
