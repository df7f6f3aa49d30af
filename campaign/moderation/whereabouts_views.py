"""„Wo ist mein Bild?“: what became of a post or an upload, and how its creator takes it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, get_locale, gettext, lazy_gettext
from limits import parse
from wtforms import Form, StringField

from campaign.clock import utc_now
from campaign.contests.phases import is_collecting
from campaign.contests.services import current_contest
from campaign.entries.admission import INTAKE_TEXTS
from campaign.extensions import read_only, settings
from campaign.moderation.pasted import LONGEST, Pasted, read_pasted
from campaign.moderation.reasons import Reason, text_for
from campaign.moderation.whereabouts import ask_withdrawal, look_up
from campaign.moderation.whereabouts_rules import State
from campaign.moderation.whereabouts_words import CAUSES, PROBLEMS, STATES
from campaign.reports import words as report_words
from campaign.reports.queries import last_statement
from campaign.throttle import count
from campaign.web import PublicBlueprint

# Schools and mobile networks share an address: wide enough for a class, too narrow to try out codes.
LOOKS = parse("60 per 5 minutes")
ACTS = parse("20 per 5 minutes")
NOT_SHOWN = (State.REJECTED, State.EXCLUDED, State.NO_PERMISSION)

bp = PublicBlueprint("whereabouts", __name__)


class LookForm(Form):
    """The address of a post, or the code of an upload."""

    beitrag = StringField(lazy_gettext("Adresse deines Beitrags oder dein Code"))


@bp.page("/wo-ist-mein-bild")
def form() -> ResponseReturnValue:
    """Show the field for an address or a code."""
    return _form_page(LookForm())


@bp.page("/wo-ist-mein-bild", methods=("POST",), cached=False)
def answer() -> ResponseReturnValue:
    """Say where the picture is, or take it back."""
    sent = LookForm(request.form)
    pasted = read_pasted(sent.beitrag.data or "")
    if pasted.kind in PROBLEMS:
        sent.beitrag.errors = [gettext(PROBLEMS[pasted.kind])]
        return _form_page(sent), 422
    return _take_back(pasted) if request.form.get("tun") == "zurueckziehen" else _tell(pasted)


def _tell(pasted: Pasted) -> str:
    count(LOOKS, "whereabouts look")
    with read_only():
        contest, now = current_contest(), utc_now()
        found = look_up(contest, settings().instagram, pasted, now)
        words = {"states": STATES, "causes": CAUSES, "intake_texts": INTAKE_TEXTS, "report_words": report_words}
        may_hand_in = is_collecting(contest, now)
        report = last_statement(found.entry_number or 0) if found.explanation.state in NOT_SHOWN else None
        return _page("answer", found=found, pasted=pasted, report=report, may_hand_in=may_hand_in, **words)


def _take_back(pasted: Pasted) -> str:
    count(ACTS, "whereabouts act")
    offer = ask_withdrawal(current_contest(), pasted, utc_now())
    return _page("code", offer=offer, pasted=pasted) if offer else _page("withdrawn")


def _form_page(form: LookForm) -> str:
    return _page("form", form=form, longest=LONGEST)


def _page(name: str, **values: Any) -> str:
    rounds = round(settings().instagram.ingest_minutes)
    return render_template(f"whereabouts/{name}.html", contest=current_contest(), rounds=rounds, **values)


@bp.app_template_filter("reason_text")
def reason_text(reason: Reason) -> str:
    """Return why a picture does not take part, in the words for its entrant."""
    return text_for(reason, get_locale().language)


@bp.app_template_filter("span")
def span(length: timedelta) -> str:
    """Return a length of time in words, in its largest unit."""
    return str(format_timedelta(max(length, timedelta(minutes=1)), threshold=1.2))
