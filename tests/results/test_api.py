"""The public API: what it tells, what it keeps, and that anybody may read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.extensions import db
from campaign.results.catalogue import entry_items, town_items
from campaign.results.services import publish
from campaign.staff.actors import Actor
from campaign.towns.models import Town
from campaign.web import PAGE_CACHING
from tests.factories import ERFURT, JENA, NOW, WEIMAR, make_entry
from tests.results.ballots import cast, change_dates, statements

ADDRESSES = ["/api/v1/contest", "/api/v1/towns", "/api/v1/entries", "/api/v1/standings"]


@pytest.fixture(autouse=True)
def _the_vote_is_open(app: Flask) -> None:
    # Pages ask the real clock, the contest of the tests lies in June 2026.
    change_dates(vote_from=utc_now() - timedelta(days=1), vote_until=utc_now() + timedelta(days=1))


def read(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_every_site_may_read_the_api_and_caches_may_keep_it(client: FlaskClient) -> None:
    for address in ADDRESSES:
        check_open_and_cacheable(client, address)


def check_open_and_cacheable(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == PAGE_CACHING
    assert "Set-Cookie" not in answer.headers
    if not address.endswith("standings"):  # they tell the moment they were made
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_api_is_read_only(client: FlaskClient) -> None:
    answers = [client.post(address) for address in ADDRESSES]
    assert [(one.status_code, one.mimetype) for one in answers] == [(405, "application/problem+json")] * 4


def test_an_entry_is_what_the_contract_says(client: FlaskClient) -> None:
    entry = make_entry(town=WEIMAR, picture=True, creator="ada", alt_text="Türme im Nebel")
    number, permalink = entry.number, entry.permalink
    cast(number)
    (item,) = read(client, "/api/v1/entries")["entries"]
    pictures = item.pop("pictures")
    assert item == {
        "number": number,
        "town": {"ags": WEIMAR, "name": "Weimar"},
        "title": "Blick aus Weimar",
        "credit": "ada",
        "alt_text": "Türme im Nebel",
        "permalink": permalink,
        "taken_at": "2026-06-15T10:00:00Z",
        "picks": 1,
    }
    assert [sorted(one) for one in pictures] == [["height", "type", "url", "width"]] * len(pictures)
    assert sorted({one["type"] for one in pictures}) == ["image/jpeg", "image/webp"]
    for one in pictures:
        assert client.get(one["url"].removeprefix("http://127.0.0.1:8000")).mimetype == one["type"]


def test_only_public_entries_are_listed(client: FlaskClient) -> None:
    number = make_entry().number
    make_entry(has_right=False)
    make_entry(town=None)
    for status in set(Status) - {Status.APPROVED}:
        make_entry(status=status)
    assert [one["number"] for one in read(client, "/api/v1/entries")["entries"]] == [number]


def test_pages_follow_each_other_without_gap_or_repeat(app: Flask) -> None:
    numbers = [make_entry().number for _ in range(5)]
    contest, seen, cursor = current_contest(), [], ""
    for _ in range(3):
        page = entry_items(contest, NOW, cursor=cursor, size=2)
        seen += [one["number"] for one in page.rows]
        cursor = page.next or ""
        make_entry()
    assert (seen, cursor) == (numbers[::-1], "")


def test_a_last_page_that_is_full_has_no_next(app: Flask) -> None:
    make_entry()
    make_entry()
    assert entry_items(current_contest(), NOW, size=2).next is None


def test_entries_of_one_town(client: FlaskClient) -> None:
    make_entry(town=ERFURT)
    number = make_entry(town=JENA).number
    assert [one["number"] for one in read(client, f"/api/v1/entries?town={JENA}")["entries"]] == [number]


WRONG_QUESTIONS = {
    "entries?town=99999999": 404,
    "entries?town=%00": 404,
    "entries?cursor=x": 422,
    "entries?cursor=-1": 422,
    "entries?cursor=²": 422,
    "entries?cursor=2147483648": 422,
    "entries?cursor=" + "9" * 40: 422,
    "towns?cursor=%00": 422,
}


def test_a_wrong_question_is_answered_with_a_problem_document(client: FlaskClient) -> None:
    for question, status in WRONG_QUESTIONS.items():
        answer = client.get(f"/api/v1/{question}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json is not None
        assert sorted(answer.json) == ["status", "title", "type"]


def test_towns_come_with_their_size_class_and_number_of_views(client: FlaskClient) -> None:
    make_entry(town=WEIMAR)
    make_entry(town=WEIMAR)
    document = read(client, "/api/v1/towns")
    pages = [document, read(client, f"/api/v1/towns?cursor={document['next']}")]
    towns = [town for page in pages for town in page["towns"]]
    assert (len(towns), pages[1]["next"]) == (117, None)
    weimar = next(town for town in towns if town["ags"] == WEIMAR)
    assert sorted(weimar) == [
        "ags", "district", "entries", "is_town", "lat", "lon", "name", "population", "size_class", "slug",
    ]  # fmt: skip
    assert (weimar["name"], weimar["size_class"], weimar["entries"]) == ("Weimar", "20001-", 2)


def test_a_village_with_a_view_is_listed_among_the_towns(app: Flask) -> None:
    village = db.session.query(Town).filter_by(is_town=False).order_by(Town.ags).first()
    assert village is not None
    before = town_items(current_contest(), "", NOW, size=700).rows
    make_entry(town=village.ags)
    after = town_items(current_contest(), "", NOW, size=700).rows
    assert {one["ags"] for one in after} - {one["ags"] for one in before} == {village.ags}


def test_the_contest_tells_dates_phase_and_rule(client: FlaskClient) -> None:
    change_dates(counts_hidden_from=utc_now() + timedelta(hours=1))
    document = read(client, "/api/v1/contest")
    assert {key: document[key] for key in ("slug", "phase", "hidden", "collect_from", "votes_per_ballot", "rule")} == {
        "slug": "blick-2026",
        "phase": "voting",
        "hidden": False,
        "collect_from": "2026-05-31T22:00:00Z",
        "votes_per_ballot": 3,
        "rule": {"town_score": "picks", "size_classes": [5000, 20000], "minimum_ballots": 2,
                 "ties": ["ballots", "best_entry"]},
    }  # fmt: skip


def test_no_address_of_the_api_changes_with_a_vote_while_counts_are_hidden(client: FlaskClient) -> None:
    numbers = [make_entry(town=ags).number for ags in (ERFURT, WEIMAR, JENA)]
    change_dates(counts_hidden_from=utc_now() - timedelta(minutes=1))

    def told() -> list[Any]:
        documents = [read(client, address) for address in ADDRESSES]
        documents[3].pop("as_of")
        return documents

    before = told()
    assert [one["picks"] for one in before[2]["entries"]] == [None] * 3
    for _ in range(3):
        cast(numbers[2], numbers[0])
    assert told() == before


def test_published_results_are_the_standings_and_the_picks_for_good(client: FlaskClient) -> None:
    entry = make_entry().number
    cast(entry)
    contest = change_dates(counts_hidden_from=utc_now() - timedelta(days=1), vote_until=utc_now())
    publish(contest, utc_now(), Actor(None, "x"))
    cast(entry)
    document = read(client, "/api/v1/standings")
    assert (document["hidden"], document["towns"][0]["picks"], [one["kind"] for one in document["awards"]]) == (
        False,
        1,
        ["entry"],
    )
    assert [one["picks"] for one in read(client, "/api/v1/entries")["entries"]] == [1]
    assert read(client, "/api/v1/contest")["phase"] == "published"


def test_an_answer_costs_the_same_for_one_entry_and_for_three(client: FlaskClient) -> None:
    costs = [costs_of_all(client) for _ in range(3)]
    assert costs[0] == costs[1] == costs[2]


def costs_of_all(client: FlaskClient) -> list[int]:
    """Statements that each address asks, after one more entry and ballot."""
    cast(make_entry(picture=True).number)
    costs = []
    for address in ADDRESSES:
        with statements() as asked:
            read(client, address)
        costs.append(len(asked))
    return costs
