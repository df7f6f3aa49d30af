"""What the simulated Graph API remembers: hashtags and their quota, usage per hour, the log of requests."""

import json
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
CALLS_PER_HOUR = 60_000


def hashtag_id(name: str) -> str:
    """Return the id of a hashtag: the same in every run, for every account."""
    number = int.from_bytes(sha256(f"hashtag {name}".encode()).digest()[:8]) % 10**13
    return f"1784{number:013d}"


class HashtagDesk:
    """Looks hashtags up and counts the 30 that an account may use in seven days."""

    def __init__(self, stream: PostStream) -> None:
        self._stream = stream
        self._used: dict[str, datetime] = {}
        self._lock = Lock()

    def search(self, text: str, now: datetime) -> str:
        """Return the casefolded name of an existing hashtag and count its use; raises GraphError 24, 18 or 100."""
        name = text.casefold()
        if not re.fullmatch(r"\w+", name):
            raise bad_parameter("Param q must be a hashtag without emoji, spaces and special characters")
        if name not in self._names(now):
            raise known_error(24)
        self._use(name, now)
        return name

    def name_of(self, tag_id: str, now: datetime) -> str | None:
        """Return the name of a hashtag id, or None."""
        return next((name for name in self._names(now) if hashtag_id(name) == tag_id), None)

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

    def _names(self, now: datetime) -> set[str]:
        return {self._stream.hashtag}.union(*(post.hashtags for post in self._stream.visible(now)))

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


class UsageMeter:
    """Counts the calls of the last hour for the `X-App-Usage` header (percent of an hour's budget)."""

    def __init__(self, calls_per_hour: int = CALLS_PER_HOUR) -> None:
        self._calls: deque[datetime] = deque()
        self._budget = calls_per_hour
        self._lock = Lock()

    def count(self, now: datetime) -> str:
        """Count a call and return the header's value."""
        with self._lock:
            self._calls.append(now)
            while self._calls and now - self._calls[0] > timedelta(hours=1):
                self._calls.popleft()
            share = len(self._calls) * 100 // self._budget
        return json.dumps({"call_count": share, "total_cputime": share // 3, "total_time": share // 2})


class RequestLog:
    """The requests seen, for tests; a token never stands in it, only the way in which it came."""

    def __init__(self) -> None:
        self._seen: deque[dict[str, Any]] = deque(maxlen=5000)

    def note(self, environ: Mapping[str, Any]) -> None:
        """Note a request given as its WSGI environment."""
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        way = "header" if environ.get("HTTP_AUTHORIZATION") else ("query" if "access_token" in query else None)
        kept = {name: value for name, value in query.items() if name not in ("access_token", "input_token")}
        method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        self._seen.append({"method": method, "path": path, "query": kept, "token_by": way})

    def listed(self) -> list[dict[str, Any]]:
        """Return the requests, the oldest first."""
        return list(self._seen)

    def clear(self) -> None:
        """Forget the requests."""
        self._seen.clear()
