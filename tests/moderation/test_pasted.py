"""Whatever people paste who look for their picture is understood, or explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.codes import ALPHABET
from campaign.moderation.pasted import Kind, Pasted, read_pasted

CODE = "DBs_8-xIaQz"
letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=11, max_size=11)


@pytest.mark.parametrize(
    "text",
    [
        f"https://www.instagram.com/p/{CODE}/",
        f"http://instagram.com/p/{CODE}",
        f"www.instagram.com/p/{CODE}/",
        f"instagram.com/p/{CODE}/?igsh=MzRlODBiNWFlZA==",
        f"https://www.instagram.com/p/{CODE}/?utm_source=ig_web_copy_link&img_index=2",
        f"https://www.instagram.com/anna.sieht/p/{CODE}/",
        f"HTTPS://WWW.INSTAGRAM.COM/p/{CODE}/",
        f"https://instagr.am/p/{CODE}/",
        f"https://m.instagram.com/p/{CODE}/",
        f"https://www.instagram.com/p/{CODE}#comments",
        f"  <https://www.instagram.com/p/{CODE}/>  ",
        f"Schau mal: https://www.instagram.com/p/{CODE}/ gefällt dir das?",
        f"Foto von Anna\nhttps://www.instagram.com/p/{CODE}/?igsh=x\n",
        f"https://l.instagram.com/?u=https%3A%2F%2Fwww.instagram.com%2Fp%2F{CODE}%2F&e=AT0",
        f"https://www.instagram.com/p/{CODE}\u200b/",
        *[f"Mein Bild: https://www.instagram.com/p/{CODE}{sign}" for sign in '.,!)"…;:]'],
        f"(https://www.instagram.com/p/{CODE}), danke",
        f"https://www.instagram.com//p/{CODE}/",
        f"https://www.instagram.com/p/{CODE}%2F",
        CODE,
        "CmNopQrStuV",
    ],
)
def test_the_address_of_a_post_is_understood_in_any_form(text: str) -> None:
    assert read_pasted(text) == Pasted(Kind.POST, CODE if CODE in text else text)


@pytest.mark.parametrize("kind", ["reel", "reels", "tv", "REEL"])
def test_the_address_of_a_film_says_so(kind: str) -> None:
    assert read_pasted(f"https://www.instagram.com/{kind}/{CODE}/?igsh=x") == Pasted(Kind.POST, CODE, is_film=True)


@pytest.mark.parametrize(
    "text",
    [
        "7K3M-9QWT-C4XD-R02H",
        "7k3m 9qwt c4xd ro2h",
        " 7K3M9QWTC4XDR02H\n",
        "Code: 7K3M-9QWT-C4XD-R02H",
        "7K3M-9QWT-C4XD-R02H.",
        "Mein Code ist 7k3m 9qwt c4xd r02h, danke!",
    ],
)
def test_the_code_of_an_upload_is_understood_however_it_is_typed(text: str) -> None:
    assert read_pasted(text) == Pasted(Kind.CODE, "7K3M-9QWT-C4XD-R02H")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.EMPTY),
        (" \n\t", Kind.EMPTY),
        ("\x00", Kind.EMPTY),
        ("https://www.instagram.com/share/p/BAbc123_xY", Kind.SHARE),
        ("https://www.instagram.com/share/reel/BAbc123_xY/", Kind.SHARE),
        ("https://www.instagram.com/stories/anna.sieht/3141592653589793238/", Kind.STORY),
        ("https://www.instagram.com/anna.sieht/", Kind.PROFILE),
        ("instagram.com/anna.sieht?igsh=abc", Kind.PROFILE),
        ("@anna.sieht", Kind.PROFILE),
        ("17", Kind.NUMBER),
        ("#17", Kind.NUMBER),
        ("17912345678901234", Kind.NUMBER),
        ("12345678901", Kind.NUMBER),
        ("https://example.org/p/" + CODE, Kind.ELSEWHERE),
        ("https://evilinstagram.example/p/" + CODE, Kind.ELSEWHERE),
        ("Erfurter Dom", Kind.ELSEWHERE),
        ("Weihnachten", Kind.ELSEWHERE),
        ("Blumenmarkt", Kind.ELSEWHERE),
        ("BERGSTRASSE", Kind.ELSEWHERE),
        ("annaberg123", Kind.ELSEWHERE),
        ("Ach: dann mein Bild drei", Kind.ELSEWHERE),
        ("7K3M-9QWT-C4XD-R02", Kind.ELSEWHERE),
        ("https://www.instagram.com/explore/tags/schoensterblick/", Kind.ELSEWHERE),
    ],
)
def test_what_cannot_be_looked_up_is_told_apart(text: str, kind: Kind) -> None:
    assert read_pasted(text) == Pasted(kind)


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_only_posts_and_codes_have_a_value(text: str) -> None:
    found = read_pasted(text)
    assert bool(found.value) is (found.kind in (Kind.POST, Kind.CODE))


@given(
    letters.filter(lambda one: not one.isdigit()), st.text(max_size=20), st.sampled_from(["p", "reel", "tv", "reels"])
)
def test_what_is_tracked_behind_an_address_changes_nothing(code: str, tracked: str, way: str) -> None:
    found = read_pasted(f"https://www.instagram.com/{way}/{code}/?igsh={tracked}")
    assert (found.kind, found.value) == (Kind.POST, code)


@given(st.text(ALPHABET, min_size=16, max_size=16))
def test_every_code_that_we_mail_is_read_back(plain: str) -> None:
    grouped = "-".join(plain[start : start + 4] for start in range(0, 16, 4))
    assert read_pasted(grouped) == read_pasted(plain.lower()) == Pasted(Kind.CODE, grouped)
