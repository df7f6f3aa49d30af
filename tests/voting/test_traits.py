"""What is kept of an address tells addresses apart and never tells the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.voting.traits import AddressTraits, oddness_of, registrable, shape_of, traits_of
from tests.voting.casts import fingerprint


def traits(address: str, mx: str = "") -> AddressTraits:
    local, _, domain = address.partition("@")
    return traits_of(local, domain, mx, fingerprint)


@pytest.mark.parametrize(
    ("local", "shape"),
    [
        ("anna.meier", "a4.a5"),
        ("sonne4711", "a5 94"),
        ("anna1980", "a4 9y"),
        ("a3f", "a1 91 a1"),
        ("max_m-12345678", "a3_a1-98"),
        ("dampfschifffahrtskapitaen", "a13"),
    ],
)
def test_a_shape_keeps_runs_and_separators(local: str, shape: str) -> None:
    assert shape_of(local) == shape


def test_spellings_that_differ_in_digits_dots_and_tags_share_a_stem() -> None:
    stems = {
        traits(f"{local}@web.de").stem_key for local in ("anna.meier", "annameier7", "a.n.n.a.meier", "Anna-Meier+x")
    }
    assert len(stems) == 1
    assert traits("anna.meier@gmx.de").stem_key not in stems
    assert traits("anne.meier@web.de").stem_key not in stems


def test_a_slip_in_a_vowel_leaves_the_skeleton() -> None:
    assert traits("annameier@web.de").skeleton_key == traits("anne.maier99@web.de").skeleton_key
    assert traits("annameier@web.de").skeleton_key != traits("peter.koch@web.de").skeleton_key


def test_the_domains_of_a_provider_have_its_name_and_others_none() -> None:
    assert {traits(f"a@{domain}").provider for domain in ("gmx.de", "gmx.net")} == {"gmx"}
    assert traits("a@stadt-weimar.de").provider == ""


def test_subdomains_and_mail_hosts_count_as_what_was_registered() -> None:
    assert [registrable(name) for name in ("a.b.example.de", "example.de", "x.example.co.uk")] == [
        "example.de",
        "example.de",
        "example.co.uk",
    ]
    one, other = traits("a@x.example.de", "mx1.host.net"), traits("a@y.example.de", "mx2.host.net")
    assert (one.domain_key, one.mx_key) == (other.domain_key, other.mx_key)
    assert traits("a@example.de").mx_key == ""


@pytest.mark.parametrize(
    "local", ["anna.mueller", "peterschmidt1980", "sabine_koch", "familie.becker", "sonnenblume77"]
)
def test_names_and_words_are_not_odd(local: str) -> None:
    assert oddness_of(local) < 30


@pytest.mark.parametrize(
    "local", ["xkqjvbzt", "qwertz", "asdfgh12", "m4r1a.k0ch", "ztluhcs.retep", "a3f9c2e1", "bdfgkl"]
)
def test_noise_walks_on_the_keyboard_and_names_read_backwards_are_odd(local: str) -> None:
    assert oddness_of(local) >= 70


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=30))
def test_any_text_has_traits(local: str, domain: str) -> None:
    found = traits_of(local, domain, "", fingerprint)
    assert 0 <= found.oddness <= 100
    assert len(found.shape) <= 40
    assert {len(key) for key in (found.domain_key, found.stem_key, found.skeleton_key)} == {16}
