"""People with their addresses, networks and paces. Shares of providers and spellings: rounded by hand, not measured."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final

from benchmarks.voters.names import FAMILY, GIVEN, OTHERS, WORDS, usual
from campaign.voting.traits import AddressTraits, traits_of

PROVIDERS: Final = {
    "gmail.com": 24, "gmx.de": 17, "web.de": 18, "t-online.de": 9, "gmx.net": 4, "outlook.de": 2.5, "hotmail.com": 2,
    "outlook.com": 2, "icloud.com": 3.5, "yahoo.de": 2, "yahoo.com": 1, "freenet.de": 3, "aol.com": 1, "posteo.de": 0.7,
    "mailbox.org": 0.4, "mail.de": 0.5, "arcor.de": 0.8, "vodafone.de": 0.4, "proton.me": 0.5, "googlemail.com": 1.5,
    "live.de": 0.6, "mail.ru": 0.2, "wp.pl": 0.1, "ukr.net": 0.15, "privaterelay.appleid.com": 0.6, "": 7,
}  # fmt: skip
HOSTERS: Final = ("ionos.de", "kasserver.com", "strato.de", "google.com", "outlook.com", "hetzner.com", "df.eu")
# Spellings before the @, and how many of a hundred have them; "" is a handful of letters that mean nothing.
SPELLINGS: Final = {
    "{first}.{last}": 26, "{first}{last}": 9, "{f}.{last}": 7, "{first}.{last}{short}": 8, "{first}{last}{short}": 4,
    "{first}_{last}": 3, "{first}-{last}": 2, "{last}.{first}": 3, "{f}{last}": 4, "{first}{year}": 3,
    "{first}.{last}{year}": 4, "{first}{last}{year}": 2, "{first}{l}{short}": 3, "{first}_{short}": 1.5,
    "{last}{short}": 2, "{first}{short}": 2.5, "{last}.{f}": 2, "fam.{last}": 1.5, "familie.{last}{short}": 1,
    "{word}{short}": 3, "{word}{year}": 1.2, "{word}{other}": 1.5, "{word}.{first}": 1, "{first}{short}{year}": 0.7,
    "{fi}{la}{year}": 1, "{f}{l}{year}": 1, "{fi}{la}": 1.5, "xx{word}xx": 0.3, "{fi}{short}{short}": 0.7, "": 0.8,
}  # fmt: skip
_FORMS: Final = list(SPELLINGS)
_WEIGHTS: Final = list(accumulate(SPELLINGS.values()))
Address = tuple[str, str, str]


@lru_cache(maxsize=500_000)
def fingerprint(text: str) -> str:
    """Return a short hash; the simulation needs no key."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=500_000)
def traits(address: Address) -> AddressTraits:
    """Return the traits of (local part, domain, MX host)."""
    return traits_of(*address, fingerprint)


def address(rng: Random, providers: dict[str, float] = PROVIDERS) -> Address:
    """Return the address of a person."""
    domain = rng.choices(list(providers), list(providers.values()))[0]
    if not domain:
        return own_domain(rng)
    if domain == "privaterelay.appleid.com":
        return _letters(rng, rng.choice((10, 10, 10, 9))), domain, "apple.com"
    if domain == "icloud.com" and rng.random() < 0.15:
        return f"{rng.choice(WORDS)}.{rng.choice(WORDS)}-{_letters(rng, 2)}", domain, "icloud.com"
    return local_part(rng), domain, domain


def own_domain(rng: Random) -> Address:
    """Return an address at a domain that is no provider's: an employer's, or a family's."""
    if rng.random() < 0.5:
        number = int(rng.paretovariate(0.8))
        given, family = usual(rng, GIVEN), usual(rng, FAMILY)
        scheme = (f"{given}.{family}", f"{given[0]}.{family}", family, f"{given}{family[:2]}")[number % 4]
        return scheme, f"firma{number}.de", f"mx.{HOSTERS[number % len(HOSTERS)]}"
    family = usual(rng, FAMILY)
    before, behind = rng.choice(("", "familie-", "praxis-")), rng.choice(("", "-net", rng.randrange(99)))
    return rng.choice((usual(rng, GIVEN), *OTHERS)), f"{before}{family}{behind}.de", f"mx.{rng.choice(HOSTERS)}"


def local_part(rng: Random) -> str:
    """Return the part before the @ as people choose it at a provider."""
    first, last = usual(rng, GIVEN), usual(rng, FAMILY).replace("al-", "al")
    parts = {
        "first": first,
        "last": last,
        "f": first[0],
        "l": last[0],
        "fi": first[:3],
        "la": last[:3],
        "word": rng.choice(WORDS),
        "other": rng.choice(WORDS),
        "year": rng.randrange(1940, 2010),
        "short": rng.randrange(100),
    }
    form = rng.choices(_FORMS, cum_weights=_WEIGHTS)[0]
    return form.format(**parts) if form else _letters(rng, rng.randrange(4, 10))


def networks(rng: Random, region: int = 0) -> tuple[str, str]:
    """Return the networks (/24 and /16, or /64 and /48) somebody in a region of Thuringia comes from."""
    kind = rng.random()
    if kind < 0.35:
        # A household's own IPv6 prefix.
        number = rng.randrange(10**9)
        return f"six{number}", f"wide{number // 256}"
    if kind < 0.7:
        number = region * 120 + rng.randrange(120)
        return f"line{number}", f"lines{number // 200}"
    number = int(rng.triangular(0, 90, 10))
    return f"mobile{number}", f"mobiles{number // 30}"


def wait(rng: Random) -> float:
    """Return the seconds from the mail to the confirmation: most within minutes, some after hours."""
    return 9 + rng.lognormvariate(4.0, 0.9) if rng.random() < 0.9 else rng.uniform(600, 12 * 3600)


def hints(rng: Random) -> frozenset[str]:
    """Return what is noticed about a person's browser."""
    chances = {"no_work": 0.015, "no_gesture": 0.04, "scanner_network": 0.0005}
    return frozenset(hint for hint, chance in chances.items() if rng.random() < chance)


def _letters(rng: Random, length: int) -> str:
    return "".join(
        rng.choice("abcdefghijklmnopqrstuvwxyz0123456789"[: 26 if length < 9 else 36]) for _ in range(length)
    )
