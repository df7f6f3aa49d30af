"""Which addresses on the network may be reached: pure rules, no name is resolved here.

Ranges: IANA Special-Purpose Address Registries (RFC 6890) and the notes at each list below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_NAME: Final = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")

# What `is_global` does not refuse on every Python that we run on.
_CLOSED_V4: Final = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT; 100.100.100.200 is a metadata service
        "168.63.129.16/32",  # a cloud's host agent on a public number
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.175.48.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_UNICAST_V6: Final = IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
# RFC 6052: the last 32 bits are the IPv4 address that a translator will reach.
_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address, as text, belongs to the public internet.

    Forms of IPv6 that lead to an IPv4 address (mapped, 6to4, NAT64) are judged by that address.
    """
    try:
        number = ip_address(address)
    except ValueError:
        return False
    if isinstance(number, IPv4Address):
        return _is_public_v4(number)
    if number.scope_id is not None:
        return False
    inner = _inner_v4(number)
    if inner is not None:
        return _is_public_v4(inner)
    return number in _UNICAST_V6 and number.is_global and not any(number in block for block in _CLOSED_V6)


def _is_public_v4(number: IPv4Address) -> bool:
    return number.is_global and not any(number in block for block in _CLOSED_V4)


def _inner_v4(number: IPv6Address) -> IPv4Address | None:
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFF_FFFF)
    return number.ipv4_mapped or number.sixtofour


def is_listed(scheme: str, host: str, port: int, hosts: Sequence[str]) -> bool:
    """Return whether a list of hosts admits this connection.

    A suffix ("cdninstagram.com") admits https on port 443 to itself and its subdomains; an entry `127.0.0.1:PORT`
    admits plain http to exactly that.
    """
    if scheme == "http":
        return host == LOOPBACK and f"{host}:{port}" in hosts
    suffixes = [entry for entry in hosts if ":" not in entry]
    return (
        scheme == "https"
        and port == 443
        and _NAME.fullmatch(host) is not None
        and any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)
    )
