"""Proof of work: a browser calculates for a moment before its form is taken (ALTCHA v2).

It is a price, not a proof that there is a person. The fault of older libraries (CVE-2025-68113: parts of a challenge
could be spliced into another one) is not in altcha 2: the whole set of parameters is signed. That a challenge is handed
in once only is for the caller of such a library to see to, and is done here.
"""

from __future__ import annotations

import enum
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from altcha import Payload, create_challenge, verify_solution
from sqlalchemy.dialects import postgresql, sqlite

from campaign.errors import N_, InvalidInput
from campaign.extensions import db, keyring
from campaign.voting.work_models import SpentWork
from campaign.voting.work_rules import ALGORITHM, COST, LIFETIME, most_tries

# A clock that is set back must not make a challenge new whose mark is gone.
KEPT = timedelta(days=1)
LONGEST = 2_000
BAD = N_("Die kleine Rechenaufgabe im Formular ist nicht mehr gültig. Schick es bitte noch einmal ab.")


class Action(enum.StrEnum):
    """What a challenge is for; one for another act is worth nothing."""

    BALLOT = "ballot"
    CONFIRM = "confirm"
    WITHDRAWAL = "withdrawal"


class Work(enum.Enum):
    """Whether a form came with work; without JavaScript it comes without, which is a hint and no more."""

    DONE = "done"
    NONE = "none"


def challenge(action: Action, round_: str, network_load: int, now: datetime) -> dict[str, Any]:
    """Return a challenge as its script reads it, good for ten minutes, one act and one round (a contest's slug).

    `network_load` is the number of challenges that the visitor's network had in the last hour. Writes nothing.
    """
    made = create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(most_tries(network_load)),
        expires_at=now + LIFETIME,
        hmac_secret=_key("challenge", action, round_),
        hmac_key_secret=_key("solution", action, round_),
    )
    return dict(made.to_dict())


def check(payload: str, action: Action, round_: str, now: datetime) -> Work:
    """Return whether a form's field `work` holds work for this act and round, and mark it as spent.

    The mark is part of the transaction: what is rolled back may be handed in again. An empty field is no work.

    Raises:
        InvalidInput: the challenge is not ours, altered, for something else, expired, unsolved or spent.
    """
    if not payload.strip():
        return Work.NONE
    solved = _read(payload)
    found = verify_solution(solved, _key("challenge", action, round_), hmac_key_secret=_key("solution", action, round_))
    # From here on the parameters are those that we signed.
    if not found.verified or not _spend(solved, now):
        raise InvalidInput(BAD)
    return Work.DONE


def drop_spent(now: datetime) -> int:
    """Forget the challenges that expired more than a day ago; returns how many; safe to run again."""
    due = sa.delete(SpentWork).where(SpentWork.expires_at <= now - KEPT).returning(SpentWork.nonce)
    gone = len(list(db.session.scalars(due)))
    db.session.commit()
    return gone


def _read(payload: str) -> Payload:
    if len(payload) > LONGEST:
        raise InvalidInput(BAD)
    try:
        return Payload.from_base64(payload)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput(BAD) from error


def _spend(solved: Payload, now: datetime) -> bool:
    expires_at = datetime.fromtimestamp(solved.challenge.parameters.expires_at or 0, UTC)
    if expires_at <= now:
        return False
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(SpentWork).values(nonce=solved.challenge.parameters.nonce, expires_at=expires_at)
    written = db.session.scalars(row.on_conflict_do_nothing().returning(SpentWork.nonce))
    return written.one_or_none() is not None


def _key(purpose: str, action: Action, round_: str) -> bytes:
    # The key itself binds a challenge to its act and round: nothing has to be compared.
    return keyring().derive(f"work {purpose}\n{action.value}\n{round_}")
