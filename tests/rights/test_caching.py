"""A picture that may no longer be shown is gone within a minute, caches included."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.pictures.models import Derivative
from campaign.rights.services import revoke
from campaign.web import PAGE_CACHING, PICTURE_CACHING
from tests.factories import NOW, make_entry
from tests.rights.requests import EVA

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def seconds(header: str, name: str) -> int | None:
    found = re.search(rf"(?<![a-z-]){name}=(\d+)", header)
    return int(found[1]) if found else None


def longest_life(header: str) -> int:
    """For how long a copy is given out that was made just before: by a cache that many share (RFC 9111, s-maxage),
    then by a browser that it did not tell how old its copy is; each may answer once more while it asks (RFC 5861)."""
    fresh = seconds(header, "max-age")
    assert fresh is not None
    shared = seconds(header, "s-maxage")
    stale = 0 if "must-revalidate" in header else seconds(header, "stale-while-revalidate") or 0
    return (fresh if shared is None else shared) + stale + fresh + stale


@pytest.mark.parametrize(
    ("header", "life"),
    [
        ("public, max-age=30, stale-while-revalidate=60", 180),
        ("public, max-age=60", 120),
        ("public, max-age=10, s-maxage=20, stale-while-revalidate=10", 50),
        ("public, max-age=10, s-maxage=20, must-revalidate", 30),
    ],
)
def test_the_directives_are_added_up(header: str, life: int) -> None:
    assert longest_life(header) == life


@pytest.mark.parametrize("header", [PAGE_CACHING, PICTURE_CACHING])
def test_nothing_is_given_out_for_a_minute(header: str) -> None:
    assert longest_life(header) < 60


def test_a_picture_is_never_given_out_stale() -> None:
    assert ("must-revalidate" in PICTURE_CACHING, "stale" in PICTURE_CACHING) == (True, False)


@ON_SQLITE
def test_what_pages_and_pictures_say_is_what_was_added_up_and_the_next_question_is_refused(client: FlaskClient) -> None:
    number = make_entry(picture=True).number
    name = db.session.scalars(sa.select(Derivative.name).limit(1)).one()
    paths = {f"/bild/{number}": PAGE_CACHING, "/galerie": PAGE_CACHING, f"/bilder/{name}": PICTURE_CACHING}
    paths["/api/v1/entries"] = PAGE_CACHING
    kept = {path: client.get(path) for path in paths}
    assert {path: answer.headers["Cache-Control"] for path, answer in kept.items()} == paths
    revoke(number, EVA, NOW)
    tags = {path: answer.headers["ETag"] for path, answer in kept.items()}
    again = {path: client.get(path, headers={"If-None-Match": tag}).status_code for path, tag in tags.items()}
    assert again == {f"/bild/{number}": 404, "/galerie": 200, f"/bilder/{name}": 404, "/api/v1/entries": 200}
