"""Whose a domain is, and which ones give away addresses for ten minutes. Reads two packaged lists, no network.

Both lists are refreshed as every dependency is (`make requirements`): disposable-email-domains several times a week,
publicsuffixlist as often as the Public Suffix List changes.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

from disposable_email_domains import blocklist
from publicsuffixlist import PublicSuffixList


def registrable_domain(domain: str) -> str:
    """Return the part of a domain (ASCII, lower case) that somebody registered: `mail.uni-jena.de` -> `uni-jena.de`.

    Where everybody may have a subdomain (`dynv6.net`, the private part of the Public Suffix List) that is the one.
    """
    return _suffixes().privatesuffix(domain) or domain


def is_disposable(domain: str) -> bool:
    """Return whether a domain (ASCII, lower case), or one above it, gives away addresses that nobody keeps."""
    above = domain.removesuffix(".")
    while "." in above:
        # A slip in the list must not refuse all who registered below a common suffix.
        if above in blocklist and not _suffixes().is_public(above):
            return True
        above = above.partition(".")[2]
    return False


@cache
def list_version() -> str:
    """Return which list of disposable domains this is, for the rules: package, version, SHA-256 of the sorted lines."""
    digest = hashlib.sha256("\n".join(sorted(blocklist)).encode()).hexdigest()
    return f"disposable-email-domains {version('disposable-email-domains')} sha256:{digest}"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
