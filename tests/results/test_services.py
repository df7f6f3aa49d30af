"""Standings read from the running counters, hidden when due, published once and for all."""

from __future__ import annotations

import contextvars
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.errors import Conflict, NotOpen
from campaign.extensions import db
from campaign.mail.models import MailStatus
from campaign.results.models import Publication
from campaign.results.services import public_results, publish, published, standings_document
from campaign.staff.actors import Actor
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.models import EntryTally, TownTally
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry
from tests.results.ballots import cast, change_dates, mail, statements

AFTER = timedelta(minutes=1)


def small_vote() -> tuple[int, int, int]:
    """Three ballots: Weimar is on three, Erfurt on two, Jena on one (the minimum of the tests is two)."""
    erfurt, weimar, jena = (make_entry(town=ags).number for ags in (ERFURT, WEIMAR, JENA))
    cast(erfurt, weimar)
    cast(erfurt, weimar)
    cast(weimar, jena)
    return erfurt, weimar, jena


def test_the_standings_are_what_the_contract_says(app: Flask) -> None:
    erfurt, weimar, jena = small_vote()
    second = make_entry(town=WEIMAR).number
    assert standings_document(current_contest(), NOW) == {
        "as_of": "2026-06-15T12:00:00Z",
        "hidden": False,
        "towns": [
            {"rank": 1, "ags": WEIMAR, "name": "Weimar", "size_class": "20001-", "entries": 2, "ballots": 3,
             "picks": 3, "score": 3, "missing_to_minimum": 0},
            {"rank": 2, "ags": ERFURT, "name": "Erfurt", "size_class": "20001-", "entries": 1, "ballots": 2,
             "picks": 2, "score": 2, "missing_to_minimum": 0},
            {"rank": None, "ags": JENA, "name": "Jena", "size_class": "20001-", "entries": 1, "ballots": 1,
             "picks": 1, "score": 1, "missing_to_minimum": 1},
        ],
        "entries": [
            {"number": weimar, "town": {"ags": WEIMAR, "name": "Weimar"}, "picks": 3, "rank": 1},
            {"number": erfurt, "town": {"ags": ERFURT, "name": "Erfurt"}, "picks": 2, "rank": 2},
            {"number": jena, "town": {"ags": JENA, "name": "Jena"}, "picks": 1, "rank": 3},
            {"number": second, "town": {"ags": WEIMAR, "name": "Weimar"}, "picks": 0, "rank": 4},
        ],
    }  # fmt: skip


def test_a_contest_without_entries_has_empty_standings(app: Flask) -> None:
    document = standings_document(current_contest(), NOW)
    assert (document["towns"], document["entries"]) == ([], [])


def test_only_approved_entries_stand(app: Flask) -> None:
    stands = make_entry(town=GERA).number
    for status in set(Status) - {Status.APPROVED}:
        make_entry(town=GERA, status=status)
    make_entry(town=None)
    document = standings_document(current_contest(), NOW)
    assert [row["number"] for row in document["entries"]] == [stands]
    assert [(row["name"], row["entries"]) for row in document["towns"]] == [("Gera", 1)]


def test_the_standings_cost_the_same_with_more_ballots_and_entries(app: Flask) -> None:
    entry = make_entry(town=GERA).number
    costs = []
    for _ in range(3):
        cast(entry)
        make_entry(town=JENA)
        contest = current_contest()
        with statements() as asked:
            standings_document(contest, NOW)
        costs.append(len(asked))
        assert [text for text in asked if " ballot" in text.lower().replace("town_tally.ballots", "")] == []
    assert costs == [3, 3, 3]


def test_while_counts_are_hidden_no_figure_and_no_order_tells_them(app: Flask) -> None:
    small_vote()
    contest = change_dates(counts_hidden_from=NOW)
    document = standings_document(contest, NOW)
    assert document["hidden"] is True
    assert [
        (
            row["name"],
            row["entries"],
            *(row[key] for key in ("rank", "ballots", "picks", "score", "missing_to_minimum")),
        )
        for row in document["towns"]
    ] == [(name, 1, None, None, None, None, None) for name in ("Erfurt", "Jena", "Weimar")]
    assert [(row["picks"], row["rank"]) for row in document["entries"]] == [(None, None)] * 3
    numbers = [row["number"] for row in document["entries"]]
    assert numbers == sorted(numbers)


