"""How much of its budget an app has used: the usage headers, and the refusals at the end of a budget."""

import json
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from campaign.demo.graph_errors import known_error

CALLS_PER_HOUR = 60_000
APP_HEADER, BUSINESS_HEADER = "X-App-Usage", "X-Business-Use-Case-Usage"
BUSINESS_ID = "645699291956344"
_WISHES = frozenset({"app", "business", "blocked_minutes"})


class HourlyCounter:
    """Counts the calls of the last hour against a budget."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._calls: deque[datetime] = deque()
        self._lock = Lock()

    def count(self, now: datetime) -> int:
        """Count a call and return how many there were within the hour, this one included."""
        with self._lock:
            self._calls.append(now)
        return self.seen(now)

    def seen(self, now: datetime) -> int:
        """Return how many calls there were within the hour."""
        with self._lock:
            while self._calls and now - self._calls[0] > timedelta(hours=1):
                self._calls.popleft()
            return len(self._calls)


class Usage:
    """The usage that answers tell: counted, or as somebody set it.

    Calls for the account itself carry the business header, all others the app header (as noted from live calls).
    """

    def __init__(self, user_id: str, calls_per_hour: int = CALLS_PER_HOUR) -> None:
        self._user_id = user_id
        self._calls = HourlyCounter(calls_per_hour)
        self._app: dict[str, Any] | bool | None = None
        self._business: dict[str, Any] | None = None
        self._blocked_until: datetime | None = None

    def set(self, wish: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Set what the headers say from now on; raises ValueError for unknown keys.

        app: percent of call_count, total_cputime, total_time; false leaves the header out. business: the same with
        type and estimated_time_to_regain_access (minutes). blocked_minutes: refuse calls with 80002 for so long.
        """
        if set(wish) - _WISHES:
            raise ValueError(f"The keys are {', '.join(sorted(_WISHES))}.")
        self._app, self._business = wish.get("app", self._app), wish.get("business", self._business)
        if minutes := wish.get("blocked_minutes"):
            self._blocked_until = now + timedelta(minutes=float(minutes))
        return dict(wish)

    def clear(self) -> None:
        """Count again, and refuse nothing."""
        self._app = self._business = self._blocked_until = None

    def count(self, now: datetime) -> None:
        """Count a call; refused calls count as well."""
        self._calls.count(now)

    def check(self, now: datetime) -> None:
        """Raise error 80002 while calls are refused, or 4 when the hour's budget is used up."""
        if self._blocked(now):
            raise known_error(80002)
        if self._calls.seen(now) > self._calls.budget:
            raise known_error(4)

    def headers(self, path: str, now: datetime) -> dict[str, str]:
        """Return the headers of an answer to a call of a path (without version)."""
        share = self._calls.seen(now) * 100 // self._calls.budget
        counted = {"call_count": share, "total_cputime": share // 3, "total_time": share // 2}
        own = path.strip("/").split("/")[0] == self._user_id
        headers = {}
        if self._app is not False and (isinstance(self._app, dict) or not (own or self._business)):
            headers[APP_HEADER] = json.dumps(counted | (self._app if isinstance(self._app, dict) else {}))
        if self._business or self._blocked(now) or (own and self._app is None):
            headers[BUSINESS_HEADER] = self.business_header(now, counted)
        return headers

    def business_header(self, now: datetime, counted: Mapping[str, int] | None = None) -> str:
        """Return the business header; without counted figures, the one of a used-up budget."""
        full = {"call_count": 100, "total_cputime": 100, "total_time": 100, "estimated_time_to_regain_access": 30}
        figures: dict[str, Any] = {"type": "instagram"} | dict(counted or full)
        figures |= {"estimated_time_to_regain_access": 0} if counted else {}
        figures |= self._business or {}
        if self._blocked(now) and self._blocked_until:
            left = -((now - self._blocked_until) // timedelta(minutes=1))
            figures |= {"call_count": 100, "estimated_time_to_regain_access": left}
        return json.dumps({BUSINESS_ID: [figures], self._user_id: [figures]}, separators=(",", ":"))

    def _blocked(self, now: datetime) -> bool:
        return self._blocked_until is not None and now < self._blocked_until
