"""Which change the button of a view makes to the picks that an address carries (`?bild=N&bild=M`)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class PickState(enum.StrEnum):
    """What choosing a view would do to the ballot in hand."""

    ADD = "add"
    REMOVE = "remove"
    SWAP = "swap"
    FULL = "full"


@dataclass(frozen=True)
class View:
    """A view as a ballot knows it: its public number and the key of its town."""

    number: int
    town: str


@dataclass(frozen=True)
class Limits:
    """Picks that a ballot may hold, altogether and of one town."""

    per_ballot: int
    per_town: int


def read_numbers(values: Iterable[str], limit: int) -> list[int]:
    """Return the numbers among the values of an address, each once, in order, at most `limit`."""
    numbers = dict.fromkeys(int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10)
    return [number for number in numbers if number][:limit]


def admit(picked: Sequence[View], limits: Limits) -> list[View]:
    """Return the picks that the limits admit; of two views of one town the earlier one stays."""
    admitted: list[View] = []
    for view in picked:
        same_town = sum(other.town == view.town for other in admitted)
        if len(admitted) < limits.per_ballot and same_town < limits.per_town:
            admitted.append(view)
    return admitted


def state_of(view: View, picked: Sequence[View], limits: Limits) -> PickState:
    """Return what choosing the view would do."""
    if view in picked:
        return PickState.REMOVE
    if sum(other.town == view.town for other in picked) >= limits.per_town:
        return PickState.SWAP
    return PickState.FULL if len(picked) >= limits.per_ballot else PickState.ADD


def numbers_after(view: View, picked: Sequence[View], state: PickState) -> list[int]:
    """Return the numbers on the ballot once the change is made; a swap takes the earliest of the town's places."""
    numbers = [other.number for other in picked]
    if state is PickState.ADD:
        return [*numbers, view.number]
    if state is PickState.REMOVE:
        return [number for number in numbers if number != view.number]
    if state is PickState.SWAP:
        place = next(place for place, other in enumerate(picked) if other.town == view.town)
        return [*numbers[:place], view.number, *numbers[place + 1 :]]
    return numbers
