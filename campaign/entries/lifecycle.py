"""The states of an entry and the moves between them."""

from __future__ import annotations

import enum

from campaign.errors import N_, Conflict


class Status(enum.StrEnum):
    """pending waits for a moderator; withdrawn is the creator's word, disqualified the organiser's."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


class Source(enum.StrEnum):
    """How the photo came to us."""

    HASHTAG = "hashtag"
    TAG = "tag"
    MENTION = "mention"
    UPLOAD = "upload"
    STAFF = "staff"


FROM_INSTAGRAM = frozenset({Source.HASHTAG, Source.TAG, Source.MENTION})


class PictureState(enum.StrEnum):
    """waiting: not fetched yet; missing: Instagram gives none; refused: not a picture that we take.

    All but stored are tried again while the entry is pending and Instagram shows the post.
    """

    WAITING = "waiting"
    STORED = "stored"
    MISSING = "missing"
    REFUSED = "refused"


class People(enum.StrEnum):
    """Who can be recognised in a photo (§ 22 and § 23 KUG): nobody, merely part of the townscape, with their consent,
    or nobody any more because they were blurred."""

    NONE = "none"
    INCIDENTAL = "incidental"
    CONSENT = "consent"
    UNRECOGNISABLE = "unrecognisable"


# Taking a decision back is no move of its own: it restores what stood before. From disqualified there is a way back for
# two people together (`moderation.exclusions`).
MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset({Status.REJECTED, Status.WITHDRAWN, Status.DISQUALIFIED}),
    Status.REJECTED: frozenset({Status.APPROVED, Status.PENDING, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset(),
    Status.DISQUALIFIED: frozenset(),
}


def check_move(current: Status, new: Status) -> None:
    """Raise Conflict unless an entry may go from one status to the other."""
    if new not in MOVES[current]:
        raise Conflict(
            N_("Das geht bei diesem Bild nicht mehr: Darüber wurde inzwischen anders entschieden. Lade die Seite neu.")
        )
