"""The one text that stands for values: the same for the same, another for others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.staff.chain import canonical, digest, digest_of_set

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers() | TEXTS
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
MAPPINGS = st.dictionaries(TEXTS, VALUES, max_size=5)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def kinds(value: Any) -> Any:
    """A value beside its type: to Python True is 1."""
    if isinstance(value, dict):
        return {key: kinds(one) for key, one in value.items()}
    return [kinds(one) for one in value] if isinstance(value, list) else (type(value).__name__, value)


@given(MAPPINGS, st.randoms())
def test_the_order_of_the_keys_changes_nothing(values: dict[str, Any], random: Any) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(values)


@given(MAPPINGS, MAPPINGS)
def test_two_values_have_the_same_text_only_when_they_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = kinds(one) == kinds(other)
    assert (canonical(one) == canonical(other), digest(one) == digest(other)) == (same, same)


@given(MAPPINGS, TEXTS, VALUES, VALUES)
def test_one_other_value_is_another_text(values: dict[str, Any], key: str, one: Any, other: Any) -> None:
    same = kinds(one) == kinds(other)
    assert (canonical({**values, key: one}) == canonical({**values, key: other})) is same


@given(MOMENTS, ZONES)
def test_a_moment_has_one_text_in_whatever_zone_it_is_written(moment: datetime, zone: timezone) -> None:
    assert canonical([moment.astimezone(zone)]) == canonical([moment])


@given(MOMENTS, MOMENTS)
def test_two_moments_have_two_texts(one: datetime, other: datetime) -> None:
    assert (canonical([one]) == canonical([other])) is (one == other)


@given(MAPPINGS, TEXTS)
def test_a_column_that_comes_later_changes_no_digest_and_one_that_is_emptied_does(
    values: dict[str, Any], key: str
) -> None:
    values.pop(key, None)
    assert digest_of_set({**values, key: None}) == digest_of_set(values)
    assert (digest_of_set({**values, key: ""}) == digest_of_set(values)) is False


def test_letters_stay_letters_and_what_a_database_may_hold_has_a_text() -> None:
    assert canonical({"ü": "Größe 🏰", "a": b"\xff", "d": date(2026, 6, 15)}) == (
        '{"a":"bytes:ff","d":"2026-06-15","ü":"Größe 🏰"}'
    )


def test_what_has_no_one_text_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        canonical([datetime(2026, 6, 15)])  # noqa: DTZ001
    with pytest.raises(TypeError, match="set has no one text"):
        canonical([{1, 2}])
