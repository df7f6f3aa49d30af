"""Whatever an address or a name server says: pictures are fetched from listed hosts at public addresses only."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaign.connections import MAX_LOOKUPS, Found
from campaign.outbound import Outbound, OutboundError
from campaign.pictures.download import PictureUnavailable, download, is_allowed, picture_outbound

HOSTS = ["cdninstagram.com", "fbcdn.net", "127.0.0.1:8001"]
NAME = "scontent-fra3-1.cdninstagram.com"
URL = f"https://{NAME}/v/1.jpg"
PUBLIC = "157.240.0.63"

HOSTILE = [
    # names that only look like ours
    "https://cdninstagram.com.evil.org/1.jpg",
    "https://evilcdninstagram.com/1.jpg",
    "https://cdninstagram.com-evil.org/1.jpg",
    "https://cdninstagram.org/1.jpg",
    "https://cdninstagram.com.:443/1.jpg",
    "https://scontent.cdninstagram.com./1.jpg",
    "https://cdninstagram.com../1.jpg",
    "https://.cdninstagram.com/1.jpg",
    "https://evil.org/.cdninstagram.com",
    "https://evil.org?.cdninstagram.com",
    "https://evil.org#.cdninstagram.com",
    "https://evil.org;.cdninstagram.com/1.jpg",
    "https://evil.org,.cdninstagram.com/1.jpg",
    "https://evil.org%2f.cdninstagram.com/1.jpg",
    "https://evil.org%00.cdninstagram.com/1.jpg",
    "https://evil.org%23.cdninstagram.com/1.jpg",
    "https://evil.org%5c.cdninstagram.com/1.jpg",
    "https://cdninstagram%2ecom/1.jpg",
    "https://cdninstagram.com%2eevil.org/1.jpg",
    "https://evil.org&.cdninstagram.com/1.jpg",
    "https://evil.org_.cdninstagram.com/1.jpg",
    # look-alikes beyond ASCII
    "https://ⓒdninstagram.com/1.jpg",
    "https://сdninstagram.com/1.jpg",
    "https://cdninstagram。com/1.jpg",
    "https://cdninstagram.com\u2024evil.org/1.jpg",
    "https://evil.org\uff0f.cdninstagram.com/1.jpg",
    "https://cdninstagram\u00ad.com/1.jpg",
    "https://cdninstagram.com\u200b/1.jpg",
    "https://xn--dninstagram-3yh.com/1.jpg",
    "http://\u2460\u2461\u2466.0.0.1:8001/1.jpg",
    # names and passwords in front
    "https://cdninstagram.com@evil.org/1.jpg",
    "https://cdninstagram.com:443@evil.org/1.jpg",
    "https://user:pass@cdninstagram.com/1.jpg",
    "https://@cdninstagram.com/1.jpg",
    "https://cdninstagram.com%40evil.org/1.jpg",
    "https://evil.org#@cdninstagram.com/1.jpg",
    "https://cdninstagram.com:80@169.254.169.254/1.jpg",
    # what parsers read differently
    "https://evil.org\\@cdninstagram.com/1.jpg",
    "https://evil.org\\.cdninstagram.com/1.jpg",
    "https:\\\\cdninstagram.com/1.jpg",
    "https:/cdninstagram.com/1.jpg",
    "https:cdninstagram.com/1.jpg",
    "https:///cdninstagram.com/1.jpg",
    "https://evil.org\t.cdninstagram.com/1.jpg",
    "https://evil.org\n.cdninstagram.com/1.jpg",
    "https://cdninstagram.com\r\nHost: evil.org/1.jpg",
    "https://cdninstagram.com/1.jpg\r\nX-Injected: yes",
    "https://cdninstagram.com/ 1.jpg",
    " https://cdninstagram.com/1.jpg",
    "\x00https://cdninstagram.com/1.jpg",
    "https://[cdninstagram.com/1.jpg",
    "https://cdninstagram.com]/1.jpg",
    # schemes and ports
    "http://cdninstagram.com/1.jpg",
    "http://cdninstagram.com:443/1.jpg",
    "ftp://cdninstagram.com/1.jpg",
    "file:///etc/passwd",
    "file://cdninstagram.com/etc/passwd",
    "gopher://cdninstagram.com/1",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "//cdninstagram.com/1.jpg",
    "https://cdninstagram.com:8443/1.jpg",
    "https://cdninstagram.com:22/1.jpg",
    "https://cdninstagram.com:0/1.jpg",
    "https://cdninstagram.com:99999/1.jpg",
    "https://cdninstagram.com:x/1.jpg",
    "https://cdninstagram.com:443:443/1.jpg",
    # numbers instead of names
    "http://127.0.0.1/1.jpg",
    "http://127.0.0.1:8002/1.jpg",
    "https://127.0.0.1:8001/1.jpg",
    "http://127.1:8001/1.jpg",
    "http://2130706433:8001/1.jpg",
    "http://0x7f000001:8001/1.jpg",
    "http://0x7f.1:8001/1.jpg",
    "http://0177.0.0.1:8001/1.jpg",
    "http://127.0.0.1.:8001/1.jpg",
    "http://localhost:8001/1.jpg",
    "http://[::1]:8001/1.jpg",
    "http://[::ffff:127.0.0.1]:8001/1.jpg",
    "http://[::ffff:7f00:1]:8001/1.jpg",
    "https://[64:ff9b::7f00:1]/1.jpg",
    "https://[fe80::1%25eth0]/1.jpg",
    "http://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://157.240.0.63/1.jpg",
    "",
    "https://",
    "https://:443/",
]


def found(*addresses: str) -> list[Found]:
    families = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in addresses]
    return [(f, socket.SOCK_STREAM, 6, "", (one, 443)) for f, one in zip(families, addresses, strict=True)]


class Resolver:
    """A name server that gives each question the next answer, the last one for ever."""

    def __init__(self, *answers: list[Found]) -> None:
        self.answers, self.asked = list(answers), [""][:0]

    def __call__(self, host: str, port: int, **options: Any) -> list[Found]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


Connected = list[tuple[Any, ...]]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Connected:
    """Every address that a socket was asked to connect to; nobody answers there."""
    seen: Connected = []

    def connect(self: socket.socket, address: tuple[Any, ...]) -> None:
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def pictures(resolve: Callable[..., list[Found]], **changes: float) -> Outbound:
    options: dict[str, Any] = {"seconds": 5.0, "size": 1000, "retries": 0, "hosts": HOSTS, **changes}
    return Outbound(resolve=resolve, **options)


@pytest.mark.parametrize(
    "url",
    [
        "https://scontent-fra3-1.cdninstagram.com/v/t51/1.jpg?oh=a&oe=b",
        "https://scontent.xx.fbcdn.net/v/1.jpg",
        "https://cdninstagram.com:443/v/1.jpg",
        "HTTPS://SCONTENT.CDNINSTAGRAM.COM/1.jpg",
        "http://127.0.0.1:8001/cdn/v/1.jpg",
    ],
)
def test_addresses_on_listed_hosts_are_allowed(url: str) -> None:
    assert is_allowed(url, HOSTS)


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_and_connects_nowhere_else(url: str, connected: Connected) -> None:
    assert not is_allowed(url, HOSTS)
    # Also when somebody forgets to ask first: the connection itself knows the list.
    with pytest.raises(PictureUnavailable):
        download(url, pictures(Resolver(found(PUBLIC))))
    assert set(connected) <= {(PUBLIC, 443)}


def test_the_hostile_addresses_are_many_enough_to_mean_something() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.5",
        "192.168.178.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:10.0.0.5",
        "2002:7f00:1::1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_a_listed_name_that_leads_inside_connects_nowhere(address: str, connected: Connected) -> None:
    with pytest.raises(OutboundError, match="not public"):
        pictures(Resolver(found(address))).get(URL)
    assert connected == []


def test_one_private_address_among_public_ones_spoils_the_name(connected: Connected) -> None:
    for answer in (found(PUBLIC, "10.0.0.5"), found("10.0.0.5", PUBLIC)):
        with pytest.raises(OutboundError, match="not public"):
            pictures(Resolver(answer)).get(URL)
    assert connected == []


def test_a_name_that_changes_its_address_is_connected_where_it_was_checked(connected: Connected) -> None:
    resolver = Resolver(found(PUBLIC), found("127.0.0.1"))
    outbound = pictures(resolver)
    with pytest.raises(OutboundError, match="no connection"):
        outbound.get(URL)
    assert (connected, resolver.asked) == ([(PUBLIC, 443)], [NAME])
    with pytest.raises(OutboundError, match="not public"):
        outbound.get(URL)
    assert (connected, resolver.asked) == ([(PUBLIC, 443)], [NAME, NAME])


def test_all_checked_addresses_are_tried(connected: Connected) -> None:
    with pytest.raises(OutboundError, match="no connection"):
        pictures(Resolver(found(PUBLIC, "2a03:2880:f0fc::1"))).get(URL)
    assert connected == [(PUBLIC, 443), ("2a03:2880:f0fc::1", 443)]


def test_proxies_of_the_environment_are_not_asked(connected: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.9:3128")
    with pytest.raises(OutboundError):
        pictures(Resolver(found(PUBLIC))).get(URL)
    assert connected == [(PUBLIC, 443)]


def test_a_name_server_that_hangs_costs_no_more_than_the_time_of_the_request() -> None:
    release = threading.Event()

    def hang(*_question: Any, **_options: Any) -> list[Found]:
        release.wait(30)
        return found(PUBLIC)

    started = time.monotonic()
    try:
        for _ in range(MAX_LOOKUPS + 3):
            with pytest.raises(OutboundError, match="took too long"):
                pictures(hang, seconds=0.1, retries=2).get(URL)
        assert time.monotonic() - started < 10
        assert sum(thread.name == "look-up" for thread in threading.enumerate()) <= MAX_LOOKUPS
    finally:
        release.set()


def test_a_name_without_an_address_is_no_connection(connected: Connected) -> None:
    def unknown(*_question: Any, **_options: Any) -> list[Found]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    for resolve in (unknown, Resolver([])):
        with pytest.raises(OutboundError, match="no connection"):
            pictures(resolve).get(URL)
    assert connected == []


def certificate(folder: Path, name: str) -> Path:
    """A key and a self-signed certificate for a name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


