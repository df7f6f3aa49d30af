"""Pictures are fetched from listed hosts only."""

from __future__ import annotations

import pytest

from campaign.pictures.download import is_allowed

HOSTS = ["cdninstagram.com", "fbcdn.net", "127.0.0.1:8001"]


@pytest.mark.parametrize(
    "url",
    [
        "https://scontent-fra3-1.cdninstagram.com/v/t51/1.jpg?oh=a&oe=b",
        "https://scontent.xx.fbcdn.net/v/1.jpg",
        "https://cdninstagram.com:443/v/1.jpg",
        "http://127.0.0.1:8001/cdn/v/1.jpg",
    ],
)
def test_addresses_on_listed_hosts_are_allowed(url: str) -> None:
    assert is_allowed(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://scontent.cdninstagram.com/1.jpg",
        "https://cdninstagram.com.evil.example/1.jpg",
        "https://evilcdninstagram.com/1.jpg",
        "https://evil.example/?x=.cdninstagram.com",
        "https://evil.example#.cdninstagram.com",
        "https://cdninstagram.com@evil.example/1.jpg",
        "https://evil.example\\@cdninstagram.com/1.jpg",
        "https://user:pass@cdninstagram.com/1.jpg",
        "https://cdninstagram.com:8443/1.jpg",
        "https://127.0.0.1:8001/1.jpg",
        "http://127.0.0.1:8002/1.jpg",
        "http://127.0.0.1/1.jpg",
        "http://localhost:8001/1.jpg",
        "http://2130706433:8001/1.jpg",
        "http://0x7f.1:8001/1.jpg",
        "http://[::ffff:127.0.0.1]:8001/1.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://cdninstagram.com/1.jpg",
        "//cdninstagram.com/1.jpg",
        "https:///1.jpg",
        "https://cdninstagram.com:x/1.jpg",
        "https://[cdninstagram.com/1.jpg",
        "https://ⓒdninstagram.com/1.jpg",
        "https://cdninstagram.com/1 .jpg",
        "javascript:alert(1)",
        "",
    ],
)
def test_all_other_addresses_are_refused(url: str) -> None:
    assert not is_allowed(url, HOSTS)
