"""May a photo be shown? A hashtag is not a licence: only a grant in force is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from campaign.errors import N_, InvalidInput

IN_FORCE = "granted"
NAME_LENGTH = 100


class GrantFacts(Protocol):
    """What the rules know of a grant: its status (requested, granted, declined, expired or revoked)."""

    @property
    def status(self) -> str: ...


def may_show(grants: Iterable[GrantFacts]) -> bool:
    """Return whether the public may see a photo with these grants: one of them must be in force."""
    return any(grant.status == IN_FORCE for grant in grants)


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