def test_a_hidden_document_does_not_change_when_somebody_votes(app: Flask) -> None:
    numbers = small_vote()
    contest = change_dates(counts_hidden_from=NOW)
    before = public_results(contest, NOW)
    cast(numbers[2])
    assert public_results(contest, NOW) == before


def test_staff_see_all_figures_while_they_are_hidden(app: Flask) -> None:
    small_vote()
    contest = change_dates(counts_hidden_from=NOW)
    document = standings_document(contest, NOW, include_hidden=True)
    assert [row["picks"] for row in document["towns"]] == [3, 2, 1]


def test_counts_are_visible_until_the_moment_that_hides_them(app: Flask) -> None:
    contest = change_dates(counts_hidden_from=NOW)
    assert standings_document(contest, NOW - timedelta(seconds=1))["hidden"] is False


def test_publishing_freezes_standings_awards_and_rule(app: Flask) -> None:
    _, weimar, _ = small_vote()
    cast(weimar, status=BallotStatus.HELD)
    contest = current_contest()
    now = contest.vote_until + AFTER
    publication = publish(contest, now, Actor(None, "leitung@example.org"))
    document = published(contest)
    assert document is not None
    assert document["towns"] == standings_document(contest, now)["towns"]
    assert [(one["kind"], one["name"], one["number"]) for one in document["awards"]] == [
        ("town", "Weimar", None),
        ("town_entry", "Weimar", weimar),
        ("entry", "Weimar", weimar),
    ]
    assert {name: value for name, value in document.items() if name not in ("as_of", "towns", "entries", "awards")} == {
        "contest": "blick-2026",
        "title": "Der schönste Blick der Stadt",
        "hidden": False,
        "published_at": "2026-06-29T22:01:00Z",
        "rule": {"town_score": "picks", "size_classes": [5000, 20000], "minimum_ballots": 2,
                 "ties": ["ballots", "best_entry"]},
        "totals": {"towns": 3, "entries": 3, "picks": 6},
        "ballots": {"requested": 0, "counted": 3, "held": 1, "rejected": 0, "withdrawn": 0, "superseded": 0},
    }  # fmt: skip
    assert (publication.published_by, publication.published_at) == ("leitung@example.org", now)


