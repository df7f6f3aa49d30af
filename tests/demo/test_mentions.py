"""Mentions of our account: one media or comment at a time, and the comments that we post."""

import pytest

from tests.demo.caller import NOON, OUR_NAME, TOKEN, USER, Caller, error_of

QUESTION = "Dürfen wir dein Bild zeigen?"


@pytest.fixture
def post(quiet: Caller) -> str:
    """The id of a post whose caption mentions us."""
    return str(
        quiet.post(caption=f"Blick auf Jena @{OUR_NAME} #schoensterblick", username="lotte.beispiel")["media_id"]
    )


def _comment(quiet: Caller, media_id: str, text: str, **more: str) -> str:
    return str(quiet.control("POST", "/_comments", media_id=media_id, text=text, **more)["id"])


def test_a_media_that_mentions_us_tells_its_author(quiet: Caller, post: str) -> None:
    answer = quiet.mentioned(post, "caption,media_type,timestamp,username,permalink")
    code = quiet.api.stream.find(post, NOON)[0].shortcode  # type: ignore[index]
    assert answer.get_json() == {
        "mentioned_media": {
            "caption": "Blick auf Jena schoenster.blick #schoensterblick",
            "media_type": "IMAGE",
            "permalink": f"https://www.instagram.com/p/{code}/",
            "timestamp": "2026-06-20T12:00:00+0000",
            "username": "lotte.beispiel",
            "id": post,
        },
        "id": USER,
    }


@pytest.mark.parametrize(
    "caption",
    ["Danke @Schoenster.Blick.", f"(@{OUR_NAME})", f"@{OUR_NAME}", f"erst @lotte.beispiel, dann @{OUR_NAME}!"],
)
def test_a_mention_is_recognised_however_it_is_written(quiet: Caller, caption: str) -> None:
    media_id = quiet.post(caption=caption)["media_id"]
    assert quiet.mentioned(media_id, "id").get_json()["mentioned_media"] == {"id": media_id}


@pytest.mark.parametrize("caption", [None, OUR_NAME, f"@{OUR_NAME}.und.mehr", f"#{OUR_NAME}", "@schoenster"])
def test_what_does_not_mention_us_is_not_shown(quiet: Caller, caption: str | None) -> None:
    media_id = quiet.post(caption=caption)["media_id"]
    assert error_of(quiet.mentioned(media_id, "id")) == (400, 100, 33)


@pytest.mark.parametrize("field", ["thumbnail_url", "owner", "children", "shortcode", "comments{owner}"])
def test_mentioned_media_do_not_have_every_field(quiet: Caller, post: str, field: str) -> None:
    assert error_of(quiet.mentioned(post, f"id,{field}")) == (400, 100, None)


def test_the_permalink_can_be_refused(stricter: Caller) -> None:
    media_id = stricter.post(caption=f"@{OUR_NAME}")["media_id"]
    assert error_of(stricter.mentioned(media_id, "id,permalink")) == (400, 100, None)
    assert stricter.mentioned(media_id, "id").status_code == 200


def test_a_private_or_removed_media_is_not_shown(quiet: Caller, post: str) -> None:
    quiet.control("POST", f"/_posts/{post}/private", private=True)
    assert error_of(quiet.mentioned(post, "id")) == (400, 100, 33)
    quiet.control("POST", f"/_posts/{post}/private", private=False)
    assert quiet.mentioned(post, "id").status_code == 200
    quiet.control("DELETE", f"/_posts/{post}")
    assert error_of(quiet.mentioned(post, "id")) == (400, 100, 33)


def test_a_picture_of_an_album_is_no_media_that_mentions_us(quiet: Caller) -> None:
    made = quiet.post(caption=f"@{OUR_NAME}", media_type="CAROUSEL_ALBUM")
    assert error_of(quiet.mentioned(made["children"][0], "id")) == (400, 100, 33)


def test_a_comment_that_mentions_us_keeps_its_at_sign(quiet: Caller, post: str) -> None:
    comment = _comment(quiet, post, f"@{OUR_NAME} #ja")
    answer = quiet.mentioned_comment(comment, "id,text,timestamp,username,like_count,media{id}")
    assert answer.get_json() == {
        "mentioned_comment": {
            "id": comment,
            "text": "@schoenster.blick #ja",
            "timestamp": "2026-06-20T12:00:00+0000",
            "username": "lotte.beispiel",
            "like_count": 0,
            "media": {"id": post},
        },
        "id": USER,
    }


def test_a_comment_may_mention_us_under_a_post_that_does_not(quiet: Caller) -> None:
    media_id = quiet.post(caption="Ohne Erwähnung")["media_id"]
    comment = _comment(quiet, media_id, f"Schau @{OUR_NAME}", username="kurt.beispiel")
    shown = quiet.mentioned_comment(comment, "username,media").get_json()["mentioned_comment"]
    assert shown == {"id": comment, "username": "kurt.beispiel", "media": {"id": media_id}}
    assert error_of(quiet.mentioned(media_id, "id")) == (400, 100, 33)


def test_other_comments_are_not_shown(quiet: Caller, post: str) -> None:
    assert error_of(quiet.mentioned_comment(_comment(quiet, post, "Schön"), "id")) == (400, 100, 33)
    assert error_of(quiet.mentioned_comment("17900000000000099", "id")) == (400, 100, 33)


