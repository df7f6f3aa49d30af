"""Which posts take part: the contest's window, the account lists, the limit per person; pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from campaign.entries.lifecycle import Status
from campaign.errors import N_


class AccountKind(enum.StrEnum):
    """blocked: nothing of the account takes part; allowed: the limit per person does not hold for it."""

    BLOCKED = "blocked"
    ALLOWED = "allowed"


class IntakeReason(enum.StrEnum):
    """Why a post was put aside before anybody looked at it."""

    BEFORE_WINDOW = "before_window"
    AFTER_WINDOW = "after_window"
    BLOCKED_ACCOUNT = "blocked_account"
    TOO_MANY = "too_many"
    VIDEO = "video"


# Words for staff and entrants alike (message ids).
INTAKE_TEXTS: dict[IntakeReason, str] = {
    IntakeReason.BEFORE_WINDOW: N_("Der Beitrag ist älter als der Wettbewerb."),
    IntakeReason.AFTER_WINDOW: N_("Der Beitrag kam nach dem Ende der Sammelzeit."),
    IntakeReason.BLOCKED_ACCOUNT: N_("Beiträge dieses Kontos nehmen nicht teil."),
    IntakeReason.TOO_MANY: N_("Von diesem Konto nehmen schon so viele Bilder teil, wie eine Person einreichen darf."),
    IntakeReason.VIDEO: N_("Videos und Reels nehmen nicht teil."),
}


@dataclass(frozen=True)
class Candidate:
    """What admission asks about a post: its place in time, its kind, what is known of its account.

    `others` counts the entries of the same account that take part or wait (0 where the account is unknown).
    """

    when: Literal["before", "within", "after"]
    is_video: bool = False
    account: AccountKind | None = None
    others: int = 0


def intake_reasons(candidate: Candidate, *, limit: int, take_videos: bool) -> Sequence[IntakeReason]:
    """Return every reason that keeps a post out; none means that it waits for a moderator."""
    allowed = candidate.account is AccountKind.ALLOWED
    found = {
        IntakeReason.BEFORE_WINDOW: candidate.when == "before",
        IntakeReason.AFTER_WINDOW: candidate.when == "after",
        IntakeReason.BLOCKED_ACCOUNT: candidate.account is AccountKind.BLOCKED,
        IntakeReason.TOO_MANY: candidate.others >= limit and not allowed,
        IntakeReason.VIDEO: candidate.is_video and not take_videos,
    }
    return [reason for reason, holds in found.items() if holds]


def is_undecided(status: Status, reasons: Sequence[str]) -> bool:
    """Return whether nobody has decided about an entry yet: it waits, or a rule keeps it out."""
    return status is Status.PENDING or is_kept_out(status, reasons)


def needs_picture(status: Status, reasons: Sequence[str]) -> bool:
    """Return whether an entry's picture is to be had: it waits, or may as soon as another post of its account goes.

    Later it may be too late: Instagram shows a post for a day, and the address of a picture for a few.
    """
    return status is Status.PENDING or (status is Status.REJECTED and list(reasons) == [IntakeReason.TOO_MANY])


def is_kept_out(status: Status, reasons: Sequence[str]) -> bool:
    """Return whether a rule keeps the entry out, and no person has decided otherwise."""
    return status is Status.REJECTED and bool(reasons)
