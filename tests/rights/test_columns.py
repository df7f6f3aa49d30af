"""What an entry may be used for is what its grants allow of the picture that it shows, at any moment."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.uses import Use, has_right, may_use
from campaign.extensions import db
from campaign.moderation.pictures import choose_picture
from campaign.pictures.models import Picture
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.services import follow, grant
from campaign.rights.snapshots import all_names, shown_names
from tests.factories import NOW, SEEN, make_entry, make_picture
from tests.moderation.undoing import undo_last
from tests.rights.requests import EVA, without_right

DAY = timedelta(days=1)
PROVEN = (GrantStatus.GRANTED, GrantStatus.EXPIRED, GrantStatus.REVOKED)

grants = st.builds(
    lambda status, uses, pictures, end, version: {
        "status": status,
        "uses": sorted(uses),
        "pictures": sorted(pictures),
        "expires_at": end,
        "wording_version": version,
    },
    st.sampled_from([GrantStatus.GRANTED, GrantStatus.GRANTED, *PROVEN, GrantStatus.DECLINED]),
    st.sets(st.sampled_from([use.value for use in Use]), min_size=1),
    st.sets(st.sampled_from(["a", "b", "c"])),
    st.sampled_from([None, NOW - DAY, NOW, NOW + DAY]),
    st.sampled_from(["2026-1", "2026-2"]),
)


@pytest.fixture
def pictures(app: Flask) -> dict[str, str]:
    """Names of three pictures: a, b, and c, which was made from a by blurring."""
    made = {name: make_picture() for name in "abc"}
    made["c"].made_from = made["a"].sha256
    db.session.commit()
    return {name: picture.sha256 for name, picture in made.items()}


def says_yes(row: RightsGrant, use: Use, shown: str, names: dict[str, str], moment: datetime) -> bool:
    """What a grant says, written out: in force, of that use, not ended, and about the picture or what it came from."""
    if row.status is not GrantStatus.GRANTED or use.value not in row.uses:
        return False
    if row.expires_at is not None and moment >= row.expires_at:
        return False
    if shown == "c":
        may_blur = row.wording_version != "2026-1"
        origin = not row.pictures or names["a"] in row.pictures
        return names["c"] in row.pictures or (may_blur and origin)
    return not row.pictures or names[shown] in row.pictures


@given(
    given_grants=st.lists(grants, max_size=4),
    shown=st.sampled_from(["a", "b", "c"]),
    moment=st.sampled_from([NOW - 2 * DAY, NOW, NOW + 2 * DAY]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_columns_say_what_the_grants_allow(
    app: Flask, pictures: dict[str, str], given_grants: list[dict[str, object]], shown: str, moment: datetime
) -> None:
    entry = db.session.scalars(sa.select(Entry).limit(1)).first() or make_entry(has_right=False)
    db.session.execute(sa.delete(RightsGrant))
    entry.picture_id = db.session.scalars(sa.select(Picture.id).filter_by(sha256=pictures[shown])).one()
    kept = {"granted_by": "Anna", "proof": "Mail", "granted_at": NOW, "recorded_by": "x", "wording": "…"}
    rows = [RightsGrant(entry_number=entry.number, **{**kept, **one}) for one in given_grants]
    for row in rows:
        row.pictures = [pictures[name] for name in row.pictures]
    db.session.add_all(rows)
    follow(entry, NOW)
    db.session.commit()
    names = shown_names(entry)
    assert names == [pictures[shown], *([pictures["a"]] if shown == "c" else [])]
    allowed = {use: any(says_yes(one, use, shown, pictures, moment) for one in rows) for use in Use}
    assert {use: has_right(entry, use, moment) for use in Use} == allowed


def album(entry: Entry) -> AlbumPicture:
    """A second picture of an entry's post, which came after the permission."""
    picture = make_picture()
    part = AlbumPicture(
        entry_number=entry.number,
        position=1,
        media_id="179",
        media_type="IMAGE",
        picture_id=picture.id,
        state="stored",
    )
    db.session.add(part)
    db.session.commit()
    return part


def test_another_picture_of_the_post_is_hidden_until_it_is_allowed_and_undoing_shows_the_first(app: Flask) -> None:
    entry = without_right()
    grant(entry.number, "Anna", "Mail", EVA, NOW)
    part = album(entry)
    choose_picture(entry.number, part.id, EVA, NOW, SEEN)
    assert may_use(entry, Use.WEB, NOW) is False
    undo_last(entry.number, EVA, NOW)
    assert may_use(entry, Use.WEB, NOW) is True
    choose_picture(entry.number, part.id, EVA, NOW, SEEN)
    grant(entry.number, "Anna", "Noch ein Ja", EVA, NOW)
    assert may_use(entry, Use.WEB, NOW) is True


def test_a_grant_holds_for_every_picture_that_the_post_has_when_it_is_given(app: Flask) -> None:
    entry = without_right()
    part = album(entry)
    kept = grant(entry.number, "Anna", "Mail", EVA, NOW)
    assert kept.pictures == all_names(entry)
    choose_picture(entry.number, part.id, EVA, NOW, SEEN)
    assert may_use(entry, Use.WEB, NOW) is True


def test_a_grant_for_a_post_without_a_picture_holds_for_the_one_that_comes(app: Flask) -> None:
    entry = make_entry(has_right=False)
    kept = grant(entry.number, "Anna", "Mail", EVA, NOW)
    assert (kept.pictures, may_use(entry, Use.WEB, NOW)) == ([], True)


def test_when_the_picture_goes_its_grant_allows_nothing_that_comes_after(app: Flask) -> None:
    entry = without_right()
    grant(entry.number, "Anna", "Mail", EVA, NOW)
    entry.picture_id = None
    entry.picture_state = "missing"  # type: ignore[assignment]
    follow(entry, NOW)
    assert [has_right(entry, use, NOW) for use in Use] == [False] * len(Use)


def test_the_present_wording_allows_blurring(app: Flask) -> None:
    assert wording.allows_blurring(wording.VERSION) is True
