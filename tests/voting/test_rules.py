"""What a ballot may hold and until when it may be confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import CampaignError, Gone, InvalidInput, NotFound, NotOpen
from campaign.voting.lifecycle import BallotStatus
from campaign.voting.rules import (
    BallotLimits,
    PickFacts,
    RequestFacts,
    check_confirmable,
    check_open,
    check_picks,
    confirmable_until,
)

CLOSE = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
LIMITS = BallotLimits(per_ballot=3, per_town=1)


@dataclass(frozen=True)
class Dates:
    collect_from: datetime = CLOSE - timedelta(days=30)
    collect_until: datetime = CLOSE
    vote_from: datetime = CLOSE - timedelta(days=30)
    vote_until: datetime = CLOSE
    counts_hidden_from: datetime | None = None
    publish_at: datetime = CLOSE + timedelta(days=7)


def facts(
    *, status: BallotStatus = BallotStatus.REQUESTED, tries: int = 0, sent: datetime | None = None
) -> RequestFacts:
    return RequestFacts(status, tries, sent)


def picks(*towns: str) -> list[PickFacts]:
    return [PickFacts(number, town, is_public=True) for number, town in enumerate(towns, 1)]


def test_three_picks_of_three_towns_make_a_ballot() -> None:
    check_picks(picks("16051000", "16055000", "16053000"), LIMITS)


def test_a_second_pick_from_the_same_town_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_picks(picks("16051000", "16051000"), LIMITS)
    assert str(refused.value) == "Zwei Bilder sind aus derselben Stadt. Nimm eines heraus: jede Stadt nur einmal."


def test_where_two_picks_of_a_town_are_allowed_the_third_is_refused() -> None:
    limits = BallotLimits(per_ballot=4, per_town=2)
    check_picks(picks("16051000", "16051000", "16055000"), limits)
    with pytest.raises(InvalidInput) as refused:
        check_picks(picks("16051000", "16051000", "16051000"), limits)
    assert str(refused.value) == "Aus einer Stadt dürfen höchstens 2 Bilder auf den Stimmzettel. Nimm welche heraus."


def test_an_entry_that_is_not_public_is_refused_by_its_number() -> None:
    with pytest.raises(NotFound) as refused:
        check_picks([PickFacts(7, "16051000", is_public=False)], LIMITS)
    assert str(refused.value) == "Das Bild 7 steht nicht zur Wahl. Nimm ein anderes."


def test_an_entry_without_a_town_is_refused() -> None:
    with pytest.raises(NotFound):
        check_picks([PickFacts(7, None, is_public=True)], LIMITS)


def test_an_empty_ballot_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_picks([], LIMITS)
    assert str(refused.value) == "Dein Stimmzettel ist leer. Such dir erst einen Blick aus."


@given(
    st.lists(
        st.builds(PickFacts, st.integers(1, 6), st.sampled_from(["a", "b", "c", None]), st.booleans()), max_size=6
    ),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_a_ballot_is_taken_exactly_when_every_limit_holds(
    picked: list[PickFacts], per_ballot: int, per_town: int
) -> None:
    towns = Counter(pick.town_ags for pick in picked)
    fits = (
        1 <= len(picked) <= per_ballot
        and len({pick.number for pick in picked}) == len(picked)
        and all(pick.is_public and pick.town_ags for pick in picked)
        and max(towns.values(), default=0) <= per_town
    )
    try:
        check_picks(picked, BallotLimits(per_ballot, per_town))
    except CampaignError:
        assert not fits
    else:
        assert fits


def test_ballots_are_asked_for_from_the_first_moment_of_the_vote_until_before_its_last() -> None:
    check_open(Dates(), Dates().vote_from)
    check_open(Dates(), CLOSE - timedelta(microseconds=1))
    with pytest.raises(NotOpen, match="hat noch nicht begonnen"):
        check_open(Dates(), Dates().vote_from - timedelta(microseconds=1))
    with pytest.raises(NotOpen, match="ist vorbei"):
        check_open(Dates(), CLOSE)


def test_a_pin_is_valid_for_48_hours_from_the_sending_of_its_mail() -> None:
    sent = CLOSE - timedelta(days=10)
    check_confirmable(facts(sent=sent), Dates(), sent + timedelta(hours=48, microseconds=-1))
    with pytest.raises(Gone, match="ist abgelaufen"):
        check_confirmable(facts(sent=sent), Dates(), sent + timedelta(hours=48))


def test_a_pin_does_not_age_while_its_mail_waits() -> None:
    check_confirmable(facts(sent=None), Dates(), CLOSE - timedelta(seconds=1))


def test_a_request_made_before_the_close_can_be_confirmed_for_24_hours_after_it() -> None:
    sent = CLOSE - timedelta(minutes=1)
    check_confirmable(facts(sent=sent), Dates(), CLOSE + timedelta(hours=24, microseconds=-1))
    with pytest.raises(NotOpen, match="bis 24 Stunden nach dem Schluss"):
        check_confirmable(facts(sent=sent), Dates(), CLOSE + timedelta(hours=24))


def test_a_mail_sent_after_the_close_does_not_prolong_the_24_hours() -> None:
    assert confirmable_until(facts(sent=CLOSE + timedelta(hours=20)), Dates()) == CLOSE + timedelta(hours=24)


def test_the_sixth_wrong_pin_ends_a_request() -> None:
    check_confirmable(facts(tries=5), Dates(), CLOSE - timedelta(days=1))
    with pytest.raises(Gone, match="Sechsmal war die PIN falsch"):
        check_confirmable(facts(tries=6), Dates(), CLOSE - timedelta(days=1))


def test_a_confirmed_ballot_gives_its_receipt_even_when_the_pin_is_old() -> None:
    old = facts(status=BallotStatus.COUNTED, sent=CLOSE - timedelta(days=20))
    check_confirmable(old, Dates(), CLOSE + timedelta(days=3))
