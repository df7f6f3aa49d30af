"""One post is one entry, by whatever ways it comes and however each of them writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.entries.albums import MAX_CHILDREN, parts_of
from campaign.entries.incoming import IncomingMedia, IncomingPicture
from campaign.entries.known import known_posts
from campaign.entries.lifecycle import PictureState, Source
from campaign.entries.models import Entry, Sighting
from campaign.entries.sameness import changes, is_due, is_same_post
from campaign.entries.services import Receipt, receive
from campaign.extensions import db
from tests.factories import JENA, NOW, WEIMAR, make_entry

CODE = "C0000000001"
BY_HASHTAG = IncomingMedia(
    media_id="17900000000000001",
    media_type="IMAGE",
    caption="Weimar mit schoenster.blick #schoensterblick",
    permalink=f"https://www.instagram.com/p/{CODE}/",
    shortcode=CODE,
    taken_at=NOW - timedelta(hours=1),
    picture_url="https://scontent.cdninstagram.com/a.jpg",
)
BY_TAG = replace(
    BY_HASHTAG,
    caption="Weimar mit @schoenster.blick #schoensterblick",
    permalink=f"https://www.instagram.com/anna/p/{CODE}/?igsh=abc",
    username="anna",
)
# Another number space, no address: as much as Meta promises for mentions.
BY_MENTION = replace(BY_TAG, media_id="18000000000000009", permalink=None, shortcode=None)
WAYS = {Source.HASHTAG: BY_HASHTAG, Source.TAG: BY_TAG, Source.MENTION: BY_MENTION}


@pytest.fixture
def contest(app: Flask) -> Contest:
    return current_contest()


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.number)))


@pytest.mark.parametrize("order", list(permutations(WAYS)), ids="-".join)
def test_a_post_that_comes_by_three_ways_is_one_entry_in_any_order(contest: Contest, order: tuple[Source, ...]) -> None:
    for step, source in enumerate((*order, *order)):
        receive(contest, WAYS[source], source, NOW + timedelta(minutes=step))
    (entry,) = entries()
    assert (entry.source, entry.shortcode, entry.username, entry.creator) == (order[0], CODE, "anna", "anna")
    assert entry.town_ags == WEIMAR
    seen = db.session.execute(sa.select(Sighting.source, Sighting.first_seen_at).order_by(Sighting.first_seen_at))
    assert [tuple(row) for row in seen] == [(way, NOW + timedelta(minutes=step)) for step, way in enumerate(order)]


def ids() -> dict[Source, str | None]:
    """Under which id each way knows the one post."""
    return {sighting.source: sighting.media_id for sighting in db.session.scalars(sa.select(Sighting))}


@pytest.mark.parametrize("order", list(permutations(WAYS)), ids="-".join)
def test_the_id_by_which_each_way_names_a_post_is_kept(contest: Contest, order: tuple[Source, ...]) -> None:
    for source in (*order, *order):
        receive(contest, WAYS[source], source, NOW)
    assert ids() == {way: media.media_id for way, media in WAYS.items()}
    assert [entry.media_id for entry in entries()] == [WAYS[order[0]].media_id]


def test_a_post_whose_words_have_changed_is_still_found_by_the_id_of_its_mention(contest: Contest) -> None:
    receive(contest, BY_HASHTAG, Source.HASHTAG, NOW)
    receive(contest, BY_MENTION, Source.MENTION, NOW)
    edited = replace(BY_MENTION, caption="Jena @schoenster.blick")
    assert known_posts(contest, [edited])[edited.media_id].number == entries()[0].number
    entry, receipt = receive(contest, edited, Source.MENTION, NOW)
    assert (entry.town_ags, receipt, len(entries())) == (JENA, Receipt.UPDATED, 1)


def test_a_post_that_staff_wrote_down_learns_its_id_unless_another_entry_has_it(contest: Contest) -> None:
    receive(contest, replace(BY_MENTION, taken_at=None), Source.MENTION, NOW)
    for media, learns in ((replace(BY_TAG, media_id=BY_MENTION.media_id), False), (BY_TAG, True)):
        staff = make_entry(public=False, source=Source.STAFF, media_id=None, shortcode=CODE, username="anna")
        receive(contest, media, Source.TAG, NOW)
        assert (entries()[-1].media_id, ids()[Source.TAG]) == (media.media_id if learns else None, media.media_id)
        db.session.execute(sa.delete(Sighting).filter_by(entry_number=staff.number))
        db.session.execute(sa.delete(Entry).filter_by(number=staff.number))
        db.session.commit()


def test_the_same_way_again_changes_nothing(contest: Contest) -> None:
    for source, media in WAYS.items():
        receive(contest, media, source, NOW)
    again = [receive(contest, media, source, NOW)[1] for source, media in WAYS.items()]
    assert again == [Receipt.UNCHANGED] * 3


def test_a_credit_that_somebody_gave_stays_when_the_account_becomes_known(contest: Contest) -> None:
    entry, _ = receive(contest, BY_HASHTAG, Source.HASHTAG, NOW)
    entry.creator = "Anna Schmidt"
    db.session.commit()
    receive(contest, BY_TAG, Source.TAG, NOW)
    (entry,) = entries()
    assert (entry.creator, entry.username) == ("Anna Schmidt", "anna")


def test_posts_of_one_second_with_other_words_or_of_other_accounts_stay_apart(contest: Contest) -> None:
    receive(contest, BY_TAG, Source.TAG, NOW)
    receive(contest, replace(BY_HASHTAG, media_id="17900000000000002", shortcode="C0000000002"), Source.HASHTAG, NOW)
    receive(contest, replace(BY_MENTION, caption="Weimar @schoenster.blick"), Source.MENTION, NOW)
    other = replace(BY_MENTION, media_id="18000000000000010", taken_at=NOW - timedelta(hours=2))
    receive(contest, replace(other, username="berta"), Source.MENTION, NOW)
    receive(contest, replace(other, username="carla", media_id="18000000000000011"), Source.MENTION, NOW)
    assert len(entries()) == 5


def test_two_entries_that_turn_out_to_be_one_post_do_not_hinder_a_pass(contest: Contest) -> None:
    receive(contest, replace(BY_MENTION, taken_at=None), Source.MENTION, NOW)
    receive(contest, BY_HASHTAG, Source.HASHTAG, NOW)
    both = replace(BY_TAG, media_id=BY_MENTION.media_id)
    entry, receipt = receive(contest, both, Source.TAG, NOW)
    assert (entry.shortcode, receipt, len(entries())) == (CODE, Receipt.UPDATED, 2)


def test_an_album_keeps_every_part_in_its_order_up_to_twenty(contest: Contest) -> None:
    children = tuple(IncomingPicture(f"{17900000000001000 + place}", "IMAGE", "u") for place in range(25))
    album = replace(BY_HASHTAG, media_type="CAROUSEL_ALBUM", children=children)
    entry, _ = receive(contest, album, Source.HASHTAG, NOW)
    receive(contest, replace(album, children=()), Source.TAG, NOW)
    parts = [(part.position, part.media_id) for part in parts_of(entry.number)]
    assert parts == [(place, child.media_id) for place, child in enumerate(children[:MAX_CHILDREN])]


captions = st.none() | st.text("abc @#", max_size=6)
codes = st.none() | st.sampled_from(["C0000000001", "C0000000002"])
posts = st.builds(
    IncomingMedia,
    media_id=st.just("17900000000000001"),
    media_type=st.sampled_from(["IMAGE", "VIDEO", "CAROUSEL_ALBUM"]),
    caption=captions,
    permalink=codes.map(lambda code: code and f"https://www.instagram.com/p/{code}/"),
    shortcode=codes,
    taken_at=st.sampled_from([None, NOW, NOW + timedelta(seconds=1)]),
    picture_url=st.none(),
    username=st.sampled_from([None, "anna", "berta"]),
)


@given(posts)
def test_what_is_kept_as_it_came_does_not_change_when_it_comes_again(post: IncomingMedia) -> None:
    assert changes(post, post) == {}


@given(posts, posts)
def test_a_way_that_does_not_tell_a_field_never_takes_it_away(kept: IncomingMedia, post: IncomingMedia) -> None:
    assert None not in changes(kept, post).values()


@given(posts, posts)
def test_posts_are_the_same_in_both_directions(one: IncomingMedia, other: IncomingMedia) -> None:
    assert is_same_post(one, other) == is_same_post(other, one)


@pytest.mark.parametrize(
    ("state", "url", "hours", "due"),
    [
        (PictureState.WAITING, "u", 40, True),
        (PictureState.WAITING, None, 0, True),
        (PictureState.STORED, "u", 0, False),
        (PictureState.MISSING, None, 0, False),
        (PictureState.MISSING, "u", 40, True),
        (PictureState.REFUSED, "u", 1, True),
        (PictureState.REFUSED, "u", 3, False),
    ],
)
def test_a_picture_is_fetched_again_while_that_may_help(
    state: PictureState, url: str | None, hours: float, due: bool
) -> None:
    assert is_due(state, url, timedelta(hours=hours)) is due
