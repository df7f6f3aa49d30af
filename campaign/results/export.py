"""Exports for the staff: standings, winners and entries as CSV, XLSX or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from campaign.contests.models import Contest
from campaign.entries.lifecycle import Source, Status
from campaign.entries.models import Entry
from campaign.entries.serialise import all_reasons, credit_of, picture_url
from campaign.entries.uses import Use, has_right
from campaign.errors import N_, Conflict, InvalidInput
from campaign.extensions import db, read_only, settings
from campaign.moderation.reasons import REASONS
from campaign.results.awards import AwardKind
from campaign.results.document import utc_text
from campaign.results.figures import all_entries, entries_of, picks_of, picture_names, reasons_of
from campaign.results.services import published, standings_document
from campaign.results.sheets import WRITERS, Column, Table, Value
from campaign.results.standings import size_class_bounds
from campaign.rights.handouts import Parcel, hand_out
from campaign.staff.actors import Actor

AWARD_NAMES: Final = {
    AwardKind.TOWN: N_("Stadt mit dem schönsten Blick"),
    AwardKind.TOWN_ENTRY: N_("Bester Blick der Siegerstadt"),
    AwardKind.ENTRY: N_("Meistgewählter Blick"),
}


def _class_label(name: Any) -> str | None:
    """Return the words for a size class; "20001-" itself would be read as a negative number by Excel."""
    if name is None:
        return None
    lower, upper = size_class_bounds(name)
    if upper is None:
        return f"über {_thousands(lower - 1)} Einwohner" if lower else "alle Städte"
    return f"{_thousands(lower)} bis {_thousands(upper)} Einwohner" if lower else f"bis {_thousands(upper)} Einwohner"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


_STATUS_WORDS: Final = {
    Status.PENDING: "wartet",
    Status.APPROVED: "freigegeben",
    Status.REJECTED: "abgelehnt",
    Status.WITHDRAWN: "zurückgezogen",
    Status.DISQUALIFIED: "ausgeschlossen",
}
_SOURCE_WORDS: Final = {
    Source.HASHTAG: "Hashtag",
    Source.TAG: "Markierung im Bild",
    Source.MENTION: "Erwähnung",
    Source.UPLOAD: "hochgeladen",
    Source.STAFF: "vom Team eingetragen",
}
_REASON_WORDS: Final = {reason.value: text.label for reason, text in REASONS.items()}


def _reason_words(reasons: Sequence[str]) -> list[str]:
    return [_REASON_WORDS.get(one, one) for one in reasons]


_STANDINGS: Final = (
    Column("rank", "Rang"),
    Column("name", "Stadt"),
    Column("ags", "AGS"),
    Column("size_class", "Größenklasse", _class_label),
    Column("entries", "Bilder"),
    Column("ballots", "Stimmzettel"),
    Column("picks", "Stimmen"),
    Column("score", "Wertung"),
    Column("missing_to_minimum", "Fehlende Stimmzettel"),
)
_WINNERS: Final = (
    Column("award", "Auszeichnung", AWARD_NAMES.__getitem__),
    Column("size_class", "Größenklasse", _class_label),
    Column("town", "Stadt"),
    Column("ags", "AGS"),
    Column("number", "Bild"),
    Column("credit", "Foto"),
    Column("picks", "Stimmen"),
    Column("shared", "Geteilt"),
    Column("has_right", "Nutzungsrecht"),
    Column("permalink", "Beitrag"),
    Column("picture", "Bilddatei"),
)
_ENTRIES: Final = (
    Column("number", "Nummer"),
    Column("status", "Status", _STATUS_WORDS.__getitem__),
    Column("town", "Stadt"),
    Column("ags", "AGS"),
    Column("credit", "Foto"),
    Column("caption", "Text"),
    Column("permalink", "Beitrag"),
    Column("source", "Quelle", _SOURCE_WORDS.__getitem__),
    Column("taken_at", "Aufgenommen"),
    Column("received_at", "Eingegangen"),
    Column("has_right", "Nutzungsrecht"),
    Column("picks", "Stimmen"),
    Column("reasons", "Gründe", _reason_words),
    Column("picture", "Bilddatei"),
)


def export(what: str, form: str, contest: Contest, now: datetime) -> bytes:
    """Return an export (`standings`, `winners`, `entries`) as a file (`csv`, `xlsx`, `json`), for staff only.

    Standings and picks are complete even while the public does not see them, and frozen once published.

    Raises:
        InvalidInput: there is no such export or format.
        Conflict: winners are asked for before the results are published.
    """
    table = _table(what, form, contest, now)
    return WRITERS[form](table)


def export_for(contest: Contest, parcel: Parcel, actor: Actor, now: datetime) -> bytes:
    """Return an export for somebody; where it holds addresses of pictures, it is written down who got them; commits.

    Raises as `export` does.
    """
    with read_only():
        table = _table(parcel.what, parcel.form, contest, now)
        data = WRITERS[parcel.form](table)
        pictures = picture_names([int(str(row["number"])) for row in table.rows if row.get("picture")])
        db.session.rollback()
    if pictures:
        hand_out(contest, parcel, pictures, actor, now)
    return data


def _table(what: str, form: str, contest: Contest, now: datetime) -> Table:
    if what not in TABLES or form not in WRITERS:
        raise InvalidInput(
            N_("Den Export „%(what)s“ als „%(form)s“ gibt es nicht. Nimm %(all)s als csv, xlsx oder json."),
            what=what,
            form=form,
            all=", ".join(TABLES),
        )
    return TABLES[what](contest, now)


def standings_table(contest: Contest, now: datetime) -> Table:
    """Return one row per town with a standing entry, by size class and rank."""
    document = published(contest) or standings_document(contest, now, include_hidden=True)
    return Table("standings", "Wertung", _STANDINGS, document["towns"], _facts(contest, document["as_of"]))


def winners_table(contest: Contest, now: datetime) -> Table:
    """Return one row per award of the published results, with the credit of every photo.

    Raises:
        Conflict: the results are not published.
    """
    document = published(contest)
    if document is None:
        raise Conflict(N_("Noch ist niemand ausgezeichnet. Veröffentliche zuerst die Ergebnisse."))
    awards = document["awards"]
    entries = entries_of([one["number"] for one in awards if one["number"] is not None])
    rows = [_winner(one, entries.get(one["number"]), now) for one in awards]
    return Table("winners", "Auszeichnungen", _WINNERS, rows, _facts(contest, document["published_at"]))


def entries_table(contest: Contest, now: datetime) -> Table:
    """Return one row per entry of the contest, whatever its status, by number."""
    entries = all_entries(contest)
    reasons = reasons_of(contest)
    picks = staff_picks(contest, entries)
    rows = [_entry(one, picks[one.number], reasons.get(one.number, ()), now) for one in entries]
    return Table("entries", "Bilder", _ENTRIES, rows, _facts(contest, utc_text(now)))


def staff_picks(contest: Contest, entries: Sequence[Entry]) -> dict[int, int]:
    """Return the picks of each entry by number: as published, else the running counters."""
    running = picks_of([one.number for one in entries])
    final = published(contest)
    return running | {one["number"]: one["picks"] for one in final["entries"]} if final else running


TABLES: Final[dict[str, Callable[[Contest, datetime], Table]]] = {
    "standings": standings_table,
    "winners": winners_table,
    "entries": entries_table,
}
# Those with a column of picture addresses; who receives one is written down.
WITH_PICTURES: Final = ("winners", "entries")
BARE: Final = tuple(what for what in TABLES if what not in WITH_PICTURES)


def _facts(contest: Contest, as_of: str) -> dict[str, Any]:
    return {"contest": contest.slug, "title": contest.title, "as_of": as_of}


def _winner(one: Mapping[str, Any], entry: Entry | None, now: datetime) -> dict[str, Value]:
    return {
        "award": one["kind"],
        "size_class": one["size_class"],
        "town": one["name"],
        "ags": one["ags"],
        "number": one["number"],
        "credit": credit_of(entry) if entry else None,
        "picks": one["picks"],
        "shared": one["shared"],
        "has_right": has_right(entry, Use.WEB, now) if entry else None,
        "permalink": entry.permalink if entry else None,
        "picture": picture_url(entry, settings().site.base_url, now) if entry else None,
    }


def _entry(entry: Entry, picks: int, reasons: Sequence[str], now: datetime) -> dict[str, Value]:
    return {
        "number": entry.number,
        "status": entry.status.value,
        "town": entry.town.name if entry.town else None,
        "ags": entry.town_ags,
        "credit": credit_of(entry),
        "caption": entry.caption,
        "permalink": entry.permalink,
        "source": entry.source.value,
        "taken_at": entry.taken_at,
        "received_at": entry.received_at,
        "has_right": has_right(entry, Use.WEB, now),
        "picks": picks,
        "reasons": all_reasons(entry, reasons),
        "picture": picture_url(entry, settings().site.base_url, now),
    }
