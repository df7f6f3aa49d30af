"""Pages of media: every post once, in no order, with cursors that move on."""

from urllib.parse import parse_qs, urlsplit

import pytest

from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, TAG_ID, TOKEN, USER, Caller, Clock


@pytest.mark.parametrize("edge", ["recent_media", "top_media"])
@pytest.mark.parametrize("limit", [1, 7, 25, 50])
def test_paging_to_the_end_gives_every_post_once(graph: Caller, stream: PostStream, edge: str, limit: int) -> None:
    pages = graph.walk(edge, limit=str(limit), fields="id")
    ids = [item["id"] for page in pages for item in page]
    assert sorted(ids) == sorted(post.media_id for post in stream.visible(NOON))
    assert {len(page) for page in pages[:-1]} <= {limit}


def test_a_page_has_25_posts_unless_asked_and_never_more_than_50(graph: Caller) -> None:
    assert len(graph.media()["data"]) == 25
    assert len(graph.media(limit="1000")["data"]) == 50


def test_posts_that_appear_meanwhile_do_not_disturb_a_walk(graph: Caller, stream: PostStream, clock: Clock) -> None:
    before = {post.media_id for post in stream.visible(NOON)}
    first = graph.media(limit="40", fields="id")
    clock.forward(minutes=10)
    second = graph.media(limit="40", fields="id", after=first["paging"]["cursors"]["after"])
    assert sorted(item["id"] for item in first["data"] + second["data"]) == sorted(before)
    assert len(graph.walk(limit="50")[1]) == 20


def test_the_order_is_not_that_of_time(graph: Caller) -> None:
    times = [item["timestamp"] for item in graph.media(limit="50")["data"]]
    assert times != sorted(times)
    assert times != sorted(times, reverse=True)


def test_the_cursor_begins_alike_on_every_page_yet_moves_on(graph: Caller) -> None:
    first = graph.media(limit="10")["paging"]["cursors"]["after"]
    second = graph.media(limit="10", after=first)["paging"]["cursors"]["after"]
    assert first != second
    assert first[:40] == second[:40]


def test_the_next_address_carries_the_token_and_works(graph: Caller) -> None:
    answer = graph.media(limit="30", fields="id")
    address = urlsplit(answer["paging"]["next"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"http://localhost/v26.0/{TAG_ID}/recent_media"
    query = parse_qs(address.query)
    assert (query["access_token"], query["user_id"], query["limit"]) == ([TOKEN], [USER], ["30"])
    rest = graph.client.get(f"{address.path}?{address.query}").get_json()
    assert len({item["id"] for item in answer["data"] + rest["data"]}) == 60
    assert set(rest) == {"data"}


@pytest.mark.parametrize("query", [{"after": "nonsense"}, {"limit": "0"}, {"limit": "many"}])
def test_wrong_cursors_and_limits_are_refused(graph: Caller, query: dict[str, str]) -> None:
    assert graph.media(**query)["error"]["code"] == 100


def test_a_hashtag_in_captions_lists_only_its_own_posts(quiet: Caller) -> None:
    made = quiet.post(caption="#weimar und #schoensterblick")
    quiet.post(caption="#schoensterblick")
    tag = quiet.get("/ig_hashtag_search", user_id=USER, q="weimar").get_json()["data"][0]["id"]
    answer = quiet.get(f"/{tag}/recent_media", user_id=USER)
    assert answer.get_json() == {"data": [{"id": made["media_id"]}]}
