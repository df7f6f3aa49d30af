"""Which picture stands for an entry: chosen from its album, or added where its post brought none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from campaign.contests.services import current_contest
from campaign.entries.albums import parts_of
from campaign.entries.incoming import IncomingMedia, IncomingPicture
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.pictures import attach_picture
from campaign.entries.services import receive
from campaign.errors import Conflict, NotFound
from campaign.extensions import db
from campaign.instagram.pictures import NEEDS_STILL
from campaign.moderation import services
from campaign.moderation.pictures import add_picture, choose_picture
from campaign.moderation.queries import history_of
from campaign.moderation.rules import check_still
from campaign.moderation.showing import TAKEN_AWAY
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.pictures.checks import PictureRefused
from campaign.pictures.models import Derivative, Picture
from campaign.pictures.storage import ORIGINALS, storage
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, SEEN, jpeg, make_entry
from tests.moderation.albums import make_album
from tests.moderation.undoing import undo_last

pytestmark = pytest.mark.usefixtures("app")


def film(**values: object) -> Entry:
    """A film that waits for its still."""
    kind = {"media_type": "VIDEO", "picture_state": PictureState.MISSING, "picture_reason": NEEDS_STILL}
    return make_entry(**{"public": False, **kind, **values})


def parts(entry: Entry) -> list[AlbumPicture]:
    return list(parts_of(entry.number))


def shown(entry: Entry) -> tuple[int | None, str, str | None]:
    """Which picture the entry shows, in which state, and why there is none."""
    db.session.expire_all()
    return entry.picture_id, entry.picture_state.value, entry.picture_reason


def stored_pictures() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Picture)) or 0


def rows(entry: Entry) -> list[tuple[str, int | None, int | None]]:
    """Action and pictures before and after, the oldest decision first."""
    return [(one.action.value, one.picture_before, one.picture_after) for one in reversed(history_of(entry.number))]


def test_another_part_of_an_album_stands_for_the_entry_and_an_undo_brings_the_first_back() -> None:
    entry = make_album(3)
    first, second, _ = parts(entry)
    decision = choose_picture(entry.number, second.id, COMMAND_LINE, NOW)
    assert shown(entry) == (second.picture_id, "stored", None)
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert shown(entry) == (first.picture_id, "stored", None)
    assert rows(entry) == [
        ("choose_picture", first.picture_id, second.picture_id),
        ("undo", second.picture_id, first.picture_id),
    ]
    assert entry.status is Status.PENDING


def test_choices_are_undone_one_after_the_other() -> None:
    entry = make_album(3)
    first, second, third = (part.picture_id for part in parts(entry))
    for part in parts(entry)[1:]:
        choose_picture(entry.number, part.id, COMMAND_LINE, NOW)
    seen = [shown(entry)[0]]
    for _ in range(2):
        undo_last(entry.number, COMMAND_LINE, NOW)
        seen.append(shown(entry)[0])
    assert seen == [third, second, first]


def test_a_published_entry_shows_the_chosen_picture_to_everybody(client: FlaskClient) -> None:
    entry = make_album(2, public=True)
    number, chosen = entry.number, parts(entry)[1]
    names = sa.select(Derivative.name).where(Derivative.type == "image/jpeg")
    first_name = db.session.scalars(names.where(Derivative.picture_id == entry.picture_id)).first()
    second_name = db.session.scalars(names.where(Derivative.picture_id == chosen.picture_id)).first()
    choose_picture(number, chosen.id, COMMAND_LINE, NOW, SEEN)
    answers = [client.get(f"/bilder/{name}").status_code for name in (first_name, second_name)]
    assert (answers, entry.status) == ([404, 200], Status.APPROVED)


CHILDREN = tuple(
    IncomingPicture(f"1790000000009{place}", "IMAGE", f"https://scontent.cdninstagram.com/{place}.jpg")
    for place in range(3)
)
ALBUM = IncomingMedia(
    media_id="17900000000099999",
    media_type="CAROUSEL_ALBUM",
    caption="Erfurt #schoensterblick",
    permalink="https://www.instagram.com/p/Calbum12345/",
    shortcode="Calbum12345",
    taken_at=NOW - timedelta(hours=1),
    picture_url=None,
    children=CHILDREN,
)


def test_later_passes_leave_the_chosen_picture_where_it_is() -> None:
    contest = current_contest()
    entry, _ = receive(contest, ALBUM, Source.HASHTAG, NOW)
    for child in CHILDREN[:2]:
        attach_picture(entry.number, jpeg(), NOW, part=child.media_id)
    second = parts(entry)[1]
    choose_picture(entry.number, second.id, COMMAND_LINE, NOW)
    receive(contest, replace(ALBUM, caption="Erfurt am Abend #schoensterblick"), Source.TAG, NOW)
    attach_picture(entry.number, jpeg(), NOW, part=CHILDREN[2].media_id)
    attach_picture(entry.number, jpeg(), NOW, part=CHILDREN[0].media_id)
    assert shown(entry) == (second.picture_id, "stored", None)
    assert [part.state for part in parts(entry)] == [PictureState.STORED] * 3


def test_undoing_an_earlier_decision_does_not_wait_for_pictures_that_came_since() -> None:
    entry = make_entry(public=False, town=None)
    decision = services.set_town(entry.number, "16055000", COMMAND_LINE, NOW)
    attach_picture(entry.number, jpeg(), NOW)
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert (shown(entry)[1], entry.town_ags) == ("stored", None)


def test_a_choice_is_not_undone_once_the_picture_is_another_one() -> None:
    entry = make_album(3)
    decision = choose_picture(entry.number, parts(entry)[1].id, COMMAND_LINE, NOW)
    entry.picture_id = parts(entry)[2].picture_id
    db.session.commit()
    with pytest.raises(Conflict):
        services.undo(decision.id, COMMAND_LINE, NOW)
    assert shown(entry)[0] == parts(entry)[2].picture_id


def _the_shown(entry: Entry) -> int:
    return parts(entry)[0].id


def _the_film(entry: Entry) -> int:
    return parts(entry)[-1].id


@pytest.mark.parametrize(
    ("part", "values", "refusal"),
    [
        (_the_shown, {}, Conflict),
        (_the_film, {"films": 1}, Conflict),
        (lambda _: 10**6, {}, NotFound),
        (lambda _: parts(make_album())[1].id, {}, NotFound),
        (lambda entry: parts(entry)[1].id, {"status": Status.WITHDRAWN}, Conflict),
        (lambda entry: parts(entry)[1].id, {"status": Status.DISQUALIFIED}, Conflict),
    ],
    ids=["shown", "film", "unknown", "foreign", "withdrawn", "excluded"],
)
def test_what_cannot_be_chosen_leaves_entry_and_history_untouched(
    part: Callable[[Entry], int], values: dict[str, object], refusal: type[Exception]
) -> None:
    entry = make_album(**values)  # type: ignore[arg-type]
    before, chosen = shown(entry), part(entry)
    with pytest.raises(refusal):
        choose_picture(entry.number, chosen, COMMAND_LINE, NOW)
    db.session.commit()
    assert (shown(entry), rows(entry)) == (before, [])


def test_a_film_gets_a_still_and_may_then_be_approved() -> None:
    entry = film()
    with pytest.raises(Conflict):
        services.approve(entry.number, COMMAND_LINE, NOW)
    db.session.rollback()
    add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    services.approve(entry.number, COMMAND_LINE, NOW, SEEN)
    assert (shown(entry)[1:], entry.status) == (("stored", None), Status.APPROVED)
    assert [row[0] for row in rows(entry)] == ["add_picture", "approve"]


def test_undoing_a_still_deletes_it_with_its_files() -> None:
    entry, data = film(), jpeg()
    decision = add_picture(entry.number, data, COMMAND_LINE, NOW)
    digest = db.session.scalars(sa.select(Picture.sha256)).one()
    assert storage.get(ORIGINALS, digest) == data
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert shown(entry) == (None, "missing", TAKEN_AWAY)
    assert (stored_pictures(), parts(entry)) == (0, [])
    with pytest.raises(FileNotFoundError):
        storage.get(ORIGINALS, digest)


def test_a_still_that_another_entry_shows_as_well_is_not_deleted() -> None:
    one, other, data = film(), film(), jpeg()
    decision = add_picture(one.number, data, COMMAND_LINE, NOW)
    add_picture(other.number, data, COMMAND_LINE, NOW)
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert (shown(one)[0], shown(other)[1], stored_pictures()) == (None, "stored", 1)


def test_a_better_still_takes_the_place_of_the_first_and_goes_when_undone() -> None:
    entry, better = film(), jpeg()
    add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    first = shown(entry)[0]
    second = add_picture(entry.number, better, COMMAND_LINE, NOW)
    assert (shown(entry)[0] != first, stored_pictures(), len(parts(entry))) == (True, 2, 2)
    services.undo(second.id, COMMAND_LINE, NOW)
    assert (shown(entry), stored_pictures()) == ((first, "stored", None), 1)


def test_a_still_that_is_sent_again_is_chosen_and_stays_when_that_is_undone() -> None:
    entry, data = film(), jpeg()
    add_picture(entry.number, data, COMMAND_LINE, NOW)
    add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    again = add_picture(entry.number, data, COMMAND_LINE, NOW)
    assert (again.action.value, len(parts(entry))) == ("choose_picture", 2)
    services.undo(again.id, COMMAND_LINE, NOW)
    assert stored_pictures() == 2


def test_the_still_that_shows_already_is_not_added_twice() -> None:
    entry, data = film(), jpeg()
    add_picture(entry.number, data, COMMAND_LINE, NOW)
    with pytest.raises(Conflict):
        add_picture(entry.number, data, COMMAND_LINE, NOW)
    db.session.rollback()
    assert [row[0] for row in rows(entry)] == ["add_picture"]


def test_an_album_of_films_says_again_why_it_has_no_picture_when_the_still_is_undone() -> None:
    entry = make_album(0, films=2, picture=False, picture_state=PictureState.MISSING)
    for part in parts(entry):
        part.reason = NEEDS_STILL
    db.session.commit()
    decision = add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    services.undo(decision.id, COMMAND_LINE, NOW)
    assert shown(entry) == (None, "missing", NEEDS_STILL)


def test_without_the_still_an_entry_shows_what_has_come_of_its_post_meanwhile() -> None:
    entry = make_entry(public=False)
    decision = add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    attach_picture(entry.number, jpeg(), NOW)
    undone = services.undo(decision.id, COMMAND_LINE, NOW)
    [own] = parts(entry)
    assert shown(entry) == (own.picture_id, "stored", None)
    assert (undone.picture_after, stored_pictures()) == (own.picture_id, 1)


def test_the_picture_of_a_post_that_comes_after_the_still_is_kept_beside_it() -> None:
    entry = make_entry(public=False)
    add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    still = shown(entry)[0]
    attach_picture(entry.number, jpeg(), NOW)
    assert shown(entry)[0] == still
    own, added = parts(entry)
    assert (own.media_type, added.media_type, added.picture_id) == ("IMAGE", "STILL", still)
    choose_picture(entry.number, own.id, COMMAND_LINE, NOW)
    assert shown(entry)[0] == own.picture_id


def test_whoever_takes_a_post_back_takes_every_picture_of_it_along() -> None:
    entry = film(public=True)
    for _ in range(2):
        add_picture(entry.number, jpeg(), COMMAND_LINE, NOW, SEEN)
    withdraw_as_creator(entry.number, "Code", NOW)
    assert stored_pictures() == 0
    with pytest.raises(Conflict):
        add_picture(entry.number, jpeg(), COMMAND_LINE, NOW)
    assert stored_pictures() == 0


def test_a_post_with_a_picture_of_its_own_gets_no_other(app: Flask) -> None:
    entry = make_album(2)
    data = jpeg()
    with pytest.raises(Conflict):
        add_picture(entry.number, data, COMMAND_LINE, NOW)
    db.session.rollback()
    assert (stored_pictures(), rows(entry)) == (2, [])


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg(8, 8), jpeg()[:300]], ids=["empty", "pdf", "tiny", "cut"])
def test_what_is_no_picture_is_refused_and_nothing_is_written(data: bytes) -> None:
    entry = film()
    with pytest.raises(PictureRefused):
        add_picture(entry.number, data, COMMAND_LINE, NOW)
    assert (shown(entry)[1], rows(entry), stored_pictures()) == ("missing", [], 0)


@pytest.mark.parametrize(
    ("source", "media_type", "state", "may"),
    [
        (Source.HASHTAG, "IMAGE", PictureState.STORED, False),
        (Source.UPLOAD, "IMAGE", PictureState.STORED, False),
        (Source.HASHTAG, "CAROUSEL_ALBUM", PictureState.STORED, False),
        (Source.STAFF, "IMAGE", PictureState.STORED, True),
        (Source.HASHTAG, "VIDEO", PictureState.STORED, True),
        *[(Source.HASHTAG, "IMAGE", state, True) for state in PictureState if state is not PictureState.STORED],
    ],
)
def test_a_picture_may_be_added_where_the_post_brought_none(
    source: Source, media_type: str, state: PictureState, may: bool
) -> None:
    if may:
        check_still(source, media_type, state)
        return
    with pytest.raises(Conflict):
        check_still(source, media_type, state)
