"""Too many posts are missing at once: nothing is hidden until staff have looked, and their word is enough."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign.contests.services import current_contest
from campaign.demo.graph_api import USER_ID, RunningGraphApi
from campaign.errors import NotFound
from campaign.extensions import db
from campaign.instagram.existence_confirming import confirm_all_gone, confirm_gone
from campaign.instagram.existence_queries import confirmed_by, missing_entries, missing_now
from campaign.instagram.existence_rules import Missing
from campaign.staff.actors import Actor
from tests.factories import NOW
from tests.instagram.existence.posts import HOUR, Look, entry_of, mentioned, posted, remove, restore, row_of

EVA = Actor(None, "eva@example.org")


def missing_posts(graph: RunningGraphApi, look: Look, count: int, *, of: int) -> list[int]:
    """So many posts of so many vanish; all of them are looked at over 60 hours."""
    numbers = [posted(graph) for _ in range(of)][:count]
    for number in numbers:
        remove(graph, number)
    for hours in range(0, 61, 8):
        look(hours)
    return numbers


def hidden(numbers: list[int]) -> list[int]:
    return [number for number in numbers if entry_of(number).gone_at is not None]


@pytest.mark.parametrize(("missing", "shown"), [(4, 20), (2, 2), (3, 5)])
def test_when_too_many_are_missing_at_once_nothing_is_hidden(
    graph: RunningGraphApi, look: Look, missing: int, shown: int
) -> None:
    numbers = missing_posts(graph, look, missing, of=shown)
    found = missing_now(current_contest(), NOW + 60 * HOUR)
    assert (found, found.too_many, hidden(numbers)) == (Missing(shown, missing, missing, NOW), True, [])


def test_once_few_are_missing_the_others_are_hidden_by_themselves(graph: RunningGraphApi, look: Look) -> None:
    numbers = missing_posts(graph, look, 4, of=20)
    restore(graph, numbers[0])
    look(68)
    assert sorted(look(76).hidden) == numbers[1:]


def test_before_36_hours_nothing_is_overdue(graph: RunningGraphApi, look: Look) -> None:
    for number in [posted(graph) for _ in range(2)]:
        remove(graph, number)
    for hours in (0, 9, 18):
        look(hours)
    assert missing_now(current_contest(), NOW + 18 * HOUR) == Missing(2, 2, 0, NOW)


def test_staff_confirm_one_post_and_its_picture_is_hidden_until_it_is_back(graph: RunningGraphApi, look: Look) -> None:
    first, second = missing_posts(graph, look, 2, of=2)
    confirm_gone(current_contest(), first, EVA, NOW + 61 * HOUR)
    assert (entry_of(first).gone_at, entry_of(second).gone_at) == (NOW + 61 * HOUR, None)
    assert confirmed_by(current_contest()) == {first: "eva@example.org"}
    restore(graph, first)
    assert first in look(70).shown
    assert (entry_of(first).gone_at, row_of(first).confirmed_by) == (None, None)


def test_staff_confirm_all_that_were_missing_when_they_looked(graph: RunningGraphApi, look: Look) -> None:
    numbers, later = missing_posts(graph, look, 4, of=20), posted(graph, due=62)
    remove(graph, later)
    look(70)
    assert confirm_all_gone(current_contest(), NOW + 65 * HOUR, EVA, NOW + 71 * HOUR) == numbers
    assert hidden([*numbers, later]) == numbers
    assert missing_now(current_contest(), NOW + 71 * HOUR) == Missing(17, 1, 0, NOW + 70 * HOUR)


def test_what_is_there_again_cannot_be_confirmed_as_gone(graph: RunningGraphApi, look: Look) -> None:
    numbers = missing_posts(graph, look, 2, of=2)
    for number in numbers:
        restore(graph, number)
    look(70)
    with pytest.raises(NotFound):
        confirm_gone(current_contest(), numbers[0], EVA, NOW + 71 * HOUR)
    db.session.rollback()
    assert confirm_all_gone(current_contest(), NOW + 71 * HOUR, EVA, NOW + 71 * HOUR) == []
    assert hidden(numbers) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_missing_ones_are_listed_those_that_are_missing_for_longest_first(
    app: Flask, graph: RunningGraphApi, look: Look, count: int
) -> None:
    numbers = [posted(graph, due=-place) for place in range(count)]
    for place, number in enumerate(reversed(numbers)):
        remove(graph, number)
        look(place, limit=1)
    assert [one.number for one in missing_entries(current_contest(), 9, NOW)] == numbers[::-1]
    assert len(missing_entries(current_contest(), 2, NOW)) == min(count, 2)


def test_a_post_without_an_address_is_asked_for_by_its_mention(graph: RunningGraphApi, look: Look) -> None:
    gone, there = mentioned(graph), mentioned(graph)
    assert (look().asked, row_of(gone).misses, row_of(there).misses) == (2, 0, 0)
    graph.api.stream.remove(str(entry_of(gone).media_id), NOW)
    for hours in range(36, 90, 8):
        look(hours)
    assert (entry_of(gone).gone_at is None, entry_of(there).gone_at) == (False, None)
    graph.api.stream.restore(str(entry_of(gone).media_id), NOW)
    assert look(100).shown == [gone]


def test_a_post_that_no_longer_mentions_us_counts_as_missing(graph: RunningGraphApi, look: Look) -> None:
    number = mentioned(graph, caption="Der Dom")
    assert look().missing == [number]


def test_mentions_that_may_not_be_asked_for_keep_no_other_post_waiting(graph: RunningGraphApi, look: Look) -> None:
    waiting, other = mentioned(graph, due=-9), posted(graph)
    graph.faults.add(kind="error", code=10, where=f"/{USER_ID}", times=None)
    report = look()
    assert (report.asked, report.ended is None) == (2, False)
    assert (row_of(waiting).checked_at, row_of(other).checked_at) == (None, NOW)
