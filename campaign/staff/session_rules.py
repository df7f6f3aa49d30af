"""How long a log-in holds, and how a device is called in the list of log-ins. Pure: `now` is passed in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from campaign.staff.ends import SessionEnd

# OWASP ASVS 5.0, 7.3.1 and 7.3.2: a limit for doing nothing, and one for everything.
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
# That somebody is there is written down no more often than this.
TOUCH: Final = timedelta(minutes=1)

# The first that is found counts: most browsers claim to be others as well.
_BROWSERS: Final = (
    (r"\bEdg(e|A|iOS)?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(Firefox|FxiOS)/", "Firefox"),
    (r"\b(HeadlessChrome|Chrome|CriOS|Chromium)/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
_SYSTEMS: Final = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bWindows\b", "Windows"),
    (r"\b(Macintosh|Mac OS X)\b", "macOS"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bLinux\b", "Linux"),
)


def lapse(created_at: datetime, last_seen_at: datetime, now: datetime) -> SessionEnd | None:
    """Return why a session that nobody ended is over by itself, or None while it holds."""
    if now - created_at >= ABSOLUTE:
        return SessionEnd.EXPIRED
    return SessionEnd.IDLE if now - last_seen_at >= IDLE else None


def end_of(created_at: datetime, last_seen_at: datetime) -> datetime:
    """Return when a session that nobody ends is over by itself."""
    return min(created_at + ABSOLUTE, last_seen_at + IDLE)


def device_of(user_agent: str) -> tuple[str, str]:
    """Return browser and system in a word each ("Firefox", "Windows"), empty where the header does not tell."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), "")
