"""The photos themselves as a ZIP: only what its rights cover, each with its credit, and kept who received them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from PIL import Image

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.entries.uses import Use
from campaign.errors import InvalidInput
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.results.export import export_for
from campaign.results.photos import export_photos
from campaign.rights.handouts import Parcel, check_recipient, handouts_of
from campaign.rights.models import Handout, HandoutPicture
from campaign.rights.services import grant, revoke
from campaign.staff.models import AuditRow, RoleName
from tests.factories import NOW, WEIMAR, make_entry
from tests.rights.requests import EVA, without_right
from tests.staff.people import logged_in

PRESS = Parcel("photos", "zip", Use.PRESS, "Thüringer Allgemeine")
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def archive(parcel: Parcel = PRESS) -> zipfile.ZipFile:
    stream = io.BytesIO()
    export_photos(current_contest(), parcel, EVA, NOW, to=stream)
    return zipfile.ZipFile(stream)


def lines(file: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    data = file.read(name)
    assert (data[:3], b"\r\n" in data) == (b"\xef\xbb\xbf", True)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_every_photo_comes_with_its_credit_and_what_it_may_be_used_for() -> None:
    entry = without_right(
        town=WEIMAR, creator="@anna", alt_text="=Der Markt", permalink="https://www.instagram.com/p/C/"
    )
    grant(entry.number, "Anna", "Mail", EVA, NOW, expires_at=NOW + DAY)
    file = archive()
    assert sorted(file.namelist()) == ["credits.csv", "not-included.csv", f"weimar-{entry.number}.jpg"]
    assert lines(file, "credits.csv") == [
        {
            "Datei": f"weimar-{entry.number}.jpg",
            "Bild": str(entry.number),
            "Stadt": "Weimar",
            "Foto": "'@anna",
            "Beitrag": "https://www.instagram.com/p/C/",
            "Bildbeschreibung": "'=Der Markt",
            "Erlaubt für": "Internet, Druck und Ausstellung, Presse",
            "Erlaubt bis": "2026-06-16 14:00",
        }
    ]


def test_a_photo_is_a_jpeg_that_names_its_credit_and_nothing_of_the_camera() -> None:
    entry = make_entry(picture=True, creator="Anna & Söhne", town=WEIMAR)
    with Image.open(io.BytesIO(archive().read(f"weimar-{entry.number}.jpg"))) as photo:
        assert (photo.format, photo.size, dict(photo.getexif())) == ("JPEG", (60, 40), {})
        assert "Anna &amp; Söhne" in photo.info["xmp"].decode()


def test_what_its_rights_do_not_cover_stays_out_with_the_reason() -> None:
    shown = make_entry(picture=True)
    never = without_right()
    ended = without_right()
    grant(ended.number, "Anna", "Mail", EVA, NOW - 2 * DAY, expires_at=NOW - DAY)
    other_use = without_right()
    grant(other_use.number, "Anna", "Mail", EVA, NOW, uses=[Use.WEB])
    gone = make_entry(picture=True, gone_at=NOW)
    bare = make_entry()
    make_entry(picture=True, status=Status.PENDING)
    file = archive()
    assert [row["Bild"] for row in lines(file, "credits.csv")] == [str(shown.number)]
    assert {int(row["Bild"]): row["Grund"] for row in lines(file, "not-included.csv")} == {
        never.number: "Für Presse liegt keine Erlaubnis vor.",
        ended.number: "Die Erlaubnis für Presse ist am 14.06.2026 abgelaufen.",
        other_use.number: "Für Presse liegt keine Erlaubnis vor.",
        gone.number: "Der Beitrag ist verschwunden.",
        bare.number: "Es ist kein Bild da.",
    }
    assert sum(name.endswith(".jpg") for name in file.namelist()) == 1


@pytest.mark.parametrize("use", list(Use))
def test_each_use_has_its_own_right(use: Use) -> None:
    entry = without_right()
    grant(entry.number, "Anna", "Mail", EVA, NOW, uses=[use])
    for other in Use:
        if other is use:
            assert len(lines(archive(Parcel("photos", "zip", other, "x")), "credits.csv")) == 1
        else:
            with pytest.raises(InvalidInput):
                archive(Parcel("photos", "zip", other, "x"))


def test_who_received_which_picture_is_kept_and_told_after_the_revocation() -> None:
    entry, other = make_entry(picture=True), make_entry(picture=True)
    archive()
    export_for(current_contest(), Parcel("entries", "csv", Use.WEB, "Stadt Erfurt"), EVA, NOW)
    revoke(entry.number, EVA, NOW)
    archive(Parcel("photos", "zip", Use.PRESS, "MDR"))
    export_for(current_contest(), Parcel("entries", "csv", Use.WEB, "Stadt Gera"), EVA, NOW)
    told = [(one.exported_for, one.what, one.use, one.exported_by) for one in handouts_of(entry.number)]
    assert told == [
        ("Stadt Erfurt", "entries", Use.WEB, EVA.name),
        ("Thüringer Allgemeine", "photos", Use.PRESS, EVA.name),
    ]
    assert len(handouts_of(other.number)) == 4
    kept = db.session.scalars(sa.select(HandoutPicture.sha256).filter_by(entry_number=entry.number)).all()
    assert set(kept) == {db.session.get_one(Picture, entry.picture_id).sha256}


def test_a_file_without_pictures_is_no_handout() -> None:
    without_right()
    for what in ("standings", "entries"):
        export_for(current_contest(), Parcel(what, "csv", Use.WEB, "x"), EVA, NOW)
    assert db.session.scalars(sa.select(Handout)).all() == []


def test_a_handout_is_in_the_audit_log() -> None:
    make_entry(picture=True)
    archive()
    [row] = db.session.scalars(sa.select(AuditRow).filter_by(act="rights.handout"))
    assert (row.actor, row.subject, '"for":"Thüringer Allgemeine"' in str(row.after)) == (
        EVA.name,
        "export:photos.zip",
        True,
    )


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_recipient_has_a_name(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_recipient(name)


def test_organisers_download_the_photos_for_somebody(app: Flask) -> None:
    entry = make_entry(picture=True)
    organiser = logged_in(app, RoleName.ORGANISER)
    path, form = "/verwaltung/export/photos.zip", {"csrf_token": organiser.token, "verwendung": "press"}
    assert [organiser.client.post(path, data={**form, **more}).status_code for more in ({}, {"fuer": " "})] == [422] * 2
    answer = organiser.client.post(path, data={**form, "fuer": "MDR Thüringen"}, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "attachment; filename=blick-2026-photos-press.zip"
    assert f"erfurt-{entry.number}.jpg" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    told = organiser.get(f"/moderation/eintrag/{entry.number}")[1]
    assert "MDR Thüringen, in der Berichterstattung: photos.zip vom 15. Juni 2026, 14:00" in told


def test_nobody_downloads_for_a_use_that_nobody_has_allowed(app: Flask) -> None:
    make_entry(picture=True)
    organiser = logged_in(app, RoleName.ORGANISER)
    for use in ("advertising", "everything", ""):
        status, _ = organiser.post("/verwaltung/export/photos.zip", verwendung=use, fuer="MDR")
        assert (status, db.session.scalars(sa.select(Handout)).all()) == (422, [])
