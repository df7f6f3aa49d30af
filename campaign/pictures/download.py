"""Fetching a picture from where Instagram keeps it: only from listed hosts, bounded in time and size."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from campaign.outbound import Outbound, OutboundError
from campaign.pictures.checks import MAX_BYTES


class PictureUnavailable(Exception):
    """The picture could not be fetched now; a later pass has a fresh address and may succeed."""


def picture_outbound() -> Outbound:
    """Return what downloads of pictures use."""
    return Outbound(seconds=20.0, size=MAX_BYTES, retries=1)


def download(url: str, outbound: Outbound) -> bytes:
    """Return the bytes behind a picture's address, which `is_allowed` has admitted.

    Raises:
        PictureUnavailable: no answer, an expired address (403), or too many bytes.
    """
    try:
        answer = outbound.get(url)
    except OutboundError as error:
        raise PictureUnavailable(f"The picture could not be fetched: {error}.") from None
    if answer.status != 200:
        raise PictureUnavailable(f"The picture's host answered with status {answer.status}.")
    return answer.body


def is_allowed(url: str, hosts: Sequence[str]) -> bool:
    """Return whether a picture may be fetched from this address.

    A listed suffix allows https on the default port for itself and its subdomains; an entry `host:port` allows plain
    http to exactly that address.
    """
    if not url.isascii() or any(char.isspace() or char == "\\" for char in url):
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "http":
        return f"{host}:{port}" in hosts
    suffixes = [entry for entry in hosts if ":" not in entry]
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)
    )
