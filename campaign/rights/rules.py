"""What was allowed with a picture, and until when. A hashtag is not a licence: only a grant in force is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol

from campaign.entries.uses import NO_END, Use
from campaign.errors import N_, InvalidInput
from campaign.rights.wording import allows_blurring

IN_FORCE = "granted"
NAME_LENGTH = 100
# What the wording allows; advertising is asked for apart.
USUAL_USES: Final = (Use.WEB, Use.PRINT, Use.PRESS)
YEARS = 5


class GrantFacts(Protocol):
    """What the rules know of a grant; a grant without `pictures` holds for whatever the post shows."""

    @property
    def status(self) -> str: ...
    @property
    def uses(self) -> Sequence[str]: ...
    @property
    def pictures(self) -> Sequence[str]: ...
    @property
    def wording_version(self) -> str: ...
    @property
    def expires_at(self) -> datetime | None: ...


def allowed_until(grants: Iterable[GrantFacts], use: Use, shown: Sequence[str]) -> datetime | None:
    """Return until when a use of the shown picture is allowed (`NO_END` for ever), or None where nobody has.

    `shown` names the picture by its SHA-256, and behind it what it was made from by blurring, step by step; it is
    empty while nothing is shown. Time does not count here: a moment that has passed is an end like any other.
    """
    covering = [one for one in grants if one.status == IN_FORCE and use in one.uses and covers(one, shown)]
    return max((one.expires_at or NO_END for one in covering), default=None)


def covers(grant: GrantFacts, shown: Sequence[str]) -> bool:
    """Return whether a grant is about the picture that is shown.

    While none is, only a grant without pictures holds: what comes next may be another one.
    """
    if len(shown) > 1 and not allows_blurring(grant.wording_version):
        return shown[0] in grant.pictures
    return not grant.pictures or any(name in grant.pictures for name in shown)


def end_of_term(published_at: datetime) -> datetime:
    """Return when a grant under our wording ends: five years after the end of the contest."""
    leap_day = published_at.month == 2 and published_at.day == 29
    return published_at.replace(year=published_at.year + YEARS, day=28 if leap_day else published_at.day)


def check_grant(by: str, proof: str) -> tuple[str, str]:
    """Return name and proof without spaces around them.

    Raises:
        InvalidInput: one is missing, or the name is longer than 100 characters.
    """
    name, evidence = by.strip(), proof.strip()
    if not name:
        raise InvalidInput(N_("Wer hat die Erlaubnis gegeben? Trag den Namen ein, der beim Foto stehen soll."))
    if len(name) > NAME_LENGTH:
        raise InvalidInput(N_("Der Name ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=NAME_LENGTH)
    if not evidence:
        raise InvalidInput(N_("Womit lässt sich die Erlaubnis belegen? Trag ein, wo und wann sie kam."))
    return name, evidence


def check_uses(uses: Collection[Use]) -> list[Use]:
    """Return the uses in their usual order, each once.

    Raises:
        InvalidInput: there is none.
    """
    if not uses:
        raise InvalidInput(N_("Wofür gilt die Erlaubnis? Kreuz mindestens eine Verwendung an."))
    return [use for use in Use if use in uses]


def check_end(until: datetime, now: datetime) -> datetime:
    """Return the end of a grant.

    Raises:
        InvalidInput: it has passed.
    """
    if until <= now:
        raise InvalidInput(N_("Dieses Ende ist schon vorbei. Trag einen späteren Tag ein."))
    return until
