"""What staff may write down as an entry by hand; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from campaign.clock import from_berlin
from campaign.entries.shortcodes import shortcode_of
from campaign.errors import N_, InvalidInput

LONGEST_NAME = 100
LONGEST_NOTE = 500
NO_POST = N_("Diese Adresse führt zu keinem Beitrag. Sie sieht so aus: https://www.instagram.com/p/Abc123…/")


@dataclass(frozen=True)
class Sheet:
    """What staff know of a photo: at least the address of its post or the picture itself; "" where nothing is known.

    `posted_on` is the day in Thuringia; `name` is the credit, `account` the account on Instagram, `note` where it all
    came from.
    """

    address: str = ""
    picture: bytes | None = None
    town_ags: str | None = None
    name: str = ""
    account: str = ""
    posted_on: date | None = None
    note: str = ""


def check_sheet(sheet: Sheet) -> str | None:
    """Return the code that names the post, None for a picture without a post.

    Raises:
        InvalidInput: there is neither a post nor a picture, the address is not that of a post, or words are too long.
    """
    code = shortcode_of(sheet.address)
    if sheet.address.strip() and code is None:
        raise InvalidInput(NO_POST)
    if code is None and sheet.picture is None:
        raise InvalidInput(N_("Gib die Adresse des Beitrags an, oder wähl eine Bilddatei aus."))
    if len(sheet.name.strip()) > LONGEST_NAME:
        raise InvalidInput(N_("Der Name ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=LONGEST_NAME)
    if len(sheet.note.strip()) > LONGEST_NOTE:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=LONGEST_NOTE)
    return code


def posted_at(day: date | None) -> datetime | None:
    """Return the noon of that day in Thuringia, which stands until Instagram tells the moment."""
    return from_berlin(datetime.combine(day, time(12))) if day else None


def parse_day(text: str) -> date | None:
    """Return the day of a form's field (`2026-06-15`), None for an empty one.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InvalidInput(N_("Das ist kein Datum. Schreib es so: 2026-06-15")) from error
