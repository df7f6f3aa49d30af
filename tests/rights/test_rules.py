"""A hashtag is not a licence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from campaign.errors import InvalidInput
from campaign.rights.models import GrantStatus
from campaign.rights.rules import check_grant, may_show


@dataclass(frozen=True)
class Grant:
    status: str


def test_a_photo_without_a_grant_may_not_be_shown() -> None:
    assert may_show([]) is False


@pytest.mark.parametrize("status", [one for one in GrantStatus if one is not GrantStatus.GRANTED])
def test_a_grant_that_is_not_in_force_lets_nothing_be_shown(status: GrantStatus) -> None:
    assert may_show([Grant(status)]) is False


def test_one_grant_in_force_is_enough_beside_older_ones() -> None:
    assert may_show([Grant("revoked"), Grant("granted"), Grant("declined")]) is True


def test_name_and_proof_are_kept_without_spaces_around_them() -> None:
    assert check_grant(" Anna ", " Kommentar vom 3. Mai\n") == ("Anna", "Kommentar vom 3. Mai")


@pytest.mark.parametrize(
    ("by", "proof", "sentence"),
    [
        (" ", "Mail", "Wer hat die Erlaubnis gegeben? Trag den Namen ein, der beim Foto stehen soll."),
        ("Anna", "", "Womit lässt sich die Erlaubnis belegen? Trag ein, wo und wann sie kam."),
        ("A" * 101, "Mail", "Der Name ist zu lang. Kürze ihn auf 100 Zeichen."),
    ],
)
def test_a_grant_without_name_or_proof_is_refused(by: str, proof: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_grant(by, proof)
    assert str(refusal.value) == sentence