class Host:
    """A host of pictures: TLS on loopback under the public address that the name server tells."""

    def __init__(self, certificate: Path, answer: bytes) -> None:
        self.names: list[str | None] = []
        self.requests: list[bytes] = []
        self._answer = answer
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(10)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self.listener.accept()
                with self._context.wrap_socket(plain, server_side=True) as connection:
                    self.requests.append(connection.recv(65536))
                    connection.sendall(self._answer)
            except ssl.SSLError:
                continue
            except OSError:
                return


@pytest.fixture
def host_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Host], Connected]]:
    """Lead connections with the public address to a host on loopback; returns what was asked for."""
    hosts: list[Host] = []
    connect = socket.socket.connect

    def stand_for(host: Host) -> Connected:
        seen: Connected = []
        hosts.append(host)

        def lead(self: socket.socket, address: tuple[Any, ...]) -> None:
            seen.append(address)
            connect(self, host.listener.getsockname())

        monkeypatch.setattr(socket.socket, "connect", lead)
        return seen

    yield stand_for
    for host in hosts:
        host.listener.close()


HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"


def test_the_name_stays_for_host_header_sni_and_certificate(
    tmp_path: Path, host_at: Callable[[Host], Connected]
) -> None:
    file = certificate(tmp_path, NAME)
    host = Host(file, HEAD)
    seen = host_at(host)
    outbound = pictures(Resolver(found(PUBLIC)))
    outbound._session.verify = str(file)
    assert download(URL, outbound) == b"hello"
    assert (seen, host.names) == ([(PUBLIC, 443)], [NAME])
    assert f"Host: {NAME}\r\n".encode() in host.requests[0]


