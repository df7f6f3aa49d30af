"""An entry as plain JSON values, for the API and the command line. Pure: it reads what is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from campaign.entries.admission import INTAKE_TEXTS, IntakeReason, is_kept_out
from campaign.entries.models import Entry
from campaign.entries.uses import Use, has_right, may_use

UNKNOWN = "unbekannt"


def entry_item(entry: Entry, *, base_url: str, picks: int | None, now: datetime) -> dict[str, Any]:
    """Return the public item of an entry; `picks` is None while counts are hidden.

    Needs `town` and `picture.derivatives` loaded. Pictures are listed only while visitors may see them.
    """
    return {
        "number": entry.number,
        "town": {"ags": entry.town.ags, "name": entry.town.name} if entry.town else None,
        "title": title_of(entry),
        "credit": credit_of(entry),
        "alt_text": alt_text_of(entry),
        "permalink": entry.permalink,
        "taken_at": _utc_text(entry.taken_at),
        "pictures": _pictures(entry, base_url, now),
        "picks": picks,
    }


def entry_row(
    entry: Entry, *, base_url: str, picks: int | None, now: datetime, reasons: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the item with what only staff may read. What keeps the post or its picture out joins the reasons."""
    return {
        **entry_item(entry, base_url=base_url, picks=picks, now=now),
        "status": entry.status.value,
        "source": entry.source.value,
        "media_id": entry.media_id,
        "caption": entry.caption,
        "received_at": _utc_text(entry.received_at),
        "reasons": all_reasons(entry, reasons),
        "has_right": has_right(entry, Use.WEB, now),
    }


def all_reasons(entry: Entry, reasons: Sequence[str] = ()) -> list[str]:
    """Return why the entry stands as it does, what keeps it out, and why its picture is missing."""
    rules = entry.intake_reasons if is_kept_out(entry.status, entry.intake_reasons) else []
    kept_out = [INTAKE_TEXTS[IntakeReason(rule)] for rule in rules]
    return [*reasons, *kept_out, *([entry.picture_reason] if entry.picture_reason else [])]


def title_of(entry: Entry) -> str:
    """Return the title of a photo: where the view is from."""
    return f"Blick aus {entry.town.name}" if entry.town else "Blick aus Thüringen"


def credit_of(entry: Entry) -> str:
    """Return whom the photo is credited to, as the person gave it; never empty."""
    return entry.creator or UNKNOWN


def alt_text_of(entry: Entry) -> str:
    """Return the words for people who do not see the picture; never empty."""
    return entry.alt_text or f"{title_of(entry)}, Foto von {credit_of(entry)}"


def picture_url(entry: Entry, base_url: str, now: datetime) -> str | None:
    """Return the address of the largest JPEG, or None unless there is one and visitors may see it."""
    jpegs = [one for one in _pictures(entry, base_url, now) if one["type"] == "image/jpeg"]
    return str(max(jpegs, key=lambda one: int(one["width"]))["url"]) if jpegs else None


def _pictures(entry: Entry, base_url: str, now: datetime) -> list[dict[str, Any]]:
    if not may_use(entry, Use.WEB, now) or entry.picture is None:
        return []
    return [
        {"url": f"{base_url}/bilder/{one.name}", "width": one.width, "height": one.height, "type": one.type}
        for one in sorted(entry.picture.derivatives, key=lambda one: (one.width, one.type))
    ]


def _utc_text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
