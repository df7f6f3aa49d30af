"""Media in which others have tagged our account: their author, cursors without addresses."""

import pytest

from campaign.demo.graph_posts import mentions
from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, OUR_NAME, USER, Caller, Clock, error_of


def test_only_posts_that_tag_us_are_listed_the_newest_first(quiet: Caller, clock: Clock) -> None:
    made = []
    for number in range(3):
        made.append(quiet.post(tags_us=True, caption=f"Nummer {number}"))
        quiet.post(caption=f"@{OUR_NAME}")
        clock.forward(hours=30)
    assert [item["id"] for item in quiet.tags()["data"]] == [post["media_id"] for post in reversed(made)]


def test_the_author_is_known_and_the_at_sign_is_not(quiet: Caller) -> None:
    made = quiet.post(tags_us=True, username="lotte.beispiel", caption=f"Jena, @{OUR_NAME}")
    fields = "id,username,caption,media_type,permalink,timestamp,comments_count"
    assert quiet.tags(fields=fields) == {
        "data": [
            {
                "id": made["media_id"],
                "username": "lotte.beispiel",
                "caption": "Jena, schoenster.blick",
                "media_type": "IMAGE",
                "permalink": made["permalink"],
                "timestamp": "2026-06-20T12:00:00+0000",
                "comments_count": 0,
            }
        ]
    }


def test_an_album_that_tags_us_has_the_address_of_its_first_picture(quiet: Caller) -> None:
    quiet.post(tags_us=True, media_type="CAROUSEL_ALBUM", children=2)
    (album,) = quiet.tags(fields="media_url,children{id,media_url}")["data"]
    assert album["media_url"] == album["children"]["data"][0]["media_url"]


def test_a_list_of_one_page_has_no_paging(quiet: Caller) -> None:
    assert quiet.tags() == {"data": []}
    quiet.post(tags_us=True)
    assert set(quiet.tags()) == {"data"}


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_cursors_lead_to_an_empty_page_and_there_are_no_addresses(quiet: Caller, limit: int) -> None:
    made = [quiet.post(tags_us=True)["media_id"] for _ in range(6)]
    pages, after = [], {}
    while not pages or pages[-1]:
        answer = quiet.tags(limit=str(limit), **after)
        pages.append([item["id"] for item in answer["data"]])
        if answer["data"]:
            assert set(answer["paging"]) == {"cursors"}
            after = {"after": answer["paging"]["cursors"]["after"]}
    assert answer == {"data": []}
    assert sorted(media_id for page in pages for media_id in page) == sorted(made)


def test_a_cursor_leads_back_as_well(quiet: Caller) -> None:
    for _ in range(5):
        quiet.post(tags_us=True)
    first = quiet.tags(limit="2")
    second = quiet.tags(limit="2", after=first["paging"]["cursors"]["after"])
    back = quiet.tags(limit="2", before=second["paging"]["cursors"]["before"])
    assert back["data"] == first["data"] != second["data"]
    assert quiet.tags(limit="2", before=first["paging"]["cursors"]["before"]) == {"data": []}


def test_posts_that_come_meanwhile_do_not_shift_the_pages(quiet: Caller, clock: Clock) -> None:
    made = [quiet.post(tags_us=True)["media_id"] for _ in range(4)]
    first = quiet.tags(limit="2")
    clock.forward(minutes=5)
    quiet.post(tags_us=True)
    second = quiet.tags(limit="2", after=first["paging"]["cursors"]["after"])
    assert sorted(item["id"] for item in first["data"] + second["data"]) == sorted(made)


def test_private_media_are_not_listed(quiet: Caller) -> None:
    quiet.post(tags_us=True, private=True)
    assert quiet.tags() == {"data": []}


def test_a_post_may_tag_us_without_the_hashtag(quiet: Caller) -> None:
    made = quiet.post(tags_us=True, hashtag=None, caption="Ohne Hashtag")
    assert [item["id"] for item in quiet.tags()["data"]] == [made["media_id"]]
    assert quiet.media()["data"] == []


def test_faults_of_lists_reach_tags_too(quiet: Caller) -> None:
    quiet.post(tags_us=True)
    quiet.fault(kind="item_broken", form="no_id", where=f"/{USER}/tags")
    assert quiet.tags(fields="media_type") == {"data": [{"media_type": "IMAGE"}]}
    quiet.fault(kind="repeat_pages", times=None)
    first = quiet.tags()
    assert quiet.tags(after=first["paging"]["cursors"]["after"]) == first


@pytest.mark.parametrize("query", [{"fields": "owner"}, {"fields": "thumbnail_url"}, {"after": "x"}, {"limit": "0"}])
def test_wrong_questions_are_refused(quiet: Caller, query: dict[str, str]) -> None:
    assert error_of(quiet.get(f"/{USER}/tags", **query)) == (400, 100, None)


def test_another_accounts_tags_are_not_shown(quiet: Caller) -> None:
    assert error_of(quiet.get("/17841400000000002/tags"))[1] == 2500


def test_a_token_without_the_permission_gets_error_10(quiet: Caller) -> None:
    quiet.control("POST", "/_token", scopes=["instagram_basic"])
    assert error_of(quiet.get(f"/{USER}/tags")) == (400, 10, None)
    assert quiet.media()["data"] == []


def test_a_stream_tags_and_mentions_as_often_as_wished() -> None:
    stream = PostStream(3, NOON, 1.0, start_posts=400, mention_share=0.5, tag_share=0.25)
    posts = stream.visible(NOON)
    assert 150 < sum(mentions(post.caption, OUR_NAME) for post in posts) < 250
    assert 60 < sum(post.tags_us for post in posts) < 140
    plain = PostStream(3, NOON, 1.0, start_posts=400).visible(NOON)
    assert [post.media_id for post in plain] == [post.media_id for post in posts]
    assert {post.tags_us for post in plain} == {False}
