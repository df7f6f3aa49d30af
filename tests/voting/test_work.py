"""Proof of work: taken once, for what it was made for, while it is fresh."""

from __future__ import annotations

import base64
import json
import random
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.clock import utc_now
from campaign.errors import InvalidInput
from campaign.extensions import db, limiter
from campaign.keys import Keyring
from campaign.voting.work import Action, Work, challenge, check, drop_spent
from campaign.voting.work_models import SpentWork
from campaign.voting.work_rules import CALM, LIFETIME, MOST_TRIES, TRIES, most_tries
from tests.factories import NOW
from tests.voting.people import Person
from tests.voting.working import ROUND, closed, opened, solve, solved

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BAD = "Die kleine Rechenaufgabe im Formular ist nicht mehr gültig. Schick es bitte noch einmal ab."
ADDRESS = "/abstimmen/aufgabe"

pytestmark = pytest.mark.usefixtures("clock")


def is_taken(payload: str, action: Action = Action.BALLOT, round_: str = ROUND, now: datetime = NOW) -> bool:
    """Hand work in and commit, as a form does."""
    try:
        done = check(payload, action, round_, now)
    except InvalidInput as error:
        db.session.rollback()
        if str(error) != BAD:
            raise
        return False
    db.session.commit()
    return done is Work.DONE


def test_the_work_grows_with_the_load_of_a_network_up_to_a_limit() -> None:
    asked = [most_tries(load) for load in range(0, 10_000, 10)]
    assert (asked[0], asked == sorted(asked), asked[-1]) == (TRIES, True, MOST_TRIES)
    assert (most_tries(CALM), most_tries(2 * CALM), most_tries(10**9)) == (TRIES, 2 * TRIES, MOST_TRIES)


def test_work_is_taken_once(app: Flask) -> None:
    payload = solved(NOW)
    assert [is_taken(payload) for _ in range(3)] == [True, False, False]


def test_other_work_of_the_same_visitor_is_taken(app: Flask) -> None:
    assert [is_taken(solved(NOW)) for _ in range(2)] == [True, True]


def test_a_form_without_work_is_taken_as_one_without(app: Flask) -> None:
    assert [check(empty, Action.BALLOT, ROUND, NOW) for empty in ("", "  ")] == [Work.NONE, Work.NONE]


def test_work_whose_form_was_not_taken_may_be_handed_in_again(app: Flask) -> None:
    payload = solved(NOW)
    assert check(payload, Action.BALLOT, ROUND, NOW) is Work.DONE
    db.session.rollback()
    assert is_taken(payload)


def test_work_written_in_another_way_is_still_the_same_work(app: Flask) -> None:
    payload = solved(NOW)
    assert is_taken(payload)
    contents = opened(payload)
    contents["solution"] = {"time": 5, **contents["solution"]}
    parameters = contents["challenge"]["parameters"]
    backwards = {"parameters": dict(reversed(parameters.items())), "signature": contents["challenge"]["signature"]}
    again = [
        f" {payload}\n",
        closed(contents),
        closed({**contents, "challenge": backwards}),
        closed({**contents, "more": 1}),
        closed({**contents, "solution": {**contents["solution"], "counter": 7}}),
        closed({**contents, "solution": {**contents["solution"], "derivedKey": _upper(contents)}}),
        closed({**contents, "challenge": {**backwards, "parameters": {**parameters, "cost": float(5000)}}}),
        base64.b64encode(json.dumps(contents, indent=3).encode()).decode(),
    ]
    assert [is_taken(text) for text in again] == [False] * len(again)


def _upper(contents: dict[str, Any]) -> str:
    return str(contents["solution"]["derivedKey"]).upper()


@pytest.mark.parametrize(
    ("action", "round_"), [(Action.CONFIRM, ROUND), (Action.WITHDRAWAL, ROUND), (Action.BALLOT, "2027")]
)
def test_work_for_something_else_is_refused(app: Flask, action: Action, round_: str) -> None:
    assert not is_taken(solved(NOW, action, round_))
    assert is_taken(solved(NOW, action, round_), action, round_)


def test_work_for_another_site_is_refused(app: Flask) -> None:
    ours = app.extensions["keyring"]
    app.extensions["keyring"] = Keyring("x" * 32)
    foreign = solved(NOW)
    app.extensions["keyring"] = ours
    assert not is_taken(foreign)


def test_work_is_good_for_ten_minutes(app: Flask, clock: time_machine.Traveller) -> None:
    early, late = solved(NOW), solved(NOW)
    clock.move_to(NOW + LIFETIME - timedelta(seconds=1))
    assert is_taken(early, now=utc_now())
    clock.move_to(NOW + LIFETIME)
    assert not is_taken(late, now=utc_now())


def test_a_clock_that_is_set_back_makes_no_spent_work_new(app: Flask, clock: time_machine.Traveller) -> None:
    payload = solved(NOW)
    assert is_taken(payload)
    clock.move_to(NOW + timedelta(hours=2))
    drop_spent(utc_now())
    clock.move_to(NOW + timedelta(minutes=1))
    assert not is_taken(payload, now=utc_now())


