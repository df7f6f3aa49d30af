"""Excluding an entry, and letting it take part again: one proposes, another one decides."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from campaign.access import staff_only
from campaign.moderation import exclusions
from campaign.moderation.entry_views import act_at_entry
from campaign.moderation.models import ExclusionKind
from campaign.moderation.people import EXCLUDING, OVERSEEING
from campaign.moderation.reasons import parse_reason
from campaign.reports import proposals

bp = Blueprint("exclusions", __name__)


@bp.post("/moderation/eintrag/<int:number>/ausschliessen")
@staff_only(*EXCLUDING, fresh=True)
def propose(number: int) -> ResponseReturnValue:
    """Propose that an approved entry leaves the contest."""
    form = request.form
    return act_at_entry(
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
    return act_at_entry(
        number,
        lambda actor, now: exclusions.propose(number, ExclusionKind.LIFT, actor, now, reason=None, text=text),
    )


@bp.post("/moderation/eintrag/<int:number>/ausschluss/bestaetigen")
@staff_only(*OVERSEEING, fresh=True)
def confirm(number: int) -> ResponseReturnValue:
    """Do what another account proposed."""
    return act_at_entry(number, lambda actor, now: proposals.confirm(number, actor, now))


@bp.post("/moderation/eintrag/<int:number>/ausschluss/verwerfen")
@staff_only(*OVERSEEING, fresh=True)
def drop(number: int) -> ResponseReturnValue:
    """Put a proposal aside."""
    text = request.form.get("text")
    return act_at_entry(number, lambda actor, now: proposals.drop(number, text, actor, now))
