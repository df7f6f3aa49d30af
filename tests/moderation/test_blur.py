"""People in a picture are made unrecognisable: a new picture, the one before not public any more, the way back kept."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from campaign.contests.services import current_contest
from campaign.entries.albums import BLURRED
from campaign.entries.lifecycle import People, PictureState, Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.moderation import pictures, services
from campaign.moderation.blurring import blur_picture
from campaign.moderation.dossier import album_of
from campaign.moderation.queries import history_of
from campaign.moderation.statements import Statement
from campaign.pictures.areas import Area, Shape
from campaign.pictures.models import Picture
from campaign.pictures.services import prepare_picture, store_picture
from campaign.pictures.storage import DERIVATIVES, ORIGINALS, storage
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, make_entry
from tests.moderation.undoing import undo_last
from tests.pictures.portraits import portrait
from tests.staff.people import logged_in

pytestmark = pytest.mark.usefixtures("app")
FACE = (Area(Shape.ELLIPSE, 3500, 1500, 3000, 6000),)


def shown(*, public: bool = False, **values: object) -> Entry:
    """An entry that shows a portrait."""
    entry = make_entry(public=public, **values)
    entry.picture_id = store_picture(prepare_picture(portrait()), NOW)
    entry.picture_state = PictureState.STORED
    db.session.commit()
    return entry


def blurred(entry: Entry, areas: tuple[Area, ...] = FACE) -> Picture:
    assert entry.picture_id is not None
    blur_picture(entry.number, entry.picture_id, areas, COMMAND_LINE, NOW)
    db.session.expire_all()
    return db.session.get_one(Picture, entry.picture_id)


def parts(entry: Entry) -> list[tuple[int | None, str]]:
    return [(one.picture_id, one.media_type) for one in album_of(entry.number)]


def names_of(picture_id: int) -> set[str]:
    query = sa.select(Picture).where(Picture.id == picture_id).options(sa.orm.selectinload(Picture.derivatives))
    return {one.name for one in db.session.scalars(query).one().derivatives}


def test_a_new_picture_stands_for_the_entry_and_knows_what_it_was_made_from() -> None:
    entry = shown()
    before = db.session.get_one(Picture, entry.picture_id)
    after = blurred(entry)
    assert (after.made_from, after.id != before.id, after.width, after.height) == (before.sha256, True, 900, 600)
    assert parts(entry) == [(before.id, "IMAGE"), (after.id, BLURRED)]
    [decision] = history_of(entry.number)
    assert (decision.action.value, decision.picture_before, decision.picture_after) == ("blur", before.id, after.id)


def test_all_copies_of_the_new_picture_are_blurred_and_its_file_has_no_metadata() -> None:
    entry = shown()
    after = blurred(entry)
    for name in names_of(after.id):
        copy = Image.open(io.BytesIO(storage.get(DERIVATIVES, name))).convert("L")
        wide, high = copy.size
        eyes = copy.crop((wide * 43 // 100, high * 38 // 100, wide * 57 // 100, high * 46 // 100))
        low, top = eyes.getextrema()
        assert top - low < 90, name
    kept = Image.open(io.BytesIO(storage.get(ORIGINALS, after.sha256)))
    assert (kept.format, dict(kept.getexif()), "comment" in kept.info) == ("JPEG", {}, False)


def test_nobody_outside_gets_the_picture_before_any_more(app: Flask) -> None:
    entry = shown(public=True)
    before = names_of(entry.picture_id or 0)
    client = app.test_client()
    assert {client.get(f"/bilder/{name}").status_code for name in before} == {200}
    after = names_of(blurred(entry).id)
    db.session.rollback()
    assert {client.get(f"/bilder/{name}").status_code for name in before} == {404}
    assert {client.get(f"/bilder/{name}").status_code for name in after} == {200}
    assert not before & after


def test_a_blurred_picture_was_still_taken_by_a_drone() -> None:
    entry = shown()
    db.session.get_one(Picture, entry.picture_id).drone = "DJI"
    db.session.commit()
    assert [blurred(entry).drone, blurred(entry).drone] == ["DJI", "DJI"]


def test_undo_shows_the_picture_before_again_and_deletes_the_blurred_one() -> None:
    entry = shown()
    before = entry.picture_id
    after = blurred(entry)
    gone = after.sha256
    undo_last(entry.number, COMMAND_LINE, NOW + timedelta(seconds=5))
    db.session.expire_all()
    assert (entry.picture_id, db.session.scalars(sa.select(Picture.id)).all()) == (before, [before])
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, gone)


def test_people_are_unrecognisable_once_they_are_blurred_and_the_blur_cannot_be_undone_behind_that() -> None:
    entry = shown(people=None)
    said = Statement(People.UNRECOGNISABLE)
    with pytest.raises(Conflict):
        services.approve(entry.number, COMMAND_LINE, NOW, said)
    db.session.rollback()
    blurred(entry)
    blur = history_of(entry.number)[0]
    services.approve(entry.number, COMMAND_LINE, NOW, said)
    with pytest.raises(Conflict):
        services.undo(blur.id, COMMAND_LINE, NOW)
    db.session.rollback()
    first = album_of(entry.number)[0]
    with pytest.raises(Conflict):
        pictures.choose_picture(
            entry.number, first.id, COMMAND_LINE, NOW, Statement(People.UNRECOGNISABLE, None, "Sie")
        )
    db.session.rollback()
    assert (entry.status, entry.people) == (Status.APPROVED, People.UNRECOGNISABLE)


def test_blurring_asks_anew_who_can_be_recognised_while_the_entry_waits() -> None:
    entry = shown(people=People.INCIDENTAL)
    blurred(entry)
    assert entry.people is None
    undo_last(entry.number, COMMAND_LINE, NOW)
    assert entry.people is People.INCIDENTAL


def test_what_is_blurred_stays_so_when_more_is_blurred() -> None:
    entry = shown()
    original = db.session.get_one(Picture, entry.picture_id).sha256
    first = blurred(entry)
    second = blurred(entry, (Area(Shape.RECTANGLE, 0, 0, 1000, 1000),))
    assert (second.made_from, second.id != first.id) == (original, True)
    one, other = (Image.open(io.BytesIO(storage.get(ORIGINALS, picture.sha256))) for picture in (first, second))
    face = (400, 200, 500, 320)
    assert max(abs(a - b) for a, b in zip(one.crop(face).tobytes(), other.crop(face).tobytes(), strict=True)) < 12


def test_areas_drawn_in_a_picture_that_is_not_shown_any_more_are_refused() -> None:
    entry = shown()
    before = entry.picture_id or 0
    blurred(entry)
    with pytest.raises(Conflict):
        blur_picture(entry.number, before, FACE, COMMAND_LINE, NOW)
    db.session.rollback()
    assert [one.action.value for one in history_of(entry.number)] == ["blur"]


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DISQUALIFIED])
def test_nothing_is_blurred_that_is_out_of_the_contest(status: Status) -> None:
    entry = shown(status=status)
    with pytest.raises(Conflict):
        blur_picture(entry.number, entry.picture_id or 0, FACE, COMMAND_LINE, NOW)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AlbumPicture)) == 0


def test_a_picture_whose_file_is_gone_is_said_to_be_gone() -> None:
    entry = shown()
    storage.delete(ORIGINALS, db.session.get_one(Picture, entry.picture_id).sha256)
    with pytest.raises(Conflict):
        blur_picture(entry.number, entry.picture_id or 0, FACE, COMMAND_LINE, NOW)


def form(entry: Entry, *rows: tuple[str, ...], **more: str) -> dict[str, object]:
    names = ("shape", "left", "top", "width", "height")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    return {"picture": entry.picture_id, **columns, **more}


def test_the_form_works_by_typed_percentages_alone(app: Flask) -> None:
    staff, entry = logged_in(app), shown()
    path = f"/moderation/eintrag/{entry.number}/unkenntlich"
    rows = [("ellipse", "35", "15", "30", "60"), ("rectangle", "0", "0", "5,5", "5"), ("ellipse", "", "", "", "")]
    before = entry.picture_id
    assert staff.post(path, **form(entry, *rows)) == (303, f"/moderation?bild={entry.number}")
    db.session.expire_all()
    assert entry.picture_id != before
    answer = staff.post(path, **form(entry, *rows, **{"from": "entry"}))
    assert answer == (303, f"/moderation/eintrag/{entry.number}")


def test_what_was_typed_is_still_there_when_something_of_it_is_wrong(app: Flask) -> None:
    staff, entry = logged_in(app), shown()
    path = f"/moderation/eintrag/{entry.number}/unkenntlich"
    status, page = staff.post(path, **form(entry, ("rectangle", "35", "zwölf", "30", "60")))
    assert (status, 'value="zwölf"' in page, "Trag in jedes Feld der Fläche 1 eine Zahl" in page) == (422, True, True)
    assert staff.post(path, **form(entry))[0] == 422
    assert history_of(entry.number) == []


def test_found_faces_are_suggested(app: Flask) -> None:
    staff, entry = logged_in(app), shown()
    picture = db.session.get_one(Picture, entry.picture_id)
    picture.faces, picture.face_areas = 1, [[4000, 3000, 2000, 3000]]
    db.session.commit()
    page = staff.get(f"/moderation/eintrag/{entry.number}/unkenntlich")[1]
    values = [
        f'name="{name}" value="{value}"'
        for name, value in zip(("left", "top", "width", "height"), (35, 22.5, 30, 43.5), strict=True)
    ]
    assert [value in page for value in values] == [True] * 4
    assert "Ein Gesicht wurde gefunden." in page


def test_an_entry_without_a_picture_has_nothing_to_blur(app: Flask) -> None:
    staff, entry = logged_in(app), make_entry(public=False)
    path = f"/moderation/eintrag/{entry.number}/unkenntlich"
    assert "gibt es noch kein Bild" in staff.get(path)[1]
    assert staff.post(path, picture="0", shape="ellipse", left="1", top="1", width="9", height="9")[0] == 409
    assert current_contest() is not None