def test_spent_work_is_forgotten_a_day_after_it_expired(app: Flask) -> None:
    assert is_taken(solved(NOW))
    expired = NOW + LIFETIME
    assert [drop_spent(expired + timedelta(days=1) + late) for late in (timedelta(seconds=-1), timedelta(0))] == [0, 1]
    assert list(db.session.scalars(sa.select(SpentWork))) == []


@ON_SQLITE
def test_work_that_was_not_done_is_refused(app: Flask) -> None:
    document = challenge(Action.BALLOT, ROUND, 0, NOW)
    prefix = document["parameters"]["keyPrefix"]
    for key in ("", "00" * 32, prefix, prefix + "00" * 16, prefix * 2, None, 5, [], "zz"):
        assert not is_taken(closed({"challenge": document, "solution": {"counter": 0, "derivedKey": key}})), key


@ON_SQLITE
def test_a_challenge_that_was_altered_or_put_together_from_two_is_refused(app: Flask) -> None:
    one, other = opened(solved(NOW)), opened(solved(NOW + timedelta(minutes=1)))
    parameters, others = one["challenge"]["parameters"], other["challenge"]["parameters"]
    spliced = [{**parameters, name: others[name]} for name in parameters if parameters[name] != others[name]]
    spliced += [
        {**parameters, **changed} for changed in ({"cost": 1}, {"keyPrefix": ""}, {"data": {}}, {"expiresAt": None})
    ]
    needed = parameters.keys() - {"keyLength"}
    spliced += [{key: value for key, value in parameters.items() if key != name} for name in needed]
    assert len(spliced) >= 14
    for altered in spliced:
        assert not is_taken(closed({**one, "challenge": {**one["challenge"], "parameters": altered}})), altered
    assert not is_taken(
        closed({**one, "challenge": {**one["challenge"], "signature": other["challenge"]["signature"]}})
    )
    assert not is_taken(closed({**one, "solution": other["solution"]}))
    unsigned = {"parameters": parameters}
    assert not is_taken(closed({**one, "challenge": unsigned}))
    assert is_taken(closed(one))


@ON_SQLITE
@pytest.mark.parametrize(
    "payload",
    ["x", "=", "e30=", "bnVsbA==", "W10=", "ä", "\x00", "1" * 3_000, closed(5), closed("challenge"), closed([[]]),
     closed({"challenge": [], "solution": []}), closed({"challenge": {"parameters": 1}, "solution": 2}),
     base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"[" * 1_400).decode()],
)  # fmt: skip
def test_what_is_no_work_at_all_is_refused_with_the_same_sentence(app: Flask, payload: str) -> None:
    assert not is_taken(payload)


@ON_SQLITE
def test_no_random_change_makes_spent_work_good_again(app: Flask) -> None:
    payload, chance = solved(NOW), random.Random(5)
    assert is_taken(payload)
    assert [text for text in mutations(payload, chance, 10_000) if is_taken(text)] == []


def mutations(payload: str, chance: random.Random, count: int) -> list[str]:
    """Return changed payloads: characters of the text, bytes of the contents, digits of a value."""
    text, contents = payload, base64.b64decode(payload)
    found = []
    for _ in range(count):
        place = chance.randrange(len(contents))
        kind = chance.randrange(4)
        if kind == 0:
            place = chance.randrange(len(text))
            found.append(text[:place] + chance.choice("ABCxyz019+/= ") + text[place + 1 :])
        elif kind == 1:
            found.append(text[:place] + text[place + chance.randrange(1, 9) :])
        else:
            put = bytes([chance.randrange(256)]) if kind == 2 else chance.choice(b"0123456789abcdef").to_bytes()
            found.append(base64.b64encode(contents[:place] + put + contents[place + 1 :]).decode())
    return found


def test_of_many_who_hand_in_the_same_work_at_once_one_succeeds(app: Flask) -> None:
    payload, taken = solved(NOW), []
    db.session.remove()

    def hand_in() -> None:
        with app.app_context():
            taken.append(is_taken(payload))
            db.session.remove()

    visitors = [threading.Thread(target=hand_in) for _ in range(8)]
    for one in visitors:
        one.start()
    for one in visitors:
        one.join()
    assert sorted(taken) == [False] * 7 + [True]


@ON_SQLITE
@pytest.mark.parametrize("lang", ["", "/en"])
def test_the_form_fetches_its_challenge_without_cookie_and_cache(app: Flask, lang: str) -> None:
    limiter.reset()
    answer = Person(app, lang=lang).get(f"{ADDRESS}?fuer=withdrawal")
    headers = answer.headers
    assert (answer.status_code, answer.mimetype, headers["Cache-Control"]) == (200, "application/json", "no-store")
    assert headers.getlist("Set-Cookie") == []
    assert is_taken(solve(answer.get_json()), Action.WITHDRAWAL, app.config["CAMPAIGN"].contest.slug)


@ON_SQLITE
def test_a_challenge_for_an_unknown_act_is_not_found(app: Flask) -> None:
    assert Person(app).get(f"{ADDRESS}?fuer=crown").status_code == 404


@ON_SQLITE
def test_a_network_that_asks_for_very_many_challenges_goes_without(app: Flask) -> None:
    limiter.reset()
    visitor = Person(app)
    answers = [visitor.get(ADDRESS).status_code for _ in range(1_201)]
    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)
