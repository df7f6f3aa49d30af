"""The words to a picture as they stand with an entry, and what a decision changes about them."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.entries.describing import suggest_alt_text
from campaign.entries.lifecycle import People, Status
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.errors import N_, Conflict
from campaign.extensions import db
from campaign.moderation.models import Decision, Description
from campaign.moderation.statements import NOTHING_SAID, Statement, check_statement
from campaign.pictures.models import Picture
from campaign.towns.models import Town

SAY_ANEW = N_("Dieses Bild ist öffentlich. Sag zu dem anderen Bild neu, wer zu erkennen ist und was es zeigt.")


def standing_of(entry: Entry) -> Statement:
    """Return what is said of an entry's picture."""
    return Statement(entry.people, entry.people_note, entry.alt_text)


def checked(entry: Entry, said: Statement) -> Statement:
    """Return what stands of an entry when this is said; writes nothing. Raises as `check_statement` does."""
    return check_statement(said, standing_of(entry), is_blurred=is_blurred(entry.picture_id))


def with_defaults(number: int, said: Statement) -> Statement:
    """Return what whoever sees no picture states by approving: what is said or stands, else nobody and the suggestion.

    Raises:
        NotFound: there is no such entry.
    """
    entry = get_entry(number)
    people = said.people or entry.people or People.NONE
    return Statement(
        people, said.note, said.alt_text or entry.alt_text or suggestion_for(entry.town_ags, entry.caption)
    )


def describe(entry: Entry, decision: Decision, after: Statement) -> None:
    """Let these words stand for an entry and note what changed with the decision. The caller commits."""
    before = standing_of(entry)
    if before == after:
        return
    entry.people, entry.people_note, entry.alt_text = after.people, after.note, after.alt_text
    if decision.description is None:
        told = {"people_before": before.people, "note_before": before.note, "alt_text_before": before.alt_text}
        decision.description = Description(**told)
    changed = decision.description
    changed.people_after, changed.note_after, changed.alt_text_after = after.people, after.note, after.alt_text


def describe_again(entry: Entry, undone: Decision, decision: Decision) -> None:
    """Let the words stand that stood before a decision; those that it did not change stay. The caller commits."""
    changed = db.session.get(Description, undone.id)
    if changed is not None:
        describe(entry, decision, Statement(changed.people_before, changed.note_before, changed.alt_text_before))


def follow_town(entry: Entry, decision: Decision) -> None:
    """Let an alternative text that was only suggested name the town that an entry has now. The caller commits."""
    if entry.alt_text and entry.alt_text == suggestion_for(decision.town_before, entry.caption):
        standing = standing_of(entry)
        alt_text = suggestion_for(entry.town_ags, entry.caption) or entry.alt_text
        describe(entry, decision, Statement(standing.people, standing.note, alt_text))


def said_of_new_picture(entry: Entry, picture_id: int, said: Statement) -> Statement:
    """Return what stands of an entry once it shows another picture; writes nothing.

    A public entry needs the words at once; another one is looked at before it is published.

    Raises:
        Conflict: the entry is public and nothing is said, or people are said to be blurred where nobody is.
        InvalidInput: consent comes without a word about its proof, or a text is too long.
    """
    if entry.status is not Status.APPROVED:
        return Statement(None, None, entry.alt_text)
    if said.people is None or not said.alt_text:
        raise Conflict(SAY_ANEW)
    return check_statement(said, NOTHING_SAID, is_blurred=is_blurred(picture_id))


def ask_anew(entry: Entry, decision: Decision) -> None:
    """Forget who can be recognised, now that an entry that is not public shows another picture. The caller commits."""
    if entry.status is not Status.APPROVED:
        describe(entry, decision, Statement(None, None, entry.alt_text))


def suggestion_for(ags: str | None, caption: str | None) -> str:
    """Return the alternative text that is suggested for a picture of a town."""
    town = db.session.get(Town, ags) if ags else None
    return suggest_alt_text(town.name if town else None, caption)


def is_blurred(picture_id: int | None) -> bool:
    """Return whether a picture was made by blurring parts of another one."""
    made_from = sa.select(Picture.made_from).where(Picture.id == picture_id)
    return db.session.scalar(made_from) is not None
