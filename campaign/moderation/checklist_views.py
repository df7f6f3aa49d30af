"""What must be said of a picture: who can be recognised in it, and what it shows."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.access import staff_only
from campaign.entries.hints import Hint, HintKind
from campaign.entries.lifecycle import People
from campaign.entries.models import Entry
from campaign.moderation import services
from campaign.moderation.entry_views import act_at_entry
from campaign.moderation.people import DECIDING
from campaign.moderation.statements import read_statement

bp = Blueprint("checklist", __name__)


@bp.post("/moderation/eintrag/<int:number>/menschen")
@staff_only(*DECIDING)
def people(number: int) -> ResponseReturnValue:
    """Say who can be recognised."""
    form = request.form
    return act_at_entry(number, lambda actor, now: services.set_people(number, read_statement(form), actor, now))


@bp.post("/moderation/eintrag/<int:number>/beschreibung")
@staff_only(*DECIDING)
def alt_text(number: int) -> ResponseReturnValue:
    """Say what the picture shows."""
    form = request.form
    return act_at_entry(
        number, lambda actor, now: services.set_alt_text(number, read_statement(form).alt_text, actor, now)
    )


@bp.app_template_global("people_kinds")
def people_kinds() -> list[People]:
    """Return what can be said about recognisable persons, in the order of the keys 1 to 4."""
    return list(People)


@bp.app_template_filter("people_name")
def people_name(people: People) -> str:
    """Return in few words who can be recognised."""
    return {
        People.NONE: gettext("niemand"),
        People.INCIDENTAL: gettext("Beiwerk"),
        People.CONSENT: gettext("Einwilligung"),
        People.UNRECOGNISABLE: gettext("unkenntlich"),
    }[people]


@bp.app_template_filter("people_meaning")
def people_meaning(people: People) -> str:
    """Return in a sentence when that is the right thing to say."""
    return {
        People.NONE: gettext("Keine Person ist zu erkennen."),
        People.INCIDENTAL: gettext("Personen gehören nur zur Straße oder Landschaft (§ 23 KUG)."),
        People.CONSENT: gettext("Alle Erkennbaren haben zugestimmt, bei Kindern beide Eltern (§ 22 KUG)."),
        People.UNRECOGNISABLE: gettext("Gesichter sind im gezeigten Bild unkenntlich gemacht."),
    }[people]


@bp.app_template_global("hint_kinds")
def hint_kinds() -> list[HintKind]:
    """Return all kinds of legal questions."""
    return list(HintKind)


@bp.app_template_filter("hint_name")
def hint_name(kind: HintKind) -> str:
    """Return a kind of legal questions in a word or two."""
    return {
        HintKind.CHILDREN: gettext("Kinder"),
        HintKind.PEOPLE: gettext("Menschen"),
        HintKind.DRONE: gettext("Drohne"),
        HintKind.INTERIOR: gettext("Innen oder privat"),
        HintKind.ARTWORK: gettext("Kunst und Licht"),
        HintKind.MONTAGE: gettext("Montage oder KI"),
        HintKind.ADVERTISING: gettext("Werbung"),
    }[kind]


@bp.app_template_filter("hint_causes")
def hint_causes(hint: Hint) -> str:
    """Return in a sentence or two why a hint is there."""
    return " ".join(gettext(cause.message, words=cause.words) for cause in hint.causes)


@bp.app_template_filter("sent_to")
def sent_to(entry: Entry, *views: str) -> MultiDict[str, str]:
    """Return what was just sent about an entry to one of these views and refused, so that nobody types it again."""
    is_sent = request.method == "POST" and (request.view_args or {}).get("number") == entry.number
    try:
        return request.form if is_sent and request.endpoint in {f"moderation.{view}" for view in views} else MultiDict()
    except RequestEntityTooLarge:
        # The form was too large to be read: nothing of it is known.
        return MultiDict()
