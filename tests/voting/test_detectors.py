"""What each detector holds and what it lets pass, in batches small enough to be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.voting.detection.timing import even_runs
from campaign.voting.detectors import WINDOW, Cast, Facts, ReasonClass, Thresholds, find
from tests.voting.casts import FACTS, HOME, NOON, NOW, PROVIDERS, a_cast, a_name, found, held, people

CROWD = people(1500, 10_000)


def spread(number: int) -> timedelta:
    """Moments without a rhythm, within six hours."""
    return timedelta(seconds=Random(number).uniform(0, 6 * 3600))


def fakes(addresses: list[str], **changes: object) -> list[Cast]:
    return [
        a_cast(number, address, **{"asked": NOON + spread(number), **changes})
        for number, address in enumerate(addresses, 1)
    ]


def test_usual_days_hold_nobody() -> None:
    assert held(CROWD) == {}


def test_people_of_a_small_contest_are_not_compared_with_numbered_addresses() -> None:
    honest = [replace(one, picks=(1 + one.id % 3,), towns=(HOME[1 + one.id % 3],)) for one in people(90, 1000)]
    numbered = fakes([f"stimme{number}@gmx.de" for number in range(30)])
    taken = held([*honest, *numbered])
    assert set[int]().union(*taken.values()) == {one.id for one in numbered}


def test_nothing_cast_holds_nothing() -> None:
    assert found([]) == []


def test_addresses_that_differ_in_a_number_are_a_sequence() -> None:
    series = fakes([f"sonnenkind{number}@gmx.de" for number in range(20)])
    assert held([*CROWD, *series])[ReasonClass.SEQUENCE] == {cast.id for cast in series}


def test_three_of_a_family_name_are_no_sequence() -> None:
    family = fakes(["anna.meier1980@gmx.de", "peter.meier1978@gmx.de", "meier.lisa@gmx.de", "anna.meier@gmx.de"])
    assert held([*CROWD, *family]) == {}


def test_letters_drawn_by_lot_are_a_pattern_of_the_entry_they_vote_for() -> None:
    rng = Random(2)
    lots = fakes(["".join(rng.choice("bcdfghjkqxz") for _ in range(8)) + "@web.de" for _ in range(40)])
    assert held([*CROWD, *lots])[ReasonClass.PATTERN] == {cast.id for cast in lots}


def test_a_mark_that_all_entries_share_is_no_pattern() -> None:
    rng = Random(2)
    lots = ["".join(rng.choice("bcdfghjkqxz") for _ in range(8)) + "@web.de" for _ in range(400)]
    everywhere = [replace(cast, picks=(1 + cast.id % 40,)) for cast in fakes(lots)]
    assert ReasonClass.PATTERN not in held([*CROWD, *everywhere])


def test_a_network_that_wants_one_entry_with_addresses_unlike_people_is_held() -> None:
    rng = Random(3)
    lots = ["".join(rng.choice("bcdfghjkqxz") for _ in range(7)) + "@gmail.com" for _ in range(30)]
    cluster = fakes(lots, network="one")
    assert held([*CROWD, *cluster])[ReasonClass.NETWORK] == {cast.id for cast in cluster}
    allowed = replace(FACTS, allowed_networks=frozenset({"one"}))
    assert ReasonClass.NETWORK not in held([*CROWD, *cluster], allowed)


def test_a_network_of_people_passes_even_when_they_want_the_same_entry() -> None:
    house = people(60, 1, seed=5, network="house", picks=(1,))
    assert held([*CROWD, *house]) == {}


def test_one_network_alone_does_not_send_three_hundred_for_one_entry() -> None:
    many = people(320, 1, seed=5, network="house", picks=(1,))
    assert held([*CROWD, *many])[ReasonClass.NETWORK] == {cast.id for cast in many}


def test_a_club_passes_and_a_domain_of_drawn_letters_does_not() -> None:
    rng = Random(4)
    club = fakes([f"{a_name(rng)}@bergfreunde-apolda.de" for _ in range(100)])
    assert held([*CROWD, *club]) == {}
    drawn = fakes(["".join(rng.choice("bcdfghjkqxz") for _ in range(8)) + "@freemail.site" for _ in range(40)])
    assert held([*CROWD, *drawn])[ReasonClass.DOMAIN] == {cast.id for cast in drawn}


def test_several_domains_at_one_mail_server_that_want_the_same_entry_are_held() -> None:
    rng = Random(4)
    names = [f"{a_name(rng)}@wir{number % 4}.de" for number in range(80)]
    server = fakes(["x@server.example"])[0].traits.mx_key
    sisters = [replace(cast, traits=replace(cast.traits, mx_key=server)) for cast in fakes(names)]
    assert held([*CROWD, *sisters])[ReasonClass.MAIL_SERVER] == {cast.id for cast in sisters}
    assert ReasonClass.MAIL_SERVER not in held([*CROWD, *fakes(names)])


def test_ballots_every_eleven_seconds_are_held_and_people_are_not() -> None:
    rng = Random(5)
    addresses = [f"{a_name(rng)}@gmx.de" for _ in range(25)]
    macro = [
        a_cast(number, address, asked=NOON + timedelta(seconds=11 * number + rng.uniform(0, 1)))
        for number, address in enumerate(addresses, 1)
    ]
    assert held([*CROWD, *macro])[ReasonClass.TIMING] >= {cast.id for cast in macro}
    assert ReasonClass.TIMING not in held([*CROWD, *macro[:19]])


def test_a_run_is_even_when_its_distances_vary_less_than_the_bound() -> None:
    even = [10.0 * number for number in range(20)]
    assert even_runs(even, range(20), 20, 0.3) == set(range(20))
    assert even_runs(even[:19], range(19), 20, 0.3) == set()
    assert even_runs([0.0] * 30, range(30), 20, 0.3) == set()
    # Distances of 5 and 15 in turn vary by half their mean.
    uneven = [20.0 * (number // 2) + 5 * (number % 2) for number in range(40)]
    assert even_runs(uneven, range(40), 20, 0.3) == set()


def test_ballots_in_lock_step_are_held_when_they_do_not_look_like_people() -> None:
    rng = Random(6)
    together = fakes([f"stern{rng.randrange(1000, 1900)}@gmx.de" for _ in range(40)], picks=(1, 22))
    # One of the crowd has chosen the same two, and is held with them for people to decide.
    same = {cast.id for cast in [*CROWD, *together] if {1, 22} <= set(cast.picks)}
    assert {cast.id for cast in together} <= held([*CROWD, *together])[ReasonClass.PAIR] <= same
    letter = people(60, 1, seed=8, picks=(1, 22))
    assert held([*CROWD, *letter]) == {}


def test_a_leap_between_one_and_five_at_night_is_held() -> None:
    rng = Random(7)
    night = fakes([f"{a_name(rng)}@gmx.de" for _ in range(40)])
    night = [replace(cast, at=NOON + timedelta(hours=12) + spread(cast.id) / 3) for cast in night]
    assert held([*CROWD, *night])[ReasonClass.NIGHT] == {cast.id for cast in night}


def test_an_evening_that_lasts_until_after_one_is_no_leap_of_the_night() -> None:
    rng = Random(7)
    evening = fakes([f"{a_name(rng)}@gmx.de" for _ in range(160)])
    evening = [replace(cast, at=NOON + timedelta(hours=8, minutes=rng.expovariate(1 / 80))) for cast in evening]
    assert ReasonClass.NIGHT not in held([*CROWD, *evening])


def test_a_surge_of_people_is_a_notice_that_holds_nobody() -> None:
    rng = Random(9)
    addresses = [f"{a_name(rng)}@{rng.choice(PROVIDERS)}" for _ in range(150)]
    rush = [
        a_cast(number, address, asked=NOON + spread(number) / 6, waited=25 + rng.expovariate(1 / 90))
        for number, address in enumerate(addresses, 1)
    ]
    notices = [one for one in found([*CROWD, *rush]) if one.reason is ReasonClass.SHARE]
    assert [(one.ids, one.evidence["entry"]) for one in notices] == [(frozenset(), 1)]
    assert held([*CROWD, *rush]) == {}


def test_a_town_with_more_ballots_than_inhabitants_is_a_notice() -> None:
    small = replace(FACTS, inhabitants={"town1": 100})
    notices = [one for one in found(CROWD, small) if one.reason is ReasonClass.CEILING]
    assert [(one.ids, one.evidence["town"], one.evidence["inhabitants"]) for one in notices] == [
        (frozenset(), "town1", 100)
    ]


def test_a_scanner_is_held_and_a_person_without_gesture_is_not() -> None:
    quick = a_cast(1, "anna.meier@gmx.de", waited=3.0, hints=frozenset({"no_gesture"}))
    slow = a_cast(2, "lisa.koch@gmx.de", waited=30.0, hints=frozenset({"no_gesture"}))
    hasty = a_cast(3, "otto.wolf@gmx.de", waited=3.0)
    network = a_cast(4, "paul.beck@gmx.de", hints=frozenset({"scanner_network"}))
    assert held([*CROWD, quick, slow, hasty, network]) == {ReasonClass.SCANNER: {1, 4}}


def test_ballots_of_more_than_three_days_ago_and_of_later_are_left_alone() -> None:
    series = fakes([f"sonnenkind{number}@gmx.de" for number in range(20)])
    for moved in (-WINDOW - timedelta(hours=6), WINDOW):
        casts = [replace(cast, at=cast.at + moved) for cast in series]
        assert find([*CROWD, *casts], FACTS, Thresholds(), NOW) == found(CROWD)


def test_evidence_is_fit_for_a_page() -> None:
    series = fakes([f"sonnenkind{number}@gmx.de" for number in range(30)])
    for one in found([*CROWD, *series]):
        json.dumps(one.evidence)
        assert one.period[0] <= one.period[1]


def test_thresholds_are_canonical_json_by_detector() -> None:
    text = Thresholds().canonical_json()
    rules = json.loads(text)
    assert json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    assert rules["timing"] == {"run": 20, "variation": 0.3}
    assert Thresholds(timing_run=25).canonical_json() != text


SERIES = fakes([f"sonnenkind{number}@gmx.de" for number in range(25)], network="one")
BATCH = [*CROWD, *SERIES]
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(st.integers(0, 10**9))
def test_the_order_of_ballots_does_not_matter(seed: int) -> None:
    mixed = list(BATCH)
    Random(seed).shuffle(mixed)
    assert found(mixed) == found(BATCH)


@FEW
@given(st.integers(0, 10_000), st.integers(0, 400))
def test_more_people_elsewhere_release_nobody(seed: int, count: int) -> None:
    more = people(count, 50_000, seed=seed, picks=(7, 18))
    before = set().union(*held(BATCH).values())
    assert set().union(*held([*BATCH, *more]).values()) >= before


@FEW
@given(st.sets(st.sampled_from(range(len(BATCH)))))
def test_only_ballots_of_the_batch_are_found(places: set[int]) -> None:
    batch = [BATCH[place] for place in places]
    ids = {cast.id for cast in batch}
    assert all(one.ids <= ids for one in found(batch))


@pytest.mark.parametrize("town", [None, {}])
def test_a_ballot_for_an_entry_that_lost_its_town_is_looked_at_like_others(town: dict[int, str] | None) -> None:
    facts = Facts(inhabitants={}, towns=town or {})
    assert held(BATCH, facts)[ReasonClass.SEQUENCE] == {cast.id for cast in SERIES}
