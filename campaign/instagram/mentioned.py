"""One mention looked up: the post taken in with its pictures, the comment kept with whose post it is under."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.entries.incoming import IncomingMedia
from campaign.entries.known import known_posts
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import AlbumPicture, Entry, Sighting
from campaign.extensions import db
from campaign.instagram.client import GraphError
from campaign.instagram.limits import GraphFault, Kind
from campaign.instagram.mention_rules import is_about
from campaign.instagram.models import SeenComment
from campaign.instagram.payloads import Comment
from campaign.instagram.taking import Pass, release, take_media
from campaign.instagram.webhooks import Mention

TEXT_LENGTH = 5000


def look_up(task: Pass, mention: Mention) -> bool:
    """Take in what a mention is about; returns False while a picture of its post is still to come.

    Raises:
        GraphError: Instagram does not show it, or refuses, or the post could not be written.
    """
    if not mention.comment_id:
        return _take(task, task.client.mentioned_media(mention.media_id))
    comment = _comment(task, mention.comment_id)
    if comment.username == task.contest.mention.casefold():
        # Our own questions mention us as well.
        return True
    owner: str | None = None
    try:
        # A name that we do not know may be the new one of the account that we do.
        media = None if _is_known(task, mention.media_id, comment.username) else _post(task, mention.media_id)
        owner = media.username if media else None
        return media is None or _take(task, media)
    finally:
        _keep(task, comment, owner)


def _comment(task: Pass, comment_id: str) -> Comment:
    """Return a comment, as it was kept or as Instagram shows it."""
    kept = db.session.get(SeenComment, comment_id)
    known = kept and Comment(comment_id, kept.media_id, kept.username, kept.text, kept.commented_at)
    release()
    return known or task.client.mentioned_comment(comment_id)


def _post(task: Pass, media_id: str) -> IncomingMedia | None:
    """Return the post under a comment that mentions us; None where its caption does not: that makes no entry."""
    try:
        return task.client.mentioned_media(media_id)
    except GraphError as error:
        if is_about(error.fault, (media_id,)):
            return None
        raise


def _take(task: Pass, media: IncomingMedia) -> bool:
    failed = task.failed
    take_media(task, media)
    if task.failed > failed:
        raise GraphError(GraphFault(Kind.UNREADABLE, "the post could not be written"))
    known = known_posts(task.contest, [media]).get(media.media_id)
    release()
    return known is None or not known.wants_pictures(media, task.clock())


def _keep(task: Pass, comment: Comment, owner: str | None) -> None:
    """Keep a comment, once, with the account that has the post now where Instagram tells it; commits."""
    release()
    seen = db.session.get(SeenComment, comment.comment_id)
    if seen is None:
        values = {"media_id": comment.media_id, "username": comment.username, "commented_at": comment.commented_at}
        seen = SeenComment(comment_id=comment.comment_id, text=comment.text[:TEXT_LENGTH], **values)
        seen.seen_at = task.clock()
        db.session.add(seen)
    seen.owner = owner or seen.owner
    db.session.commit()


def _is_known(task: Pass, media_id: str, username: str) -> bool:
    """Return whether a post came by a mention before, as this account's and with its pictures: nothing is to ask."""
    part = sa.exists().where(AlbumPicture.entry_number == Entry.number, AlbumPicture.state == PictureState.WAITING)
    waits = sa.and_(Entry.status == Status.PENDING, sa.or_(Entry.picture_state == PictureState.WAITING, part))
    query = sa.select(Entry.number).join(Sighting, Sighting.entry_number == Entry.number)
    query = query.where(Sighting.media_id == media_id, Sighting.source == Source.MENTION)
    query = query.where(Entry.contest_id == task.contest.id, Entry.username == username, ~waits)
    known = db.session.scalar(query) is not None
    release()
    return known
