"""Pictures are kept once, under the address of their content, and shown only with a right."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from campaign.config import Settings
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.pictures import attach_picture
from campaign.extensions import db
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.storage import DERIVATIVES, ORIGINALS, storage
from campaign.web import PICTURE_CACHING
from tests.factories import NOW, jpeg, make_entry, set_right


def test_the_original_is_kept_whole_and_derivatives_are_named_by_their_content(app: Flask) -> None:
    data = jpeg(400, 300)
    number = make_entry().number
    assert attach_picture(number, data, NOW) is PictureState.STORED
    picture = db.session.scalars(sa.select(Picture)).one()
    assert storage.get(ORIGINALS, picture.sha256) == data
    derivatives = db.session.scalars(sa.select(Derivative)).all()
    assert len(derivatives) == 4
    for derivative in derivatives:
        stored = storage.get(DERIVATIVES, derivative.name)
        assert derivative.name.partition(".")[0] == hashlib.sha256(stored).hexdigest()


def test_the_same_picture_of_two_posts_is_kept_once(app: Flask) -> None:
    data = jpeg(100, 80)
    for _ in range(2):
        attach_picture(make_entry().number, data, NOW)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) == 1


def test_only_public_entries_show_their_bytes(app: Flask, client: FlaskClient) -> None:
    entry = make_entry(picture=True)
    name = db.session.scalars(sa.select(Derivative.name)).first()
    answer = client.get(f"/bilder/{name}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, PICTURE_CACHING)
    assert answer.headers["Content-Type"] == ("image/webp" if str(name).endswith("webp") else "image/jpeg")
    for status, has_right in ((Status.PENDING, True), (Status.APPROVED, False), (Status.WITHDRAWN, True)):
        entry.status = status
        set_right(entry, has_right=has_right)
        db.session.commit()
        assert client.get(f"/bilder/{name}").status_code == 404


def test_originals_have_no_address(app: Flask, client: FlaskClient) -> None:
    make_entry(picture=True)
    digest = db.session.scalars(sa.select(Picture.sha256)).one()
    for path in (f"/bilder/{digest}", f"/bilder/{digest}.jpg", f"/bilder/../originals/{digest[:2]}/{digest}"):
        assert client.get(path).status_code == 404


def test_a_picture_whose_file_is_lost_is_a_page_that_says_so(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    make_entry(picture=True)
    name = db.session.scalars(sa.select(Derivative.name)).first()
    storage.delete(DERIVATIVES, str(name))
    assert client.get(f"/bilder/{name}").status_code == 404
