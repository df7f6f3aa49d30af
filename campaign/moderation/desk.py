"""The desk: one waiting entry with everything that a moderator needs to decide about it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.contests.models import Contest
from campaign.entries.describing import suggest_alt_text
from campaign.entries.hints import Hint, hints_of
from campaign.entries.lifecycle import Status
from campaign.entries.models import AlbumPicture, Entry
from campaign.entries.services import get_entry, resolve_town
from campaign.entries.similar import Likeness, similar_to
from campaign.moderation import claims, queries, rules
from campaign.moderation.claims import Others, Seat
from campaign.moderation.dossier import Account, Dossier, account_of, album_of, dossier_of
from campaign.moderation.marking import mark_words
from campaign.moderation.models import Decision
from campaign.moderation.narrowing import Filters
from campaign.towns.gazetteer import Municipality, load_gazetteer

RIVALS = 4
# So many of their last decisions somebody can take back without leaving the desk.
WAYS_BACK = 5


class View(enum.StrEnum):
    """What the desk shows: an entry; that some can be fetched; that all are with others; that all are put aside; that
    nothing waits."""

    CARD = "card"
    FETCH = "fetch"
    OTHERS = "others"
    PARKED = "parked"
    EMPTY = "empty"


@dataclass(frozen=True)
class Card:
    """An entry, its caption cut where words decided the town, and the towns that it could be as well.

    `album` are the pictures to choose from, none where there is but one; `account` is None where nobody knows it;
    `alike` are other entries that show the same picture or nearly; `dossier` is what else tells why it is here,
    `parked_by` the decision that put it aside, `alt_text` the alternative text that stands or is suggested; `hints` are
    legal questions that somebody has to answer.
    """

    entry: Entry
    caption: Sequence[tuple[str, bool]]
    rivals: Sequence[Municipality]
    album: Sequence[AlbumPicture] = ()
    account: Account | None = None
    alike: Sequence[Likeness] = ()
    dossier: Dossier | None = None
    parked_by: Decision | None = None
    alt_text: str = ""
    hints: Sequence[Hint] = ()


@dataclass(frozen=True)
class Desk:
    """What the desk shows; `card` is None unless it is an entry.

    `at` and `after` are what was asked for, to be fetched; `holder` has the entry that was asked for; `previous` is the
    one before, of one's own; `last` are the person's last decisions, the latest first.
    """

    view: View
    card: Card | None
    waiting: queries.Count
    parked: queries.Count
    others: Others
    last: Sequence[Decision]
    at: int | None = None
    after: int | None = None
    holder: str | None = None
    previous: int | None = None


def open_desk(seat: Seat, now: datetime, *, after: int | None, at: int | None) -> Desk:
    """Return the person's entry `at` or behind `after`, else their first one, or what there is instead.

    Only looks: what nobody has yet is theirs when they fetch it (`claims.hand_out`).
    """
    held = claims.held(seat, now)
    holder = claims.holders_of([at], seat.staff_id, now).get(at) if at is not None else None
    number, view = _choose(seat, held, now, after=after, at=None if holder else at)
    numbers = [one for _, one in held]
    place = numbers.index(number) if number in numbers else 0
    parked = queries.count_waiting(seat.contest, Filters(is_parked=True))
    return Desk(
        view=_instead(seat, now, parked) if view is View.EMPTY else view,
        card=card_of(seat.contest, queries.entry_with_all(seat.contest, number), now) if number is not None else None,
        waiting=queries.count_waiting(seat.contest, seat.filters),
        parked=parked,
        others=claims.others_at_work(seat, now),
        last=queries.last_decisions_of(seat.staff_id, WAYS_BACK),
        at=at if view is View.FETCH and not holder else None,
        after=after,
        holder=holder,
        previous=numbers[place - 1] if place else None,
    )


def check_waits(number: int, wanted: Status) -> None:
    """Raise unless the entry still waits; its row stays locked for the decision that follows.

    Raises:
        NotFound: there is no such entry.
        Conflict: somebody decided it meanwhile, so or otherwise.
    """
    rules.check_waits(number, get_entry(number, lock=True).status, wanted)


def card_of(contest: Contest, entry: Entry, now: datetime) -> Card:
    """Return an entry (with town and picture loaded) as the desk shows it."""
    found = resolve_town(entry.caption, contest.hashtag)
    candidates = [found.ags, *found.rivals] if found.ags else list(found.rivals)
    others = [ags for ags in dict.fromkeys(candidates) if ags != entry.town_ags][:RIVALS]
    words = [str(item.get("words") or item.get("text") or "") for item in entry.evidence]
    return Card(
        entry=entry,
        caption=mark_words(entry.caption or "", words),
        rivals=[place for place in map(load_gazetteer().get, others) if place],
        album=album_of(entry.number),
        account=account_of(entry),
        alike=similar_to(entry.number),
        dossier=dossier_of(entry.number, now),
        parked_by=queries.last_parking(entry.number) if entry.parked_at else None,
        alt_text=entry.alt_text or suggest_alt_text(entry.town.name if entry.town else None, entry.caption),
        hints=_hints(entry),
    )


def _hints(entry: Entry) -> Sequence[Hint]:
    if entry.picture is None:
        return hints_of(entry.caption)
    return hints_of(entry.caption, faces=entry.picture.faces, drone=entry.picture.drone)


def _choose(
    seat: Seat, held: Sequence[claims.Place], now: datetime, *, after: int | None, at: int | None
) -> tuple[int | None, View]:
    """Return which entry to show, or that some can be fetched, or that there is nothing for them."""
    if at is not None and claims.has(seat, at, now):
        return at, View.CARD
    if at is not None and queries.is_pending(seat.contest, at):
        return None, View.FETCH
    asked = at if at is not None else after
    start = claims.place_of(asked) if asked is not None else None
    ahead = [number for place in held for number in place[1:] if start is None or place > start]
    if ahead:
        return ahead[0], View.CARD
    if start is not None and claims.is_anything_free(seat, now, behind=start):
        return None, View.FETCH
    if held:
        return held[0][1], View.CARD
    return None, View.FETCH if claims.is_anything_free(seat, now) else View.EMPTY


def _instead(seat: Seat, now: datetime, parked: queries.Count) -> View:
    """Return what to say where nothing is left for a person: never that all is done while something waits."""
    if claims.others_at_work(seat, now).entries:
        return View.OTHERS
    return View.PARKED if parked.number else View.EMPTY
