"""What an error of the Graph API means: decided by code and subcode, never by type or HTTP status.

Source of the codes: Meta, Graph API "Handle Errors" and "Rate Limiting", Instagram Platform "Error Codes".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any


class Kind(enum.StrEnum):
    """What to do about an error."""

    TRANSIENT = "transient"
    LIMIT = "limit"
    HASHTAG_QUOTA = "hashtag_quota"
    HASHTAG_UNKNOWN = "hashtag_unknown"
    MISSING = "missing"
    TOKEN = "token"  # noqa: S105 - the kind of an error
    PERMISSION = "permission"
    REQUEST = "request"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    UNCONFIGURED = "unconfigured"
    PAUSED = "paused"


REMEDIES: dict[Kind, str] = {
    Kind.TRANSIENT: "Instagram has a passing fault; the next pass tries again.",
    Kind.LIMIT: "The request limit is reached; wait up to an hour, the next passes try again.",
    Kind.HASHTAG_QUOTA: "30 hashtags were used within 7 days; known ones go on working, new ones must wait.",
    Kind.HASHTAG_UNKNOWN: "Instagram does not know this hashtag yet; it exists with its first public post.",
    Kind.MISSING: "Instagram shows nothing there; what it says about that stands before.",
    Kind.TOKEN: "The access token is no longer valid; log in anew and set instagram.access_token.",
    Kind.PERMISSION: "A permission or the feature Instagram Public Content Access is missing; see the app's review.",
    Kind.REQUEST: "Instagram refused the request; check instagram.user_id and instagram.api_version.",
    Kind.BLOCKED: "Instagram blocks this action of the account; look into the account before going on.",
    Kind.UNCONFIGURED: "Set both under [instagram] in the configuration.",
    Kind.PAUSED: "No call is made before that; the passes go on by themselves.",
    Kind.UNREADABLE: "The answer was not the Graph API's; the next pass tries again.",
}

_BY_SUBCODE: dict[tuple[int, int], Kind] = {
    (4, 2207051): Kind.BLOCKED,
    (18, 2207034): Kind.HASHTAG_QUOTA,
    (24, 2207024): Kind.HASHTAG_UNKNOWN,
}
_BY_CODE: dict[int, Kind] = {
    1: Kind.TRANSIENT,
    2: Kind.TRANSIENT,
    3: Kind.PERMISSION,
    4: Kind.LIMIT,
    10: Kind.PERMISSION,
    17: Kind.LIMIT,
    18: Kind.HASHTAG_QUOTA,
    24: Kind.MISSING,
    32: Kind.LIMIT,
    100: Kind.REQUEST,
    102: Kind.TOKEN,
    190: Kind.TOKEN,
    341: Kind.LIMIT,
    368: Kind.BLOCKED,
    613: Kind.LIMIT,
    2500: Kind.REQUEST,
}
# Meta, Rate Limiting: one for each business use case; 80002 is Instagram's.
_BUSINESS_LIMITS = range(80000, 80015)


@dataclass(frozen=True)
class GraphFault:
    """An error of the Graph API as the pass records it; `code` is None when there was no Graph answer."""

    kind: Kind
    message: str
    code: int | None = None
    subcode: int | None = None

    @property
    def remedy(self) -> str:
        """Return what to do, one sentence."""
        return REMEDIES[self.kind]

    def document(self) -> dict[str, Any]:
        """Return the error as it stands in the record of a pass."""
        return {"message": str(self), "kind": self.kind, "code": self.code, "subcode": self.subcode}

    def __str__(self) -> str:
        number = f" ({self.code}/{self.subcode})" if self.subcode else f" ({self.code})" if self.code else ""
        return f"{self.message}{number}. {self.remedy}"


def classify(code: int, subcode: int | None = None) -> Kind:
    """Return what an error code means; unknown codes are requests that Instagram refused."""
    if subcode is not None and (code, subcode) in _BY_SUBCODE:
        return _BY_SUBCODE[code, subcode]
    if 200 <= code <= 299:
        return Kind.PERMISSION
    if code in _BUSINESS_LIMITS:
        return Kind.LIMIT
    return _BY_CODE.get(code, Kind.REQUEST)
