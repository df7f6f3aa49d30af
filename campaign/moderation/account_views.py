"""Which Instagram accounts are blocked, and which are free of the limit per person."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries import accounts
from campaign.entries.admission import AccountKind
from campaign.errors import N_, CampaignError, InvalidInput
from campaign.moderation.people import EXCLUDING, OVERSEEING, may, present_actor

bp = Blueprint("accounts", __name__)


@bp.get("/verwaltung/konten")
@staff_only(*OVERSEEING)
def index() -> ResponseReturnValue:
    """Show the rules that hold, and what one would change for the account that is asked about."""
    return _page(request.args.get("konto", ""))


@bp.post("/verwaltung/konten")
@staff_only(*EXCLUDING)
def set_rule() -> ResponseReturnValue:
    """Block an account, or free it of the limit."""
    form, contest = request.form, current_contest()
    try:
        kind, reason = _kind(form.get("art", "")), form.get("grund", "")
        who, name = present_actor(), form.get("konto", "")
        rule = accounts.set_account_rule(contest, name, kind, reason, by=who, now=utc_now())
    except CampaignError as error:
        return _page(form.get("konto", ""), error)
    return redirect(url_for("moderation.accounts.index", konto=rule.username), 303)


@bp.post("/verwaltung/konten/aufheben")
@staff_only(*EXCLUDING)
def lift() -> ResponseReturnValue:
    """Lift what holds for an account."""
    name = request.form.get("konto", "")
    try:
        accounts.lift_account_rule(current_contest(), name, by=present_actor(), now=utc_now())
    except CampaignError as error:
        return _page(name, error)
    return redirect(url_for("moderation.accounts.index", konto=accounts.account_name(name)), 303)


def _kind(value: str) -> AccountKind:
    try:
        return AccountKind(value)
    except ValueError as error:
        raise InvalidInput(N_("Wähl aus, ob das Konto gesperrt oder von der Höchstzahl befreit wird.")) from error


def _page(asked: str, error: CampaignError | None = None) -> ResponseReturnValue:
    contest, found = current_contest(), None
    try:
        found = accounts.look_up(contest, asked) if asked.strip() else None
    except CampaignError as unreadable:
        error = error or unreadable
    rules = accounts.account_rules(contest)
    values = {
        "asked": asked,
        "found": found,
        "rules": rules,
        "counts": accounts.counts_of_accounts(contest, [rule.username for rule in rules]),
        "limit": contest.entries_per_creator,
        "decides": may(EXCLUDING),
        "error": gettext(error.message, **error.values) if error else None,
    }
    return make_response(render_template("moderation/accounts.html", **values), error.status if error else 200)


@bp.app_template_filter("account_kind_name")
def account_kind_name(kind: AccountKind) -> str:
    """Return in words what holds for an account."""
    return {AccountKind.BLOCKED: gettext("gesperrt"), AccountKind.ALLOWED: gettext("von der Höchstzahl befreit")}[kind]
