"""Legal hints: which words raise a question, which only look like it, and that each hint says why."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.entries.hints import BY_DRONE, FACES, IN_TEXT, RULES, Cause, Hint, HintKind, hints_of, kinds_of
from tests.entries.captions import CAPTIONS
from tests.entries.held_out_captions import HELD_OUT

# Seconds of the processor; measured are 0.00009.
COST = 0.0002
ORDER = [kind.value for kind in HintKind]


@pytest.mark.parametrize(("caption", "kinds"), CAPTIONS)
def test_a_caption_raises_the_questions_that_a_careful_moderator_would_ask(caption: str, kinds: str) -> None:
    assert kinds_of(caption) == sorted(kinds.split(), key=ORDER.index)


def test_on_captions_that_the_words_were_not_chosen_for_few_hints_are_wrong_and_few_are_missed() -> None:
    right = wrong = missed = 0
    for caption, kinds in HELD_OUT:
        wanted, found = set(kinds.split()), set(kinds_of(caption))
        right, wrong, missed = right + len(wanted & found), wrong + len(found - wanted), missed + len(wanted - found)
    assert (right / (right + wrong) >= 0.9, right / (right + missed) >= 0.9) == (True, True)


def test_a_hint_names_the_words_as_they_were_written() -> None:
    said = hints_of("Selfie mit der DJI Mini, danach noch ein SELFIE und Drohnenflug")
    assert said == [
        Hint(HintKind.PEOPLE, (Cause(IN_TEXT, "„Selfie“, „SELFIE“"),)),
        Hint(HintKind.DRONE, (Cause(IN_TEXT, "„DJI“, „Drohnenflug“"),)),
    ]


def test_what_was_seen_in_the_picture_is_said_as_well() -> None:
    assert hints_of("Selfie", faces=2, drone="DJI") == [
        Hint(HintKind.PEOPLE, (Cause(FACES, "2"), Cause(IN_TEXT, "„Selfie“"))),
        Hint(HintKind.DRONE, (Cause(BY_DRONE, "DJI"),)),
    ]
    assert hints_of("Stille", faces=0, drone=None) == []


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(HintKind)
    assert Hint(HintKind.DRONE, ()).rule.endswith("(§ 59 UrhG; BGH, I ZR 67/23).")


@given(st.text(max_size=2200))
def test_any_caption_can_be_read(caption: str) -> None:
    kinds = kinds_of(caption)
    assert kinds == [kind for kind in ORDER if kind in kinds]
    assert all(cause.words for hint in hints_of(caption) for cause in hint.causes)


def test_reading_a_caption_costs_a_pass_next_to_nothing() -> None:
    captions = [f"{one} #schoensterblick #thueringen #heimat" for one, _ in (*CAPTIONS, *HELD_OUT)]
    spent = []
    for _ in range(5):
        start = time.process_time()
        for caption in captions:
            kinds_of(caption)
        spent.append((time.process_time() - start) / len(captions))
    assert min(spent) < COST
