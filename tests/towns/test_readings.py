"""What a name means in its sentence: the town of the picture, a remark in passing, or no town at all."""

import pytest

from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.resolver import build_index, resolve

INDEX = build_index(load_gazetteer())
ERFURT, GERA, JENA, SUHL, WEIMAR = "16051000", "16052000", "16053000", "16054000", "16055000"
APOLDA, ARNSTADT, EISENACH, GOTHA, KAHLA = "16071001", "16070004", "16063105", "16067029", "16074044"
RUDOLSTADT, SEITENRODA = "16073076", "16074089"


def _ags(caption: str) -> str | None:
    return resolve(caption, INDEX, "schönsterblick").ags


@pytest.mark.parametrize(
    "caption",
    [
        "Herr Gotha hat uns geführt",
        "Familie Apolda wünscht frohe Ostern",
        "Foto: Peter Erfurt",
        "Hochzeit von Jena & Tom",
        "Anna und Jena auf dem Spielplatz",
    ],
)
def test_a_person_is_no_town(caption: str) -> None:
    assert _ags(caption) is None


def test_a_saint_before_a_town_is_no_first_name() -> None:
    assert _ags("St. Michael Jena") == JENA


@pytest.mark.parametrize(
    "caption",
    [
        "Weimar Porzellan auf Omas Tisch",
        "Erfurter Blumenkohl aus dem Garten",
        "Mühlhäuser Pflaumenmus",
        "Erfurter Straße voll gesperrt",
        "Gothaer hat bezahlt",
        "#nordhäuser",
        "Objektiv aus Jena",
        "Made in Jena",
    ],
)
def test_goods_and_streets_are_no_town(caption: str) -> None:
    assert _ags(caption) is None


@pytest.mark.parametrize("caption", ["Nordhausen (Baden)", "Heiligenstadt in Wien", "Weimar, Hessen"])
def test_a_town_that_the_text_puts_into_another_land_is_not_ours(caption: str) -> None:
    assert _ags(caption) is None


@pytest.mark.parametrize(
    ("caption", "ags"),
    [
        ("besser als Weimar: Apolda", APOLDA),
        ("In Erfurt ist es schöner als in Weimar", ERFURT),
        ("Nicht Weimar, nicht Erfurt: Jena", JENA),
        ("Der Markt von Arnstadt, nicht der in Erfurt", ARNSTADT),
        ("Vergiss Leipzig, Erfurt ist schöner", ERFURT),
    ],
)
def test_a_place_that_is_only_compared_or_denied_loses(caption: str, ags: str) -> None:
    assert _ags(caption) == ags


@pytest.mark.parametrize(
    ("caption", "ags"),
    [
        ("Blick von der Leuchtenburg auf Kahla", KAHLA),
        ("Kahla und im Hintergrund die Leuchtenburg", KAHLA),
        ("Unterhalb der Leuchtenburg liegt Kahla im Nebel", KAHLA),
        ("Die Leuchtenburg bei Kahla", SEITENRODA),
        ("Südlich von Weimar: Bad Berka", "16071003"),
        ("Gruß aus Suhl an meine Oma in Erfurt", SUHL),
        ("Am Montag in Leipzig, jetzt wieder zurück in Gera", GERA),
        ("Ich arbeite in Erfurt, aber wohnen tu ich in Arnstadt", ARNSTADT),
        ("Tagesausflug von Kassel nach Eisenach", EISENACH),
    ],
)
def test_of_several_places_the_one_in_the_picture_wins(caption: str, ags: str) -> None:
    assert _ags(caption) == ags


