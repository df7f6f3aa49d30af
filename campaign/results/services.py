"""Standings while they are open, and the results once and for all."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.clock import to_berlin
from campaign.contests.models import Contest
from campaign.contests.phases import are_counts_hidden
from campaign.contests.services import fixed_rules
from campaign.errors import N_, Conflict, NotOpen
from campaign.extensions import db, settings
from campaign.results.document import final_document, freeze, hide_counts, open_document, tell_known
from campaign.results.figures import ballots_by_status, known_numbers, last_confirmation, standing_entries
from campaign.results.models import Publication
from campaign.results.standings import CountingRule
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.voting.tally import compare


def counting_rule(contest: Contest) -> CountingRule:
    """Return the counting rule of the vote: the one that was fixed, before it opens that of the configuration."""
    fixed = fixed_rules(contest.id)
    rule = fixed["count"] if fixed else settings().results.model_dump()
    return CountingRule(rule["town_score"], tuple(rule["size_classes"]), rule["minimum_ballots"], tuple(rule["ties"]))


def standings_document(contest: Contest, now: datetime, *, include_hidden: bool = False) -> dict[str, Any]:
    """Return the running standings: `as_of`, `hidden`, `towns[]` by rank, `entries[]` by picks.

    While counts are hidden all figures are null and towns stand by name, unless `include_hidden` (for staff
    only: nothing made of it may become public). Costs three statements, whatever the number of ballots.
    """
    figures = standing_entries(contest, now)
    document = open_document(figures, counting_rule(contest), now)
    if include_hidden:
        return document
    document = tell_known(document, {entry.number for entry in figures if entry.is_known})
    hidden = are_counts_hidden(contest, now, published=is_published(contest))
    return hide_counts(document) if hidden else document


def public_results(contest: Contest, now: datetime) -> dict[str, Any]:
    """Return what everybody may see: the published document if there is one, else the standings.

    The results stay as they were published; only what nobody may show any more is no longer named.
    """
    final = published(contest)
    return tell_known(final, known_numbers(contest, now)) if final else standings_document(contest, now)


def published(contest: Contest) -> dict[str, Any] | None:
    """Return the published document (standings, `awards[]`, `rule`, `counts`, …), or None before."""
    publication = publication_of(contest)
    return None if publication is None else dict(json.loads(publication.document))


def publication_of(contest: Contest) -> Publication | None:
    """Return the publication with the exact text and its SHA-256, or None before."""
    return db.session.scalar(sa.select(Publication).filter_by(contest_id=contest.id))


def is_published(contest: Contest) -> bool:
    """Return whether the results are out."""
    return db.session.scalar(sa.select(Publication.id).filter_by(contest_id=contest.id)) is not None


def publish(contest: Contest, now: datetime, by: Actor) -> Publication:
    """Freeze the standings with their awards as the results; later ballots change nothing; commits.

    Raises:
        NotOpen: the vote is not over, or a ballot asked for before the close may still be confirmed.
        Conflict: already published, or the running counters differ from a count of the ballots.
    """
    check_publishable(contest, now)
    text, digest = freeze(final_results(contest, now))
    values = {"document": text, "sha256": digest, "published_at": now, "published_by": by.name}
    publication = Publication(contest_id=contest.id, **values)
    db.session.add(publication)
    try:
        db.session.flush()
        audit.record(by, "results.publish", f"contest:{contest.slug}", now, after={"sha256": digest})
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict(_ALREADY) from error
    return publication


def final_results(contest: Contest, now: datetime) -> dict[str, Any]:
    """Return the document as `publish` would freeze it at this moment, whether it may or not."""
    facts = {"contest": contest.slug, "title": contest.title, "ballots": ballots_by_status(contest)}
    return final_document(standing_entries(contest, now), counting_rule(contest), now, facts)


def check_publishable(contest: Contest, now: datetime) -> None:
    """Raise what `publish` would raise at this moment; counts all ballots."""
    check_closed(contest, now)
    differences = compare(contest.id)
    if differences:
        raise Conflict(_DIFFERENT, count=len(differences))


def check_closed(contest: Contest, now: datetime) -> None:
    """Raise unless the time to publish has come: the vote is over, nothing waits, nothing is published yet."""
    if is_published(contest):
        raise Conflict(_ALREADY)
    if now < contest.vote_until:
        raise NotOpen(_STILL_VOTING, moment=_local(contest.vote_until))
    until = last_confirmation(contest, now)
    if until is not None:
        raise NotOpen(_STILL_CONFIRMING, moment=_local(until))


def _local(moment: datetime) -> str:
    return to_berlin(moment).strftime("%d.%m.%Y %H:%M")


_ALREADY = N_("Die Ergebnisse sind schon veröffentlicht und bleiben, wie sie sind.")
_STILL_VOTING = N_("Die Abstimmung läuft noch bis %(moment)s Uhr. Veröffentliche die Ergebnisse danach.")
_STILL_CONFIRMING = N_(
    "Manche Stimmen können noch bis %(moment)s Uhr bestätigt werden. Veröffentliche die Ergebnisse danach."
)
_DIFFERENT = N_(
    "Die laufenden Zähler weichen an %(count)s Stellen von einer Nachzählung ab. "
    "Zähl mit „campaign tally --recount“ nach, bevor du veröffentlichst."
)
