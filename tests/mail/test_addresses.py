"""Which addresses we take, and which of them are the same person's."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import InvalidInput
from campaign.mail.addresses import canonical, parse_address
from campaign.mail.domains import registrable_domain

TABLE = (Path(__file__).parent / "address_pairs.csv").read_text(encoding="utf-8")
PAIRS = list(csv.DictReader(TABLE.splitlines(), delimiter=";"))
# Domains of providers who document that a name belongs to one account at all of them.
SHARED = [
    {"gmail.com", "googlemail.com"},
    {"icloud.com", "me.com", "mac.com"},
    {"proton.me", "protonmail.com", "protonmail.ch", "pm.me"},
    {"yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"},
    {
        f"posteo.{end}"
        for end in ("de", "net", "com", "us", "ca", "uk", "ie", "es", "at", "ch", "nl", "be", "lu", "me", "eu")
    },
]
WRONG = [
    "",
    "anna",
    "anna@",
    "@web.de",
    "anna@web",
    "anna@@web.de",
    "a b@web.de",
    "anna@localhost",
    "änna@web.de",
    '"anna"@web.de',
    '"a b"@web.de',
    "anna@web..de",
    "anna@-web.de",
    "anna@[192.0.2.1]",
    "anna(stadt)@web.de",
]

local_parts = st.from_regex(r"[a-zA-Z0-9]{1,8}([.+_-][a-zA-Z0-9]{1,8}){0,3}", fullmatch=True)
APART = (
    "web.de gmx.de gmx.net outlook.com müller.de straße.de strasse.de x.y.example.com yahoo.de fastmail.com fastmail.fm"
)
domains = st.sampled_from([*APART.split(), "stadt.fastmail.com", *sorted(set().union(*SHARED))])


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair['one']}|{pair['other']}" for pair in PAIRS])
def test_spellings_of_one_mailbox_are_one_person_and_other_mailboxes_are_not(pair: dict[str, str]) -> None:
    one, other = parse_address(pair["one"]).canonical, parse_address(pair["other"]).canonical
    assert (one == other) == (pair["same"] == "yes"), pair["why"]


def test_the_table_of_pairs_holds_both_kinds() -> None:
    kinds = [pair["same"] for pair in PAIRS]
    assert (kinds.count("yes") >= 30, kinds.count("no") >= 30, set(kinds)) == (True, True, {"yes", "no"})


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
def test_addresses_of_different_domains_are_merged_only_where_their_provider_says_so(
    local: str, one: str, other: str
) -> None:
    merged = parse_address(f"{local}@{one}").canonical == parse_address(f"{local}@{other}").canonical
    assert merged == (one == other or any({one, other} <= shared for shared in SHARED))


@given(local_parts, domains)
def test_a_canonical_form_stays_with_whoever_registered_the_domain(local: str, domain: str) -> None:
    found = parse_address(f"{local}@{domain}")
    before, after = (registrable_domain(text.rpartition("@")[2]) for text in (found.deliverable, found.canonical))
    assert before == after or any({before, after} <= shared for shared in SHARED)
