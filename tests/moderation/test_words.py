"""Reasons, marked captions, and towns that somebody types."""

from __future__ import annotations

import pytest

from campaign.errors import InvalidInput
from campaign.moderation.marking import mark_words
from campaign.moderation.reasons import REASONS, Reason, check_text, parse_reason, text_for
from campaign.towns.choices import chosen_town, town_choices
from tests.factories import ERFURT, WEIMAR

UNKNOWN = "kennen wir nicht. Nimm die Stadt oder Gemeinde in Thüringen, zu der der Ort gehört."


def test_every_reason_has_words_for_the_desk_and_for_entrants_in_both_languages() -> None:
    assert list(REASONS) == list(Reason)
    assert [reason for reason, words in REASONS.items() if not (words.label and words.de and words.en)] == []
    assert text_for(Reason.DUPLICATE, "de") == "Dieses Foto nimmt schon am Wettbewerb teil."
    assert text_for(Reason.DUPLICATE, "en") == "This photo takes part in the contest already."


def test_an_unknown_reason_names_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_reason("ugly")
    assert str(refusal.value).startswith("Wähl einen Grund aus: not_a_view, no_town,") is True


def test_another_reason_needs_words() -> None:
    with pytest.raises(InvalidInput):
        check_text(Reason.OTHER, "  ")
    assert check_text(Reason.OTHER, " Wasserzeichen ") == "Wasserzeichen"
    assert check_text(Reason.QUALITY, " ") is None


def test_words_beyond_five_hundred_characters_are_refused() -> None:
    with pytest.raises(InvalidInput):
        check_text(Reason.QUALITY, "x" * 501)


def test_the_words_that_decided_are_marked_in_any_case_and_the_longest_first() -> None:
    assert mark_words("Abend in ERFURT, am Erfurter Dom", ["Erfurt", "Erfurter Dom"]) == [
        ("Abend in ", False),
        ("ERFURT", True),
        (", am ", False),
        ("Erfurter Dom", True),
    ]


def test_a_caption_stays_whole_whatever_is_marked() -> None:
    caption = "<b>a.b</b> a+b (a|b)"
    pieces = mark_words(caption, ["a+b", "", "(a|b)"])
    assert "".join(text for text, _ in pieces) == caption
    assert [text for text, marked in pieces if marked] == ["a+b", "(a|b)"]


def test_without_evidence_or_caption_nothing_is_marked() -> None:
    assert mark_words("Erfurt", []) == [("Erfurt", False)]
    assert mark_words("", ["Erfurt"]) == []


def test_all_601_municipalities_can_be_chosen_by_labels_of_their_own() -> None:
    labels = [one.label for one in town_choices()]
    assert (len(labels), len(set(labels)), labels[0]) == (601, 601, "Erfurt")
    assert [chosen_town(one.label) for one in town_choices()] == [one.ags for one in town_choices()]


@pytest.mark.parametrize(
    ("typed", "ags"),
    [("Weimar", WEIMAR), (" weimar ", WEIMAR), (ERFURT, ERFURT), ("erf", ERFURT), ("Suhl", "16054000")],
)
def test_a_town_is_found_by_name_key_or_a_beginning_that_only_one_has(typed: str, ags: str) -> None:
    assert chosen_town(typed) == ags


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Muehlhausen", "Mühlhausen/Thüringen"),
        ("Zella Mehlis", "Zella-Mehlis"),
        ("99084 Erfurt", "Erfurt"),
        ("Stadt Weimar", "Weimar"),
        ("Erfurt-Bischleben", "Erfurt"),
        ("Vieselbach", "Erfurt"),
        ("Manebach", "Ilmenau"),
        ("Gräfenroda", "Geratal"),
        ("Apfelstädt", "Nesse-Apfelstädt"),
        ("Paulinzella", "Königsee"),
        ("Heiligenstadt", "Heilbad Heiligenstadt"),
        ("Langensalza", "Bad Langensalza"),
        ("Tabarz", "Bad Tabarz"),
        ("Wartburg", "Eisenach"),
    ],
)
def test_a_village_a_short_name_and_other_spellings_mean_their_town(typed: str, name: str) -> None:
    assert {one.ags: one.label for one in town_choices()}[chosen_town(typed)] == name


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" ", "Welcher Ort ist es? Tipp seinen Namen ein."),
        ("Leipzig", f"„Leipzig“ {UNKNOWN}"),
        ("Königssee", f"„Königssee“ {UNKNOWN}"),
        ("Jena oder Weimar", f"„Jena oder Weimar“ {UNKNOWN}"),
        ("Frankenhausen", "Was meinst du mit „Frankenhausen“: Bad Frankenhausen/Kyffhäuser? Schreib den Namen"),
        ("Frankenhain", "Was meinst du mit „Frankenhain“: Geratal? Schreib den Namen der Gemeinde."),
        ("Elxleben", "Das passt zu mehreren Orten: "),
    ],
)
def test_what_is_no_single_town_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        chosen_town(typed)
    assert str(refusal.value).startswith(sentence) is True
