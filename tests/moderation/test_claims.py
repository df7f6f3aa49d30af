"""Entries are handed out in small batches: never to two, never for ever, and nothing is said to be done that is not."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Status
from campaign.errors import Conflict
from campaign.extensions import db
from campaign.moderation import claims, services
from campaign.moderation.claims import BATCH, LIFETIME, Others, Seat
from campaign.moderation.desk import View, open_desk
from campaign.moderation.models import Claim
from campaign.moderation.narrowing import Filters
from campaign.moderation.queries import Count
from campaign.moderation.reasons import Reason
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.excluding import account
from tests.moderation.test_together import at_once

pytestmark = pytest.mark.usefixtures("app")
LATER = NOW + LIFETIME


def seat(name: str, **filters: object) -> Seat:
    return Seat(current_contest(), account(name).staff_id or 0, Filters(**filters))  # type: ignore[arg-type]


def waiting(count: int, **values: object) -> list[int]:
    """Numbers of entries that wait, the oldest first."""
    return [make_entry(**{"public": False, "picture": False, **values}).number for _ in range(count)]


def numbers(one: Seat, now: object = NOW) -> list[int]:
    return [number for _, number in claims.held(one, now)]  # type: ignore[arg-type]


def test_two_get_different_entries_the_oldest_first() -> None:
    known = waiting(BATCH + 2)
    anna, bert = seat("anna"), seat("bert")
    assert [claims.hand_out(one, NOW) for one in (anna, bert)] == [known[0], known[BATCH]]
    assert (numbers(anna), numbers(bert)) == (known[:BATCH], known[BATCH:])


def test_many_who_ask_at_once_never_get_the_same(app: Flask) -> None:
    known = waiting(18)
    people = ("anna", "bert", "cara", "dirk")
    for name in people:
        account(name)
    at_once(app, [lambda name=name: claims.hand_out(seat(name), NOW) for name in people])
    held = Counter(itertools.chain.from_iterable(numbers(seat(name)) for name in people))
    assert held == Counter(known[: len(held)])
    assert len(held) == len(known)


def test_one_entry_that_two_name_at_once_goes_to_one(app: Flask) -> None:
    [number] = waiting(1)
    people = ("anna", "bert", "cara")
    for name in people:
        account(name)
    at_once(app, [lambda name=name: claims.claim_one(seat(name), number, NOW) for name in people])
    assert sorted(len(numbers(seat(name))) for name in people) == [0, 0, 1]


def test_what_somebody_left_lying_is_free_after_five_minutes() -> None:
    known = waiting(2)
    anna, bert = seat("anna"), seat("bert")
    claims.hand_out(anna, NOW)
    assert claims.hand_out(bert, LATER - timedelta(seconds=1)) is None
    assert claims.hand_out(bert, LATER) == known[0]
    assert (numbers(anna, LATER), numbers(bert, LATER)) == ([], known)


def test_a_sign_of_life_keeps_what_one_has() -> None:
    known = waiting(2)
    anna, bert = seat("anna"), seat("bert")
    claims.hand_out(anna, NOW)
    claims.stay(anna.staff_id, NOW + timedelta(minutes=4))
    assert claims.hand_out(bert, LATER) is None
    assert numbers(anna, LATER) == known


def test_who_comes_back_too_late_gets_nothing_back_by_a_sign_of_life() -> None:
    waiting(1)
    anna = seat("anna")
    claims.hand_out(anna, NOW)
    claims.stay(anna.staff_id, LATER)
    assert numbers(anna, LATER) == []


def test_a_decision_ends_the_claim_and_so_does_putting_it_aside() -> None:
    known = waiting(3, picture=True)
    claims.hand_out(seat("anna"), NOW)
    services.reject(known[0], Reason.QUALITY, None, account("anna"), NOW)
    assert db.session.scalars(sa.select(Claim.entry_number).order_by(Claim.entry_number)).all() == known[1:]


def test_the_batch_is_topped_up_before_it_is_empty() -> None:
    known = waiting(12)
    anna = seat("anna")
    claims.hand_out(anna, NOW)
    for done in range(3):
        services.reject(known[done], Reason.QUALITY, None, COMMAND_LINE, NOW)
        assert claims.hand_out(anna, NOW, after=known[done]) == known[done + 1]
    assert numbers(anna) == known[3:8]


def test_what_one_passed_over_comes_again_round_the_end() -> None:
    known = waiting(7)
    anna = seat("anna")
    claims.hand_out(anna, NOW)
    seen = [claims.hand_out(anna, NOW, after=number) for number in known]
    assert seen == [*known[1:], known[0]]


def test_what_one_passed_over_long_ago_is_free_for_others() -> None:
    known = waiting(4 * BATCH)
    anna, bert = seat("anna"), seat("bert")
    claims.hand_out(anna, NOW)
    for number in known[: 3 * BATCH]:
        claims.hand_out(anna, NOW, after=number)
    assert claims.hand_out(bert, NOW) == known[0]
    assert set(numbers(anna)) & set(numbers(bert)) == set()


def test_a_filter_hands_out_what_it_names_and_lets_go_of_the_rest() -> None:
    [plain], [wanted] = waiting(1), waiting(1, town=WEIMAR)
    claims.hand_out(seat("anna"), NOW)
    assert claims.hand_out(seat("anna", town=WEIMAR), NOW) == wanted
    assert claims.hand_out(seat("bert"), NOW) == plain


def test_an_entry_that_somebody_else_has_is_not_decided_until_it_is_free() -> None:
    [number] = waiting(1)
    claims.hand_out(seat("anna"), NOW)
    claims.check_free(number, account("anna"), NOW)
    with pytest.raises(Conflict) as refusal:
        claims.check_free(number, account("bert"), NOW)
    assert str(refusal.value).startswith(f"Bild {number} ist gerade bei anna@example.org.")
    claims.check_free(number, account("bert"), LATER)


def desk(one: Seat, **asked: int) -> tuple[str, int | None]:
    shown = open_desk(one, NOW, after=asked.get("after"), at=asked.get("at"))
    return shown.view.value, shown.card.entry.number if shown.card else None


def test_looking_at_the_desk_takes_nothing() -> None:
    waiting(1)
    assert desk(seat("anna")) == (View.FETCH, None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 0


def test_the_desk_never_says_that_all_is_done_while_others_have_some() -> None:
    waiting(2)
    anna, bert = seat("anna"), seat("bert")
    claims.hand_out(anna, NOW)
    assert desk(bert) == (View.OTHERS, None)
    shown = open_desk(bert, NOW, after=None, at=None)
    assert (shown.others, shown.waiting) == (Others(1, 2, LATER), Count(2))


def test_the_desk_never_says_that_all_is_done_while_some_are_put_aside() -> None:
    waiting(1, parked_at=NOW)
    assert desk(seat("anna")) == (View.PARKED, None)
    assert desk(seat("anna", is_parked=True)) == (View.FETCH, None)


def test_the_desk_says_that_nothing_waits_when_nothing_does() -> None:
    make_entry()
    assert desk(seat("anna")) == (View.EMPTY, None)


def test_an_entry_that_is_asked_for_and_with_somebody_else_gives_way_to_ones_own() -> None:
    known = waiting(BATCH + 1)
    anna, bert = seat("anna"), seat("bert")
    claims.hand_out(anna, NOW)
    claims.hand_out(bert, NOW)
    assert desk(bert, at=known[0]) == (View.CARD, known[BATCH])
    assert open_desk(bert, NOW, after=None, at=known[0]).holder == "anna@example.org"


def test_an_entry_that_is_decided_gives_way_to_the_one_behind_it() -> None:
    known = waiting(3)
    anna = seat("anna")
    claims.hand_out(anna, NOW)
    services.reject(known[1], Reason.QUALITY, None, COMMAND_LINE, NOW)
    assert [desk(anna, at=number)[1] for number in known] == [known[0], known[2], known[2]]
    assert [desk(anna, after=number)[1] for number in known] == [known[2], known[2], known[0]]


def test_an_entry_put_aside_can_be_asked_for_by_its_number() -> None:
    [number] = waiting(1, parked_at=NOW)
    anna = seat("anna")
    assert desk(anna, at=number) == (View.FETCH, None)
    assert claims.claim_one(anna, number, NOW) is True
    assert desk(anna, at=number) == (View.CARD, number)


def test_an_entry_that_somebody_names_stays_with_who_has_it() -> None:
    [number] = waiting(1)
    anna, bert = seat("anna"), seat("bert")
    assert [claims.claim_one(one, number, NOW) for one in (anna, bert, anna)] == [True, False, True]
    assert [numbers(one) for one in (anna, bert)] == [[number], []]
    assert claims.claim_one(bert, number, LATER) is True


def test_what_is_decided_cannot_be_claimed() -> None:
    number = make_entry(public=False, status=Status.REJECTED).number
    assert claims.claim_one(seat("anna"), number, NOW) is False
