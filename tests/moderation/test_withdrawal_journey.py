"""A creator takes a post back on the simulated Instagram: by a comment that the webhook tells of, or in the caption."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from campaign.contests.services import current_contest
from campaign.demo.graph_desk import hashtag_id
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.entries.services import receive
from campaign.extensions import db
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.payloads import read_media
from campaign.moderation.withdrawals import Settled, ask_code, open_claims, settle_withdrawals
from campaign.pictures.models import Picture
from campaign.pictures.storage import ORIGINALS, storage
from tests.instagram.test_mentions import World, clock, graph, world

__all__ = ["clock", "graph", "world"]


def ingest(world: World) -> Entry:
    """One pass over the hashtag; returns the entry that it brought."""
    ingest_hashtag(current_contest(), world.config, world.clock(), client=world.client(), clock=world.clock)
    return entry()


def entry() -> Entry:
    db.session.expire_all()
    return db.session.scalars(sa.select(Entry)).one()


def write(world: World, media_id: str, text: str, username: str) -> None:
    """A comment, told by the webhook and looked up."""
    world.tell((media_id, world.comment(media_id, text, username)))
    world.clock.move(minutes=1)
    world.ingest()


def test_a_comment_by_its_author_takes_a_mentioned_post_back_with_its_picture(world: World) -> None:
    media_id = world.post(username="Licht.Bild")
    world.tell((media_id, ""))
    world.ingest()
    number, code = entry().number, ask_code(entry().number, world.clock()).code
    sha256 = db.session.scalars(sa.select(Picture.sha256)).one()
    assert storage.get(ORIGINALS, sha256)
    write(world, media_id, f"@schoenster.blick {code}", "berta")
    assert settle_withdrawals(world.clock()) == Settled()
    write(world, media_id, f"Bitte raus @schoenster.blick {code.lower()}", "Licht.Bild")
    assert settle_withdrawals(world.clock()).withdrawn == [number]
    assert (entry().status, db.session.scalar(sa.select(Picture))) == (Status.WITHDRAWN, None)
    world.tell((media_id, "17900000000000001"))
    world.ingest()
    assert (entry().status, entry().picture_id) == (Status.WITHDRAWN, None)


def test_an_account_that_was_renamed_takes_its_mentioned_post_back(world: World) -> None:
    media_id = world.post(username="anna")
    world.tell((media_id, ""))
    world.ingest()
    code = ask_code(entry().number, world.clock()).code
    db.session.execute(sa.update(Entry).values(username="anna.alt"))
    db.session.commit()
    write(world, media_id, f"@schoenster.blick {code}", "anna")
    assert settle_withdrawals(world.clock()).withdrawn == [entry().number]
    assert entry().username == "anna"


def test_under_a_post_of_the_hashtag_a_comment_is_a_claim_until_the_author_is_known(world: World) -> None:
    media_id = world.post(username="anna", caption="Erfurt #schoensterblick", hashtag="schoensterblick")
    number = ingest(world).number
    code = ask_code(number, world.clock()).code
    write(world, media_id, f"@schoenster.blick {code}", "anna")
    assert settle_withdrawals(world.clock()).claimed == [number]
    [claim] = open_claims(current_contest().id)
    assert (claim.entry.number, claim.code.claimed_by) == (number, "anna")


def test_the_caption_of_a_post_takes_it_back_when_it_comes_again(world: World) -> None:
    world.post(username="anna", caption="Erfurt #schoensterblick", hashtag="schoensterblick")
    number = ingest(world).number
    [post] = world.client().recent_media(hashtag_id("schoensterblick")).items
    code = ask_code(number, world.clock()).code
    world.clock.move(minutes=15)
    edited = replace(read_media(post), caption=f"Erfurt #schoensterblick {code}")
    receive(current_contest(), edited, Source.HASHTAG, world.clock())
    assert settle_withdrawals(world.clock()).withdrawn == [number]
    assert (ingest(world).status, entry().picture_id) == (Status.WITHDRAWN, None)
