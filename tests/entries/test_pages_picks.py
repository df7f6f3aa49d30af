"""What the button of a view makes of the picks in the address."""

from __future__ import annotations

from campaign.entries.picks import Limits, PickState, View, admit, numbers_after, read_numbers, state_of

THREE_TOWNS = Limits(per_ballot=3, per_town=1)
ERFURT_1, ERFURT_2 = View(1, "erfurt"), View(2, "erfurt")
WEIMAR_3, JENA_4, GERA_5 = View(3, "weimar"), View(4, "jena"), View(5, "gera")


def test_a_view_of_a_new_town_is_added() -> None:
    assert state_of(WEIMAR_3, [ERFURT_1], THREE_TOWNS) is PickState.ADD
    assert numbers_after(WEIMAR_3, [ERFURT_1], PickState.ADD) == [1, 3]


def test_a_picked_view_is_taken_out_again() -> None:
    assert state_of(ERFURT_1, [ERFURT_1, WEIMAR_3], THREE_TOWNS) is PickState.REMOVE
    assert numbers_after(ERFURT_1, [ERFURT_1, WEIMAR_3], PickState.REMOVE) == [3]


def test_a_second_view_of_a_town_takes_the_place_of_the_first() -> None:
    picked = [WEIMAR_3, ERFURT_1, JENA_4]
    assert state_of(ERFURT_2, picked, THREE_TOWNS) is PickState.SWAP
    assert numbers_after(ERFURT_2, picked, PickState.SWAP) == [3, 2, 4]


def test_a_fourth_town_finds_the_ballot_full() -> None:
    picked = [ERFURT_1, WEIMAR_3, JENA_4]
    assert state_of(GERA_5, picked, THREE_TOWNS) is PickState.FULL
    assert numbers_after(GERA_5, picked, PickState.FULL) == [1, 3, 4]


def test_two_views_of_a_town_go_together_where_the_rules_allow_it() -> None:
    assert state_of(ERFURT_2, [ERFURT_1], Limits(per_ballot=3, per_town=2)) is PickState.ADD


def test_an_address_with_two_views_of_a_town_keeps_the_earlier_one() -> None:
    assert admit([ERFURT_1, ERFURT_2, WEIMAR_3], THREE_TOWNS) == [ERFURT_1, WEIMAR_3]


def test_an_address_with_too_many_views_keeps_the_first_ones() -> None:
    assert admit([ERFURT_1, WEIMAR_3, JENA_4, GERA_5], THREE_TOWNS) == [ERFURT_1, WEIMAR_3, JENA_4]


def test_numbers_are_read_once_and_in_order_and_nonsense_is_left_out() -> None:
    values = ["7", "x", "7", "-3", "0", "12", "", "٣", "99999999999", "5"]
    assert read_numbers(values, limit=10) == [7, 12, 5]
    assert read_numbers(["1", "2", "3", "4"], limit=3) == [1, 2, 3]
