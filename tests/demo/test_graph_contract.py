"""The simulated API keeps the documented contract of hashtag search."""

import re
from datetime import timedelta

import pytest

from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, TAG_ID, TOKEN, USER, Caller, Clock, error_of


def test_a_hashtag_is_found_in_a_data_list(graph: Caller) -> None:
    answer = graph.get("/v26.0/ig_hashtag_search", user_id=USER, q="SchoensterBlick")
    assert answer.get_json() == {"data": [{"id": TAG_ID}]}
    assert re.fullmatch(r"178\d{14}", TAG_ID)


def test_a_hashtag_tells_its_name_when_asked(graph: Caller) -> None:
    named = graph.get("/ig_hashtag_search", user_id=USER, q="schoensterblick", fields="id,name")
    assert named.get_json() == {"data": [{"id": TAG_ID, "name": "schoensterblick"}]}
    assert graph.get(f"/{TAG_ID}").get_json() == {"id": TAG_ID}
    assert graph.get(f"/{TAG_ID}", fields="id,name").get_json() == {"id": TAG_ID, "name": "schoensterblick"}


def test_a_hashtag_that_nobody_used_does_not_exist(graph: Caller) -> None:
    assert error_of(graph.get("/ig_hashtag_search", user_id=USER, q="niemalsbenutzt")) == (400, 24, 2207024)


def test_an_emoji_is_no_hashtag(graph: Caller) -> None:
    assert error_of(graph.get("/ig_hashtag_search", user_id=USER, q="blick🏰")) == (400, 100, None)


@pytest.mark.parametrize("query", [{"q": "schoensterblick"}, {"user_id": USER}])
def test_both_parameters_of_the_search_are_required(graph: Caller, query: dict[str, str]) -> None:
    assert error_of(graph.get("/ig_hashtag_search", **query)) == (400, 100, None)


