"""Whether anybody takes mail for a domain, asked of the DNS; whoever cannot be asked counts as yes."""

from __future__ import annotations

import threading
import time
from functools import cache

from dns.exception import DNSException
from dns.name import root
from dns.resolver import NXDOMAIN, Answer, NoAnswer, NoResolverConfiguration, Resolver

PATIENCE = 2.0
REMEMBERED, SILENCE_REMEMBERED = 3600.0, 60.0
MOST_REMEMBERED = 10_000
# Who waits holds a thread of the server: when the DNS is slow, the others go on unasked.
MOST_WAITING = 4


class MailHosts:
    """Asks one resolver and remembers its answers for an hour; safe to use from several threads."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[str, tuple[bool, float]] = {}
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def has_mail_host(self, domain: str) -> bool:
        """Return False only when the DNS says that the domain (ASCII) takes no mail; after two seconds at the latest.

        An MX record, else an address, takes mail (RFC 5321, section 5.1); a null MX takes none (RFC 7505).
        """
        takes, until = self._known.get(domain, (True, 0.0))
        if time.monotonic() < until or not self._places.acquire(blocking=False):
            return takes
        try:
            takes, lasting = self._ask(domain, time.monotonic() + PATIENCE), REMEMBERED
        except (DNSException, OSError, ValueError):
            takes, lasting = True, SILENCE_REMEMBERED
        finally:
            self._places.release()
        self._remember(domain, takes, time.monotonic() + lasting)
        return takes

    def _ask(self, domain: str, end: float) -> bool:
        try:
            hosts = self._records(domain, "MX", end)
            if hosts:
                return any(host.exchange != root for host in hosts)
            return bool(self._records(domain, "A", end) or self._records(domain, "AAAA", end))
        except NXDOMAIN:
            return False

    def _records(self, domain: str, kind: str, end: float) -> Answer | tuple[()]:
        lifetime = max(0.01, end - time.monotonic())
        try:
            return self._resolver.resolve(f"{domain}.", kind, lifetime=lifetime, search=False)
        except NoAnswer:
            return ()

    def _remember(self, domain: str, takes: bool, until: float) -> None:
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[domain] = takes, until


def has_mail_host(domain: str) -> bool:
    """Return False only when the DNS of this machine says that the domain (ASCII) takes no mail.

    Takes two seconds at most.
    """
    try:
        return _hosts().has_mail_host(domain)
    except NoResolverConfiguration:
        return True


@cache
def _hosts() -> MailHosts:
    return MailHosts(Resolver())
