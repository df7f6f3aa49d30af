"""The page on which organisers and scrutineers read who did what."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.moderation.people import OVERSEEING, present_actor
from campaign.operations.audit_acts import ACTORS, ACTS, GROUPS
from campaign.operations.audit_check import last_check
from campaign.operations.audit_export import log_csv
from campaign.operations.audit_log import LogFilter, account_names, log_page, people, subject_of
from campaign.operations.audit_words import Kind, in_words
from campaign.results.handing_out import note_file
from campaign.results.sheets import MEDIA_TYPES
from campaign.staff import audit
from campaign.web import row_number

bp = Blueprint("audit_log", __name__)
FIELDS = ("wer", "art", "woran", "von", "bis")


@bp.get("/verwaltung/protokoll")
@staff_only(*OVERSEEING, "admin")
def index() -> ResponseReturnValue:
    """Show the log, narrowed as the address says, and whether it is whole."""
    args = request.args
    page = log_page(_filter(), before=args.get("vor", type=row_number), after=args.get("nach", type=row_number))
    return render_template(
        "operations/audit_log.html",
        page=page,
        carried=_carried(),
        groups=GROUPS,
        people=people(),
        actors=ACTORS,
        names=account_names({row.subject for row in page.rows}),
        check=last_check(),
        written=audit.head()[0],
    )


@bp.get("/verwaltung/protokoll.csv")
@staff_only(*OVERSEEING, "admin", fresh=True)
def download() -> ResponseReturnValue:
    """Send the narrowed log as a file; that is in the log, too."""
    data, name = log_csv(_filter()), f"{current_contest().slug}-protokoll.csv"
    note_file("protokoll.csv", present_actor(), utc_now(), size=len(data))
    response = Response(data, content_type=MEDIA_TYPES["csv"])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _carried() -> dict[str, str]:
    typed = {name: request.args.get(name, "").strip() for name in FIELDS}
    return {name: value for name, value in typed.items() if value}


def _filter() -> LogFilter:
    """Return what the address narrows the log to; what is not understood narrows nothing."""
    typed = _carried()
    who: str | int | None = typed.get("wer")
    if who is not None and who not in ACTORS:
        who = request.args.get("wer", type=row_number)
    group = typed.get("art")
    return LogFilter(
        who=who,
        group=group if group in GROUPS else None,
        subject=subject_of(typed.get("woran", "")),
        first_day=request.args.get("von", type=date.fromisoformat),
        last_day=request.args.get("bis", type=date.fromisoformat),
    )


@bp.app_template_filter("act_words")
def act_words(act: str) -> str:
    """Return in words what was done; the act's own name where nobody wrote words for it."""
    return gettext(ACTS[act]) if act in ACTS else act


@bp.app_template_filter("actor_name")
def actor_name(actor: str) -> str:
    """Return who did it: an address, or in words somebody without an account."""
    return gettext(ACTORS[actor]) if actor in ACTORS else actor


@bp.app_template_filter("log_value")
def log_value(value: Any, kind: Kind) -> str:
    """Return a value of the log in words."""
    words = in_words(value, kind)
    return gettext(words) if words else ""


@bp.app_template_global("subject_link")
def subject_link(subject: str, names: dict[str, str]) -> tuple[str, str | None]:
    """Return what an act was about in words, and the address of its page where it has one."""
    kind, _, name = subject.partition(":")
    if kind == "entry" and name.isdecimal():
        return gettext("Bild %(number)s", number=name), url_for("moderation.entries.show", number=int(name))
    if kind == "account" and subject in names:
        return f"@{names[subject]}", url_for("moderation.accounts.index", konto=names[subject])
    if kind == "contest":
        return (gettext("alle Ausgaben"), None) if name == "all" else (name, url_for("results_staff.overview"))
    if kind == "intake":
        return gettext("Erfassung"), url_for("intake.overview")
    return _without_page(kind, name) or name or subject, None


def _without_page(kind: str, name: str) -> str:
    return {
        "report": gettext("Meldung %(number)s", number=name),
        "staff": gettext("Konto %(number)s im Team", number=name),
        "account": gettext("Konto ohne Regel (%(key)s)", key=name[:6]),
    }.get(kind, "")
