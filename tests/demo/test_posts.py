"""The stream of posts: the same for the same seed, growing with time, about many towns, by invented people."""

import re
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from campaign.demo.captions import MOST_HASHTAGS, hashtags_in, town_tag
from campaign.demo.drawing import SUBJECTS
from campaign.demo.people import creator_of, voter_addresses
from campaign.demo.posts import PostStream
from campaign.demo.sights import sight_for
from campaign.towns.gazetteer import load_gazetteer
from tests.demo.caller import NOON


def test_the_same_seed_gives_the_same_posts() -> None:
    first, again, other = (PostStream(seed, NOON, 30.0).visible(NOON) for seed in (5, 5, 6))
    assert first == again
    assert not {post.media_id for post in first} & {post.media_id for post in other}


def test_sixty_posts_of_the_last_twenty_hours_are_there_at_the_start() -> None:
    times = [post.timestamp for post in PostStream(5, NOON, 30.0).visible(NOON)]
    assert (len(times), times[0]) == (60, NOON - timedelta(hours=20))
    assert times == sorted(times)


def test_then_one_appears_at_every_step() -> None:
    stream = PostStream(5, NOON, 30.0)
    counts = [len(stream.visible(NOON + timedelta(seconds=seconds))) for seconds in (0, 29, 30, 300)]
    assert counts == [60, 60, 61, 70]
    assert len(stream.visible(NOON)) == 60


def test_ids_and_shortcodes_look_like_instagrams_and_never_repeat() -> None:
    posts = PostStream(5, NOON, 30.0).visible(NOON + timedelta(hours=8))
    pieces = [piece for post in posts for piece in {post.cover, *post.children}]
    assert [piece.media_id for piece in pieces if not re.fullmatch(r"1(78|79|80)\d{14}", piece.media_id)] == []
    assert [piece.shortcode for piece in pieces if not re.fullmatch(r"[\w-]{11}", piece.shortcode)] == []
    assert len({piece.media_id for piece in pieces}) == len({piece.shortcode for piece in pieces}) == len(pieces)


def test_a_day_of_posts_is_about_more_than_sixty_towns_and_known_municipalities_only() -> None:
    posts = PostStream(5, NOON, 300.0).visible(NOON + timedelta(hours=24))
    towns = {post.town for post in posts if post.town}
    assert len(towns) > 60
    assert [ags for ags in towns if load_gazetteer().get(ags) is None] == []


def test_captions_are_varied_in_kind() -> None:
    posts = PostStream(5, NOON, 300.0).visible(NOON + timedelta(hours=48))
    kinds = Counter(post.media_type for post in posts)
    captions = [post.caption for post in posts if post.caption]
    assert set(kinds) == {"IMAGE", "VIDEO", "CAROUSEL_ALBUM"}
    assert len(captions) < len(posts)
    assert len(set(captions)) > 0.9 * len(captions)
    assert [
        word for word in (" the ", "Blick", "@", "✨", "\n", "schoensterblick#") if not any(word in c for c in captions)
    ] == []
    assert any(post.town is None and post.caption for post in posts)


def test_every_caption_has_the_hashtag_and_five_at_most() -> None:
    posts = PostStream(5, NOON, 300.0, hashtag="StadtBlick").visible(NOON + timedelta(hours=48))
    tags = [hashtags_in(post.caption) for post in posts if post.caption]
    assert [found for found in tags if "stadtblick" not in found] == []
    assert {len(found) <= MOST_HASHTAGS for found in tags} == {True}
    assert {"stadtblick" in post.hashtags for post in posts} == {True}


def test_glued_hashtags_and_emojis_are_taken_apart() -> None:
    assert hashtags_in("Feierabend🌙#BadBerka#schoensterblick✨ #Weiß_See.") == [
        "badberka",
        "schoensterblick",
        "weiß_see",
    ]


def test_towns_are_joined_to_one_word_in_hashtags() -> None:
    tags = {town_tag("Neustadt an der Örla", Random(seed)) for seed in range(20)}
    assert tags == {"neustadtanderörla", "neustadtanderoerla"}


def test_who_posted_follows_from_the_id_alone() -> None:
    stream = PostStream(5, NOON, 30.0)
    post = stream.visible(NOON)[0]
    assert post.creator == creator_of(post.media_id) == stream.creator_of(post.media_id)
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.beispiel", post.creator.account)


def test_voters_have_different_addresses_that_reach_nobody() -> None:
    addresses = voter_addresses(1, 500)
    assert len(set(addresses)) == 500
    assert {address.partition("@")[2] for address in addresses} == {"example.org"}
    assert {address.isascii() for address in addresses} == {True}


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_every_subject_has_sights_in_known_places(subject: str) -> None:
    sights = [sight_for(subject, turn, 1) for turn in range(40)]
    assert [sight for sight in sights if load_gazetteer().get(sight.ags) is None] == []
    assert [sight for sight in sights if not (sight.german and sight.english and sight.town)] == []
