"""Fetching a picture from where Instagram keeps it: only from listed hosts, bounded in time and size."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from campaign.addresses import is_listed
from campaign.connections import Resolve
from campaign.outbound import Outbound, OutboundError, TooLarge
from campaign.pictures.checks import DOWNLOAD

_PORTS = {"http": 80, "https": 443}


class PictureUnavailable(Exception):
    """The picture could not be fetched now; a later pass has a fresh address and may succeed."""


class HostSilent(PictureUnavailable):
    """The host gave no whole answer, or said that it cannot give one; its next picture would fare no better."""


def picture_outbound(hosts: Sequence[str], resolve: Resolve | None = None, *, seconds: float = 20.0) -> Outbound:
    """Return what downloads of pictures use: it connects to these hosts only, whatever an address says.

    One picture may take `seconds`.
    """
    return Outbound(seconds=seconds, size=DOWNLOAD.max_bytes, retries=1, hosts=hosts, resolve=resolve)


def download(url: str, outbound: Outbound) -> bytes:
    """Return the bytes behind a picture's address, which `is_allowed` has admitted.

    Raises:
        HostSilent: no answer, a broken one, or a failure of the host (5xx).
        PictureUnavailable: an expired address (403), another refusal, or too many bytes.
    """
    try:
        answer = outbound.get(url)
    except OutboundError as error:
        kind = PictureUnavailable if isinstance(error, TooLarge) else HostSilent
        raise kind(f"The picture could not be fetched: {error}.") from None
    if answer.status != 200:
        kind = HostSilent if answer.status >= 500 else PictureUnavailable
        raise kind(f"The picture's host answered with status {answer.status}.")
    return answer.body


def is_allowed(url: str, hosts: Sequence[str]) -> bool:
    """Return whether a picture may be fetched from this address.

    A listed suffix allows https on the default port for itself and its subdomains; an entry `127.0.0.1:PORT` allows
    plain http to exactly that address. The connection asks the same list again, about the host that it will reach.
    """
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return is_listed(parts.scheme, host, _PORTS.get(parts.scheme, 0) if port is None else port, hosts)
