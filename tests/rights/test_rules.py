"""A hashtag is not a licence: what a grant allows, of which picture, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from campaign.entries.uses import NO_END, Use
from campaign.errors import InvalidInput
from campaign.rights.models import GrantStatus
from campaign.rights.rules import allowed_until, check_end, check_grant, check_uses, covers, end_of_term
from tests.factories import NOW

SHOWN, OTHER, BLURRED = "a" * 64, "b" * 64, "c" * 64
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Grant:
    status: str = "granted"
    uses: Sequence[str] = ("web", "print", "press")
    pictures: Sequence[str] = (SHOWN,)
    wording_version: str = "2026-2"
    expires_at: datetime | None = None


def allows(grant: Grant, use: Use, shown: Sequence[str], now: datetime) -> bool:
    until = allowed_until([grant], use, shown)
    return until is not None and now < until


def test_a_photo_without_a_grant_may_not_be_shown() -> None:
    assert allowed_until([], Use.WEB, [SHOWN]) is None


@pytest.mark.parametrize("status", [one for one in GrantStatus if one is not GrantStatus.GRANTED])
def test_a_grant_that_is_not_in_force_allows_nothing(status: GrantStatus) -> None:
    assert [allows(Grant(status), use, [SHOWN], NOW) for use in Use] == [False] * len(Use)


def test_one_grant_in_force_is_enough_beside_older_ones() -> None:
    assert allowed_until([Grant("revoked"), Grant(), Grant("declined")], Use.WEB, [SHOWN]) == NO_END


def test_a_grant_allows_what_it_names_and_nothing_else() -> None:
    assert [use for use in Use if allows(Grant(), use, [SHOWN], NOW)] == [Use.WEB, Use.PRINT, Use.PRESS]


def test_a_grant_ends_at_its_very_moment() -> None:
    ending = Grant(expires_at=NOW)
    assert [allows(ending, Use.WEB, [SHOWN], NOW + step) for step in (-timedelta(microseconds=1), 0 * DAY)] == [
        True,
        False,
    ]


def test_of_several_grants_the_longest_counts_for_each_use() -> None:
    grants = [Grant(expires_at=NOW + DAY), Grant(uses=("web",), expires_at=NOW + 2 * DAY)]
    assert [allowed_until(grants, use, [SHOWN]) for use in (Use.WEB, Use.PRINT)] == [NOW + 2 * DAY, NOW + DAY]


@pytest.mark.parametrize(
    ("pictures", "shown", "covered"),
    [
        ((SHOWN,), [SHOWN], True),
        ((OTHER, SHOWN), [SHOWN], True),
        ((OTHER,), [SHOWN], False),
        ((), [SHOWN], True),
        ((), [], True),
        ((SHOWN,), [], False),
    ],
)
def test_a_grant_is_about_the_pictures_that_stood_there_when_it_was_given(
    pictures: Sequence[str], shown: Sequence[str], covered: bool
) -> None:
    assert covers(Grant(pictures=pictures), shown) is covered


@pytest.mark.parametrize(
    ("version", "pictures", "covered"),
    [
        ("2026-2", (SHOWN,), True),
        ("2026-2", (), True),
        ("2026-2", (OTHER,), False),
        ("2026-1", (SHOWN,), False),
        ("2026-1", (), False),
        ("2026-1", (BLURRED,), True),
    ],
)
def test_a_blurred_copy_is_allowed_with_its_picture_where_the_wording_allows_blurring(
    version: str, pictures: Sequence[str], covered: bool
) -> None:
    grant = Grant(wording_version=version, pictures=pictures)
    assert covers(grant, [BLURRED, SHOWN]) is covered


def test_a_copy_of_a_blurred_copy_is_allowed_with_the_first_picture() -> None:
    assert covers(Grant(), ["d" * 64, BLURRED, SHOWN]) is True


@pytest.mark.parametrize(
    ("published", "end"),
    [
        (datetime(2026, 7, 7, 16, tzinfo=UTC), datetime(2031, 7, 7, 16, tzinfo=UTC)),
        (datetime(2028, 2, 29, 16, tzinfo=UTC), datetime(2033, 2, 28, 16, tzinfo=UTC)),
    ],
)
def test_the_wording_holds_for_five_years_after_the_contest(published: datetime, end: datetime) -> None:
    assert end_of_term(published) == end


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


def test_uses_stand_in_their_order_each_once() -> None:
    assert check_uses([Use.PRESS, Use.WEB, Use.PRESS]) == [Use.WEB, Use.PRESS]


def test_a_grant_for_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_uses([])
    assert str(refusal.value) == "Wofür gilt die Erlaubnis? Kreuz mindestens eine Verwendung an."


@pytest.mark.parametrize("until", [NOW, NOW - DAY])
def test_a_grant_that_has_ended_already_is_refused(until: datetime) -> None:
    with pytest.raises(InvalidInput):
        check_end(until, NOW)
