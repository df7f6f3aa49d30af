"""What the simulated Graph API remembers: hashtags and their quota, the log of requests."""

import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from campaign.demo.graph_errors import bad_parameter, known_error, no_object
from campaign.demo.posts import PostStream

HASHTAG_QUOTA = 30
QUOTA_WINDOW = timedelta(days=7)
SECRETS = frozenset({"access_token", "input_token", "client_secret", "fb_exchange_token"})


def hashtag_id(name: str) -> str:
    """Return the id of a hashtag: the same in every run, for every account."""
    number = int.from_bytes(sha256(f"hashtag {name}".encode()).digest()[:8]) % 10**13
    return f"1784{number:013d}"


class HashtagDesk:
    """Looks hashtags up and counts the 30 that an account may use in seven days."""

    def __init__(self, stream: PostStream) -> None:
        self._stream = stream
        self._used: dict[str, datetime] = {}
        self._names: dict[str, str] = {}
        self._lock = Lock()

    def search(self, text: str, now: datetime) -> str:
        """Return the name in lower case of an existing hashtag and count its use; raises GraphError 24, 18 or 100."""
        name = text.lower()
        if not re.fullmatch(r"\w+", name):
            raise bad_parameter("Param q must be a hashtag without emoji, spaces and special characters")
        if not self._stream.knows_tag(name, now):
            raise known_error(24)
        self._use(name, now)
        return name

    def name_of(self, tag_id: str, now: datetime) -> str | None:
        """Return the name of a hashtag id, or None."""
        name = self._names.get(tag_id)
        if name is None:
            self._names |= {hashtag_id(tag): tag for tag in self._stream.tags(now)}
            name = self._names.get(tag_id)
        return name if name is not None and self._stream.knows_tag(name, now) else None

    def ask_media(self, tag_id: str, now: datetime) -> str:
        """Return the name of a hashtag whose media are asked for; this counts as a use of it as well."""
        name = self.name_of(tag_id, now)
        if name is None:
            raise no_object(tag_id)
        self._use(name, now)
        return name

    def recent(self, now: datetime) -> list[str]:
        """Return the names used in the last seven days, the latest first."""
        with self._lock:
            self._forget(now)
            return sorted(self._used, key=lambda name: self._used[name], reverse=True)

    def _use(self, name: str, now: datetime) -> None:
        with self._lock:
            self._forget(now)
            if name in self._used:
                return
            if len(self._used) >= HASHTAG_QUOTA:
                raise known_error(18)
            self._used[name] = now

    def _forget(self, now: datetime) -> None:
        self._used = {name: since for name, since in self._used.items() if now - since < QUOTA_WINDOW}


class RequestLog:
    """The requests seen, for tests; a token never stands in it, only the way in which it came."""

    def __init__(self) -> None:
        self._seen: deque[dict[str, Any]] = deque(maxlen=5000)

    def note(self, environ: Mapping[str, Any]) -> None:
        """Note a request given as its WSGI environment."""
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        way = "header" if environ.get("HTTP_AUTHORIZATION") else ("query" if "access_token" in query else None)
        kept = {name: value for name, value in query.items() if name not in SECRETS}
        method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        self._seen.append({"method": method, "path": path, "query": kept, "token_by": way})

    def listed(self) -> list[dict[str, Any]]:
        """Return the requests, the oldest first."""
        return list(self._seen)

    def clear(self) -> None:
        """Forget the requests."""
        self._seen.clear()