def test_the_published_text_is_canonical_and_its_hash_is_right(app: Flask) -> None:
    small_vote()
    contest = current_contest()
    publication = publish(contest, contest.vote_until, Actor(None, "x"))
    again = json.dumps(json.loads(publication.document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert publication.document == again
    assert publication.sha256 == hashlib.sha256(publication.document.encode()).hexdigest()
    assert "Der schönste Blick" in publication.document


def test_later_ballots_and_decisions_change_nothing_published(app: Flask) -> None:
    erfurt, _, jena = small_vote()
    contest = current_contest()
    publish(contest, contest.vote_until, Actor(None, "x"))
    before = public_results(contest, contest.vote_until)
    cast(jena, erfurt)
    make_entry(town=GERA)
    db.session.execute(sa.update(EntryTally).values(picks=EntryTally.picks + 5))
    db.session.commit()
    assert public_results(contest, contest.vote_until + timedelta(days=9)) == before


def test_published_results_are_not_hidden_any_more(app: Flask) -> None:
    small_vote()
    contest = change_dates(counts_hidden_from=NOW)
    publish(contest, contest.vote_until, Actor(None, "x"))
    assert public_results(contest, contest.vote_until)["hidden"] is False
    assert standings_document(contest, contest.vote_until)["towns"][0]["picks"] == 3


def test_nothing_is_published_while_the_vote_is_open(app: Flask) -> None:
    contest = current_contest()
    with pytest.raises(NotOpen) as refused:
        publish(contest, contest.vote_until - timedelta(seconds=1), Actor(None, "x"))
    assert str(refused.value) == (
        "Die Abstimmung läuft noch bis 30.06.2026 00:00 Uhr. Veröffentliche die Ergebnisse danach."
    )
    assert published(contest) is None


@pytest.mark.parametrize(
    ("sent_before_close", "until"),
    [(None, "01.07.2026 00:00"), (timedelta(hours=1), "01.07.2026 00:00"), (timedelta(hours=40), "30.06.2026 08:00")],
)
def test_publishing_waits_for_a_ballot_that_can_still_be_confirmed(
    app: Flask, sent_before_close: timedelta | None, until: str
) -> None:
    contest = current_contest()
    letter = None
    if sent_before_close is not None:
        letter = mail(MailStatus.SENT, contest.vote_until - sent_before_close)
    cast(make_entry().number, status=BallotStatus.REQUESTED, mail=letter)
    with pytest.raises(NotOpen) as refused:
        publish(contest, contest.vote_until + AFTER, Actor(None, "x"))
    assert str(refused.value) == (
        f"Manche Stimmen können noch bis {until} Uhr bestätigt werden. Veröffentliche die Ergebnisse danach."
    )
    end = contest.vote_until + timedelta(hours=24 if until.startswith("01") else 8)
    with pytest.raises(NotOpen):
        publish(contest, end - timedelta(seconds=1), Actor(None, "x"))
    assert publish(contest, end, Actor(None, "x")).published_at == end


def test_a_request_that_nobody_can_confirm_holds_nothing_up(app: Flask) -> None:
    contest, number = current_contest(), make_entry().number
    cast(number, status=BallotStatus.REQUESTED, mail=mail(MailStatus.SENT, contest.vote_until - timedelta(hours=48)))
    cast(number, status=BallotStatus.REQUESTED, mail=mail(MailStatus.FAILED, None))
    cast(number, status=BallotStatus.REQUESTED).pin_tries = 6
    db.session.commit()
    assert publish(contest, contest.vote_until, Actor(None, "x")).contest_id == contest.id


def test_results_are_published_once(app: Flask) -> None:
    contest = current_contest()
    publish(contest, contest.vote_until, Actor(None, "x"))
    with pytest.raises(Conflict) as refused:
        publish(contest, contest.vote_until, Actor(None, "y"))
    assert str(refused.value) == "Die Ergebnisse sind schon veröffentlicht und bleiben, wie sie sind."
    assert db.session.scalars(sa.select(Publication.published_by)).all() == ["x"]


def test_counters_that_differ_from_the_ballots_are_not_published(app: Flask) -> None:
    small_vote()
    db.session.execute(sa.update(TownTally).filter_by(town_ags=JENA).values(ballots=9))
    db.session.commit()
    contest = current_contest()
    with pytest.raises(Conflict) as refused:
        publish(contest, contest.vote_until, Actor(None, "x"))
    assert str(refused.value) == (
        "Die laufenden Zähler weichen an 1 Stellen von einer Nachzählung ab. "
        "Zähl mit „campaign tally --recount“ nach, bevor du veröffentlichst."
    )
    assert published(contest) is None


def test_of_two_people_who_publish_at_once_one_succeeds(app: Flask) -> None:
    small_vote()
    moment = current_contest().vote_until
    db.session.rollback()
    start = threading.Barrier(2)

    def act(name: str) -> str:
        with app.app_context():
            contest = current_contest()
            # SQLite takes the write lock with the first statement: nobody may wait while holding it.
            db.session.commit()
            start.wait()
            try:
                return publish(contest, moment, Actor(None, name)).published_by
            except Conflict as error:
                return str(error)

    def apart(name: str) -> str:
        return contextvars.Context().run(act, name)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(apart, ("ada", "bo")))
    winner = db.session.scalars(sa.select(Publication.published_by)).one()
    assert said == sorted([winner, "Die Ergebnisse sind schon veröffentlicht und bleiben, wie sie sind."])
