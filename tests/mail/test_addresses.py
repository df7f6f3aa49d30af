"""Which addresses we take, and which of them are the same person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import InvalidInput
from campaign.mail.addresses import canonical, parse_address

SAME = [
    ("anna@example.com", "ANNA@Example.COM"),
    ("anna@example.com", "anna+stadt@example.com"),
    ("anna@example.com", "anna+a+b@example.com"),
    ("anna.muster@gmail.com", "annamuster@gmail.com"),
    ("anna.muster@gmail.com", "a.n.n.a.muster+x@googlemail.com"),
    ("anna@müller.de", "anna@xn--mller-kva.de"),
    ("anna@MÜLLER.de", "Anna@müller.DE"),
    ("  anna@web.de ", "anna@web.de"),
]
DIFFERENT = [
    ("anna.muster@web.de", "annamuster@web.de"),
    ("anna@gmx.de", "anna@gmx.net"),
    ("anna@strasse.de", "anna@straße.de"),
    ("anna@mail.gmail.com", "anna@gmail.com"),
    ("anna@muller.de", "anna@müller.de"),
    ("anna-1@web.de", "anna-2@web.de"),
    ("+anna@web.de", "+berta@web.de"),
]
WRONG = ["", "anna", "anna@", "@web.de", "anna@web", "anna@@web.de", "a b@web.de", "anna@localhost", "änna@web.de"]

local_parts = st.from_regex(r"[a-zA-Z0-9]{1,8}([.+_-][a-zA-Z0-9]{1,8}){0,3}", fullmatch=True)
domains = st.sampled_from(
    ["web.de", "gmx.de", "gmail.com", "googlemail.com", "müller.de", "straße.de", "strasse.de", "x.y.example.com"]
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_mailbox_are_one_person(one: str, other: str) -> None:
    assert parse_address(one).canonical == parse_address(other).canonical


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_mailboxes_are_different_people(one: str, other: str) -> None:
    assert parse_address(one).canonical != parse_address(other).canonical


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_address_is_refused_kindly(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_address(text)
    assert str(refused.value) == (
        "Das ist keine E-Mail-Adresse, an die wir schreiben können. Prüf bitte die Schreibweise."
    )


def test_a_line_break_cannot_smuggle_a_second_recipient_in() -> None:
    with pytest.raises(InvalidInput):
        parse_address("anna@web.de\nBcc: berta@web.de")


def test_the_mail_goes_to_the_address_as_it_was_typed() -> None:
    assert parse_address("Anna.M+stadt@Müller.de").deliverable == "Anna.M+stadt@xn--mller-kva.de"


def test_domains_for_tests_are_taken() -> None:
    assert parse_address("anna@mail.test").canonical == "anna@mail.test"


@given(local_parts, domains)
def test_the_canonical_form_is_its_own(local: str, domain: str) -> None:
    found = parse_address(f"{local}@{domain}")
    assert canonical(found.canonical) == found.canonical


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except InvalidInput:
        return
    assert canonical(found.canonical) == found.canonical


@given(local_parts, domains, domains)
def test_addresses_of_different_domains_are_never_merged(local: str, one: str, other: str) -> None:
    google = {"gmail.com", "googlemail.com"}
    merged = parse_address(f"{local}@{one}").canonical == parse_address(f"{local}@{other}").canonical
    assert merged == (one == other or {one, other} == google)
