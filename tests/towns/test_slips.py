"""Misspelt names: one letter is forgiven, two are not."""

from hypothesis import assume, given
from hypothesis import strategies as st

from campaign.towns.slips import SHORTEST, meant_name, slip_keys

NAMES = ["rudolstadt", "schmalkalden", "muehlhausen", "hildburghausen"]
KEYS = slip_keys(NAMES)
NAME = st.sampled_from(NAMES)
LETTER = st.sampled_from("abcdefghijklmnopqrstuvwxyz")


@given(NAME, st.data())
def test_a_letter_that_is_missing_is_forgiven(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 1))
    assert meant_name(name[:at] + name[at + 1 :], KEYS) == name


@given(NAME, LETTER, st.data())
def test_a_letter_too_many_is_forgiven(name: str, letter: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name)))
    assert meant_name(name[:at] + letter + name[at:], KEYS) == name


@given(NAME, LETTER, st.data())
def test_a_wrong_letter_is_forgiven(name: str, letter: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 1))
    assume(name[at] != letter)
    assert meant_name(name[:at] + letter + name[at + 1 :], KEYS) == name


@given(NAME, st.data())
def test_two_swapped_letters_are_forgiven(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 2))
    assume(name[at] != name[at + 1])
    assert meant_name(name[:at] + name[at + 1] + name[at] + name[at + 2 :], KEYS) == name


def test_two_slips_are_too_many() -> None:
    assert [meant_name(word, KEYS) for word in ("rudlstdt", "rudxlstaxt", "urdolstdat")] == [None, None, None]


def test_a_right_name_is_no_slip_and_a_choice_is_none() -> None:
    assert meant_name("rudolstadt", KEYS) is None
    assert meant_name("altenbergg", slip_keys(["altenberg", "altenburgg"])) is None


def test_short_words_are_never_taken_for_a_name() -> None:
    assert slip_keys(["weimar"]) == {}
    assert meant_name("weimer", KEYS) is None
    assert len("eisenach") == SHORTEST
