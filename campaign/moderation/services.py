"""Decisions about entries: each changes the entry and writes one append-only row, in one transaction."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from campaign.entries.lifecycle import Status, check_move
from campaign.entries.models import Entry
from campaign.errors import N_, Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.moderation.acts import begin, finish, has_picks
from campaign.moderation.declining import check_not_declined
from campaign.moderation.models import Action, Decision
from campaign.moderation.queries import came_of_report
from campaign.moderation.reasons import Reason, check_text
from campaign.moderation.rules import (
    check_approvable,
    check_describable,
    check_not_settled,
    check_not_voted_out,
    check_one_may_undo,
    check_town_change,
    check_undo,
    parked_since,
)
from campaign.moderation.showing import show_again
from campaign.moderation.statements import NOTHING_SAID, Statement
from campaign.moderation.wording import checked, describe, describe_again, follow_town
from campaign.staff.actors import CREATOR, Actor
from campaign.towns.models import Town


def approve(number: int, actor: Actor, now: datetime, said: Statement = NOTHING_SAID) -> Decision:
    """Let an entry take part, with the town that it has and with what is said of its picture; commits.

    Raises:
        NotFound: there is no such entry.
        InvalidInput: consent comes without a word about its proof, or a text is too long.
        Conflict: it has no town, no stored picture, no word about recognisable persons or no alternative text, or its
            status does not admit the move.
    """
    entry, decision = begin(number, Action.APPROVE, actor, now)
    describe(entry, decision, check_approve(entry, said))
    entry.status, entry.town_confirmed = Status.APPROVED, True
    return finish(entry, decision)


def set_people(number: int, said: Statement, actor: Actor, now: datetime) -> Decision:
    """Say who can be recognised in the picture of an entry; commits.

    Raises:
        InvalidInput: nothing is said, or consent without a word about its proof.
        NotFound: there is no such entry.
        Conflict: nobody was blurred in the picture, or the entry is out of the contest.
    """
    if said.people is None:
        raise InvalidInput(N_("Wähl aus, wer zu erkennen ist."))
    return _say(number, Action.SET_PEOPLE, Statement(said.people, said.note), actor, now)


def set_alt_text(number: int, alt_text: str | None, actor: Actor, now: datetime) -> Decision:
    """Say what the picture of an entry shows; commits.

    Raises:
        InvalidInput: nothing is said, or too much.
        NotFound: there is no such entry.
        Conflict: the entry is out of the contest.
    """
    if not alt_text:
        raise InvalidInput(N_("Schreib, was auf dem Bild zu sehen ist."))
    return _say(number, Action.DESCRIBE, Statement(alt_text=alt_text), actor, now)


def reject(number: int, reason: Reason, text: str | None, actor: Actor, now: datetime) -> Decision:
    """Refuse an entry with a reason that its entrant may read; commits.

    Raises:
        InvalidInput: „Anderer Grund“ comes without words, or the text is too long.
        NotFound: there is no such entry.
        Conflict: its status does not admit the move.
    """
    words = check_text(reason, text)
    entry, decision = begin(number, Action.REJECT, actor, now)
    decision.reason, decision.text = reason.value, words
    check_reject(entry, actor)
    # From now on a person's reason stands: what the rules say changes nothing any more.
    entry.status, entry.intake_reasons = Status.REJECTED, []
    return finish(entry, decision)


def set_town(number: int, ags: str, actor: Actor, now: datetime) -> Decision:
    """Say which municipality an entry is from; commits.

    Raises:
        NotFound: there is no such entry or municipality.
        Conflict: the entry is out of the contest.
    """
    if db.session.get(Town, ags) is None:
        raise NotFound(N_("Diesen Ort kennen wir nicht. Wähl einen aus der Liste."))
    entry, decision = begin(number, Action.SET_TOWN, actor, now)
    check_town_change(entry.status)
    entry.town_ags, entry.town_confirmed = ags, True
    follow_town(entry, decision)
    return finish(entry, decision)


def withdraw(number: int, text: str | None, actor: Actor, now: datetime) -> Decision:
    """Take an entry out on the word of its creator, which nothing proves; commits. Raises as `reject` does."""
    words = check_text(None, text)
    entry, decision = begin(number, Action.WITHDRAW, actor, now)
    decision.text = words
    _check_move(entry, Status.WITHDRAWN)
    _check_not_voted_out(entry, Status.WITHDRAWN, actor)
    entry.status = Status.WITHDRAWN
    return finish(entry, decision)


def undo(decision_id: int, actor: Actor, now: datetime) -> Decision:
    """Put an entry's status, town, picture and words back to what they were before a decision; commits.

    A picture that the decision added is deleted.

    Raises:
        NotFound: there is no such decision.
        Conflict: it is an undo, is undone already, is the creator's own, came of a report, needs two people, the entry
            was decided anew since, or the picture that it showed before is gone.
    """
    undone = db.session.get(Decision, decision_id)
    if undone is None:
        raise NotFound(N_("Diese Entscheidung gibt es nicht."))
    _check_undoable(undone)
    entry, decision = begin(undone.entry_number, Action.UNDO, actor, now)
    if undone.status_before is not Status.REJECTED:
        check_not_declined(entry.number)
    history = _history(entry.number)
    check_undo(undone, history, entry.status, entry.town_ags, entry.picture_id)
    _check_not_voted_out(entry, undone.status_before, actor)
    left = show_again(entry, undone, decision)
    decision.undoes_id = undone.id
    entry.status, entry.town_ags = undone.status_before, undone.town_before
    entry.town_confirmed = undone.town_confirmed_before
    describe_again(entry, undone, decision)
    entry.parked_at = parked_since([one for one in history if one.id != undone.id])
    finish(entry, decision)
    left.remove_files()
    return decision


def check_approve(entry: Entry, said: Statement = NOTHING_SAID) -> Statement:
    """Return what stands of an entry when it is approved with these words. Raises as `approve` does."""
    _check_move(entry, Status.APPROVED)
    if entry.status is Status.REJECTED:
        check_not_declined(entry.number)
    after = checked(entry, said)
    check_approvable(entry.town_ags, entry.picture_state, after.people, after.alt_text)
    return after


def check_reject(entry: Entry, actor: Actor) -> None:
    """Raise Conflict unless somebody alone may reject an entry as it stands."""
    _check_move(entry, Status.REJECTED)
    _check_not_voted_out(entry, Status.REJECTED, actor)


def _check_not_voted_out(entry: Entry, new: Status, actor: Actor) -> None:
    if entry.status is Status.APPROVED and new is not Status.APPROVED and actor.staff_id is not None:
        check_not_voted_out(has_picks(entry.number))


def _check_undoable(undone: Decision) -> None:
    if undone.actor == CREATOR.name:
        raise Conflict(N_("Das hat die Person zurückgezogen, von der das Bild ist. Es ist gelöscht, dabei bleibt es."))
    if came_of_report(undone.id):
        raise Conflict(N_("Das hat eine Meldung entschieden. Zurück holt es nur ein Widerspruch bei dieser Meldung."))
    check_one_may_undo(undone)


def _say(number: int, action: Action, said: Statement, actor: Actor, now: datetime) -> Decision:
    entry, decision = begin(number, action, actor, now)
    check_describable(entry.status)
    describe(entry, decision, checked(entry, said))
    return finish(entry, decision)


def _check_move(entry: Entry, new: Status) -> None:
    check_not_settled(entry.status, new)
    check_move(entry.status, new)


def _history(number: int) -> list[Decision]:
    return list(db.session.scalars(sa.select(Decision).filter_by(entry_number=number)))
