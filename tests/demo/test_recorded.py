"""The simulated answers have the shapes of recorded ones; the recordings are not part of the project."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaign.demo.graph_errors import known_error
from campaign.demo.graph_ids import moment_of
from campaign.demo.graph_webhooks import mention, write_body
from tests.demo.caller import OUR_NAME, RECORDED, SECRET, TAG_ID, TOKEN, USER, Caller

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")
ANSWERS = "sns-sdks__python-facebook"
MEDIA = "id,caption,comments_count,like_count,media_type,media_url,timestamp"


def recorded(*path: str) -> Any:
    """Return a recorded document."""
    return json.loads(RECORDED.joinpath(*path).read_text())


def shape(value: Any) -> Any:
    """Return the types of a document, without regard to the order and number of items in its lists."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(inner), sort_keys=True) for inner in value})
    return type(value).__name__


def test_a_search_looks_as_recorded(quiet: Caller) -> None:
    answer = quiet.get("/ig_hashtag_search", user_id=USER, q="schoensterblick", fields="id,name").get_json()
    assert shape(answer) == shape(recorded(ANSWERS, "instagram/apidata/users/hashtag_search.json"))


def test_the_tags_used_lately_look_as_recorded(quiet: Caller) -> None:
    quiet.media()
    answer = quiet.get(f"/{USER}/recently_searched_hashtags", fields="id,name").get_json()
    known = recorded(ANSWERS, "instagram/apidata/users/recently_searched_hashtags.json")
    assert shape(answer["data"]) == shape(known["data"])


def test_pages_of_a_hashtag_look_as_recorded(quiet: Caller) -> None:
    for kind in ("IMAGE", "CAROUSEL_ALBUM", "VIDEO"):
        quiet.post(media_type=kind)
    fields = "id,caption,children{id,media_type,media_url},comments_count,like_count,media_type,media_url"
    first = quiet.media("top_media", fields=f"{fields},permalink", limit="2")
    known = recorded(ANSWERS, "instagram/apidata/hashtags/hashtag_top_medias_p1.json")
    assert shape(first["paging"]) == shape(known["paging"])
    last = quiet.media("top_media", fields=fields, limit="2", after=first["paging"]["cursors"]["after"])
    assert set(last) == set(recorded(ANSWERS, "instagram/apidata/hashtags/hashtag_top_medias_p2.json"))
    items = {item["media_type"]: item for item in quiet.media("top_media", fields=f"{fields},permalink")["data"]}
    for item in known["data"]:
        assert set(item) - {"like_count"} <= set(items[item["media_type"]])
    assert "media_url" not in items["CAROUSEL_ALBUM"]
    album = next(item for item in known["data"] if item["media_type"] == "CAROUSEL_ALBUM")
    # Since then Meta says that children have no address to ask for.
    assert set(items["CAROUSEL_ALBUM"]["children"]["data"][0]) == set(album["children"]["data"][0]) - {"permalink"}


def test_media_that_tag_us_look_as_recorded(quiet: Caller) -> None:
    quiet.post(tags_us=True)
    quiet.post(tags_us=True, caption=None)
    answer = quiet.tags(fields=f"{MEDIA},permalink")
    assert shape(answer) == shape(recorded(ANSWERS, "instagram/apidata/users/tagged_medias.json"))


def test_mentions_look_as_recorded(quiet: Caller) -> None:
    media_id = quiet.post(caption=f"@{OUR_NAME} hallo", media_type="CAROUSEL_ALBUM")["media_id"]
    comment = quiet.control("POST", "/_comments", media_id=media_id, text=f"@{OUR_NAME} gut")
    media = quiet.mentioned(media_id, MEDIA).get_json()
    assert shape(media) == shape(recorded(ANSWERS, "instagram/apidata/users/mentioned_media.json"))
    shown = quiet.mentioned_comment(comment["id"], "id,like_count,text,timestamp,username").get_json()
    assert shape(shown) == shape(recorded(ANSWERS, "instagram/apidata/users/mentioned_comment.json"))


def test_what_is_said_of_a_token_looks_as_recorded(quiet: Caller) -> None:
    facts = quiet.get("/debug_token", input_token=TOKEN).get_json()
    del facts["data"]["issued_at"]
    assert shape(facts) == shape(recorded(ANSWERS, "base/token_info.json"))


def test_an_exchanged_token_looks_as_recorded(stricter: Caller) -> None:
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": "1029384756",
        "client_secret": SECRET,
        "fb_exchange_token": TOKEN,
    }
    answer = stricter.client.get("/oauth/access_token", query_string=query).get_json()
    assert shape(answer) == shape(recorded(ANSWERS, "base/long_term_token.json"))


def test_usage_looks_as_recorded(quiet: Caller) -> None:
    headers = {**quiet.get(f"/{TAG_ID}").headers, **quiet.get(f"/{USER}").headers}
    known = recorded("observed", "usage_headers.json")["responses"]
    app, account = known[0]["headers"]["x-app-usage"], known[3]["headers"]["x-business-use-case-usage"]
    assert shape(json.loads(headers["X-App-Usage"])) == shape(json.loads(app))
    figures = [list(json.loads(text).values()) for text in (headers["X-Business-Use-Case-Usage"], account)]
    assert shape(figures[0]) == shape(figures[1])
    assert [len(pools) for pools in figures] == [2, 2]


def test_deliveries_look_as_recorded() -> None:
    test, caption, comment = (row["body"] for row in recorded("observed", "webhook_mentions.json")[:3])
    for body, change in ((test, mention("1", "2")), (caption, mention("1")), (comment, mention("1", "2"))):
        moment = datetime.fromtimestamp(body["entry"][0]["time"], UTC)
        assert shape(json.loads(write_body([change], "0", moment))) == shape(body)


def test_the_usual_errors_are_the_recorded_ones() -> None:
    # Another person's message, another edge, or one that holds times; a merged row is compared by its codes.
    others = {(190, 463), (190, 467), (200, None), (80001, None), (110, 2207013)}
    for row in recorded("observed", "errors.json"):
        body = row["body"]["error"]
        key = (body["code"], body.get("error_subcode"))
        if key in others:
            continue
        ours = known_error(*key).body("")["error"]
        assert (ours["code"], ours.get("error_subcode")) == key
        for name in ("is_transient", "error_user_title", "type"):
            assert ours.get(name) == body.get(name, ours.get(name))
        if "message" in body and body["code"] != 10:
            assert ours["message"] == body["message"]


def test_recorded_permalinks_tell_when_their_posts_were_made() -> None:
    known = recorded(ANSWERS, "instagram/apidata/users/tagged_medias.json")["data"]
    for item in known:
        made = moment_of(item["permalink"].rstrip("/").rpartition("/")[2])
        published = datetime.strptime(item["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
        assert timedelta(0) <= published - made.replace(microsecond=0) < timedelta(minutes=10)
