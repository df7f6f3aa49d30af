"""Files that no row names are removed, in a folder as in a bucket, and nothing else is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign.clock import utc_now
from campaign.entries.pictures import attach_picture
from campaign.extensions import db, settings
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.operations import sweeping
from campaign.operations.sweeping import SweepReport, may_sweep, sweep_files
from campaign.pictures.services import prepare_picture
from campaign.pictures.storage import LOOKS, ORIGINALS, PIECES, open_store, storage
from campaign.uploads.models import UploadFile
from tests.factories import NOW, jpeg, make_entry
from tests.moderation.creators import shown
from tests.operations.bucket import Bucket, running_bucket

DAY = timedelta(days=1)


def tomorrow() -> datetime:
    return utc_now() + DAY + timedelta(minutes=1)


def files() -> set[str]:
    """All files of the storage."""
    folder = settings().site.data_dir / "pictures"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def leave_behind(data: bytes) -> None:
    """What a process leaves that dies between the files of a picture and its row."""
    prepare_picture(data)


@pytest.fixture
def bucket(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket in place of the local folder."""
    with running_bucket() as bucket:
        for name, value in bucket.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(storage, "_store", open_store("s3://pictures/campaign", Path()))
        yield bucket


def test_files_that_no_row_names_go_after_a_day_and_those_of_pictures_stay(app: Flask) -> None:
    make_entry(picture=True)
    kept = files()
    leave_behind(jpeg())
    left = len(files()) - len(kept)
    assert sweep_files(utc_now()) == SweepReport()
    assert sweep_files(tomorrow()) == SweepReport(removed=left)
    assert files() == kept
    assert sweep_files(tomorrow()) == SweepReport()


def test_files_of_a_bucket_are_swept_page_by_page(app: Flask, bucket: Bucket) -> None:
    make_entry(picture=True)
    kept = set(bucket.objects)
    leave_behind(jpeg())
    left = len(bucket.objects) - len(kept)
    assert sweep_files(utc_now()) == SweepReport()
    bucket.age(days=2)
    assert sweep_files(utc_now()) == SweepReport(removed=left)
    assert set(bucket.objects) == kept


def test_a_file_that_cannot_be_removed_keeps_no_other_one(app: Flask, bucket: Bucket) -> None:
    leave_behind(jpeg())
    bucket.age(days=2)
    count = len(bucket.objects)
    bucket.stubborn = {min(bucket.objects), max(bucket.objects)}
    assert sweep_files(utc_now()) == SweepReport(removed=count - 2, failed=2)
    assert set(bucket.objects) == bucket.stubborn
    bucket.stubborn = set()
    assert sweep_files(utc_now()) == SweepReport(removed=2)


def test_a_file_that_is_written_anew_while_the_sweep_looks_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    data, entry = jpeg(), make_entry()
    leave_behind(data)
    for name in files():
        os.utime(settings().site.data_dir / "pictures" / name, (0, 0))
    parts = sweeping._parts

    walks = []

    def slowly(*values: Any) -> Iterator[Any]:
        walks.append(list(parts(*values)))
        if len(walks) == 2:
            attach_picture(entry.number, data, NOW)
        yield from walks[-1]

    monkeypatch.setattr(sweeping, "_parts", slowly)
    before = files()
    assert sweep_files(utc_now()) == SweepReport()
    assert files() == before


def test_pieces_of_uploads_stay_as_long_as_their_upload_waits(app: Flask) -> None:
    waiting = UploadFile(attempt="a-token", digest="0123456789abcdef", size=9, received=5, begun_at=NOW)
    db.session.add(waiting)
    db.session.commit()
    for attempt in ("a-token", "another-token"):
        storage.put(PIECES, f"{attempt}-0123456789abcdef-0-5", b"piece")
    assert sweep_files(tomorrow()) == SweepReport(removed=1)
    assert files() == {"pieces/a-/a-token-0123456789abcdef-0-5"}


def test_what_lies_elsewhere_in_the_storage_is_not_touched(app: Flask) -> None:
    folder = settings().site.data_dir / "pictures"
    for place in (folder / "readme.txt", folder / ORIGINALS / "readme.txt", folder / LOOKS / "other" / "readme.txt"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("ours")
    assert (sweep_files(tomorrow()), len(files())) == (SweepReport(), 3)


def test_a_database_that_knows_hardly_any_file_removes_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "FEW", 3)
    leave_behind(jpeg())
    before = files()
    assert sweep_files(tomorrow()) == SweepReport(held_back=len(before))
    assert files() == before
    assert sweep_files(tomorrow(), most_files=True).held_back == 0
    assert files() == set()


@pytest.mark.parametrize(
    ("strays", "named", "may"), [(0, 0, True), (100, 0, True), (101, 0, False), (101, 101, True), (900, 800, False)]
)
def test_a_hundred_files_may_go_and_more_only_beside_as_many_that_stay(strays: int, named: int, may: bool) -> None:
    assert may_sweep(strays, named) is may


def test_a_sweep_ends_when_it_is_told_to(app: Flask) -> None:
    leave_behind(jpeg())
    before = files()
    assert sweep_files(tomorrow(), stop=lambda: True) == SweepReport()
    assert files() == before


def test_a_sweep_lists_a_part_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaign.pictures.storage.PART", 2)
    make_entry(picture=True)
    parts = list(sweeping._parts(datetime.now(UTC), lambda: False))
    assert {len(listed) for _, listed, _ in parts} == {1, 2}
    assert sum(len(listed) for _, listed, _ in parts) == len(files())


def test_a_withdrawn_picture_whose_files_would_not_go_is_gone_the_next_night(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [shown().number for _ in range(2)]
    with monkeypatch.context() as broken:
        broken.setattr(storage, "delete", _fail)
        for number in numbers:
            withdraw_as_creator(number, "Code", NOW)
    assert sweep_files(tomorrow()).failed == 0
    assert files() == set()


def _fail(*_: object) -> None:
    raise OSError("the storage does not answer")