def test_an_account_uses_thirty_hashtags_in_seven_days(quiet: Caller, clock: Clock) -> None:
    for number in range(31):
        quiet.post(caption=f"#stadt{number}")
    answers = [quiet.get("/ig_hashtag_search", user_id=USER, q=f"stadt{number}") for number in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [400]
    assert error_of(answers[30]) == (400, 18, 2207034)
    assert quiet.get("/ig_hashtag_search", user_id=USER, q="stadt7").status_code == 200
    recent = quiet.get(f"/{USER}/recently_searched_hashtags", fields="name", limit="30").get_json()["data"]
    assert {tag["name"] for tag in recent} == {f"stadt{number}" for number in range(30)}
    clock.forward(days=7)
    assert quiet.get("/ig_hashtag_search", user_id=USER, q="stadt30").status_code == 200


def test_asking_for_media_uses_the_hashtag_too(graph: Caller) -> None:
    graph.media()
    answer = graph.get(f"/{USER}/recently_searched_hashtags", fields="id,name")
    assert answer.get_json() == {"data": [{"id": TAG_ID, "name": "schoensterblick"}]}


def test_media_have_only_their_id_unless_fields_are_asked(graph: Caller) -> None:
    items = graph.get(f"/{TAG_ID}/recent_media", user_id=USER).get_json()["data"]
    assert {frozenset(item) for item in items} == {frozenset({"id"})}
    assert {len(item["id"]) for item in items} == {17}


@pytest.mark.parametrize("field", ["username", "owner", "thumbnail_url", "children{username}", "children{permalink}"])
def test_what_hashtag_media_do_not_have_is_anerror_of(graph: Caller, field: str) -> None:
    answer = graph.get(f"/{TAG_ID}/recent_media", user_id=USER, fields=f"id,{field}")
    assert error_of(answer) == (400, 100, None)


def test_a_picture_has_the_documented_keys(quiet: Caller) -> None:
    quiet.post(caption="Danke @kurt.beispiel für Jena", media_id="17900000000000001")
    (item,) = quiet.media()["data"]
    assert item.pop("media_url").startswith("http://localhost/cdn/v/17900000000000001_n.jpg?oh=00_")
    assert re.fullmatch(r"https://www\.instagram\.com/p/[\w-]{11}/", item.pop("permalink"))
    assert item == {
        "id": "17900000000000001",
        "caption": "Danke kurt.beispiel für Jena",
        "comments_count": 0,
        "like_count": 0,
        "media_type": "IMAGE",
        "timestamp": "2026-06-20T12:00:00+0000",
    }


def test_a_post_without_caption_has_no_caption_key(quiet: Caller) -> None:
    quiet.post(caption=None)
    (item,) = quiet.media()["data"]
    assert "caption" not in item


def test_an_album_has_children_and_no_address_of_its_own(quiet: Caller) -> None:
    made = quiet.post(media_type="CAROUSEL_ALBUM", children=3)
    (album,) = quiet.media()["data"]
    assert "media_url" not in album
    assert [child["id"] for child in album["children"]["data"]] == made["children"]
    assert {frozenset(child) for child in album["children"]["data"]} == {frozenset({"id", "media_type", "media_url"})}
    (bare,) = quiet.media(fields="children")["data"]
    assert bare == {"id": made["media_id"], "children": {"data": [{"id": child} for child in made["children"]]}}


def test_a_film_may_come_without_an_address(quiet: Caller) -> None:
    quiet.post(media_type="VIDEO", media_url=False)
    (film,) = quiet.media()["data"]
    assert film["media_type"] == "VIDEO"
    assert "media_url" not in film
    assert film["permalink"].startswith("https://www.instagram.com/reel/")


def test_hidden_likes_are_absent(graph: Caller, stream: PostStream) -> None:
    shown = {item["id"]: item.get("like_count") for page in graph.walk() for item in page}
    assert shown == {post.media_id: post.likes for post in stream.visible(NOON)}
    assert None in shown.values()


def test_recent_media_end_after_a_day_and_top_media_do_not(quiet: Caller, clock: Clock) -> None:
    quiet.post(timestamp=(NOON - timedelta(hours=24)).isoformat(), caption="gerade noch")
    quiet.post(timestamp=(NOON - timedelta(hours=24, seconds=1)).isoformat(), caption="zu spät")
    assert [item["caption"] for item in quiet.media()["data"]] == ["gerade noch"]
    assert {item["caption"] for item in quiet.media("top_media")["data"]} == {"gerade noch", "zu spät"}
    clock.forward(seconds=1)
    assert quiet.media()["data"] == []


def test_the_wire_escapes_slashes_and_umlauts(quiet: Caller) -> None:
    quiet.post(caption="Schöner Blick / Süd")
    text = quiet.get(f"/{TAG_ID}/recent_media", user_id=USER, fields="caption,permalink").text
    assert r"Sch\u00f6ner Blick \/ S\u00fcd" in text
    assert text.isascii()
    assert text.count("/") == text.count("\\/")


def test_the_token_comes_as_a_header_or_as_a_parameter(graph: Caller) -> None:
    assert graph.client.get(f"/{TAG_ID}", query_string={"access_token": TOKEN}).status_code == 200
    assert error_of(graph.client.get(f"/{TAG_ID}")) == (400, 190, None)
    assert error_of(graph.client.get(f"/{TAG_ID}", query_string={"access_token": "wrong"})) == (400, 190, None)


def test_other_paths_objects_and_methods_are_graph_errors(graph: Caller) -> None:
    assert error_of(graph.get("/there/is/nothing/here")) == (400, 2500, None)
    assert error_of(graph.get(f"/{TAG_ID}/nothing")) == (400, 2500, None)
    assert error_of(graph.get("/17900000000000099")) == (400, 100, 33)
    assert error_of(graph.get("/17900000000000099/recent_media", user_id=USER)) == (400, 100, 33)
    assert error_of(graph.client.post(f"/{TAG_ID}")) == (400, 100, None)


def test_another_account_may_not_ask(graph: Caller) -> None:
    assert error_of(graph.get(f"/{TAG_ID}/recent_media", user_id="17841400000000002")) == (400, 100, 33)


def test_the_account_tells_its_name(graph: Caller) -> None:
    assert graph.get(f"/{USER}", fields="id,username").get_json() == {"id": USER, "username": "schoenster.blick"}


def test_a_living_token_is_described(graph: Caller) -> None:
    data = graph.get("/debug_token", input_token=TOKEN).get_json()["data"]
    assert data["is_valid"] is True
    assert data["expires_at"] == int((NOON + timedelta(days=50)).timestamp())
    assert "instagram_basic" in data["scopes"]


def test_a_dead_token_is_described_with_status_200(graph: Caller) -> None:
    answer = graph.get("/debug_token", input_token="old")
    assert (answer.status_code, answer.get_json()["data"]["is_valid"]) == (200, False)
    assert answer.get_json()["data"]["error"]["subcode"] == 463


def test_usage_rises_slowly_and_falls_after_an_hour(graph: Caller, clock: Clock) -> None:
    for _ in range(605):
        answer = graph.get(f"/{TAG_ID}")
    assert answer.headers["X-App-Usage"] == '{"call_count": 1, "total_cputime": 0, "total_time": 0}'
    clock.forward(hours=2)
    answer = graph.get(f"/{TAG_ID}")
    assert answer.headers["X-App-Usage"] == '{"call_count": 0, "total_cputime": 0, "total_time": 0}'
