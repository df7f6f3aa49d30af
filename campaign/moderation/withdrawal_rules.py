"""Whose word takes a picture out: a code in a comment or a caption, and what it proves; pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import datetime, timedelta

from campaign.codes import ALPHABET, new_receipt_code

# Long enough to come back to it on the weekend.
CODE_LIFETIME = timedelta(days=7)
# Anybody may ask for codes, and asking does nothing: more would only fill the table.
OPEN_CODES = 3
# Webhooks are repeated for 36 hours, and our own side may be down as well.
LATE = timedelta(days=7)

_GAP = r"[\s\-‐-―−]?"
_ONE = f"[{ALPHABET}OILoil]"
_CODE = re.compile(rf"(?<![^\W_])(?=({_ONE}{{4}}){_GAP}({_ONE}{{4}})(?![^\W_]))", re.IGNORECASE)
_LOOKALIKES = str.maketrans("OIL", "011")


class Proof(enum.StrEnum):
    """What a comment with an entry's code proves.

    own: its creator wrote it; claim: nobody knows whose post it is now, a person must look; foreign: somebody else did.
    """

    OWN = "own"
    CLAIM = "claim"
    FOREIGN = "foreign"


def new_code() -> str:
    """Return a code such as `7K3M-9QWT`: 40 random bits, found in no text by chance. It is no secret."""
    return new_receipt_code()[:9]


def codes_in(text: str) -> frozenset[str]:
    """Return everything in a text that may be a code, as it is stored: whatever the case, the dash, O for 0."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    halves = (found.groups() for found in _CODE.finditer(plain))
    return frozenset("-".join(halves_of).upper().translate(_LOOKALIKES) for halves_of in halves)


def account_of(name: str) -> str:
    """Return an Instagram account as it is compared: without `@`, casefolded."""
    return name.strip().removeprefix("@").casefold()


def judge_comment(creator: str | None, commenter: str, owner: str | None = None) -> Proof:
    """Return what it proves that an account wrote the code under a post.

    `creator` is the account that posted it, `owner` the one that Instagram named when the comment came; both may be
    unknown. Without an owner another name than the creator's may be the new one of the same account.
    """
    name = account_of(commenter)
    if owner:
        return Proof.OWN if account_of(owner) == name else Proof.FOREIGN
    return Proof.OWN if creator and account_of(creator) == name else Proof.CLAIM


def is_in_time(moment: datetime, requested_at: datetime, expires_at: datetime) -> bool:
    """Return whether a code was used while it held; a minute is left for clocks that differ."""
    return requested_at - timedelta(minutes=1) <= moment <= expires_at
