"""Answers of the Graph API are read as they are, and nothing in them is trusted."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.payloads import MalformedItem, Page, read_media, read_page, read_time, shortcode_of

RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
item_like = st.fixed_dictionaries(
    {"id": st.just("17900000000000001") | anything},
    optional={
        "caption": anything,
        "media_type": st.sampled_from(["IMAGE", "VIDEO", "CAROUSEL_ALBUM"]) | anything,
        "media_url": anything,
        "permalink": st.text() | anything,
        "timestamp": st.text() | st.integers() | anything,
        "children": anything,
    },
)


@pytest.mark.parametrize(
    ("permalink", "code"),
    [
        ("https://www.instagram.com/p/B8goRvrnwod/", "B8goRvrnwod"),
        ("https://instagram.com/reel/C-x_1234567/?igsh=abc&img_index=2", "C-x_1234567"),
        ("https://www.instagram.com/somebody/p/B8goRvrnwod", "B8goRvrnwod"),
        ("https://www.instagram.com/tv/B8goRvrnwod/", "B8goRvrnwod"),
        ("https://www.instagram.com/somebody/", None),
        ("https://www.instagram.com/reels/audio/1234567890/", None),
        ("https://instagram.com.evil.example/p/B8goRvrnwod/", None),
        ("javascript:alert(1)//instagram.com/p/B8goRvrnwod/", None),
    ],
)
def test_a_post_is_named_by_its_shortcode_in_every_form_of_its_address(permalink: str, code: str | None) -> None:
    assert shortcode_of(permalink) == code


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.instagram.com/p/B8goRvrnwod/?x=" + "a" * 400, "https://www.instagram.com/p/B8goRvrnwod/"),
        ("https://www.instagram.com/anna/p/B8goRvrnwod", "https://www.instagram.com/p/B8goRvrnwod/"),
        ("https://instagram.com/reel/B8goRvrnwod/?igsh=abc", "https://www.instagram.com/reel/B8goRvrnwod/"),
        ("https://www.instagram.com/reels/B8goRvrnwod/", "https://www.instagram.com/reel/B8goRvrnwod/"),
        ("https://www.instagram.com/anna/", None),
    ],
)
def test_the_address_is_kept_in_its_shortest_form(address: str, kept: str | None) -> None:
    assert read_media({"id": "1", "permalink": address}).permalink == kept


@pytest.mark.parametrize("value", ["2021-08-19T09:00:22+0000", "2021-08-19T09:00:22+00:00", 1629363622, "1629363622"])
def test_both_documented_forms_of_a_time_are_read(value: object) -> None:
    assert read_time(value) == datetime(2021, 8, 19, 9, 0, 22, tzinfo=UTC)


def test_an_album_shows_its_first_picture_and_a_video_none() -> None:
    children = {"data": [{"id": "2", "media_type": "VIDEO", "media_url": "v"}, {"id": "3", "media_url": "b"}]}
    album = {"id": "1", "media_type": "CAROUSEL_ALBUM", "children": children}
    assert read_media(album).picture_url == "b"
    assert read_media({"id": "1", "media_type": "VIDEO", "media_url": "v"}).picture_url is None


def test_a_post_without_caption_is_a_post() -> None:
    media = read_media({"id": "1", "media_type": "IMAGE", "media_url": "https://x/y.jpg"})
    assert (media.caption, media.picture_url, media.taken_at) == (None, "https://x/y.jpg", None)


@pytest.mark.parametrize("field", ["caption", "media_url", "permalink", "timestamp", "username"])
@pytest.mark.parametrize("value", [7, ["a"], {"a": 1}, False, "15.6.2026"])
def test_a_post_is_taken_without_the_field_that_cannot_be_read(field: str, value: object) -> None:
    if field == "timestamp" and value == 7:
        value = 10**30
    elif field != "timestamp" and isinstance(value, str):
        value = 1.5
    whole = {
        "id": "17900000000000001",
        "caption": "Erfurt",
        "media_type": "IMAGE",
        "media_url": "https://x/y.jpg",
        "permalink": "https://www.instagram.com/p/B8goRvrnwod/",
        "timestamp": "2026-06-15T12:00:00+0000",
        "username": "anna",
    }
    without = {name: known for name, known in whole.items() if name != field}
    assert read_media({**whole, field: value}) == replace(read_media(without), unreadable=(field,))


def test_an_id_that_came_as_a_number_is_one() -> None:
    assert read_media({"id": 17900000000000001}).media_id == "17900000000000001"


@pytest.mark.parametrize(
    "item", [None, [], "x", {}, {"id": -1}, {"id": True}, {"id": ""}, {"id": {"a": 1}}, {"id": "x1"}]
)
def test_an_item_without_an_id_is_refused_by_itself(item: object) -> None:
    with pytest.raises(MalformedItem):
        read_media(item)


def test_characters_that_no_database_takes_are_left_out() -> None:
    assert read_media({"id": "1", "caption": "a\x00b\ud800c"}).caption == "ab?c"


def test_the_next_page_is_named_by_the_cursor_and_never_by_the_address() -> None:
    paging = {"cursors": {"after": "QVFI"}, "next": "https://graph.example/?access_token=geheim"}
    assert read_page({"data": [1], "paging": paging}) == Page((1,), "QVFI")
    assert read_page({"data": [1], "paging": {"cursors": {"after": "QVFI"}}}) == Page((1,), None)
    assert read_page({"data": [], "paging": paging}) == Page((), None)
    assert read_page({"data": []}) == Page((), None)


@pytest.mark.parametrize("cursors", [{}, {"cursors": {}}, {"cursors": {"after": 5}}, {"cursors": None}])
def test_a_further_page_without_a_cursor_is_named_by_the_one_in_its_address(cursors: dict[str, object]) -> None:
    paging = {**cursors, "next": "https://graph.example/1/recent_media?access_token=geheim&after=QVFI%3D&limit=50"}
    assert read_page({"data": [1], "paging": paging}) == Page((1,), "QVFI=")


@pytest.mark.parametrize(
    "following", [True, {"a": 1}, "https://graph.example/1/recent_media?limit=50", "http://[", "?after="]
)
def test_a_further_page_that_nobody_can_ask_for_is_no_end(following: object) -> None:
    with pytest.raises(ValueError, match="further page"):
        read_page({"data": [1], "paging": {"next": following}})


@given(item_like)
def test_whatever_an_item_holds_it_is_read_or_refused(item: object) -> None:
    try:
        media = read_media(item)
    except MalformedItem:
        return
    assert media.media_id.isdigit()
    assert (media.permalink is None) == (media.shortcode is None)


@given(anything)
def test_whatever_an_answer_is_it_is_a_page_or_an_error(document: object) -> None:
    try:
        page = read_page(document)
    except ValueError:
        return
    assert page.after is None or page.items


def _listings() -> list[Path]:
    folder = RECORDED / "sns-sdks__python-facebook" / "instagram" / "apidata"
    names = ("hashtags/hashtag_*_medias_p*.json", "users/tagged_medias.json", "users/medias_p*.json")
    return sorted(path for name in names for path in folder.glob(name)) if folder.is_dir() else []


@needs_recordings
@pytest.mark.parametrize("path", _listings(), ids=lambda path: path.name)
def test_every_recorded_listing_is_read_item_by_item(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    page = read_page(document)
    medias = [read_media(item) for item in page.items]
    assert [media.media_id for media in medias] == [item["id"] for item in document["data"]]
    assert [media.caption for media in medias] == [item.get("caption") for item in document["data"]]
    linked = [item.get("permalink") for item in document["data"]]
    assert [media.permalink for media in medias] == linked


@needs_recordings
def test_recorded_mentions_are_read() -> None:
    folder = RECORDED / "sns-sdks__python-facebook" / "instagram" / "apidata" / "users"
    media = json.loads((folder / "mentioned_media.json").read_text())["mentioned_media"]
    assert read_media(media).taken_at == datetime(2021, 8, 19, 9, 0, 22, tzinfo=UTC)
    comment = json.loads((folder / "mentioned_comment.json").read_text())["mentioned_comment"]
    assert read_media(comment).username == comment["username"].casefold()


@needs_recordings
def test_the_recorded_wire_form_is_read() -> None:
    document = json.loads((RECORDED / "observed" / "raw_wire_media_2022.json").read_text())
    media = read_media(document.get("body", document))
    assert (media.shortcode, media.username) == ("B38VAzjgn2a", "ascdev3620")
