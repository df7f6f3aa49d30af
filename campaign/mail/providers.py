"""What providers say about addresses of theirs that are one mailbox. Pure.

Only what a provider documents (the source stands beside it) merges addresses; where nothing is documented they stay
apart, because a wrong merge takes a vote away from a person. Left apart for that reason, among others: `name-tag` at
Yahoo (some old names hold a hyphen), dots and hyphens at Yandex, equal names at outlook.com and hotmail.com, at
fastmail.com and fastmail.fm, at t-online.de and magenta.de.

A plus begins a tag everywhere: RFC 5233 and the default of the United Kingdom's petitions (alphagov/e-petitions,
app/models/domain.rb). Where servers know no tags, names hold no plus either, and the mail does not arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Provider:
    """A provider and the domains of its addresses.

    `shared`: a name belongs to the same account at all of these domains; the first one stands for them.
    `transparent`: characters of a name that its servers pass over. `subdomains`: `tag@name.domain` is `name@domain`.
    """

    name: str
    domains: tuple[str, ...]
    source: str = ""
    shared: bool = False
    transparent: str = ""
    subdomains: bool = False


_POSTEO = "posteo.de posteo.net posteo.com posteo.us posteo.ca posteo.uk posteo.ie posteo.es posteo.at posteo.ch"

PROVIDERS: Final = (
    Provider(
        "gmail",
        ("gmail.com", "googlemail.com"),
        "support.google.com/mail/answer/7436150 (dots), /10313 (two domains); domains of companies at Google keep dots",
        shared=True,
        transparent=".",
    ),
    Provider(
        "icloud",
        ("icloud.com", "me.com", "mac.com"),
        "support.apple.com/118230: who has a name at an older domain has it at the newer ones, too",
        shared=True,
    ),
    Provider(
        "proton",
        ("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        "proton.me/support/change-username (. _ - are transparent), /addresses-and-aliases (a name is one account's)",
        shared=True,
        transparent="._-",
    ),
    Provider(
        "yandex",
        ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"),
        "yandex.com/support/id/authorization/email.html: the name at all Yandex domains is linked to the account",
        shared=True,
    ),
    Provider(
        "posteo",
        (*_POSTEO.split(), "posteo.nl", "posteo.be", "posteo.lu", "posteo.me", "posteo.eu"),
        "posteo.de/blog, 14 December 2023: only who has a name at one Posteo domain can have it at another",
        shared=True,
    ),
    Provider("fastmail", ("fastmail.com", "fastmail.fm"), "fastmail.help, article 360060591053", subdomains=True),
    Provider("gmx", ("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com"), "newsroom.gmx.net, 31 July 2015: different"),
    Provider("web.de", ("web.de",)),
    Provider("t-online", ("t-online.de", "magenta.de")),
    Provider("freenet", ("freenet.de",)),
    Provider(
        "microsoft",
        ("outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "live.de", "msn.com"),
        "support.microsoft.com: names of the domains are given separately",
    ),
    Provider("yahoo", ("yahoo.com", "yahoo.de", "ymail.com", "rocketmail.com", "aol.com", "aol.de")),
    Provider("mailbox.org", ("mailbox.org",), "kb.mailbox.org: plus begins a tag"),
)

_BY_DOMAIN: Final = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def provider_of(domain: str) -> Provider | None:
    """Return whose domain (ASCII, lower case) it is, or None for one that we know nothing of."""
    return _BY_DOMAIN.get(domain)


def merged(local: str, domain: str) -> tuple[str, str]:
    """Return the name and the domain that stand for all addresses of a mailbox; both lower case, without a tag."""
    tag, _, above = domain.partition(".")
    provider = provider_of(above)
    if provider is not None and provider.subdomains:
        local, domain = tag, above
    else:
        provider = provider_of(domain)
    if provider is None:
        return local, domain
    plain = local.translate(dict.fromkeys(map(ord, provider.transparent)))
    return plain or local, provider.domains[0] if provider.shared else domain
