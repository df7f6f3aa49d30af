"""Legal hints where moderators work: on the card with their reason, and as a filter of the list."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.hints import HintKind
from campaign.entries.incoming import IncomingMedia
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry
from campaign.entries.services import receive
from campaign.extensions import db
from campaign.moderation.narrowing import Filters
from campaign.moderation.queries import list_page
from campaign.pictures.models import Picture
from tests.factories import NOW, make_entry
from tests.staff.people import logged_in

pytestmark = pytest.mark.usefixtures("app")


def posted(caption: str | None) -> Entry:
    media = IncomingMedia("17900000000009999", "IMAGE", caption, None, None, NOW, None)
    return receive(current_contest(), media, Source.HASHTAG, NOW)[0]


def listed(hint: HintKind) -> list[int]:
    return [entry.number for entry in list_page(current_contest(), Filters(hint=hint)).entries]


def seen(entry: Entry, **facts: object) -> Entry:
    picture = db.session.get_one(Picture, entry.picture_id)
    for name, value in facts.items():
        setattr(picture, name, value)
    db.session.commit()
    return entry


def test_a_post_brings_the_hints_of_its_caption_and_a_changed_caption_others() -> None:
    assert posted("Drohnenflug über Jena").hints == ["drone"]
    assert posted("Selfie in Jena").hints == ["people"]
    assert posted("Abend in Jena").hints == []


def test_the_list_is_narrowed_to_a_hint_by_words_or_by_what_was_seen() -> None:
    said = make_entry(hints=["drone", "people"]).number
    flown = seen(make_entry(picture=True), drone="DJI").number
    faces = seen(make_entry(picture=True), faces=2).number
    seen(make_entry(picture=True), faces=0)
    make_entry(hints=["children"])
    assert listed(HintKind.DRONE) == [flown, said]
    assert listed(HintKind.PEOPLE) == [faces, said]
    assert listed(HintKind.ARTWORK) == []


def test_the_card_names_the_words_and_the_rule_with_its_source(app: Flask) -> None:
    staff = logged_in(app)
    seen(make_entry(public=False, picture=True, caption="Mit der Mavic über Gera"), faces=1)
    page = staff.get("/moderation")[1]
    for words in ("Im Text steht: „Mavic“.", "BGH, I ZR 67/23", "Gefundene Gesichter: 1.", "§§ 22, 23 KUG"):
        assert (words, words in page) == (words, True)


def test_a_card_without_questions_shows_no_hints(app: Flask) -> None:
    staff = logged_in(app)
    make_entry(public=False, picture=True)
    assert 'class="hints' not in staff.get("/moderation")[1]


def test_the_filter_of_the_list_offers_the_kinds(app: Flask) -> None:
    staff = logged_in(app)
    number, other = make_entry(hints=["artwork"]).number, make_entry().number
    page = staff.get("/moderation/eintraege?hinweis=artwork")[1]
    assert (f"/moderation/eintrag/{number}" in page, f"/moderation/eintrag/{other}" in page) == (True, False)
    assert '<option value="artwork" selected>Kunst und Licht</option>' in page
    assert staff.get("/moderation/eintraege?hinweis=unsinn")[0] == 200
