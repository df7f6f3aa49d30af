"""The pictures themselves as a ZIP, for one use: those whose rights cover it, each with its credit."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from campaign.clock import to_berlin
from campaign.contests.models import Contest
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.entries.serialise import alt_text_of, credit_of
from campaign.entries.uses import NO_END, Use, has_right, may_use, right_until
from campaign.errors import N_, InvalidInput
from campaign.extensions import db
from campaign.pictures.copies import jpeg_copy
from campaign.pictures.models import Derivative
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.results.figures import loaded
from campaign.results.sheets import Column, Table, Value, to_csv
from campaign.rights.handouts import Parcel, hand_out
from campaign.staff.actors import Actor

USE_WORDS: Final = {
    Use.WEB: "Internet",
    Use.PRINT: "Druck und Ausstellung",
    Use.PRESS: "Presse",
    Use.ADVERTISING: "Werbung",
}
_CREDITS: Final = (
    Column("file", "Datei"),
    Column("number", "Bild"),
    Column("town", "Stadt"),
    Column("credit", "Foto"),
    Column("permalink", "Beitrag"),
    Column("alt_text", "Bildbeschreibung"),
    Column("uses", "Erlaubt für"),
    Column("until", "Erlaubt bis", lambda until: "ohne Ende" if until == NO_END else until),
)
NOTHING = N_("Für diese Verwendung gibt es kein Bild, das man weitergeben darf.")
_LEFT_OUT: Final = (Column("number", "Bild"), Column("reason", "Grund"))


@dataclass(frozen=True)
class Photo:
    """A picture that may leave the house: its copy in the storage, and the line that goes with it."""

    number: int
    sha256: str
    derivative: str
    credit: str
    row: dict[str, Value]


@dataclass(frozen=True)
class Selection:
    """What goes out for a use, and what does not, with the reason."""

    photos: Sequence[Photo]
    left_out: Sequence[tuple[int, str]]


def select_photos(contest: Contest, use: Use, now: datetime) -> Selection:
    """Return the pictures of approved entries that may be used, by number, and why the others may not."""
    query = loaded().where(Entry.contest_id == contest.id, Entry.status == Status.APPROVED).order_by(Entry.number)
    photos: list[Photo] = []
    left_out: list[tuple[int, str]] = []
    for entry in db.session.scalars(query):
        refusal = _refusal(entry, use, now)
        if refusal is None:
            photos.append(_photo(entry, use, now))
        else:
            left_out.append((entry.number, refusal))
    return Selection(photos, left_out)


def export_photos(
    contest: Contest,
    parcel: Parcel,
    actor: Actor,
    now: datetime,
    *,
    to: IO[bytes],
    shown: Callable[[Sequence[Photo]], Iterator[Photo]] = iter,
) -> Selection:
    """Write the pictures for a use as a ZIP, after it is written down who receives them; commits before.

    `shown` may show how far it is.

    Raises:
        InvalidInput: there is no picture that may be used so.
    """
    selection = select_photos(contest, parcel.use, now)
    if not selection.photos:
        raise InvalidInput(NOTHING)
    hand_out(contest, parcel, {one.number: one.sha256 for one in selection.photos}, actor, now)
    missing: list[tuple[int, str]] = []
    written: list[dict[str, Value]] = []
    with zipfile.ZipFile(to, "w") as archive:
        for photo in shown(selection.photos):
            if _write(archive, photo, now):
                written.append(photo.row)
            else:
                missing.append((photo.number, "Die Datei fehlt gerade."))
        _add(archive, "credits.csv", to_csv(Table("credits", "Nachweise", _CREDITS, written)), now)
        rows: list[dict[str, Value]] = [
            {"number": number, "reason": reason} for number, reason in sorted([*selection.left_out, *missing])
        ]
        _add(archive, "not-included.csv", to_csv(Table("not_included", "Nicht dabei", _LEFT_OUT, rows)), now)
    return selection


def _refusal(entry: Entry, use: Use, now: datetime) -> str | None:
    if entry.picture is None or not entry.picture.derivatives:
        return "Es ist kein Bild da."
    if may_use(entry, use, now):
        return None
    if has_right(entry, use, now):
        return "Der Beitrag ist verschwunden."
    until = right_until(entry, use)
    if until is not None:
        return f"Die Erlaubnis für {USE_WORDS[use]} ist am {to_berlin(until):%d.%m.%Y} abgelaufen."
    return f"Für {USE_WORDS[use]} liegt keine Erlaubnis vor."


def _photo(entry: Entry, use: Use, now: datetime) -> Photo:
    picture = entry.picture
    if picture is None:
        raise ValueError("an entry without a picture has none to give away")
    largest: Derivative = max(picture.derivatives, key=lambda one: (one.width, one.type))
    slug = entry.town.slug if entry.town else "thueringen"
    file, credit = f"{slug}-{entry.number}.jpg", credit_of(entry)
    row: dict[str, Value] = {
        "file": file,
        "number": entry.number,
        "town": entry.town.name if entry.town else None,
        "credit": credit,
        "permalink": entry.permalink,
        "alt_text": alt_text_of(entry),
        "uses": [USE_WORDS[one] for one in Use if has_right(entry, one, now)],
        "until": right_until(entry, use),
    }
    return Photo(entry.number, picture.sha256, largest.name, credit, row)


def _write(archive: zipfile.ZipFile, photo: Photo, now: datetime) -> bool:
    try:
        data = storage.get(DERIVATIVES, photo.derivative)
    except FileNotFoundError:
        return False
    _add(archive, str(photo.row["file"]), jpeg_copy(data, photo.credit), now)
    return True


def _add(archive: zipfile.ZipFile, name: str, data: bytes, now: datetime) -> None:
    archive.writestr(zipfile.ZipInfo(name, to_berlin(now).timetuple()[:6]), data)
