"""Fetching the pictures of a post: from listed hosts only, and not from one that does not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from campaign.entries.albums import MAX_CHILDREN, parts_of
from campaign.entries.incoming import IncomingMedia, IncomingPicture
from campaign.entries.lifecycle import PictureState
from campaign.entries.pictures import attach_picture, mark_picture
from campaign.entries.sameness import is_due
from campaign.entries.services import Taken
from campaign.errors import N_
from campaign.extensions import db
from campaign.instagram.patience import Patience
from campaign.pictures.download import HostSilent, PictureUnavailable, download, is_allowed, picture_outbound
from campaign.pictures.sandbox import SandboxUnavailable

FOREIGN_HOST = "The picture's address is on a host that instagram.media_hosts does not list."
NO_PICTURE = N_("Instagram gibt zu diesem Beitrag kein Bild heraus (Video oder geschützter Ton).")
NEEDS_STILL = N_("Das ist ein Video: Es braucht ein Standbild, das die Redaktion hinzufügt.")


class PictureFetcher:
    """Fetches what the entries of one pass lack; `note` is told the media id and the message of each failure.

    `waiting` counts the pictures that did not come and are to be asked for again.
    """

    def __init__(self, hosts: Sequence[str], clock: Callable[[], datetime], note: Callable[[str, str], None]) -> None:
        self._hosts, self._clock, self._note = hosts, clock, note
        self._outbound = picture_outbound(hosts)
        self._patience = Patience()
        self.waiting = 0

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self._outbound.requests

    def fetch(self, entry: Taken, media: IncomingMedia, age: timedelta) -> None:
        """Fetch the pictures that an entry lacks, an album's parts in their order; commits after each.

        `age` is how long the entry is known.
        """
        for picture, part in _due(entry, media, age):
            self._fetch(entry.number, media.media_id, picture, part)

    def _fetch(self, number: int, media_id: str, picture: IncomingPicture, part: str | None) -> None:
        if picture.url is None:
            reason = NEEDS_STILL if picture.media_type == "VIDEO" else NO_PICTURE
            mark_picture(number, PictureState.MISSING, reason, self._clock(), part=part)
            return
        started = monotonic()
        try:
            attach_picture(number, self._download(picture.url), self._clock(), part=part)
        except (PictureUnavailable, SandboxUnavailable) as error:
            self._note(media_id, str(error))
            mark_picture(number, PictureState.WAITING, str(error), self._clock(), part=part)
            self.waiting += 1
        finally:
            self._patience.spend(monotonic() - started)

    def _download(self, url: str) -> bytes:
        if not is_allowed(url, self._hosts):
            raise PictureUnavailable(FOREIGN_HOST)
        host = urlsplit(url).netloc.casefold()
        refusal = self._patience.refusal(host)
        if refusal is not None:
            raise PictureUnavailable(refusal)
        answered = True
        try:
            return download(url, self._outbound)
        except HostSilent:
            answered = False
            raise
        finally:
            self._patience.note(host, answered=answered)


def _due(entry: Taken, media: IncomingMedia, age: timedelta) -> list[tuple[IncomingPicture, str | None]]:
    """Return the pictures to fetch, each with its media id where it is a part of an album."""
    if not media.children:
        whole = IncomingPicture(media.media_id, media.media_type, media.picture_url)
        return [(whole, None)] if is_due(entry.picture_state, whole.url, age) else []
    states = {part.media_id: part.state for part in parts_of(entry.number)}
    # No transaction stays open while another host is asked.
    db.session.rollback()
    parts = [child for child in media.children[:MAX_CHILDREN] if child.media_id in states]
    return [(child, child.media_id) for child in parts if is_due(states[child.media_id], child.url, age)]
