"""Areas of a picture as somebody draws or types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import InvalidInput
from campaign.pictures.areas import MOST, WHOLE, Area, Shape, as_numbers, box_of, from_numbers, read_areas

ROWS = st.tuples(st.sampled_from(["rectangle", "ellipse", "star", ""]), *[st.text("0123456789.,-e ", max_size=6)] * 4)


def test_percentages_are_read_with_a_point_or_a_comma_and_empty_rows_are_left_out() -> None:
    rows = [("ellipse", "10", "12,5", " 20.25 ", "30"), ("rectangle", "", " ", "", "")]
    assert read_areas(rows) == (Area(Shape.ELLIPSE, 1000, 1250, 2025, 3000),)


def test_what_reaches_over_the_edge_is_cut_off() -> None:
    assert read_areas([("rectangle", "-5", "90", "20", "30")]) == (Area(Shape.RECTANGLE, 0, 9000, 1500, 1000),)


@pytest.mark.parametrize(
    "row",
    [
        ("rectangle", "10", "10", "", "10"),
        ("rectangle", "10", "10", "nan", "10"),
        ("rectangle", "10", "10", "inf", "10"),
        ("star", "10", "10", "10", "10"),
        ("rectangle", "100", "10", "10", "10"),
        ("rectangle", "10", "10", "0.4", "10"),
        ("rectangle", "10", "10", "-10", "10"),
        ("rectangle", "-50", "10", "101", "10"),
    ],
)
def test_what_is_no_part_of_the_picture_is_refused(row: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        read_areas([row])


def test_no_area_and_too_many_areas_are_refused() -> None:
    for rows in ([], [("rectangle", "", "", "", "")], [("rectangle", "1", "1", "5", "5")] * (MOST + 1)):
        with pytest.raises(InvalidInput):
            read_areas(rows)


@given(rows=st.lists(ROWS, max_size=4), size=st.tuples(st.integers(16, 5000), st.integers(16, 5000)))
def test_whatever_is_typed_is_refused_or_lies_inside(rows: list[tuple[str, ...]], size: tuple[int, int]) -> None:
    try:
        areas = read_areas(rows)
    except InvalidInput:
        return
    assert from_numbers(as_numbers(areas)) == areas
    for area in areas:
        left, top, right, bottom = box_of(area, *size)
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert (left * WHOLE <= area.left * size[0], right * WHOLE >= (area.left + area.width) * size[0]) == (
            True,
            True,
        )
