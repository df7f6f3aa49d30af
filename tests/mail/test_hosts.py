"""Whether a domain takes mail, asked of a real DNS server on this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import NoResolverConfiguration, Resolver

from campaign.mail import hosts
from campaign.mail.hosts import MOST_WAITING, PATIENCE, MailHosts

ZONE = {
    ("mail.example.", "MX"): "10 mx.mail.example.",
    ("old.example.", "A"): "192.0.2.1",
    ("six.example.", "AAAA"): "2001:db8::1",
    ("no-mail.example.", "MX"): "0 .",
    ("no-mail.example.", "A"): "192.0.2.2",
    ("text.example.", "TXT"): '"hello"',
}
SILENT, BROKEN = "silent.example.", "broken.example."


class NameServer:
    """Answers from ZONE over UDP and counts the questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                wire, sender = self._socket.recvfrom(4096)
            except OSError:
                return
            answer = self._answer(dns.message.from_wire(wire))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        name, kind = query.question[0].name.to_text(), dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name == SILENT:
            return None
        if name == BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif not any(name == known for known, _ in ZONE):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif (name, kind) in ZONE:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
        return answer

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    """A name server on loopback."""
    running = NameServer()
    yield running
    running.close()


def asking(port: int) -> MailHosts:
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return MailHosts(resolver)


def timed(act: Callable[[], bool]) -> tuple[bool, float]:
    began = time.monotonic()
    return act(), time.monotonic() - began


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("mail.example", True),
        ("old.example", True),
        ("six.example", True),
        ("no-mail.example", False),
        ("text.example", False),
        ("nobody.example", False),
    ],
)
def test_a_domain_takes_mail_when_the_dns_names_a_host(server: NameServer, domain: str, takes: bool) -> None:
    assert asking(server.port).has_mail_host(domain) is takes


def test_a_domain_is_asked_for_once_an_hour(server: NameServer) -> None:
    dns_hosts = asking(server.port)
    assert [dns_hosts.has_mail_host("nobody.example") for _ in range(3)] == [False, False, False]
    assert server.asked == ["nobody.example. MX"]


@pytest.mark.parametrize("domain", [SILENT, BROKEN])
def test_a_voter_does_not_suffer_from_a_dns_that_is_slow_or_broken(server: NameServer, domain: str) -> None:
    dns_hosts = asking(server.port)
    takes, seconds = timed(lambda: dns_hosts.has_mail_host(domain.removesuffix(".")))
    assert (takes, seconds < PATIENCE + 0.5) == (True, True)
    takes, seconds = timed(lambda: dns_hosts.has_mail_host(domain.removesuffix(".")))
    assert (takes, seconds < 0.1) == (True, True)


def test_a_resolver_that_is_down_refuses_nobody() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    takes, seconds = timed(lambda: asking(port).has_mail_host("nobody.example"))
    assert (takes, seconds < PATIENCE + 0.5) == (True, True)


def test_a_machine_without_a_resolver_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfigured() -> Resolver:
        raise NoResolverConfiguration

    monkeypatch.setattr(hosts, "Resolver", unconfigured)
    hosts._hosts.cache_clear()
    assert hosts.has_mail_host("nobody.example") is True


def test_only_a_few_wait_for_the_dns_and_the_others_go_on(server: NameServer) -> None:
    dns_hosts = asking(server.port)
    silent = SILENT.removesuffix(".")
    waiting = [threading.Thread(target=dns_hosts.has_mail_host, args=(silent,)) for _ in range(MOST_WAITING)]
    for one in waiting:
        one.start()
    deadline = time.monotonic() + PATIENCE
    while len(server.asked) < MOST_WAITING and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    takes, seconds = timed(lambda: dns_hosts.has_mail_host("nobody.example"))
    assert (takes, seconds < 0.2, len(server.asked)) == (True, True, MOST_WAITING)
    for one in waiting:
        one.join()


@pytest.mark.parametrize("domain", ["a" * 64 + ".example", "a..example", "." * 300, ("ab." * 90) + "de"])
def test_a_name_that_the_dns_cannot_hold_is_let_through(server: NameServer, domain: str) -> None:
    assert asking(server.port).has_mail_host(domain) is True
