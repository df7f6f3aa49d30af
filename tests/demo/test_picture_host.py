"""The simulated picture host: signed addresses, expiry, files drawn once, spoilt files."""

import io
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from campaign.demo.cdn import HUGE, PictureHost
from campaign.demo.faults import Faults
from campaign.demo.posts import PostStream
from tests.demo.caller import TAG_ID, TOKEN, USER, Caller, Clock


def _address(quiet: Caller) -> str:
    (item,) = quiet.media(fields="media_url")["data"]
    return str(item["media_url"]).removeprefix("http://localhost")


def test_a_picture_is_served_as_jpeg_and_drawn_once(quiet: Caller) -> None:
    quiet.post(seed=16)
    answers = [quiet.client.get(_address(quiet)) for _ in range(2)]
    assert [(answer.status_code, answer.content_type) for answer in answers] == [(200, "image/jpeg")] * 2
    assert answers[0].data == answers[1].data
    assert Image.open(io.BytesIO(answers[0].data)).width == 320
    assert quiet.client.application.extensions["graph_api"].host.drawn == 1


def test_pictures_are_drawn_before_anybody_asks(stream: PostStream) -> None:
    host = PictureHost("secret", Faults(), width=120)
    pieces = [piece for post in stream.visible(stream.start)[:6] for piece in post.pieces]
    done = Event()
    for _ in range(2):
        host.draw_ahead(pieces, done)
    pictures = [piece for piece in pieces if piece.media_type == "IMAGE"]
    assert host.drawn == len(pictures)
    assert [host.photo(piece)[:2] for piece in pictures] == [b"\xff\xd8"] * len(pictures)
    assert host.drawn == len(pictures)
    done.set()
    host.draw_ahead([stream.visible(stream.start)[30].cover], done)
    assert host.drawn == len(pictures)


def test_an_address_expires_after_four_days(quiet: Caller, clock: Clock) -> None:
    quiet.post()
    address = _address(quiet)
    clock.forward(days=4)
    assert quiet.client.get(address).status_code == 200
    clock.forward(seconds=1)
    late = quiet.client.get(address)
    assert (late.status_code, late.text) == (403, "URL signature expired")


def test_a_film_expires_within_hours(quiet: Caller, clock: Clock) -> None:
    quiet.post(media_type="VIDEO", media_url=True)
    address = _address(quiet)
    assert quiet.client.get(address).content_type == "video/mp4"
    clock.forward(hours=11)
    assert quiet.client.get(address).text == "URL signature expired"


@pytest.mark.parametrize("change", [("oe=6", "oe=7"), ("oh=00_", "oh=00_f"), ("_n.jpg", "_s.jpg"), ("&oe", "&xx")])
def test_a_changed_address_is_refused(quiet: Caller, change: tuple[str, str]) -> None:
    quiet.post()
    answer = quiet.client.get(_address(quiet).replace(*change))
    assert (answer.status_code, answer.text) == (403, "Bad URL hash")


def test_the_address_is_on_the_host_that_the_caller_used(quiet: Caller) -> None:
    quiet.post()
    path = f"/{TAG_ID}/recent_media?user_id={USER}&fields=media_url&access_token={TOKEN}"
    (item,) = quiet.client.get(path, headers={"Host": "127.0.0.1:8123"}).get_json()["data"]
    assert item["media_url"].startswith("http://127.0.0.1:8123/cdn/v/")


def test_every_child_of_an_album_has_its_file(quiet: Caller) -> None:
    quiet.post(media_type="CAROUSEL_ALBUM", children=2, seed=2)
    (album,) = quiet.media()["data"]
    files = [quiet.client.get(child["media_url"]).data for child in album["children"]["data"]]
    assert len({Image.open(io.BytesIO(file)).size for file in files} | set(files)) >= 3


@pytest.mark.parametrize("way", ["post", "fault"])
def test_a_bomb_is_small_and_unfolds_to_many_pixels(quiet: Caller, way: str) -> None:
    _spoil(quiet, way, "picture_bomb")
    answer = quiet.client.get(_address(quiet))
    assert len(answer.data) < 500_000
    assert answer.data[16:24] == (30_000).to_bytes(4, "big") * 2


@pytest.mark.parametrize("way", ["post", "fault"])
def test_a_truncated_picture_begins_well_and_cannot_be_loaded(quiet: Caller, way: str) -> None:
    _spoil(quiet, way, "picture_truncated")
    image = Image.open(io.BytesIO(quiet.client.get(_address(quiet)).data))
    with pytest.raises(OSError, match="truncated"):
        image.load()


def test_something_else_than_a_picture_is_served(quiet: Caller) -> None:
    quiet.post()
    quiet.fault(kind="picture_not")
    quiet.fault(kind="picture_not", form="text")
    page, text = (quiet.client.get(_address(quiet)) for _ in range(2))
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert (text.content_type, text.data) == ("image/jpeg", b"not a picture\n")
    assert quiet.client.get(_address(quiet)).data.startswith(b"\xff\xd8")


def test_a_huge_picture_comes_without_a_length(quiet: Caller) -> None:
    quiet.post(picture_fault="picture_huge")
    answer = quiet.client.get(_address(quiet))
    assert answer.headers.get("Content-Length") is None
    assert len(answer.data) > 15 * 1024 * 1024
    assert len(answer.data) >= HUGE


def test_pictures_can_be_kept_in_a_folder(stream: PostStream, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    piece = next(post.cover for post in stream.visible(stream.start) if post.media_type == "IMAGE")
    first = PictureHost("secret", Faults(), width=200, folder=folder)
    again = PictureHost("secret", Faults(), width=200, folder=folder)
    assert first.photo(piece) == again.photo(piece)
    assert (first.drawn, again.drawn) == (1, 0)
    assert [path.name for path in folder.iterdir()] == [f"{piece.media_id}.jpg"]


def _spoil(quiet: Caller, way: str, kind: str) -> None:
    if way == "post":
        quiet.post(picture_fault=kind)
    else:
        quiet.post()
        quiet.fault(kind=kind, times=None)
