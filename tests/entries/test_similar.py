"""Entries that show the same picture are found, once, in their own contest, whatever happened to the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.models import Contest
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import Entry, SimilarEntry
from campaign.entries.similar import note_due, note_similar, similar_to
from campaign.errors import NotFound
from campaign.extensions import db
from campaign.pictures.models import Picture
from campaign.pictures.perception import hashes_of
from campaign.pictures.renditions import LOOK_BYTES
from campaign.pictures.services import delete_pictures, prepare_picture, store_picture
from campaign.pictures.storage import LOOKS, storage
from tests.entries.likenesses import make_shown, photo
from tests.factories import NOW, jpeg, make_entry

pytestmark = pytest.mark.usefixtures("app")


def entry_with(data: bytes, **values: Any) -> int:
    """The number of an entry that shows this picture."""
    return make_shown(data, **values).number


def pairs() -> Sequence[tuple[int, int]]:
    rows = db.session.scalars(sa.select(SimilarEntry).order_by(SimilarEntry.entry_number, SimilarEntry.other_number))
    return [(pair.entry_number, pair.other_number) for pair in rows]


def found_by(number: int) -> list[int]:
    return [likeness.entry.number for likeness in similar_to(number)]


def test_a_picture_posted_again_is_shown_with_its_original_from_both_sides() -> None:
    first, second = entry_with(photo()), entry_with(photo(quality=40, width=400))
    entry_with(photo(2))
    assert note_similar(second, NOW) == 1
    assert (pairs(), found_by(first), found_by(second)) == ([(second, first)], [second], [first])


@pytest.mark.parametrize("later_is_cropped", [True, False])
def test_a_cropped_picture_is_found_whichever_came_first(later_is_cropped: bool) -> None:
    cuts = (0, 0.08) if later_is_cropped else (0.08, 0)
    first, second = (entry_with(photo(cut=cut)) for cut in cuts)
    assert (note_similar(second, NOW), found_by(first)) == (1, [second])


def test_the_same_bytes_in_two_entries_have_distance_nothing() -> None:
    first, second = entry_with(photo()), entry_with(photo())
    note_similar(second, NOW)
    assert [(likeness.entry.number, likeness.distance) for likeness in similar_to(second)] == [(first, 0)]


def test_noting_twice_and_from_either_side_writes_one_pair_and_keeps_when_it_was_found() -> None:
    first, second = entry_with(photo()), entry_with(photo(cut=0.1))
    for number in (second, second, first):
        note_similar(number, NOW)
        note_similar(number, NOW + timedelta(hours=1))
    [pair] = db.session.scalars(sa.select(SimilarEntry)).all()
    assert (pair.entry_number, pair.other_number, pair.found_at) == (second, first, NOW)


def test_the_nearest_stands_first() -> None:
    original, again, cropped = entry_with(photo()), entry_with(photo(quality=60)), entry_with(photo(cut=0.1))
    for number in (again, cropped):
        note_similar(number, NOW)
    assert found_by(original) == [again, cropped]


def test_pictures_of_another_contest_are_left_alone() -> None:
    entry_with(photo())
    number = entry_with(photo(cut=0.05))
    this = db.session.scalars(sa.select(Contest)).one()
    columns = {column.key: getattr(this, column.key) for column in sa.inspect(Contest).mapper.column_attrs}
    other = Contest(**{**columns, "id": None, "slug": "blick-2027"})
    db.session.add(other)
    db.session.get_one(Entry, number).contest = other
    db.session.commit()
    assert (note_similar(number, NOW), pairs()) == (0, [])


def test_two_entries_noted_at_the_same_moment_become_one_pair(app: Flask) -> None:
    first, second = entry_with(photo()), entry_with(photo(cut=0.05))
    db.session.rollback()
    start = Barrier(2)

    def note(number: int) -> int:
        with app.app_context():
            start.wait(30)
            return note_similar(number, NOW)

    with ThreadPoolExecutor(2) as threads:
        noted = list(threads.map(note, (first, second)))
    assert (noted, pairs()) == ([1, 1], [(second, first)])


def test_an_entry_that_shows_another_picture_loses_what_was_like_its_old_one() -> None:
    first, second, third = entry_with(photo()), entry_with(photo(cut=0.05)), entry_with(photo(2))
    note_similar(second, NOW)
    entry = db.session.get_one(Entry, second)
    entry.picture_id = db.session.get_one(Entry, third).picture_id
    db.session.commit()
    assert (note_similar(second, NOW), found_by(first), found_by(second)) == (1, [], [third])


def test_an_entry_without_a_picture_is_like_nothing() -> None:
    first, second = entry_with(photo()), entry_with(photo(cut=0.05))
    note_similar(second, NOW)
    entry = db.session.get_one(Entry, second)
    entry.picture_id, entry.picture_state = None, PictureState.WAITING
    db.session.commit()
    assert (found_by(first), note_similar(second, NOW), pairs()) == ([], 0, [])


def test_plain_pictures_are_not_taken_for_one() -> None:
    entry_with(jpeg(colour="#336699"))
    assert note_similar(entry_with(jpeg(colour="#336698")), NOW) == 0


def test_a_picture_that_was_erased_is_not_named_though_it_is_remembered() -> None:
    first, second = entry_with(photo()), entry_with(photo(cut=0.05))
    note_similar(second, NOW)
    entry = db.session.get_one(Entry, first)
    gone = db.session.get_one(Picture, entry.picture_id)
    entry.picture_id, entry.picture_state = None, PictureState.MISSING
    db.session.flush()
    erased = delete_pictures([gone.id])
    db.session.commit()
    erased.remove_files()
    assert (note_similar(second, NOW), pairs()) == (0, [])
    with pytest.raises(FileNotFoundError):
        storage.get(LOOKS, erased.originals[0])


def test_a_picture_that_takes_the_number_of_an_erased_one_is_found_as_what_it_is() -> None:
    first, second = entry_with(photo(2)), entry_with(photo(cut=0.05))
    note_similar(second, NOW)
    # SQLite gives the number of the newest row again; here the row becomes another picture in place.
    picture = db.session.get_one(Picture, db.session.get_one(Entry, first).picture_id)
    stored = db.session.get_one(Picture, store_picture(prepare_picture(photo()), NOW))
    picture.hashes = stored.hashes
    db.session.commit()
    assert (note_similar(second, NOW), found_by(second)) == (1, [first])


def test_what_another_process_stored_is_found() -> None:
    note_similar(entry_with(photo(3)), NOW)
    first = entry_with(photo())
    second = entry_with(photo(cut=0.07))
    assert (note_similar(second, NOW), found_by(second)) == (1, [first])


def test_a_pair_that_only_one_of_the_two_would_find_stays(one_sided: tuple[int, int]) -> None:
    finder, other = one_sided
    assert (note_similar(finder, NOW), note_similar(other, NOW), pairs()) == (1, 1, [(other, finder)])


def test_each_picture_is_compared_once_whichever_way_it_came() -> None:
    contest = db.session.scalars(sa.select(Contest.id)).one()
    first, second = entry_with(photo()), entry_with(photo(cut=0.05))
    make_entry()
    assert (note_due(contest, NOW), pairs(), note_due(contest, NOW)) == (2, [(second, first)], 0)
    other = entry_with(photo(cut=0.07))
    db.session.get_one(Entry, second).picture_id = db.session.get_one(Entry, other).picture_id
    db.session.commit()
    assert note_due(contest, NOW) == 2


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(NotFound):
        note_similar(4711, NOW)


def test_storing_a_picture_keeps_its_look_and_its_hashes() -> None:
    picture = db.session.get_one(Picture, store_picture(prepare_picture(photo()), NOW))
    look = storage.get(LOOKS, picture.sha256)
    assert len(look) == LOOK_BYTES
    assert picture.hashes == [f"{value:016x}" for value in hashes_of(look)]


@pytest.mark.parametrize("count", [1, 3])
def test_likenesses_are_read_with_few_queries(count: int, app: Flask, statements: Callable[[], int]) -> None:
    numbers = [entry_with(photo(cut=cut / 100)) for cut in range(count + 1)]
    note_similar(numbers[0], NOW)
    db.session.rollback()
    before = statements()
    shown = [(one.entry.town, one.entry.picture and one.entry.picture.derivatives) for one in similar_to(numbers[0])]
    assert (len(shown), statements() - before) == (count, 3)


@pytest.fixture
def one_sided() -> tuple[int, int]:
    """Two entries whose pictures are near when the first asks and not when the second does."""
    first, second = entry_with(photo(1)), entry_with(photo(2))
    pictures = [db.session.get_one(Picture, db.session.get_one(Entry, number).picture_id) for number in (first, second)]
    # The second picture's hashes say that it looks like the first; its own look asks for something else.
    pictures[1].hashes = pictures[0].hashes
    db.session.commit()
    return first, second


@pytest.fixture
def statements() -> Iterator[Callable[[], int]]:
    """Tells how many statements the database has been given."""
    given: list[str] = []

    def note(*arguments: object) -> None:
        if str(arguments[2]).lstrip().upper().startswith("SELECT"):
            given.append(str(arguments[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield lambda: len(given)
    sa.event.remove(db.engine, "before_cursor_execute", note)
