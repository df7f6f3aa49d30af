"""What stands on the staff's pages for the values of the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_timedelta, gettext

from campaign.entries.lifecycle import Source, Status
from campaign.moderation.models import Action, Decision
from campaign.moderation.reasons import Reason, label_of, text_for
from campaign.towns.gazetteer import load_gazetteer


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, in words."""
    passed = max(now - moment, timedelta(minutes=1))
    return str(format_timedelta(-passed, add_direction=True, granularity="minute"))


def status_name(status: Status) -> str:
    """Return the status of an entry in words."""
    return {
        Status.PENDING: gettext("wartet"),
        Status.APPROVED: gettext("freigegeben"),
        Status.REJECTED: gettext("abgelehnt"),
        Status.WITHDRAWN: gettext("zurückgezogen"),
        Status.DISQUALIFIED: gettext("ausgeschlossen"),
    }[status]


def source_name(source: Source) -> str:
    """Return in words how an entry came to us."""
    return {
        Source.HASHTAG: gettext("Hashtag"),
        Source.TAG: gettext("Markierung im Bild"),
        Source.MENTION: gettext("Erwähnung"),
        Source.UPLOAD: gettext("Hochgeladen"),
        Source.STAFF: gettext("Vom Team eingetragen"),
    }[source]


def action_name(action: Action) -> str:
    """Return in words what was decided."""
    return {
        Action.APPROVE: gettext("freigegeben"),
        Action.REJECT: gettext("abgelehnt"),
        Action.SET_TOWN: gettext("Ort gesetzt"),
        Action.CHOOSE_PICTURE: gettext("Motiv gewählt"),
        Action.ADD_PICTURE: gettext("Standbild hinzugefügt"),
        Action.WITHDRAW: gettext("zurückgezogen"),
        Action.DISQUALIFY: gettext("ausgeschlossen"),
        Action.UNDO: gettext("rückgängig gemacht"),
        Action.PARK: gettext("geparkt"),
        Action.REOPEN: gettext("wieder aufgenommen"),
        Action.PROPOSE_EXCLUSION: gettext("Ausschluss oder Rückkehr vorgeschlagen"),
        Action.DROP_EXCLUSION: gettext("Vorschlag verworfen"),
        Action.SET_PEOPLE: gettext("Menschen im Bild vermerkt"),
        Action.DESCRIBE: gettext("Bildbeschreibung gesetzt"),
        Action.BLUR: gettext("unkenntlich gemacht"),
    }[action]


def reason_label(decision: Decision) -> str:
    """Return in words why it was decided so; "" when no reason was needed."""
    return gettext(label_of(decision.reason)) if decision.reason else ""


def entrant_text(decision: Decision) -> str:
    """Return the reason of a refusal as the entrant reads it; "" where there is nothing to read."""
    known = next((reason for reason in Reason if reason.value == decision.reason), None)
    return text_for(known, "de") if known else ""


def town_of(ags: str | None) -> str:
    """Return the name of a municipality; "" where there is none."""
    place = load_gazetteer().get(ags) if ags else None
    return place.name if place else ""


FILTERS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (ago, status_name, source_name, action_name, reason_label, entrant_text, town_of)
}
