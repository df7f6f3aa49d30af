"""What the page of the results makes of the document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from campaign.extensions import db
from campaign.results.awards import AwardKind
from campaign.towns.models import Town


def by_size_class(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the standings as `{"size_class", "towns", "best"}` in the document's order of classes.

    `best` is the highest score of the class, which fills the bar; None while the counts are hidden.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for standing in document["towns"]:
        groups.setdefault(standing["size_class"], []).append(standing)
    return [
        {"size_class": name, "towns": towns, "best": max((town["score"] or 0 for town in towns), default=0)}
        for name, towns in groups.items()
    ]


def town_awards(awards: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the crowned towns, each with the `number` of its best view or None."""
    best = {item["ags"]: item["number"] for item in awards if item["kind"] == AwardKind.TOWN_ENTRY}
    return [{**item, "number": best.get(item["ags"])} for item in awards if item["kind"] == AwardKind.TOWN]


def most_picked_entry(awards: Iterable[dict[str, Any]]) -> int | None:
    """Return the number of the view with the most picks of all, or None if nothing was awarded."""
    return next((item["number"] for item in awards if item["kind"] == AwardKind.ENTRY), None)


def slugs_of(document: dict[str, Any]) -> dict[str, str]:
    """Return the address parts of the towns that the document names, by AGS."""
    named = {item["ags"] for item in document["towns"]}
    query = sa.select(Town.ags, Town.slug).where(Town.ags.in_(named))
    return dict(iter(db.session.execute(query)))
