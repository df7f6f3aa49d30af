"""The desk: one waiting entry with everything that a moderator needs to decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.contests.models import Contest
from campaign.entries.describing import suggest_alt_text
from campaign.entries.hints import Hint, hints_of
from campaign.entries.lifecycle import Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.services import get_entry, resolve_town
from campaign.entries.similar import Likeness, similar_to
from campaign.moderation import queries, rules
from campaign.moderation.dossier import Account, account_of, album_of
from campaign.moderation.marking import mark_words
from campaign.moderation.models import Decision
from campaign.towns.gazetteer import Municipality, load_gazetteer

RIVALS = 4


@dataclass(frozen=True)
class Card:
    """An entry, its caption cut where words decided the town, and the towns that it could be as well.

    `album` are the pictures to choose from, none where there is but one; `account` is None where nobody knows it;
    `alike` are other entries that show the same picture or nearly; `alt_text` is what stands or is suggested,
    `hints` are legal questions that somebody has to answer.
    """

    entry: Entry
    caption: Sequence[tuple[str, bool]]
    rivals: Sequence[Municipality]
    album: Sequence[AlbumPicture] = ()
    account: Account | None = None
    alike: Sequence[Likeness] = ()
    alt_text: str = ""
    hints: Sequence[Hint] = ()


@dataclass(frozen=True)
class Desk:
    """What the desk shows: `card` and `place` are None when nothing waits."""

    card: Card | None
    place: queries.Place | None
    last: Decision | None


def open_desk(contest: Contest, staff_id: int, *, after: int | None, at: int | None) -> Desk:
    """Return the waiting entry `at` or behind `after`, else the oldest, and the person's last decision."""
    last = queries.last_decision_of(staff_id)
    entry = queries.next_pending(contest, after=after, at=at)
    if entry is None:
        return Desk(None, None, last)
    return Desk(card_of(contest, entry), queries.place_of(contest, entry), last)


def check_waits(number: int, wanted: Status) -> None:
    """Raise unless the entry still waits; its row stays locked for the decision that follows.

    Raises:
        NotFound: there is no such entry.
        Conflict: somebody decided it meanwhile, so or otherwise.
    """
    rules.check_waits(number, get_entry(number, lock=True).status, wanted)


def card_of(contest: Contest, entry: Entry) -> Card:
    """Return an entry (with town and picture loaded) as the desk shows it."""
    found = resolve_town(entry.caption, contest.hashtag)
    candidates = [found.ags, *found.rivals] if found.ags else list(found.rivals)
    others = [ags for ags in dict.fromkeys(candidates) if ags != entry.town_ags][:RIVALS]
    words = [str(item.get("words") or item.get("text") or "") for item in entry.evidence]
    places = [place for place in map(load_gazetteer().get, others) if place]
    marked = mark_words(entry.caption or "", words)
    return Card(
        entry,
        marked,
        places,
        album_of(entry.number),
        account_of(entry),
        similar_to(entry.number),
        alt_text=entry.alt_text or suggest_alt_text(entry.town.name if entry.town else None, entry.caption),
        hints=_hints(entry),
    )


def _hints(entry: Entry) -> Sequence[Hint]:
    if entry.picture is None:
        return hints_of(entry.caption)
    return hints_of(entry.caption, faces=entry.picture.faces, drone=entry.picture.drone)
