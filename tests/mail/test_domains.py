"""Domains: whose they are, and which give away addresses that nobody keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from disposable_email_domains import blocklist

from campaign.errors import InvalidInput
from campaign.mail import domains, reachable
from campaign.mail.addresses import parse_address
from campaign.mail.domains import is_disposable, list_version, registrable_domain
from campaign.sections import MailSettings

GERMAN = (Path(__file__).parent / "german_providers.txt").read_text(encoding="utf-8").split()
KIND = "Wegwerf-Adressen nehmen wir nicht an. Nimm bitte eine Adresse, die du auch morgen noch hast."


def test_every_disposable_domain_and_whatever_is_below_it_is_known() -> None:
    variants = [f"{below}{domain}" for domain in blocklist for below in ("", "mail.", "a.b-c.")]
    assert (len(blocklist) > 8_000, [domain for domain in variants if not is_disposable(domain)]) == (True, [])


def test_no_german_provider_is_taken_for_a_disposable_one() -> None:
    assert (len(set(GERMAN)) >= 200, [domain for domain in GERMAN if is_disposable(domain)]) == (True, [])


@pytest.mark.parametrize(
    "domain", ["kein-mailinator.de", "mailinator.com.example.org", "com", "", "de", "xn--mller-kva.de"]
)
def test_a_domain_that_only_looks_like_one_is_taken(domain: str) -> None:
    assert is_disposable(domain) is False


def test_a_slip_in_the_list_refuses_nobody_below_a_common_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domains, "blocklist", {"co.uk", "dynv6.net", "spam.co.uk"})
    refused = [name for name in ("anna.co.uk", "anna.dynv6.net", "x.spam.co.uk") if is_disposable(name)]
    assert refused == ["x.spam.co.uk"]


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("web.de", "web.de"),
        ("mail.uni-jena.de", "uni-jena.de"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("anna.dynv6.net", "anna.dynv6.net"),
        ("x.xn--mller-kva.de", "xn--mller-kva.de"),
        ("com", "com"),
        ("a.test", "a.test"),
    ],
)
def test_a_domain_belongs_to_whoever_registered_it(domain: str, registered: str) -> None:
    assert registrable_domain(domain) == registered


def test_the_list_has_a_name_that_the_rules_can_hold() -> None:
    assert re.fullmatch(r"disposable-email-domains \d+\.\d+\.\d+ sha256:[0-9a-f]{64}", list_version())


def test_a_disposable_address_is_refused_with_one_sentence() -> None:
    with pytest.raises(InvalidInput) as refused:
        reachable.check_reachable(parse_address("anna@Mail.Mailinator.com"), MailSettings())
    assert str(refused.value) == KIND


def test_the_dns_is_asked_only_when_the_configuration_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(reachable, "has_mail_host", lambda domain: bool(asked.append(domain)))
    address = parse_address("anna@Müller.de")
    reachable.check_reachable(address, MailSettings())
    assert asked == []
    with pytest.raises(InvalidInput) as refused:
        reachable.check_reachable(address, MailSettings(check_domains=True))
    sentence = "Bei dieser Adresse kommen keine Mails an. Prüf bitte, was hinter dem @ steht."
    assert (asked, str(refused.value)) == (["xn--mller-kva.de"], sentence)
