"""What the address of a list or of the desk narrows it to; both know the same names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from campaign.entries.admission import IntakeReason
from campaign.entries.hints import HintKind
from campaign.entries.lifecycle import Source, Status
from campaign.moderation.narrowing import Filters
from campaign.moderation.search_rules import parse_search
from campaign.towns.choices import chosen_town

# What an address keeps while one works: everything but the place in the list.
NAMES = (
    "status",
    "ort",
    "quelle",
    "recht",
    "grund",
    "hinweis",
    "verschwunden",
    "konto",
    "alter",
    "geparkt",
    "aehnlich",
    "meins",
    "suche",
)
# Days that something waits at least.
AGES = (1, 3, 7)
_ANSWERS = {"ja": True, "nein": False}
Kind = TypeVar("Kind", bound=StrEnum)


def filters_of(args: Mapping[str, str], staff_id: int, now: datetime) -> Filters:
    """Return the filters of an address; what is not understood narrows nothing.

    Raises:
        InvalidInput: there is no municipality of that name.
    """
    town = args.get("ort", "").strip()
    return Filters(
        status=_one_of(Status, args.get("status")),
        town=chosen_town(town) if town else None,
        source=_one_of(Source, args.get("quelle")),
        has_right=_ANSWERS.get(args.get("recht", "")),
        username=args.get("konto", "").strip().removeprefix("@").casefold() or None,
        kept_out_by=_one_of(IntakeReason, args.get("grund")),
        hint=_one_of(HintKind, args.get("hinweis")),
        is_gone=_ANSWERS.get(args.get("verschwunden", "")),
        is_parked=_ANSWERS.get(args.get("geparkt", "")),
        has_likeness=_ANSWERS.get(args.get("aehnlich", "")),
        received_before=_before(args.get("alter", ""), now),
        decided_by=staff_id if args.get("meins") == "ja" else None,
        search=parse_search(args.get("suche", "")),
    )


def carried(args: Mapping[str, str]) -> dict[str, str]:
    """Return what of an address narrows, to be put into the next one."""
    return {name: args[name] for name in NAMES if args.get(name)}


def _one_of(kind: type[Kind], value: str | None) -> Kind | None:
    return kind(value) if value in {one.value for one in kind} else None


def _before(days: str, now: datetime) -> datetime | None:
    return now - timedelta(days=int(days)) if days in {str(age) for age in AGES} else None
