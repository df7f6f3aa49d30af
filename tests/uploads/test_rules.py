"""When photos are taken, and how a file grows out of pieces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import CampaignError, Conflict, Gone, InvalidInput, NotOpen
from campaign.uploads import rules
from campaign.uploads.rules import Announced, RequestFacts, check_announced, check_confirmable, fresh_part, spans
from tests.factories import NOW, make_settings

DIGEST = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> rules.Dates:
    """The dates of the tests' contest."""
    return make_settings(tmp_path_factory.mktemp("data")).contest


def test_photos_are_taken_from_the_first_moment_of_collecting_to_the_last(contest: rules.Dates) -> None:
    second = timedelta(seconds=1)
    open_at = [contest.collect_from, contest.collect_until - second]
    closed_at = [contest.collect_from - second, contest.collect_until]
    for now in open_at:
        rules.check_open(contest, now, uploads=True)
    said = []
    for now in closed_at:
        with pytest.raises(NotOpen) as refused:
            rules.check_open(contest, now, uploads=True)
        said.append(str(refused.value))
    assert said == [rules.TOO_EARLY, rules.TOO_LATE]


def test_where_uploads_are_switched_off_no_moment_is_right(contest: rules.Dates) -> None:
    with pytest.raises(NotOpen) as refused:
        rules.check_open(contest, NOW, uploads=False)
    assert str(refused.value) == rules.NO_UPLOADS


@pytest.mark.parametrize(
    "announced",
    [Announced(DIGEST, 0), Announced(DIGEST, -1), Announced("", 5), Announced(DIGEST.upper(), 5), Announced("../x", 5)],
)
def test_what_is_no_announcement_is_refused(announced: Announced) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_announced(announced, 100)
    assert str(refused.value) == rules.NO_PIECE


def test_a_file_that_is_announced_too_large_is_refused_before_a_byte_of_it() -> None:
    check_announced(Announced(DIGEST, 25_000_000), 25_000_000)
    with pytest.raises(InvalidInput) as refused:
        check_announced(Announced(DIGEST, 25_000_001), 25_000_000)
    assert str(refused.value) == "Die Datei ist größer als 25 MB."


PIECES = st.lists(st.tuples(st.integers(-3, 45), st.integers(0, 20)), max_size=60)


@given(data=st.binary(min_size=1, max_size=40), pieces=PIECES)
def test_pieces_in_any_order_repeated_or_overlapping_give_a_beginning_of_the_file_and_nothing_else(
    data: bytes, pieces: list[tuple[int, int]]
) -> None:
    grown = b""
    for offset, length in pieces:
        piece = data[offset : offset + length] if offset >= 0 else b"x" * length
        fits = len(piece) > 0 and offset >= 0
        if fits and offset <= len(grown):
            grown += piece[fresh_part(len(grown), len(data), offset, len(piece)) :]
            continue
        with pytest.raises(Conflict if fits else InvalidInput):
            fresh_part(len(grown), len(data), offset, len(piece))
    assert data.startswith(grown)


@given(st.binary(min_size=1, max_size=200), st.integers(1, 50), st.data())
def test_whoever_repeats_what_is_missing_gets_the_whole_file_across(
    data: bytes, length: int, draw: st.DataObject
) -> None:
    grown = b""
    while len(grown) < len(data):
        offset = draw.draw(st.integers(0, len(grown)))
        piece = data[offset : max(offset + length, len(grown) + 1)]
        grown += piece[fresh_part(len(grown), len(data), offset, len(piece)) :]
    assert grown == data


@given(st.integers(0, 50), st.integers(1, 50))
def test_a_piece_never_reaches_beyond_the_end_of_its_file(offset: int, beyond: int) -> None:
    with pytest.raises(InvalidInput):
        fresh_part(50, 50, offset, 50 - offset + beyond)


def test_each_piece_begins_where_the_one_before_it_ends() -> None:
    assert (spans([]), spans([5]), spans([5, 9, 10])) == ([], [(0, 5)], [(0, 5), (5, 9), (9, 10)])


@pytest.mark.parametrize(
    ("facts", "after", "error"),
    [
        (RequestFacts(True, 0, None), timedelta(days=3), None),
        (RequestFacts(True, 5, NOW), timedelta(hours=47, minutes=59), None),
        (RequestFacts(True, 0, NOW), timedelta(hours=48), Gone),
        (RequestFacts(True, 6, NOW), timedelta(0), Gone),
        (RequestFacts(True, 0, None), timedelta(days=16), NotOpen),
        (RequestFacts(False, 0, NOW), timedelta(days=30), None),
    ],
)
def test_when_an_upload_can_be_confirmed(
    contest: rules.Dates, facts: RequestFacts, after: timedelta, error: type[CampaignError] | None
) -> None:
    if error is None:
        check_confirmable(facts, contest, NOW + after)
        return
    with pytest.raises(error):
        check_confirmable(facts, contest, NOW + after)


@pytest.mark.parametrize(("size", "small"), [((999, 700), True), ((700, 999), True), ((1000, 20), False)])
def test_a_photo_is_small_when_its_longer_edge_is(size: tuple[int, int], small: bool) -> None:
    assert rules.is_small(*size) is small
