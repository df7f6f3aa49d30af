"""Reporting a picture: the form, the receipt, how it stands, and a word more."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from limits import parse

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.errors import CampaignError
from campaign.extensions import read_only, settings
from campaign.mail.confirmation import Visitor
from campaign.reports import queries, rules, services, words
from campaign.reports.forms import ReportForm, WordForm
from campaign.reports.lifecycle import Kind
from campaign.reports.naming import LONGEST
from campaign.throttle import count
from campaign.web import PublicBlueprint, locale

# A school or a mobile network shares an address, and nobody reports so many pictures by hand.
REPORTS = parse("40 per hour")

bp = PublicBlueprint("reports", __name__)


@bp.page("/melden")
def form() -> ResponseReturnValue:
    """Show the form, with the number of the picture that `nummer` names."""
    return _form_page(ReportForm(nummer=request.args.get("nummer", "")))


@bp.page("/melden", methods=("POST",), cached=False)
def report() -> ResponseReturnValue:
    """Take a report, and show its receipt."""
    count(REPORTS, "reports")
    form = ReportForm(request.form)
    is_whole, number = form.validate(), _number(form)
    if not is_whole or not number:
        return _form_page(form), 422
    notice = services.Notice(number, Kind(form.grund.data), form.text.data or "", form.name.data or "")
    visitor = Visitor(form.email.data or "", request.remote_addr, locale())
    code = services.report_picture(notice, visitor, utc_now())
    return redirect(url_for("reports.state", code=code, neu=1), 303)


@bp.page("/melden/<code>", cached=False)
def state(code: str) -> ResponseReturnValue:
    """Say how a report stands, to its reporter or to the person whose picture it is; changes nothing."""
    return _state_page(code, WordForm())


@bp.page("/melden/<code>", methods=("POST",), cached=False)
def add(code: str) -> ResponseReturnValue:
    """Add something to a report, or object to what was decided."""
    count(REPORTS, "report words")
    form = WordForm(request.form)
    act = services.object_to if request.form.get("tun") == "widersprechen" else services.add_word
    try:
        act(code, form.text.data or "", utc_now())
    except CampaignError as error:
        if error.status == 404:
            raise
        form.text.errors = [gettext(error.message, **error.values)]
        return _state_page(code, form), error.status
    return redirect(url_for("reports.state", code=code, da=1), 303)


def _number(form: ReportForm) -> int:
    """Return the number of the picture that was named, 0 with an error at its field when there is none."""
    try:
        site, typed = settings().site.base_url, form.nummer.data or ""
        return queries.named_picture(current_contest(), typed, site, utc_now()).number
    except CampaignError as error:
        form.nummer.errors = [gettext(error.message, **error.values)]
        return 0


def _form_page(form: ReportForm) -> str:
    return render_template(
        "reports/form.html",
        form=form,
        longest=LONGEST,
        statement_length=rules.STATEMENT[1],
        name_length=rules.NAME_LENGTH,
    )


def _state_page(code: str, form: WordForm) -> str:
    with read_only():
        report, party = queries.report_by_code(code)
        said = [word for word in queries.words_of([report]) if word.party is party]
        may_object = rules.may_object(report.facts, party, utc_now())
        return render_template(
            "reports/state.html",
            report=report,
            is_reporter=party.value == "reporter",
            said=said,
            may_object=may_object,
            form=form,
            may_add=report.erased_at is None and len(said) < rules.WORDS,
            words=words,
            until=report.decided_at + rules.OBJECTION if report.decided_at else None,
            longest=rules.WORD_LENGTH,
        )
