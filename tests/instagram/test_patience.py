"""Hosts that do not answer and pictures that take long end the search, each at its own measure."""

from __future__ import annotations

from campaign.instagram.patience import MAX_IN_A_ROW, MAX_SLOW_SECONDS, SILENT_HOST, SLOW_SECONDS, TOO_LONG, Patience


def test_a_host_that_is_silent_several_times_in_a_row_is_not_asked_again_and_others_are() -> None:
    patience = Patience()
    for _ in range(MAX_IN_A_ROW):
        assert patience.refusal("a") is None
        patience.note("a", answered=False)
    assert (patience.refusal("a"), patience.refusal("b")) == (SILENT_HOST, None)


def test_an_answer_in_between_begins_the_count_anew() -> None:
    patience = Patience()
    for _ in range(3):
        for _ in range(MAX_IN_A_ROW - 1):
            patience.note("a", answered=False)
        patience.note("a", answered=True)
    assert patience.refusal("a") is None


def test_slow_pictures_use_up_a_passs_time_and_quick_ones_never_do() -> None:
    patience = Patience()
    for _ in range(10_000):
        patience.spend(SLOW_SECONDS)
    assert patience.refusal("a") is None
    patience.spend(MAX_SLOW_SECONDS - 1)
    assert patience.refusal("a") is None
    patience.spend(SLOW_SECONDS + 1)
    assert (patience.refusal("a"), patience.refusal("b")) == (TOO_LONG, TOO_LONG)