def test_a_certificate_for_another_name_is_not_accepted(tmp_path: Path, host_at: Callable[[Host], Connected]) -> None:
    file = certificate(tmp_path, "evil.org")
    host = Host(file, HEAD)
    host_at(host)
    outbound = pictures(Resolver(found(PUBLIC)))
    outbound._session.verify = str(file)
    with pytest.raises(OutboundError, match="no connection"):
        outbound.get(URL)
    assert host.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/",
        "https://10.0.0.1/",
        "//evil.org/",
        "http://127.0.0.1:8001/",
        f"https://{NAME}/2",
    ],
)
def test_a_redirect_leads_nowhere(target: str, tmp_path: Path, host_at: Callable[[Host], Connected]) -> None:
    file = certificate(tmp_path, NAME)
    moved = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    host = Host(file, moved.encode())
    seen = host_at(host)
    outbound = pictures(Resolver(found(PUBLIC)))
    outbound._session.verify = str(file)
    with pytest.raises(PictureUnavailable, match="status 302"):
        download(URL, outbound)
    assert (seen, len(host.requests)) == ([(PUBLIC, 443)], 1)


def test_what_ingest_uses_knows_the_list_and_admits_the_listed_loopback_address(connected: Connected) -> None:
    outbound = picture_outbound(HOSTS, Resolver(found("127.0.0.1")))
    with pytest.raises(PictureUnavailable, match="not public"):
        download(URL, outbound)
    with pytest.raises(PictureUnavailable, match="not listed"):
        download("https://evil.org/1.jpg", outbound)
    with pytest.raises(PictureUnavailable, match="not listed"):
        download("http://127.0.0.1:8002/1.jpg", outbound)
    assert connected == []
    with pytest.raises(PictureUnavailable, match="no connection"):
        download("http://127.0.0.1:8001/1.jpg", picture_outbound(HOSTS))
    assert set(connected) == {("127.0.0.1", 8001)}