@pytest.mark.parametrize(
    "caption",
    [
        "Filialen in Gotha, Erfurt und Arnstadt",
        "Berlin – Leipzig – Weimar – Nürnberg",
        "Auf dem Weg von Jena nach Weimar",
        "Baustellen rund um Erfurt",
        "Grüße nach Erfurt",
        "Vorfreude auf Weimar",
        "Ich will zurück nach Weimar",
        "Kann mir jemand ein Café in Weimar empfehlen?",
        "Kommt ihr morgen zum Konzert nach Gera?",
        "Der Fluss heißt Gera, die Stadt auch",
        "#erfurt #leipzig",
    ],
)
def test_lists_ways_and_wishes_name_no_town(caption: str) -> None:
    assert _ags(caption) is None


def test_a_sight_beside_its_town_outweighs_another_town() -> None:
    assert _ags("Früher in Weimar, heute in Gotha: Schloss Friedenstein") == GOTHA


@pytest.mark.parametrize(
    ("caption", "ags"),
    [
        ("Tiefurter Schlosspark", WEIMAR),
        ("Kirmes in Vieselbach", ERFURT),
        ("Nohra bei Weimar", "16071103"),
        ("Nohra", None),
        ("Ilfeld im Harz", "16062065"),
    ],
)
def test_villages_stand_for_their_municipality(caption: str, ags: str | None) -> None:
    assert _ags(caption) == ags


@pytest.mark.parametrize(
    ("caption", "ags"),
    [("Neustadt", None), ("Neustadt, Blick auf die Orla", "16075073"), ("Tanna im Vogtland", "16075132")],
)
def test_a_word_beside_a_doubtful_name_settles_it(caption: str, ags: str | None) -> None:
    assert _ags(caption) == ags


@pytest.mark.parametrize(
    ("hashtag", "ags"),
    [
        ("#erfurtistbunt", ERFURT),
        ("#lovelyerfurt", ERFURT),
        ("#jenaerphilharmonie", JENA),
        ("#weimaraner", None),
        ("#weimarerklassik", None),
        ("#altenburgerland", None),
        ("#kleinerfurt", None),
        ("#ilmenauradweg", None),
    ],
)
def test_a_hashtag_may_begin_or_end_with_a_town(hashtag: str, ags: str | None) -> None:
    assert _ags(hashtag) == ags


@pytest.mark.parametrize(
    ("caption", "ags"),
    [
        ("Rudolfstadt im Schnee", RUDOLSTADT),
        ("Arnstdat bei Nacht", ARNSTADT),
        ("#rudolstatd", RUDOLSTADT),
        ("Wir sahen Rudolfstadt", None),
        ("In Eisenbach", None),
        ("Meinungen?", None),
        ("Am Königssee", None),
    ],
)
def test_one_slip_of_the_pen_is_forgiven_with_a_second_hint(caption: str, ags: str | None) -> None:
    assert _ags(caption) == ags


@pytest.mark.parametrize(
    ("caption", "ags"),
    [
        ("Der Ilmenauer Teich", "16070029"),
        ("Loipe gespurt, Oberhof ruft", "16066047"),
        ("Wer findet, dass Gera hässlich ist? Der Marktplatz jedenfalls nicht", GERA),
        ("Kaulsdorf, Schloss Eichicht", "16073038"),
    ],
)
def test_a_doubtful_name_needs_only_a_second_sign(caption: str, ags: str) -> None:
    assert _ags(caption) == ags


def test_hyphens_and_spaces_of_every_kind_are_the_same() -> None:
    for written in ("Zella\u2011Mehlis", "Zella\u2010Mehlis", "Zella  Mehlis", "Zella\u00a0Mehlis", "Zella-Mehlis"):
        assert _ags(f"Blick auf {written}") == "16066092"


@pytest.mark.parametrize(
    "word",
    ["Grüssen", "Preussen", "Göttern", "Satzungen", "Brunn", "Opitz", "Hambach", "Rasa", "Schoten", "Drogen", "Rosa"],
)
@pytest.mark.parametrize("frame", ["{} am Morgen", "Blick auf {}", "#{}"])
def test_words_and_places_elsewhere_that_look_like_villages_stay_silent(word: str, frame: str) -> None:
    assert _ags(frame.format(word)) is None
