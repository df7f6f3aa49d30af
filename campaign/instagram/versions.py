"""When versions of the Graph API end; pure. Source: Meta, Graph API changelog, as of November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

ENDS: dict[str, datetime] = {
    "v20.0": datetime(2026, 9, 24, tzinfo=UTC),
    "v21.0": datetime(2027, 1, 21, tzinfo=UTC),
    "v22.0": datetime(2027, 5, 20, tzinfo=UTC),
    "v23.0": datetime(2027, 10, 8, tzinfo=UTC),
    "v24.0": datetime(2028, 2, 18, tzinfo=UTC),
    "v25.0": datetime(2028, 7, 29, tzinfo=UTC),
}
# Announced without an end.
NEWEST = "v26.0"
WARN_DAYS = (90, 30, 14, 7, 3, 1)


def end_of(version: str) -> datetime | None:
    """Return when a version ends: long ago for those before the known ones, None where no end is known."""
    if _key(version) < min(map(_key, ENDS)):
        return datetime.min.replace(tzinfo=UTC)
    return ENDS.get(version)


def has_moved_on(version: str, served: str | None) -> bool:
    """Return whether a newer version answers than was asked for: so it is once ours has ended."""
    return served is not None and _key(served) > _key(version)


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.removeprefix("v").split("."))
