"""Drawn pictures: the same for the same number, different for others, with everything a telephone leaves in a file."""

import io
from datetime import UTC, datetime

import pytest
from PIL import ExifTags, Image, ImageChops, ImageOps, ImageStat

from campaign.demo.drawing import SUBJECTS, Shot, choose_view, draw, photo_bytes
from campaign.demo.drawing.moods import HOURS, SEASONS
from campaign.demo.drawing.photo import COMMENT

TAKEN = datetime(2026, 5, 17, 19, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_a_number_always_gives_the_same_picture(subject: str) -> None:
    first, again, other = (draw(seed, width=160, subject=subject) for seed in (7, 7, 8))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_a_picture_has_depth_of_colour_and_no_empty_edges(subject: str) -> None:
    picture = draw(11, width=240, subject=subject)
    assert picture.mode == "RGB"
    assert min(ImageStat.Stat(picture.convert("L")).stddev) > 8
    colours = picture.quantize(64).getcolors()
    assert colours is not None
    assert len(colours) > 40


def test_the_width_is_what_was_asked_and_the_format_the_views() -> None:
    for seed in range(10):
        wide, high = choose_view(seed).format
        assert draw(seed, width=120).size == (120, round(120 * high / wide))


def test_numbers_in_a_row_walk_through_subjects_hours_seasons_and_formats() -> None:
    views = [choose_view(seed) for seed in range(100, 164)]
    assert {view.subject for view in views} == set(SUBJECTS)
    assert {view.hour for view in views} == {hour.name for hour in HOURS}
    assert {view.season for view in views} == {season.name for season in SEASONS}
    assert len({view.format for view in views}) == 5
    assert len({(view.subject, view.hour, view.season) for view in views}) == 64


def test_no_two_pictures_of_a_gallery_look_alike() -> None:
    small = [draw(seed, width=72).resize((12, 12)) for seed in range(30)]
    differences = [
        sum(ImageStat.Stat(ImageChops.difference(one, two)).mean)
        for place, one in enumerate(small)
        for two in small[:place]
    ]
    assert min(differences) > 12


def test_a_photo_carries_camera_time_and_place() -> None:
    file = photo_bytes(Shot(16, TAKEN, None, (50.98, 11.0354)), width=160)
    exif = Image.open(io.BytesIO(file)).getexif()
    assert exif[ExifTags.Base.Make]
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "2026:05:17 19:30:12"
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert (position[ExifTags.GPS.GPSLatitudeRef], position[ExifTags.GPS.GPSLongitudeRef]) == ("N", "E")
    assert [float(part) for part in position[ExifTags.GPS.GPSLatitude]] == [50.0, 58.0, 48.0]
    assert [float(part) for part in position[ExifTags.GPS.GPSLongitude]] == [11.0, 2.0, 7.44]


def test_a_photo_carries_an_xmp_packet_and_a_comment() -> None:
    file = photo_bytes(Shot(16, TAKEN), width=160)
    image = Image.open(io.BytesIO(file))
    assert image.info["comment"] == COMMENT
    assert b"2026-05-17T19:30:12+00:00" in image.info["xmp"]
    assert b"http://ns.adobe.com/xap/1.0/\x00" in file


def test_some_photos_lie_on_their_side_and_say_so() -> None:
    shot = Shot(17, TAKEN)
    image = Image.open(io.BytesIO(photo_bytes(shot, width=200)))
    upright = ImageOps.exif_transpose(image)
    assert image.getexif()[ExifTags.Base.Orientation] == 6
    assert image.size == upright.size[::-1]
    expected = draw(17, width=200)
    assert upright.size == expected.size
    assert max(ImageStat.Stat(ImageChops.difference(upright, expected)).mean) < 6


def test_a_photo_is_a_jpeg_of_a_reasonable_size() -> None:
    file = photo_bytes(Shot(3, TAKEN), width=1080)
    assert Image.open(io.BytesIO(file)).format == "JPEG"
    assert 150_000 < len(file) < 1_200_000
