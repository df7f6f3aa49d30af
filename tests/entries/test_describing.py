"""Alternative texts that are suggested: from the town and the first plain sentence of the caption."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.entries.describing import MAX_LENGTH, plain_text, suggest_alt_text

SUGGESTED = [
    ("Abendlicht über den Dächern", "Blick auf Weimar: Abendlicht über den Dächern"),
    ("Was für ein Abend! 🌇 #weimar #schoensterblick", "Blick auf Weimar: Was für ein Abend!"),
    ("📸 @foto.anna\n#schönsterblick #thüringen", "Blick auf Weimar"),
    (
        "Heute in #weimar an der Ilm.\nDas Schloss spiegelt sich im Wasser 🏰✨ @anna.sieht",
        "Blick auf Weimar: Das Schloss spiegelt sich im Wasser",
    ),
    ("Danke @anna für den Tipp! Nebel liegt im Park.", "Blick auf Weimar: Nebel liegt im Park."),
    ("Am 3. Mai auf der St. Petri Kirche. Und dann Eis.", "Blick auf Weimar: Am 3. Mai auf der St. Petri Kirche."),
    ("𝓦𝓮𝓲𝓶𝓪𝓻 am Morgen 🌄 mehr auf www.beispiel.de", "Blick auf Weimar"),
    ("𝓦𝓮𝓲𝓶𝓪𝓻 am Morgen 🌄\nMehr auf https://beispiel.de/bild", "Blick auf Weimar: Weimar am Morgen"),
    ("＃weimar ＠anna", "Blick auf Weimar"),
    ("Golden hour over the old town 🇩🇪 → so calm", "Blick auf Weimar: Golden hour over the old town so calm"),
    ("Gera ❤️ Der Markt im Regen", "Blick auf Weimar: Gera Der Markt im Regen"),
    ("Wow", "Blick auf Weimar"),
    ("", "Blick auf Weimar"),
    (None, "Blick auf Weimar"),
]
TOWNS = st.one_of(st.none(), st.sampled_from(["Weimar", "Bad Frankenhausen/Kyffhäuser", "Gera"]))
PIECES = st.sampled_from(
    ["#weimar", "@anna", "🌇", "www.beispiel.de", "Blick vom Turm.", "\n", " ", "\u202e", "\x07", "ＡＢ"]
)
CAPTIONS = st.one_of(st.text(max_size=900), st.lists(PIECES, max_size=60).map("".join))


@pytest.mark.parametrize(("caption", "expected"), SUGGESTED)
def test_a_suggestion_names_the_town_and_says_the_first_plain_sentence(caption: str | None, expected: str) -> None:
    assert suggest_alt_text("Weimar", caption) == expected


def test_without_a_town_the_sentence_stands_alone_and_without_both_there_is_nothing() -> None:
    assert suggest_alt_text(None, "Abend am Fluss #gera") == "Abend am Fluss"
    assert suggest_alt_text(None, "#gera") == ""


def test_a_long_sentence_ends_behind_a_word() -> None:
    text = suggest_alt_text("Jena", "Nebelmeer " * 60)
    assert (len(text) <= MAX_LENGTH, text[-10:]) == (True, "Nebelmeer…")


@given(town=TOWNS, caption=st.one_of(st.none(), CAPTIONS))
@example(town="Weimar", caption="a" * 999)
@example(town="Weimar", caption="Blick " + "b" * 999)
def test_no_suggestion_is_empty_too_long_or_full_of_signs_that_nobody_reads(
    town: str | None, caption: str | None
) -> None:
    text = suggest_alt_text(town, caption)
    kinds = {unicodedata.category(sign) for sign in text}
    assert len(text) <= MAX_LENGTH
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Zl", "Zp"} - ({"So"} if set(text) & set("°©®™") else set())
    assert not set("#@") & set(text)
    assert text.startswith(f"Blick auf {town}" if town else "")


@given(text=st.text(max_size=500))
def test_what_somebody_typed_becomes_one_line(text: str) -> None:
    plain = plain_text(text)
    assert (plain_text(plain), plain.strip(), "\n" in plain) == (plain, plain, False)
    assert not any(unicodedata.category(sign) == "Cc" for sign in plain)
