"""What the scheduler does and how often: each job one callable unit, safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import structlog

from campaign.clock import utc_now
from campaign.config import Settings
from campaign.contests.services import current_contest
from campaign.entrants.services import send_news
from campaign.entries.intake import readmit
from campaign.entries.similar import note_due
from campaign.extensions import db, read_only
from campaign.instagram.asking import ask_one
from campaign.instagram.client import GraphError
from campaign.instagram.consent import settle_answers
from campaign.instagram.credentials import look_after_token, open_client
from campaign.instagram.existence import check_existence
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.mentions import has_due_mentions, ingest_mentions
from campaign.instagram.models import IngestRun
from campaign.instagram.runs import run_document
from campaign.instagram.tags import ingest_tags
from campaign.ledger.publishing import FOLDER, publish
from campaign.ledger.services import seal
from campaign.mail.services import send_due
from campaign.moderation.declining import decline_unanswered
from campaign.moderation.withdrawals import settle_withdrawals
from campaign.operations.alarms import announce
from campaign.operations.audit_check import audit_notices, check_audit_log
from campaign.operations.intake import due_notices
from campaign.operations.retention import erase_due
from campaign.operations.sweeping import sweep_files
from campaign.pictures.face_marks import mark_faces
from campaign.rights.expiry import expire_due
from campaign.staff.links import answer_resets
from campaign.staff.sessions import close_lapsed
from campaign.uploads.news import note_change
from campaign.voting.opening import open_vote
from campaign.voting.tally import compare
from campaign.voting.work import drop_spent

EXISTENCE_SECONDS = 300
# Spread over the hour: 800 questions are what the check allows itself.
EXISTENCE_LIMIT = 66
FAULTS_TOLD = 20

Report = dict[str, object]
Stop = Callable[[], bool]

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """One job; `work` returns what the log says of it, None for nothing. `stop` is asked between two items.

    The first run comes after `first` seconds.
    """

    name: str
    seconds: float
    work: Callable[[Settings, Stop], Report | None]
    first: float = 0.1


def jobs_of(config: Settings) -> list[Job]:
    """Return the jobs of a configuration: those over Instagram only where there is access to it."""
    jobs = [
        Job("outbox", 2, _send_mails),
        Job("resets", 2, _answer_resets),
        Job("news", 20, _send_news),
        # Not before the first passes had their time: a start after a long stop is no alarm.
        Job("alarms", 120, _raise_alarms, first=120),
        Job("audit", 3600, _check_audit_log, first=30),
        Job("likeness", 20, _note_likeness),
        Job("faces", 30, _mark_faces, first=5),
        Job("tally", 600, _compare_counters),
        Job("opening", 20, _open_vote),
        Job("ledger", 60, _seal),
        Job("retention", 3600, _erase),
        # Not at once: several starts in a row need not list the whole storage each.
        Job("sweep", 24 * 3600, _sweep, first=900),
        Job("readmission", 3600, _readmit),
        Job("sessions", 60, _close_sessions),
        Job("rights", 600, _settle_rights),
        Job("work", 3600, _drop_spent_work),
    ]
    if not config.instagram.access_token:
        return jobs
    between = config.instagram.ingest_minutes * 60
    jobs += [
        Job("ingest", between, _ingest),
        Job("token", 3600, _look_after_token),
        Job("existence", EXISTENCE_SECONDS, _check_existence),
        # Not only answers to us: a creator may take a picture back by a code in the caption.
        Job("answers", min(20, between), _settle),
    ]
    if config.contest.mention:
        jobs += [
            Job("tags", between, _ingest_tags),
            Job("mentions", min(20, between), _ingest_mentions),
            Job("asking", 60, _ask),
        ]
    return jobs


def _ingest(config: Settings, stop: Stop) -> Report:
    return _told(ingest_hashtag(current_contest(), config.instagram, utc_now(), stop=stop))


def _ingest_tags(config: Settings, stop: Stop) -> Report:
    return _told(ingest_tags(current_contest(), config.instagram, utc_now(), stop=stop))


def _ingest_mentions(config: Settings, stop: Stop) -> Report | None:
    if not has_due_mentions(utc_now()):
        return None
    return _told(ingest_mentions(current_contest(), config.instagram, utc_now(), stop=stop))


def _told(run: IngestRun) -> Report:
    document = run_document(run)
    errors = document.pop("errors")
    return {**document, "errors": len(errors), "last_error": errors[-1]["message"] if errors else None}


def _settle(_config: Settings, _stop: Stop) -> Report | None:
    answers, withdrawals = settle_answers(utc_now()), settle_withdrawals(utc_now())
    if not (answers or withdrawals.withdrawn or withdrawals.claimed):
        return None
    return {"answers": answers, **asdict(withdrawals)}


def _ask(config: Settings, _stop: Stop) -> Report | None:
    ask = ask_one(utc_now()) if config.instagram.ask_permission else None
    return {"entry": ask.entry_number, "status": ask.status.value} if ask else None


def _check_existence(config: Settings, stop: Stop) -> Report | None:
    try:
        client = open_client(config.instagram)
    except GraphError as error:
        return {"error": str(error)}
    report = check_existence(current_contest(), config.instagram, client=client, stop=stop, limit=EXISTENCE_LIMIT)
    return asdict(report) if report.asked or report.ended else None


def _look_after_token(config: Settings, _stop: Stop) -> Report:
    try:
        return {"renewed": look_after_token(config.instagram, utc_now())}
    except GraphError as error:
        return {"renewed": False, "error": str(error)}


def _raise_alarms(config: Settings, _stop: Stop) -> Report | None:
    now = utc_now()
    # Nobody could vote on SQLite while it held the right to write.
    with read_only():
        due = list(due_notices(current_contest(), config, now))
        db.session.rollback()
    told = announce(due, now)
    return {"told": told} if told else None


def _check_audit_log(_config: Settings, _stop: Stop) -> Report:
    now = utc_now()
    found = check_audit_log(now)
    for fault in found.faults[:FAULTS_TOLD]:
        log.error("the audit log is not what was written", fault=fault)
    announce(audit_notices(found), now)
    # The hash goes where the logs go: commands that ran in between have told of none.
    return {"rows": found.rows, "hash": found.hash, "faults": len(found.faults)}


def _note_likeness(_config: Settings, stop: Stop) -> Report | None:
    compared = note_due(current_contest().id, utc_now(), stop=stop)
    return {"compared": compared} if compared else None


def _mark_faces(_config: Settings, stop: Stop) -> Report | None:
    looked = mark_faces(stop=stop)
    return {"looked": looked} if looked else None


def _send_mails(_config: Settings, stop: Stop) -> Report | None:
    report = send_due(utc_now(), should_stop=stop)
    return dict(asdict(report)) if report.sent or report.delayed or report.failed else None


def _answer_resets(_config: Settings, _stop: Stop) -> Report | None:
    sent = answer_resets(utc_now())
    return {"links": sent} if sent else None


def _send_news(_config: Settings, stop: Stop) -> Report | None:
    written = send_news(utc_now(), should_stop=stop)
    return {"mails": written} if written else None


def _open_vote(_config: Settings, _stop: Stop) -> Report | None:
    return {"rules": "fixed"} if open_vote(current_contest(), utc_now()) else None


def _seal(config: Settings, _stop: Stop) -> Report | None:
    done = seal(current_contest(), utc_now())
    if done.size:
        publish(current_contest(), config.site.data_dir / FOLDER, utc_now())
    return dict(asdict(done)) if done.leaves else None


def _erase(_config: Settings, _stop: Stop) -> Report:
    return dict(asdict(erase_due(utc_now())))


def _drop_spent_work(_config: Settings, _stop: Stop) -> Report | None:
    gone = drop_spent(utc_now())
    return {"challenges": gone} if gone else None


def _sweep(_config: Settings, stop: Stop) -> Report:
    return dict(asdict(sweep_files(utc_now(), stop=stop)))


def _readmit(_config: Settings, _stop: Stop) -> Report | None:
    # Dates and limits of the configuration may have changed since the posts came in.
    moved = readmit(current_contest(), utc_now())
    return {"moved": moved} if moved else None


def _close_sessions(_config: Settings, _stop: Stop) -> Report | None:
    closed = close_lapsed(utc_now())
    return {"closed": closed} if closed else None


def _settle_rights(_config: Settings, _stop: Stop) -> Report | None:
    declined, expired = decline_unanswered(utc_now()), expire_due(utc_now(), tell=note_change)
    return {"declined": declined, "expired": expired} if declined or expired else None


def _compare_counters(_config: Settings, _stop: Stop) -> Report:
    # Counting all ballots takes its time: on SQLite nobody could vote while it held the right to write.
    with read_only():
        differences = compare(current_contest().id)
    if differences:
        log.error("the running counters differ from the ballots", first=str(differences[0]))
    return {"differences": len(differences)}
