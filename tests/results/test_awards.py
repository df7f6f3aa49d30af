"""Who is crowned."""

from __future__ import annotations

from campaign.results.awards import Award, AwardKind, award
from campaign.results.standings import CountingRule, EntryFigures, rank_entries, rank_towns, town_figures


def awards_of(
    *entries: tuple[int, str, int, int], ballots: int = 50, minimum: int = 20
) -> list[tuple[AwardKind, str | None, str, int | None, int, bool]]:
    """Awards for entries given as (number, town, population, picks)."""
    figures = [
        EntryFigures(number, f"16{population:06}", name, population, picks, ballots)
        for number, name, population, picks in entries
    ]
    rule = CountingRule(minimum_ballots=minimum)
    given = award(rank_towns(town_figures(figures), rule), rank_entries(figures))
    return [(one.kind, one.size_class, one.name, one.number, one.picks, one.shared) for one in given]


def test_each_size_class_crowns_its_first_town_and_its_best_view() -> None:
    found = awards_of(
        (1, "Erfurt", 214000, 9), (2, "Erfurt", 214000, 5), (3, "Ummerstadt", 470, 4), (4, "Gera", 93000, 12)
    )
    assert found == [
        (AwardKind.TOWN, "0-5000", "Ummerstadt", None, 4, False),
        (AwardKind.TOWN_ENTRY, "0-5000", "Ummerstadt", 3, 4, False),
        (AwardKind.TOWN, "20001-", "Erfurt", None, 14, False),
        (AwardKind.TOWN_ENTRY, "20001-", "Erfurt", 1, 9, False),
        (AwardKind.ENTRY, None, "Gera", 4, 12, False),
    ]


def test_towns_that_stay_equal_share_the_crown() -> None:
    found = awards_of((1, "Weida", 8100, 6), (2, "Greiz", 19000, 6))
    assert [row for row in found if row[0] is AwardKind.TOWN] == [
        (AwardKind.TOWN, "5001-20000", "Greiz", None, 6, True),
        (AwardKind.TOWN, "5001-20000", "Weida", None, 6, True),
    ]


def test_views_with_equal_picks_share_the_award() -> None:
    found = awards_of((7, "Jena", 110000, 3), (2, "Jena", 110000, 3), (5, "Jena", 110000, 1))
    assert [row[1:] for row in found if row[0] is AwardKind.ENTRY] == [
        (None, "Jena", 2, 3, True),
        (None, "Jena", 7, 3, True),
    ]


def test_a_class_below_the_minimum_has_no_winner_but_the_best_view_may_be_there() -> None:
    assert awards_of((1, "Suhl", 36000, 5), ballots=19) == [(AwardKind.ENTRY, None, "Suhl", 1, 5, False)]


def test_no_pick_no_award() -> None:
    assert awards_of((1, "Suhl", 36000, 0), ballots=0, minimum=0) == []


def test_an_award_names_its_town() -> None:
    one = Award(AwardKind.TOWN, "0-5000", "16069056", "Ummerstadt", None, 4, shared=False)
    assert (one.ags, one.name) == ("16069056", "Ummerstadt")
