"""`campaign check`: what an operator wants to know before the start, one line each with the remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Literal

import sqlalchemy as sa
from obstore.exceptions import BaseError as ObjectStoreError

from campaign.clock import utc_now
from campaign.errors import CampaignError
from campaign.extensions import db, limiter, settings
from campaign.instagram.client import HASHTAG_QUOTA, GraphError, InstagramClient
from campaign.instagram.credentials import open_client
from campaign.instagram.tokens import judge_token
from campaign.instagram.versions import NEWEST, WARN_DAYS, end_of, has_moved_on
from campaign.logs import redact
from campaign.mail.errors import DeliveryError
from campaign.mail.transport import mail_folder, open_transport
from campaign.operations.audit_check import REMEDY, check_audit_log, check_known
from campaign.operations.upgrade import pending_migrations
from campaign.operations.web_workers import COUNTING_APART, count_apart
from campaign.operations.web_workers import REMEDY as SHARE_COUNTS
from campaign.pictures.face_marks import can_look
from campaign.pictures.storage import ORIGINALS, storage

State = Literal["ok", "warning", "failure"]
# SQLite 3.7.0 to 3.51.2 can corrupt a WAL when two connections reset it at once (fixed in 3.51.3).
FIXED_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class CheckResult:
    """One line of the check; `remedy` is empty when nothing is to be done."""

    name: str
    state: State
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state:8}{self.name}: {self.message}{' ' + self.remedy if self.remedy else ''}"

    def as_dict(self) -> dict[str, str]:
        """Return the line as a JSON object."""
        return asdict(self)


def run_checks(known_row: tuple[int, str] | None = None) -> list[CheckResult]:
    """Run all checks; none of them raises.

    `known_row` is the number and the hash of a row of the audit log as a log kept elsewhere tells them.
    """
    checks: dict[str, Callable[[str], list[CheckResult]]] = {
        "config": _config,
        "database": _database,
        "limits": _limits,
        "audit log": partial(_audit_log, known_row),
        "storage": _storage,
        "faces": _faces,
        "mail": _mail,
        "instagram": _instagram,
    }
    results: list[CheckResult] = []
    for name, check in checks.items():
        try:
            results += check(name)
        except (CampaignError, sa.exc.SQLAlchemyError, ObjectStoreError, OSError, DeliveryError) as error:
            said = redact(str(error).partition("\n")[0])
            results.append(CheckResult(name, "failure", said, REMEDIES[name]))
    return results


REMEDIES = {
    "config": "See config.example.toml.",
    "database": "Check site.database_url and run: campaign db upgrade",
    "limits": "Check site.redis_url.",
    "audit log": "Check site.database_url and run: campaign db upgrade",
    "storage": "Check site.data_dir, site.storage_url and who may write there.",
    "faces": "Install the extra again: pip install 'schoenster-blick[vision]'",
    "mail": "Check mail.smtp_url: host, port, user and password.",
    "instagram": "Check the keys under [instagram].",
}


def _config(name: str) -> list[CheckResult]:
    organiser = settings().organiser
    missing = [key for key in ("address", "email", "represented_by") if not getattr(organiser, key)]
    if missing:
        keys = ", ".join(f"organiser.{key}" for key in missing)
        return [CheckResult(name, "warning", "the legal notice is incomplete.", f"Fill in {keys}.")]
    if settings().site.base_url.startswith("https://") and not settings().site.trusted_proxies:
        message = "all visitors seem to come from the web server in front."
        return [CheckResult(name, "warning", message, "Set site.trusted_proxies.")]
    return [CheckResult(name, "ok", "complete")]


def _database(name: str) -> list[CheckResult]:
    if pending_migrations():
        return [CheckResult(name, "failure", "migrations are pending.", "Run: campaign db upgrade")]
    if db.engine.dialect.name == "sqlite" and sqlite3.sqlite_version_info < FIXED_SQLITE:
        message = f"SQLite {sqlite3.sqlite_version} has a rare fault with two writing processes."
        return [CheckResult(name, "warning", message, "Use SQLite 3.51.3 or newer, or PostgreSQL, for the real vote.")]
    return [CheckResult(name, "ok", f"{db.engine.dialect.name}, all migrations applied")]


def _limits(name: str) -> list[CheckResult]:
    if count_apart(settings().site):
        return [CheckResult(name, "failure", COUNTING_APART, SHARE_COUNTS)]
    if not settings().site.redis_url:
        return [CheckResult(name, "ok", "counted by the one web process")]
    if not limiter.storage.check():
        message = f"the store of counts does not answer: {COUNTING_APART}"
        return [CheckResult(name, "failure", message, REMEDIES[name])]
    return [CheckResult(name, "ok", "counted by all web processes together")]


def _audit_log(known_row: tuple[int, str] | None, name: str) -> list[CheckResult]:
    if pending_migrations():
        return []
    found = check_audit_log(utc_now())
    cut = check_known(*known_row) if known_row else None
    if cut:
        return [CheckResult(name, "failure", cut, REMEDY)]
    if not found.faults:
        rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
        return [CheckResult(name, "ok", f"{rows}, none changed, added or missing")]
    more = f" ({len(found.faults) - 1} more like it)" if len(found.faults) > 1 else ""
    return [CheckResult(name, "failure", f"{found.faults[0]}{more}", REMEDY)]


def _storage(name: str) -> list[CheckResult]:
    storage.put(ORIGINALS, "check", b"check")
    readable = storage.get(ORIGINALS, "check") == b"check"
    storage.delete(ORIGINALS, "check")
    if not readable:
        return [CheckResult(name, "failure", "what was written does not come back.", REMEDIES[name])]
    return [CheckResult(name, "ok", "pictures can be written and read")]


def _faces(name: str) -> list[CheckResult]:
    # An extra: without it moderators look for faces themselves, as they must anyway.
    if not can_look():
        return [CheckResult(name, "ok", "face marks are off; to have them, install the extra vision")]
    return [CheckResult(name, "ok", "faces in pictures are marked for moderators")]


def _mail(name: str) -> list[CheckResult]:
    transport = open_transport(settings())
    transport.probe()
    transport.close()
    if settings().mail.smtp_url.get_secret_value().startswith("file:"):
        message = f"mails are written to {mail_folder(settings())}."
        return [CheckResult(name, "warning", message, "Set mail.smtp_url for real voters.")]
    return [CheckResult(name, "ok", "the mail server answers")]


def _instagram(name: str) -> list[CheckResult]:
    try:
        client = open_client(settings().instagram)
    except GraphError as error:
        return [CheckResult(name, "failure", str(error))]
    lines = {name: _access_line, "instagram token": _token_line, "instagram hashtags": _quota_line}
    results = [_line(line, look, client) for line, look in lines.items()]
    return [*results, _version_line(client.served_version)]


def _line(name: str, look: Callable[[str, InstagramClient], CheckResult], client: InstagramClient) -> CheckResult:
    try:
        return look(name, client)
    except GraphError as error:
        return CheckResult(name, "failure", str(error))


def _access_line(name: str, client: InstagramClient) -> CheckResult:
    client.account()
    return CheckResult(name, "ok", "the token is accepted")


def _token_line(name: str, client: InstagramClient) -> CheckResult:
    config, facts = settings(), client.token_facts()
    if facts is None:
        message = "nobody can ask when it ends and what it may do."
        return CheckResult(name, "warning", message, "Set instagram.app_id and instagram.app_secret.")
    state, message, remedy = judge_token(facts, app_id=config.instagram.app_id, mentions=bool(config.contest.mention))
    return CheckResult(name, state, message, remedy)


def _version_line(served: str | None) -> CheckResult:
    version, now = settings().instagram.api_version, utc_now()
    name, ends = "instagram version", end_of(version)
    remedy = f"Set instagram.api_version to {NEWEST} and read Meta's changelog."
    if (ends is not None and ends <= now) or has_moved_on(version, served):
        return CheckResult(name, "warning", f"{version} has ended; {served or 'another one'} answers.", remedy)
    if ends is not None and ends - now <= timedelta(days=WARN_DAYS[0]):
        return CheckResult(name, "warning", f"{version} ends on {ends:%Y-%m-%d}.", remedy)
    return CheckResult(name, "ok", f"{version}, no end within {WARN_DAYS[0]} days")


def _quota_line(name: str, client: InstagramClient) -> CheckResult:
    used = len(client.searched_hashtags())
    message = f"{used} of {HASHTAG_QUOTA} hashtags used within 7 days"
    if used >= HASHTAG_QUOTA:
        return CheckResult(name, "warning", f"{message}.", "New hashtags must wait; known ones work.")
    return CheckResult(name, "ok", message)