@pytest.mark.parametrize("field", ["hidden", "media{caption}"])
def test_comments_do_not_have_every_field(quiet: Caller, post: str, field: str) -> None:
    comment = _comment(quiet, post, f"@{OUR_NAME} ja")
    assert error_of(quiet.mentioned_comment(comment, f"id,{field}")) == (400, 100, None)


def test_nothing_is_read_or_written_where_comments_are_off(quiet: Caller) -> None:
    media_id = quiet.post(caption=f"@{OUR_NAME}", comments_off=True)["media_id"]
    comment = _comment(quiet, media_id, f"@{OUR_NAME} ja")
    assert error_of(quiet.mentioned_comment(comment, "id")) == (400, 100, 33)
    answer = quiet.send(f"/v26.0/{USER}/mentions", media_id=media_id, message=QUESTION)
    assert error_of(answer) == (400, 100, 33)


def test_we_comment_on_a_post_that_mentions_us(quiet: Caller, post: str) -> None:
    answer = quiet.send(f"/v26.0/{USER}/mentions", media_id=post, message=QUESTION).get_json()
    assert set(answer) == {"id"}
    (kept,) = quiet.client.get("/_comments").get_json()["comments"]
    assert kept == {
        "comment_id": answer["id"],
        "media_id": post,
        "username": OUR_NAME,
        "text": QUESTION,
        "timestamp": "2026-06-20T12:00:00+0000",
        "parent": None,
        "likes": 0,
    }
    shown = quiet.mentioned(post, "comments_count,comments").get_json()["mentioned_media"]
    assert shown["comments_count"] == 1
    assert shown["comments"] == {
        "data": [{"id": answer["id"], "text": QUESTION, "timestamp": "2026-06-20T12:00:00+0000"}]
    }


def test_parameters_may_stand_in_the_address(quiet: Caller, post: str) -> None:
    query = {"media_id": post, "message": QUESTION, "access_token": TOKEN}
    assert set(quiet.client.post(f"/{USER}/mentions", query_string=query).get_json()) == {"id"}
    form = query | {"message": "Noch eine Frage"}
    assert set(quiet.client.post(f"/{USER}/mentions", data=form).get_json()) == {"id"}


def test_we_answer_a_comment_that_mentions_us(quiet: Caller) -> None:
    media_id = quiet.post(caption="Ohne Erwähnung")["media_id"]
    comment = _comment(quiet, media_id, f"@{OUR_NAME} hier")
    answer = quiet.send(f"/{USER}/mentions", media_id=media_id, comment_id=comment, message=QUESTION)
    kept = quiet.client.get(f"/_comments?media_id={media_id}").get_json()["comments"]
    assert [(one["comment_id"], one["parent"]) for one in kept] == [(comment, None), (answer.get_json()["id"], comment)]


def test_the_same_text_twice_under_a_post_is_refused(quiet: Caller, post: str) -> None:
    other = quiet.post(caption=f"@{OUR_NAME}")["media_id"]
    answers = [quiet.send(f"/{USER}/mentions", media_id=to, message=QUESTION) for to in (post, post, other)]
    assert [answer.status_code for answer in answers] == [200, 400, 200]
    assert error_of(answers[1]) == (400, 506, None)


def test_an_action_block_is_told_from_a_limit(quiet: Caller, post: str) -> None:
    quiet.fault(kind="error", code=4, subcode=2207051, where=f"/{USER}/mentions")
    answer = quiet.send(f"/v26.0/{USER}/mentions", media_id=post, message=QUESTION)
    assert error_of(answer) == (403, 4, 2207051)
    assert answer.get_json()["error"]["is_transient"] is False
    assert answer.get_json()["error"]["error_user_title"] == "Action is blocked"
    assert quiet.client.get("/_comments").get_json() == {"comments": []}


def test_posts_that_do_not_mention_us_cannot_be_commented(quiet: Caller) -> None:
    media_id = quiet.post(tags_us=True)["media_id"]
    plain = _comment(quiet, media_id, "Schön")
    elsewhere = _comment(quiet, quiet.post()["media_id"], f"@{OUR_NAME} ja")
    wishes = [{}, {"comment_id": plain}, {"comment_id": elsewhere}]
    answers = [quiet.send(f"/{USER}/mentions", media_id=media_id, message=QUESTION, **wish) for wish in wishes]
    assert [error_of(answer) for answer in answers] == [(400, 100, 33)] * 3


@pytest.mark.parametrize("wish", [{"message": "Hallo"}, {"media_id": "17900000000000001"}, {"message": " "}])
def test_media_and_message_are_required(quiet: Caller, wish: dict[str, str]) -> None:
    assert error_of(quiet.send(f"/{USER}/mentions", **wish)) == (400, 100, None)


def test_nobody_else_speaks_for_us(quiet: Caller, post: str) -> None:
    answer = quiet.send("/17841400000000002/mentions", media_id=post, message=QUESTION)
    assert error_of(answer) == (400, 100, 33)
    assert error_of(quiet.send(f"/{USER}/likes", media_id=post)) == (400, 100, None)
    assert error_of(quiet.client.post(f"/{USER}/mentions", data={"media_id": post, "message": "x"}))[1] == 190


def test_comments_are_added_only_where_there_is_a_post(quiet: Caller) -> None:
    answer = quiet.client.post("/_comments", json={"media_id": "17900000000000099", "text": "Hallo"})
    assert answer.status_code == 400
