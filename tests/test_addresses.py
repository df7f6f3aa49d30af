"""Only the public internet is reached, in whatever form an address is written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.addresses import is_public

CLOSED_V4 = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
CLOSED_V6 = [
    "::",
    "::1",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2a03:2880::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]


@pytest.mark.parametrize("address", [*CLOSED_V4, *CLOSED_V6, "", "cdninstagram.com", "1", "0x7f.1", "127.1"])
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", CLOSED_V4)
def test_an_ipv4_address_stays_refused_in_the_clothes_of_ipv6(address: str) -> None:
    number = int(IPv4Address(address))
    mapped = IPv6Address((0xFFFF << 32) | number)
    six_to_four = IPv6Address((0x2002 << 112) | (number << 80) | 1)
    translated = IPv6Address((0x64FF9B << 96) | number)
    assert [is_public(str(form)) for form in (mapped, six_to_four, translated)] == [False, False, False]


@pytest.mark.parametrize(
    "address",
    ["157.240.0.63", "31.13.84.52", "8.8.8.8", "2a03:2880:f0fc:c:face:b00c:0:35", "64:ff9b::9df0:3f", "::ffff:8.8.8.8"],
)
def test_the_public_internet_is_reached(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_calls_private(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        inner = getattr(address, "ipv4_mapped", None)
        assert inner is not None or not is_public(str(address))
