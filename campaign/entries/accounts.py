"""What staff decide about Instagram accounts: blocked, or free of the limit per person."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from campaign.contests.models import Contest
from campaign.entries.admission import AccountKind
from campaign.entries.intake import admit_account, candidate_of, is_open, one_at_a_time, reasons_for
from campaign.entries.lifecycle import Status
from campaign.entries.models import AccountRule, Entry
from campaign.errors import N_, InvalidInput, NotFound
from campaign.extensions import db, keyring
from campaign.staff import audit
from campaign.staff.actors import Actor

_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?instagram\.com/", re.IGNORECASE)
# Instagram, Help Center "Change your username": up to 30 letters, digits, dots and underscores.
_NAME = re.compile(r"[a-z0-9._]{1,30}")
LONGEST_REASON = 300


@dataclass(frozen=True)
class Effect:
    """How many undecided entries of an account a rule would let into the queue, and how many it would put out."""

    let_in: int
    put_out: int


@dataclass(frozen=True)
class Account:
    """An account as staff look at it: how many entries it has by status, what holds, what each choice would do."""

    username: str
    entries: dict[Status, int]
    rule: AccountRule | None
    effects: dict[AccountKind | None, Effect]


def account_name(text: str) -> str:
    """Return an account's name as we keep it: without `@`, in lower case; the address of a profile is taken too.

    Raises:
        InvalidInput: it cannot be the name of an account.
    """
    name = _ADDRESS.sub("", text.strip()).partition("?")[0].strip("/").removeprefix("@").casefold()
    if not _NAME.fullmatch(name):
        raise InvalidInput(N_("So heißt kein Instagram-Konto. Gib den Namen an, zum Beispiel: anna.aus.erfurt"))
    return name


def set_account_rule(
    contest: Contest, username: str, kind: AccountKind, reason: str, *, by: Actor, now: datetime
) -> AccountRule:
    """Write what holds for an account, in place of what held before, and judge its undecided entries anew; commits.

    Raises:
        InvalidInput: the name cannot be one, or the reason is missing or too long.
    """
    name, words = account_name(username), reason.strip()
    if not words:
        raise InvalidInput(N_("Schreib dazu, warum. Der Grund bleibt unter uns."))
    if len(words) > LONGEST_REASON:
        raise InvalidInput(N_("Der Grund ist zu lang. Höchstens %(most)s Zeichen."), most=LONGEST_REASON)
    one_at_a_time(contest, name)
    known = db.session.get(AccountRule, (contest.id, name))
    before = {"rule": known.kind if known else None}
    values = {"kind": kind, "reason": words, "set_by": by.name, "set_at": now}
    rule = db.session.merge(AccountRule(contest_id=contest.id, username=name, **values))
    moved = admit_account(contest, name, now)
    act = {AccountKind.BLOCKED: "account.block", AccountKind.ALLOWED: "account.allow"}[kind]
    audit.record(by, act, account_subject(name), now, before=before, after={"rule": kind, "moved": moved})
    db.session.commit()
    return rule


def lift_account_rule(contest: Contest, username: str, *, by: Actor, now: datetime) -> int:
    """Take back what holds for an account and judge its undecided entries anew; commits.

    Returns how many entries moved.

    Raises:
        InvalidInput: the name cannot be one.
        NotFound: nothing holds for the account.
    """
    name = account_name(username)
    one_at_a_time(contest, name)
    rule = db.session.get(AccountRule, (contest.id, name))
    if rule is None:
        raise NotFound(N_("Für das Konto %(name)s gilt keine Regel."), name=name)
    before = {"rule": rule.kind}
    db.session.delete(rule)
    # Or the session would still find the rule when the entries are judged.
    db.session.flush()
    moved = admit_account(contest, name, now)
    audit.record(by, "account.lift", account_subject(name), now, before=before, after={"rule": None, "moved": moved})
    db.session.commit()
    return moved


def account_subject(username: str) -> str:
    """Return by what the audit log, from which nothing goes, means an account: a keyed fingerprint of its name."""
    return f"account:{keyring().fingerprint('audit account', username)[:16]}"


def account_rules(contest: Contest) -> Sequence[AccountRule]:
    """Return the rules of a contest by the accounts' names."""
    query = sa.select(AccountRule).filter_by(contest_id=contest.id).order_by(AccountRule.username)
    return db.session.scalars(query).all()


def look_up(contest: Contest, username: str) -> Account:
    """Return what staff need to know about an account before they decide; changes nothing.

    Raises:
        InvalidInput: the name cannot be one.
    """
    name = account_name(username)
    counts = sa.select(Entry.status, sa.func.count()).where(Entry.contest_id == contest.id, Entry.username == name)
    found = dict(db.session.execute(counts.group_by(Entry.status)).all())
    rule = db.session.get(AccountRule, (contest.id, name))
    effects = {kind: foresee(contest, name, kind) for kind in (*AccountKind, None)}
    return Account(name, {status: found[status] for status in Status if status in found}, rule, effects)


def foresee(contest: Contest, username: str, kind: AccountKind | None) -> Effect:
    """Return what setting that rule for an account (None: lifting the one that holds) would do; changes nothing."""
    standing = (Status.PENDING, Status.APPROVED, Status.REJECTED)
    query = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.username == username)
    entries = db.session.scalars(query.where(Entry.status.in_(standing)).order_by(Entry.number)).all()
    taken = sum(entry.status is Status.APPROVED for entry in entries)
    let_in = put_out = 0
    for entry in entries:
        waits = entry.status is Status.PENDING
        if is_open(entry):
            stays_out = bool(reasons_for(contest, candidate_of(contest, entry, kind, taken)))
            let_in += not waits and not stays_out
            put_out += waits and stays_out
            waits = not stays_out
        taken += waits
    return Effect(let_in, put_out)


def count_standing(contest: Contest, username: str) -> int:
    """Return how many entries of an account take part or wait."""
    counted = sa.select(sa.func.count()).where(Entry.contest_id == contest.id, Entry.username == username)
    return db.session.scalar(counted.where(Entry.status.in_((Status.PENDING, Status.APPROVED)))) or 0


def counts_of_accounts(contest: Contest, usernames: Collection[str]) -> dict[str, int]:
    """Return how many entries of any status each of the accounts has; every account is there."""
    query = sa.select(Entry.username, sa.func.count()).where(Entry.contest_id == contest.id)
    found = dict(db.session.execute(query.where(Entry.username.in_(usernames)).group_by(Entry.username)).all())
    return {name: found.get(name, 0) for name in usernames}
