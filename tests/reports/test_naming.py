"""Which picture somebody means: numbers, addresses of ours in any form, and what is kindly refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.reports.naming import Kind, Named, read_picture

SITE = "https://blick.example.org"
NUMBERS = st.integers(1, 2**31 - 1)
QUERIES = st.sampled_from(
    ["", "?bild=3&bild=9", "?utm_source=x#oben", "#blick-7", "?bild=https://elsewhere.example/bild/1"]
)
SPACES = st.text(" \t\n\u200b\u00a0", max_size=3)


@given(
    NUMBERS,
    st.sampled_from(["{}", "#{}", "# {}", "Nr. {}", "Bild {}", "bild nr. {}", "No. {}", "Foto Nummer {}", "{}."]),
    SPACES,
)
def test_a_number_is_read_however_it_is_written(number: int, form: str, around: str) -> None:
    assert read_picture(around + form.format(number) + around, SITE) == Named(Kind.NUMBER, number)


@given(
    NUMBERS,
    st.sampled_from(
        [
            "https://blick.example.org",
            "http://blick.example.org",
            "https://www.blick.example.org",
            "HTTPS://BLICK.example.org",
            "blick.example.org",
            "www.blick.example.org",
            "",
        ]
    ),
    st.sampled_from(["/bild/{}", "/en/bild/{}", "/bild/{}/"]),
    QUERIES,
)
def test_an_address_of_ours_is_read_in_both_languages_with_whatever_hangs_on_it(
    number: int, host: str, path: str, query: str
) -> None:
    assert read_picture(f"{host}{path.format(number)}{query}", SITE) == Named(Kind.NUMBER, number)


@given(
    NUMBERS,
    st.sampled_from(
        [
            "blick.example.org.evil.example",
            "evil.example",
            "blick.example.com",
            "xblick.example.org",
            "blick.example.org:8443",
            "blick.example.org@evil.example",
        ]
    ),
)
def test_an_address_of_another_host_is_no_picture_of_ours(number: int, host: str) -> None:
    assert read_picture(f"https://{host}/bild/{number}", SITE) == Named(Kind.FOREIGN)


@pytest.mark.parametrize(
    "path", ["", "/", "/galerie", "/orte/erfurt", "/bild/", "/bild/abc", "/bild/7/mehr", "/en/galerie?bild=7"]
)
def test_another_page_of_ours_shows_several_pictures(path: str) -> None:
    assert read_picture(f"{SITE}{path}", SITE) == Named(Kind.OTHER_PAGE)


def test_a_file_and_a_post_are_known_by_their_names() -> None:
    name = "ab" * 32 + ".webp"
    assert read_picture(f"{SITE}/bilder/{name}", SITE) == Named(Kind.FILE, name=name)
    post = Named(Kind.POST, name="C8xYz12AbCd")
    assert read_picture("https://www.instagram.com/p/C8xYz12AbCd/?igsh=x", SITE) == post
    assert read_picture("instagram.com/reel/C8xYz12AbCd", SITE) == post


@pytest.mark.parametrize("typed", ["0", "99999999999", "-3", "1.5", "der Dom", "sieben", "http://[", "7 oder 8"])
def test_what_names_no_picture_is_unreadable(typed: str) -> None:
    assert read_picture(typed, SITE) == Named(Kind.UNREADABLE)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", '""'])
def test_nothing_is_asked_for_again(typed: str) -> None:
    assert read_picture(typed, SITE) == Named(Kind.EMPTY)


@given(st.text(max_size=300) | st.from_regex(r"https?://[a-z.:@\[\]/0-9]{0,40}", fullmatch=True))
def test_any_text_has_an_answer(typed: str) -> None:
    named = read_picture(typed, SITE)
    assert (named.kind is Kind.NUMBER) is (named.number > 0)
    assert (named.kind in (Kind.FILE, Kind.POST)) is bool(named.name)


@given(NUMBERS)
def test_a_port_of_ours_is_ours(number: int) -> None:
    site = "http://127.0.0.1:8000"
    assert read_picture(f"{site}/bild/{number}", site) == Named(Kind.NUMBER, number)
    assert read_picture(f"127.0.0.1:8000/bild/{number}", site) == Named(Kind.NUMBER, number)
    assert read_picture(f"http://127.0.0.1:8001/bild/{number}", site) == Named(Kind.FOREIGN)
