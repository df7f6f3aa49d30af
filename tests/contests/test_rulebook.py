"""The rules of a vote: one document, fixed when voting opens, after that refused to every other configuration."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from campaign.config import Settings
from campaign.contests.models import Contest, Rulebook
from campaign.contests.rulebook import KEYS, canonical_text, differing_keys, rules_document
from campaign.contests.services import RulesFixed, current_contest, fixed_rules, sync_contest
from campaign.errors import InvalidInput, NotAllowed
from campaign.extensions import db
from campaign.ledger.models import LedgerLeaf
from campaign.ledger.services import seal
from campaign.voting.opening import amend_rules, fix_rules, open_vote
from tests.factories import NOW, make_settings

OTHER: dict[str, Any] = {
    "contest.title": "Ein anderer Titel",
    "contest.vote_from": NOW - timedelta(days=9),
    "contest.vote_until": NOW + timedelta(days=1),
    "contest.counts_hidden_from": NOW + timedelta(hours=1),
    "contest.publish_at": NOW + timedelta(days=90),
    "contest.votes_per_ballot": 2,
    "contest.votes_per_town": 2,
    "results.town_score": "picks_per_1000",
    "results.size_classes": [10_000],
    "results.minimum_ballots": 7,
    "results.ties": ["fewer_inhabitants"],
}


def changed(settings: Settings, key: str) -> Settings:
    """Return the configuration with another value of one key."""
    section, _, name = key.partition(".")
    part = getattr(settings, section).model_copy(update={name: OTHER[key]})
    return settings.model_copy(update={section: part})


def test_every_rule_of_the_configuration_stands_in_the_document(settings: Settings) -> None:
    fixed = rules_document(settings, {}, {})
    assert {key: list(differing_keys(fixed, changed(settings, key))) for key in KEYS} == {key: [key] for key in KEYS}
    assert differing_keys(json.loads(canonical_text(fixed)), settings) == {}


@given(st.dictionaries(st.text(), st.recursive(st.integers() | st.text() | st.none(), st.lists), max_size=4))
def test_a_document_has_one_text_whatever_the_order_of_its_keys(document: dict[str, Any]) -> None:
    text = canonical_text(document)
    assert canonical_text(dict(reversed(document.items()))) == text
    assert json.loads(text) == document


def test_the_rules_are_fixed_when_voting_opens_and_not_before(app: Flask) -> None:
    contest = current_contest()
    assert open_vote(contest, contest.vote_from - timedelta(seconds=1)) is False
    assert fixed_rules(contest.id) is None
    assert [open_vote(contest, contest.vote_from), open_vote(contest, NOW)] == [True, False]
    row = db.session.scalars(sa.select(Rulebook)).one()
    assert (row.number, row.sha256, row.reason) == (0, hashlib.sha256(row.text.encode()).hexdigest(), None)
    assert json.loads(row.text)["dates"]["confirm_hours_after_close"] == 24


@pytest.mark.parametrize("key", KEYS)
def test_after_that_another_configuration_is_refused_by_the_name_of_its_key(
    app: Flask, settings: Settings, key: str
) -> None:
    contest = current_contest()
    before = {column.name: getattr(contest, column.name) for column in Contest.__table__.columns}
    fix_rules(contest, NOW)
    db.session.commit()
    with pytest.raises(RulesFixed) as refused:
        sync_contest(changed(settings, key))
    db.session.rollback()
    assert refused.value.values["told"].startswith(f"{key} is ")
    assert {name: getattr(current_contest(), name) for name in before} == before


def test_before_voting_opens_the_configuration_may_change(app: Flask, settings: Settings) -> None:
    assert sync_contest(changed(settings, "contest.votes_per_ballot")).votes_per_ballot == 2


def test_what_is_no_rule_of_the_vote_may_change_at_any_time(app: Flask, settings: Settings) -> None:
    fix_rules(current_contest(), NOW)
    part = settings.contest.model_copy(update={"entries_per_creator": 9})
    assert sync_contest(settings.model_copy(update={"contest": part})).entries_per_creator == 9


def test_fixed_rules_cannot_be_changed_in_the_database(app: Flask) -> None:
    fix_rules(current_contest(), NOW)
    db.session.commit()
    for statement in ("UPDATE rulebook SET text = '{}'", "DELETE FROM rulebook"):
        with pytest.raises(sa.exc.DBAPIError, match="only ever added"):
            db.session.execute(sa.text(statement))
        db.session.rollback()


def test_moments_are_written_in_utc(tmp_path: Path) -> None:
    config = make_settings(tmp_path, contest={"vote_until": "2026-06-29T23:59:00"})
    assert rules_document(config, {}, {})["dates"]["vote_until"] == "2026-06-29T21:59:00Z"
    assert config.contest.vote_until == datetime(2026, 6, 29, 21, 59, tzinfo=UTC)


def test_two_people_amend_the_rules_for_a_reason_that_becomes_public(app: Flask, settings: Settings) -> None:
    contest = current_contest()
    fix_rules(contest, NOW)
    db.session.commit()
    later = changed(settings, "contest.vote_until")
    assert amend_rules(settings, "Nichts ist anders.", ("anna", "bert"), NOW) is None
    with pytest.raises(NotAllowed):
        amend_rules(later, "Das Fernsehen sendet später.", ("anna", "anna"), NOW)
    with pytest.raises(InvalidInput):
        amend_rules(later, "  ", ("anna", "bert"), NOW)
    book = amend_rules(later, "Das Fernsehen sendet später.", ("anna", "bert"), NOW)
    assert book is not None
    assert (book.number, book.proposed_by, book.confirmed_by) == (1, "anna", "bert")
    assert sync_contest(later).vote_until == OTHER["contest.vote_until"]
    seal(contest, NOW)
    leaves = db.session.scalars(sa.select(LedgerLeaf).order_by(LedgerLeaf.number)).all()
    assert [leaf.name for leaf in leaves] == ["rules.json", "amendments/001.json"]
    assert json.loads(leaves[1].content or "")["reason"] == "Das Fernsehen sendet später."
