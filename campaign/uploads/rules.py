"""When photos are taken, how a file grows out of its pieces, until when an upload can be confirmed; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from campaign.contests.phases import Dates, is_collecting
from campaign.errors import N_, Conflict, Gone, InvalidInput, NotOpen
from campaign.mail.confirmation import PIN_EXPIRED, PIN_LIFETIME, PIN_TRIES, TRIES_USED_UP

LATE_CONFIRMATION: Final = timedelta(hours=24)
FILE_LIFETIME: Final = timedelta(hours=24)
ADDRESS_LIFETIME: Final = timedelta(days=30)
# Smaller ones look coarse on a large screen and cannot be printed.
SMALL_EDGE: Final = 1000

NO_UPLOADS: Final = N_("Fotos nehmen wir in diesem Wettbewerb nur über Instagram an.")
TOO_EARLY: Final = N_("Noch sammeln wir keine Fotos. Wann es losgeht, steht auf der Startseite.")
TOO_LATE: Final = N_("Die Sammelzeit ist vorbei. Danke an alle, die ein Foto gezeigt haben.")
NOT_THIS_FILE: Final = N_("Das ist eine andere Datei als vorhin. Wähl dein Foto bitte noch einmal.")
PIECE_MISSING: Final = N_("Ein Stück des Fotos fehlt noch. Schick es bitte noch einmal.")
CHANGED_ON_THE_WAY: Final = N_("Das Foto ist unterwegs beschädigt worden. Schick es bitte noch einmal.")
NO_PIECE: Final = N_("Dieses Stück passt zu keinem Foto. Lade die Seite neu.")


def check_open(dates: Dates, now: datetime, *, uploads: bool) -> None:
    """Raise NotOpen unless a photo may be handed in at this moment."""
    if not uploads:
        raise NotOpen(NO_UPLOADS)
    if not is_collecting(dates, now):
        raise NotOpen(TOO_EARLY if now < dates.collect_from else TOO_LATE)


def is_small(width: int, height: int) -> bool:
    """Return whether a picture of this many pixels is a little small for the contest."""
    return max(width, height) < SMALL_EDGE


@dataclass(frozen=True)
class Announced:
    """A file as its sender announces it: SHA-256 (64 hexadecimal digits) and size in bytes."""

    digest: str
    size: int


def check_announced(announced: Announced, largest: int) -> None:
    """Raise InvalidInput unless a file may be sent under this announcement."""
    if not re.fullmatch(r"[0-9a-f]{64}", announced.digest, re.ASCII) or announced.size < 1:
        raise InvalidInput(NO_PIECE)
    if announced.size > largest:
        raise InvalidInput(N_("Die Datei ist größer als %(limit)s MB."), limit=largest // 1_000_000)


def fresh_part(received: int, size: int, offset: int, length: int) -> int:
    """Return how many bytes at the beginning of a piece are here already.

    Pieces follow each other; a repeated one, or one that begins too early, brings only what is new.

    Raises:
        Conflict: something before this piece is missing.
        InvalidInput: the piece is empty, or reaches beyond the end of the file.
    """
    if offset < 0 or length < 1 or offset + length > size:
        raise InvalidInput(NO_PIECE)
    if offset > received:
        raise Conflict(PIECE_MISSING)
    return min(received - offset, length)


def spans(ends: Sequence[int]) -> list[tuple[int, int]]:
    """Return where each piece begins and ends."""
    return list(zip([0, *ends], ends, strict=False))


@dataclass(frozen=True)
class RequestFacts:
    """What its confirmation sees of it; `sent_at` is None until its mail has left; `mail_failed`: it never will."""

    is_waiting: bool
    pin_tries: int
    sent_at: datetime | None
    mail_failed: bool = False


def check_confirmable(facts: RequestFacts, dates: Dates, now: datetime) -> None:
    """Raise unless the right PIN or link may confirm an upload at this moment; confirming twice does no harm.

    Raises:
        NotOpen: collecting ended more than 24 hours ago.
        Gone: 48 hours have passed since the mail was sent, or six wrong PINs ended the request.
    """
    if facts.pin_tries >= PIN_TRIES:
        raise Gone(TRIES_USED_UP)
    if not facts.is_waiting:
        return
    if now >= dates.collect_until + LATE_CONFIRMATION:
        raise NotOpen(N_("Die Sammelzeit ist vorbei. Bestätigen ging bis 24 Stunden nach dem Schluss."))
    if facts.sent_at is not None and now >= facts.sent_at + PIN_LIFETIME:
        raise Gone(PIN_EXPIRED)


def is_dead_end(facts: RequestFacts, now: datetime) -> bool:
    """Return whether no mail can confirm an upload any more, so that the form sent again asks for a new one."""
    too_old = facts.sent_at is not None and now >= facts.sent_at + PIN_LIFETIME
    return facts.is_waiting and (facts.mail_failed or too_old or facts.pin_tries >= PIN_TRIES)


def check_room(standing: int, limit: int) -> None:
    """Raise Conflict when a person has as many photos in the contest as anybody may have."""
    if standing >= limit:
        message = N_("Mit deiner Adresse nehmen schon %(limit)s Fotos teil, mehr gehen nicht. Zieh erst eines zurück.")
        raise Conflict(message, limit=limit)
