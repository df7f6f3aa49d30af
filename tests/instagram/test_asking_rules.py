"""What is asked, what counts as an answer, and how often a question may go out."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.answers import HOUR, Answer, is_account, is_by_creator, may_ask, read_answer, write_question
from tests.factories import NOW

RULES = "https://blick.example/teilnahmebedingungen"


@pytest.mark.parametrize(
    "text",
    [
        "@schoenster.blick #ja",
        "schoenster.blick #YES please!",
        "Klar, #Ja.",
        "(#ja)",
        "#ja#erfurt",
        "#erfurt#ja",
        "＃ja",
        "Sehr gern! @schoenster.blick #ja 🌇❤️ <3",
        "Von Herzen gerne, liebe Grüße #ja",
        "@schoenster.blick @freundin #yes of course, thank you so much!",
    ],
)
def test_the_hashtag_ja_or_yes_is_a_yes(text: str) -> None:
    assert read_answer(text, "schoenster.blick") is Answer.YES


@pytest.mark.parametrize(
    "text",
    [
        "@schoenster.blick was bedeutet #ja genau?",
        "@schoenster.blick soll ich jetzt #ja schreiben?",
        "@schoenster.blick #ja aber nur wenn ihr mich fragt",
        "@schoenster.blick #ja, das könnt ihr vergessen",
        "@schoenster.blick #ja für 100 €",
        "@schoenster.blick #ja 50%",
        "@schoenster.blick #yes if you pay me",
        "@schoenster.blick #yes?",
        "@schoenster.blick #yes 🤔",
        "@schoenster.blick #ja 👎",
        "@schoenster.blick #ja ❓",
        "schoenster.blick.fake #ja",
    ],
)
def test_a_yes_in_a_question_or_with_a_condition_decides_nothing(text: str) -> None:
    assert read_answer(text, "schoenster.blick") is Answer.UNCLEAR


@pytest.mark.parametrize("text", ["#nein, löscht es bitte, ja?", "@schoenster.blick #no you may not", "100 mal #nein"])
def test_a_no_counts_in_any_words(text: str) -> None:
    assert read_answer(text) is Answer.NO


@pytest.mark.parametrize(
    ("commenter", "owner", "counts"),
    [
        ("anna", None, True),
        ("Anna.Neu", None, True),
        ("berta", None, False),
        ("berta", "berta", True),
        ("anna", "berta", False),
    ],
)
def test_the_account_that_has_the_post_now_is_its_creators(commenter: str, owner: str | None, counts: bool) -> None:
    assert is_by_creator(commenter, owner, ("anna", "anna.neu")) is counts


@pytest.mark.parametrize("text", ["@schoenster.blick #nein", "#No thanks", "lieber #NEIN, danke"])
def test_the_hashtag_nein_or_no_is_a_no(text: str) -> None:
    assert read_answer(text) is Answer.NO


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ja",
        "@schoenster.blick ja, gerne",
        "#jahr",
        "#jajaja",
        "#jazz",
        "#ja_klar",
        "#nö",
        "#november",
        "Antworte „#ja“ oder „#nein“",
        "#ja#nein",
        "#yes oder doch #no",
        "nicht #ja",
        "das ist kein #ja",
        "don't #yes",
        "# ja",
        "a#ja",
        "https://example.org/#ja",
        "&#ja",
        "#j\u200ba",
    ],
)
def test_everything_else_decides_nothing(text: str) -> None:
    assert read_answer(text) is Answer.UNCLEAR


@given(st.text())
def test_no_text_without_the_hashtags_is_an_answer(text: str) -> None:
    answer = read_answer(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not any(tag in plain for tag in ("#ja", "#yes", "#nein", "#no")):
        assert answer is Answer.UNCLEAR


words = st.lists(st.sampled_from(["danke", "gern", "@schoenster.blick", "#erfurt", "🌇", "…", "lg"]), max_size=5)


@given(words, words, st.sampled_from(["#ja", "#Yes", "#NEIN", "#no"]), st.sampled_from([" ", "\n", " – ", ", "]))
def test_an_answer_is_found_wherever_it_stands(before: list[str], after: list[str], tag: str, gap: str) -> None:
    expected = Answer.YES if tag.casefold() in ("#ja", "#yes") else Answer.NO
    assert read_answer(gap.join([*before, tag, *after])) is expected


@given(words, st.permutations(["#ja", "#no"]), words)
def test_yes_and_no_at_once_decide_nothing(before: list[str], both: list[str], after: list[str]) -> None:
    assert read_answer(" ".join([*before, *both, *after])) is Answer.UNCLEAR


def question(number: int) -> str:
    return write_question(number, "lichtbild.anna", "schoenster.blick", RULES)


@given(st.integers(1, 2**31 - 1))
def test_a_question_names_the_person_the_entry_the_conditions_and_both_answers(number: int) -> None:
    text = question(number)
    for part in ("@lichtbild.anna", str(number), RULES):
        assert part in text
    for answer in ("#ja", "#nein", "#yes", "#no"):
        assert f"@schoenster.blick {answer}" in text
    german, english = text.split("\n")
    assert "dein Foto" in german
    assert "photo" in english
    assert len(text) <= 2200


def test_no_two_questions_have_the_same_words() -> None:
    numbers = range(1, 1001)
    assert len({question(number) for number in numbers}) == len(numbers)
    assert len({question(number).replace(str(number), "") for number in numbers}) >= 20


def test_our_own_question_is_no_answer() -> None:
    assert {read_answer(question(number)) for number in range(60)} == {Answer.UNCLEAR}


@pytest.mark.parametrize(
    ("name", "fits"),
    [("lichtbild.anna_3", True), ("", False), ("anna und\nberta", False), ("anna @x", False), ("a" * 31, False)],
)
def test_only_what_can_be_an_account_is_written_to(name: str, fits: bool) -> None:
    assert is_account(name) is fits


@given(st.integers(1, 60), st.lists(st.integers(0, 4 * 3600), max_size=300))
def test_no_hour_ever_holds_more_questions_than_allowed_and_they_are_spread(per_hour: int, ticks: list[int]) -> None:
    asked: list[int] = []
    for tick in sorted(ticks):
        now = NOW + timedelta(seconds=tick)
        if may_ask([NOW + timedelta(seconds=second) for second in asked], now, per_hour):
            asked.append(tick)
    for second in asked:
        assert len([other for other in asked if second <= other < second + 3600]) <= per_hour
    assert all(later - earlier >= 3600 / per_hour for earlier, later in pairwise(asked))


def test_after_a_long_pause_one_question_goes_out_and_not_all_that_were_missed() -> None:
    asked = [NOW - timedelta(days=1)]
    assert may_ask(asked, NOW, 6)
    assert not may_ask([*asked, NOW], NOW + timedelta(minutes=9), 6)
    assert may_ask([*asked, NOW], NOW + timedelta(minutes=10), 6)


def test_a_smaller_limit_holds_for_what_was_asked_before_it() -> None:
    asked = [NOW - timedelta(minutes=minutes) for minutes in range(11, 59)]
    assert not may_ask(asked, NOW, 6)


def test_a_clock_that_was_set_back_asks_nothing() -> None:
    assert not may_ask([NOW + HOUR / 2], NOW, 6)
