"""oEmbed: open to all, six keys, one answer for gone, private and not embeddable, a limit by the hour."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.demo.caller import OUR_NAME, TAG_ID, TOKEN, USER, Caller, Clock, error_of


def _ask(caller: Caller, url: str, **query: str) -> TestResponse:
    return caller.client.get("/v26.0/instagram_oembed", query_string={"url": url, **query})


def test_anybody_gets_exactly_six_keys(quiet: Caller) -> None:
    made = quiet.post()
    body = _ask(quiet, made["permalink"]).get_json()
    html = body.pop("html")
    assert body == {
        "version": "1.0",
        "provider_name": "Instagram",
        "provider_url": "https://www.instagram.com/",
        "type": "rich",
        "width": 658,
    }
    assert html.startswith('<blockquote class="instagram-media" data-instgrm-captioned data-instgrm-permalink="')
    assert made["permalink"] in html
    assert "embed.js" in html


def test_the_frame_is_as_asked(quiet: Caller) -> None:
    url = quiet.post()["permalink"]
    body = _ask(quiet, url, maxwidth="400", omitscript="true", hidecaption="true", fields="width,html").get_json()
    assert set(body) == {"width", "html"}
    assert body["width"] == 400
    assert "embed.js" not in body["html"]
    assert "captioned" not in body["html"]


@pytest.mark.parametrize(
    "form",
    [
        "https://www.instagram.com/p/{}/",
        "https://www.instagram.com/p/{}",
        "https://instagram.com/reel/{}/?igsh=MzRlODBiNWFlZA==",
        "http://www.instagram.com/tv/{}/?utm_source=ig_web&img_index=2#x",
        "https://www.instagram.com/lotte.beispiel/p/{}/",
        "https://www.instagram.com/reels/{}/",
    ],
)
def test_every_form_of_address_leads_to_the_post(quiet: Caller, form: str) -> None:
    assert _ask(quiet, form.format(quiet.post()["shortcode"])).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "https://www.instagram.com/",
        "https://www.instagram.com/p/",
        "https://www.instagram.com/p/a b/",
        "https://www.instagram.com.example.org/p/DgG-Rny3tts/",
        "https://example.org/p/DgG-Rny3tts/",
        "ftp://www.instagram.com/p/DgG-Rny3tts/",
        "https://www.instagram.com/stories/lotte/1/",
    ],
)
def test_what_is_no_address_of_a_post_is_told_apart(quiet: Caller, url: str) -> None:
    answer = _ask(quiet, url)
    assert error_of(answer) == (400, 100, 2207047)
    assert answer.get_json()["error"]["error_user_title"] == "Invalid URL"


@pytest.mark.parametrize("wish", [{"private": True}, {"embeds": False}, None])
def test_gone_private_and_not_embeddable_look_the_same(quiet: Caller, wish: dict[str, Any] | None) -> None:
    url = quiet.post(**wish)["permalink"] if wish else "https://www.instagram.com/p/DgG-Rny3tts/"
    answer = _ask(quiet, url)
    assert error_of(answer) == (400, 24, 2207045)
    error = answer.get_json()["error"]
    assert (error["error_user_title"], error["is_transient"]) == ("Media Not Found", False)


def test_case_matters_in_a_shortcode(quiet: Caller) -> None:
    quiet.post(shortcode="DgG-Rny3tts")
    assert error_of(_ask(quiet, "https://www.instagram.com/p/DGG-Rny3tts/"))[1] == 24


@pytest.mark.parametrize("name", ["media_id", "shortcode"])
def test_a_removed_post_vanishes_everywhere_and_comes_back(quiet: Caller, name: str) -> None:
    made = quiet.post(seed=16, tags_us=True, caption=f"#weimar #schoensterblick @{OUR_NAME}")
    picture = quiet.media()["data"][0]["media_url"]

    def seen() -> list[object]:
        lists = [quiet.media()["data"], quiet.media("top_media")["data"], quiet.tags()["data"]]
        answers = [_ask(quiet, made["permalink"]), quiet.mentioned(made["media_id"], "id"), quiet.client.get(picture)]
        return [len(listed) for listed in lists] + [answer.status_code for answer in answers]

    assert seen() == [1, 1, 1, 200, 200, 200]
    assert quiet.control("DELETE", f"/_posts/{made[name]}")["media_id"] == made["media_id"]
    assert seen() == [0, 0, 0, 400, 400, 404]
    quiet.control("POST", f"/_posts/{made[name]}/restore")
    assert seen() == [1, 1, 1, 200, 200, 200]


def test_a_post_becomes_private_and_public_again(quiet: Caller) -> None:
    made = quiet.post()
    quiet.control("POST", f"/_posts/{made['shortcode']}/private")
    assert (quiet.media()["data"], _ask(quiet, made["permalink"]).status_code) == ([], 400)
    quiet.control("POST", f"/_posts/{made['shortcode']}/private", private=False)
    assert (len(quiet.media()["data"]), _ask(quiet, made["permalink"]).status_code) == (1, 200)


def test_posts_of_the_stream_can_be_removed_as_well(graph: Caller) -> None:
    first = graph.media(limit="50", fields="permalink")["data"][0]
    graph.control("DELETE", f"/_posts/{first['id']}")
    assert first["id"] not in {item["id"] for page in graph.walk(fields="id") for item in page}
    assert error_of(_ask(graph, first["permalink"])) == (400, 24, 2207045)


def test_a_post_that_is_not_there_cannot_be_removed(quiet: Caller) -> None:
    assert quiet.client.delete("/_posts/17900000000000099").status_code == 404
    assert quiet.client.post("/_posts/nothing/restore").status_code == 404


def test_a_good_token_does_no_harm_and_a_bad_one_is_refused(quiet: Caller) -> None:
    url = quiet.post()["permalink"]
    assert _ask(quiet, url, access_token=TOKEN).status_code == 200
    assert error_of(_ask(quiet, url, access_token="old")) == (400, 190, None)


def test_the_limit_of_the_hour_is_a_limit_and_not_a_lost_post(stricter: Caller, clock: Clock) -> None:
    url = stricter.post()["permalink"]
    answers = [_ask(stricter, url) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 403]
    assert error_of(answers[3]) == (403, 4, None)
    assert stricter.get(f"/{TAG_ID}/recent_media", user_id=USER).status_code == 200
    clock.forward(hours=1, seconds=1)
    assert _ask(stricter, url).status_code == 200


@pytest.mark.parametrize("query", [{"maxwidth": "100"}, {"maxwidth": "wide"}, {"fields": "author_name"}])
def test_wrong_parameters_are_refused(quiet: Caller, query: dict[str, str]) -> None:
    assert error_of(_ask(quiet, quiet.post()["permalink"], **query)) == (400, 100, None)


def test_the_address_is_required(quiet: Caller) -> None:
    assert error_of(quiet.client.get("/instagram_oembed")) == (400, 100, None)
