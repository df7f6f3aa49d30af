"""One decision about many entries: what of it can be done, doing it, and taking all of it back.

Done in chunks, each one transaction. A mark joins the rows; whoever sends the same mark again changes nothing.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from campaign.entries.models import Entry
from campaign.errors import N_, CampaignError, Conflict, InvalidInput
from campaign.extensions import db
from campaign.moderation import claims, parking, services
from campaign.moderation.acts import as_one, lock_all
from campaign.moderation.models import Decision
from campaign.moderation.queries import decisions_of_batch
from campaign.moderation.reasons import check_park_text, check_text, parse_park_reason, parse_reason
from campaign.moderation.rules import check_park, check_reopen, check_town_change, last_standing
from campaign.staff.actors import Actor

# Nobody looks at more pictures before deciding about them at once.
MOST = 500
CHUNK = 25
_MARK = re.compile(r"[0-9a-f]{32}")

log = structlog.get_logger()


class Act(enum.StrEnum):
    """What can be decided about many entries at once."""

    APPROVE = "approve"
    REJECT = "reject"
    SET_TOWN = "set_town"
    PARK = "park"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Order:
    """What is to be done: `reason` and `text` for rejecting and putting aside, `town` (an AGS) for setting it."""

    act: Act
    reason: str = ""
    text: str = ""
    town: str = ""

    def check(self) -> None:
        """Raise InvalidInput when something is missing that every single entry would need."""
        if self.act is Act.REJECT:
            check_text(parse_reason(self.reason), self.text)
        elif self.act is Act.PARK:
            check_park_text(parse_park_reason(self.reason), self.text)
        elif self.act is Act.SET_TOWN and not self.town:
            raise InvalidInput(N_("Welcher Ort ist es? Tipp seinen Namen ein."))


@dataclass
class Result:
    """The numbers of the entries that were changed, those that were not with the reason, those that nobody tried."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, CampaignError] = field(default_factory=dict)
    untouched: list[int] = field(default_factory=list)


def is_mark(text: str) -> bool:
    """Return whether a text can be the mark of a batch."""
    return _MARK.fullmatch(text) is not None


def foresee(act: Act, entries: Sequence[Entry], actor: Actor, now: datetime) -> dict[int, CampaignError]:
    """Return which of the entries an act would be refused for now, and why; changes nothing."""
    holders = claims.holders_of([entry.number for entry in entries], actor.staff_id, now)
    found = {entry.number: _refusal(act, entry, holders.get(entry.number), actor) for entry in entries}
    return {number: error for number, error in found.items() if error is not None}


def carry_out(order: Order, numbers: Sequence[int], mark: str, actor: Actor, now: datetime) -> Result:
    """Do one thing to many entries; commits after each chunk. What cannot be done is left as it is.

    Raises:
        InvalidInput: something is missing that every entry would need, or there are too many; nothing was done.
    """
    order.check()
    if len(numbers) > MOST:
        raise InvalidInput(N_("Das sind zu viele auf einmal. Höchstens %(most)s."), most=MOST)
    if not is_mark(mark) or decisions_of_batch(mark):
        return Result()
    return _in_chunks(sorted(set(numbers)), mark, lambda number: _act(order, number, actor, now))


def undo_batch(mark: str, actor: Actor, now: datetime) -> Result:
    """Take back what a batch did, wherever nobody decided anew since; commits after each chunk."""
    standing = {one.entry_number: one.id for one in standing_of(mark)}
    return _in_chunks(list(standing), mark, lambda number: services.undo(standing[number], actor, now))


def standing_of(mark: str) -> Sequence[Decision]:
    """Return those decisions of a batch that are the last ones about their entries."""
    decisions = decisions_of_batch(mark)
    histories: dict[int, list[Decision]] = {one.entry_number: [] for one in decisions}
    for one in db.session.scalars(sa.select(Decision).where(Decision.entry_number.in_(histories))):
        histories[one.entry_number].append(one)
    return [one for one in decisions if last_standing(histories[one.entry_number]) is one]


def _in_chunks(numbers: Sequence[int], mark: str, act: Callable[[int], object]) -> Result:
    result = Result()
    for chunk in _chunks(numbers):
        try:
            done, refused = _one_chunk(chunk, mark, act)
        except SQLAlchemyError:
            # Nothing of this chunk is written; what was done before stands, the rest is as it was.
            log.exception("a batch stopped", mark=mark, done=len(result.done))
            result.untouched = [one for one in numbers if one not in result.done and one not in result.refused]
            break
        result.done += done
        result.refused |= refused
    return result


def _one_chunk(
    chunk: Sequence[int], mark: str, act: Callable[[int], object]
) -> tuple[list[int], dict[int, CampaignError]]:
    done: list[int] = []
    refused: dict[int, CampaignError] = {}
    with as_one(mark):
        lock_all(chunk)
        for number in chunk:
            try:
                act(number)
            except CampaignError as error:
                refused[number] = error
            else:
                done.append(number)
    return done, refused


def _act(order: Order, number: int, actor: Actor, now: datetime) -> Decision:
    if order.act is Act.APPROVE:
        return services.approve(number, actor, now)
    if order.act is Act.REJECT:
        return services.reject(number, parse_reason(order.reason), order.text, actor, now)
    if order.act is Act.SET_TOWN:
        return services.set_town(number, order.town, actor, now)
    if order.act is Act.PARK:
        return parking.park(number, parse_park_reason(order.reason), order.text, actor, now)
    return parking.reopen(number, actor, now)


def _refusal(act: Act, entry: Entry, holder: str | None, actor: Actor) -> CampaignError | None:
    if holder is not None:
        return Conflict(claims.WITH_OTHERS, number=entry.number, who=holder)
    try:
        _check(act, entry, actor)
    except CampaignError as error:
        return error
    return None


def _check(act: Act, entry: Entry, actor: Actor) -> None:
    if act is Act.APPROVE:
        services.check_approve(entry)
    elif act is Act.REJECT:
        services.check_reject(entry, actor)
    elif act is Act.SET_TOWN:
        check_town_change(entry.status)
    elif act is Act.PARK:
        check_park(entry.status)
    else:
        check_reopen(entry.status, entry.parked_at is not None, bool(entry.intake_reasons))


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]
