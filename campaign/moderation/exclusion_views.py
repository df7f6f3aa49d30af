"""Excluding an entry, and letting it take part again: one proposes, another one decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.errors import CampaignError
from campaign.moderation import exclusions
from campaign.moderation.entry_views import show_entry
from campaign.moderation.models import ExclusionKind
from campaign.moderation.people import EXCLUDING, OVERSEEING, present_actor
from campaign.moderation.reasons import parse_reason
from campaign.reports import proposals
from campaign.staff.actors import Actor

bp = Blueprint("exclusions", __name__)


@bp.post("/moderation/eintrag/<int:number>/ausschliessen")
@staff_only(*EXCLUDING, fresh=True)
def propose(number: int) -> ResponseReturnValue:
    """Propose that an approved entry leaves the contest."""
    form = request.form
    return _act(
        number,
        lambda actor, now: exclusions.propose(
            number,
            ExclusionKind.EXCLUDE,
            actor,
            now,
            reason=parse_reason(form.get("reason", "")),
            text=form.get("text"),
        ),
    )


@bp.post("/moderation/eintrag/<int:number>/ausschluss/aufheben")
@staff_only(*EXCLUDING, fresh=True)
def propose_return(number: int) -> ResponseReturnValue:
    """Propose that an excluded entry takes part again."""
    text = request.form.get("text")
    return _act(
        number,
        lambda actor, now: exclusions.propose(number, ExclusionKind.LIFT, actor, now, reason=None, text=text),
    )


@bp.post("/moderation/eintrag/<int:number>/ausschluss/bestaetigen")
@staff_only(*OVERSEEING, fresh=True)
def confirm(number: int) -> ResponseReturnValue:
    """Do what another account proposed."""
    return _act(number, lambda actor, now: proposals.confirm(number, actor, now))


@bp.post("/moderation/eintrag/<int:number>/ausschluss/verwerfen")
@staff_only(*OVERSEEING, fresh=True)
def drop(number: int) -> ResponseReturnValue:
    """Put a proposal aside."""
    text = request.form.get("text")
    return _act(number, lambda actor, now: proposals.drop(number, text, actor, now))


def _act(number: int, act: Callable[[Actor, datetime], object]) -> ResponseReturnValue:
    try:
        act(present_actor(), utc_now())
    except CampaignError as error:
        return show_entry(number, gettext(error.message, **error.values), error.status)
    return redirect(url_for("moderation.entries.show", number=number), 303)
