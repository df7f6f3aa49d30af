"""The pages of a ballot: form, PIN, link, receipt, taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.clock import utc_now
from campaign.contests.phases import is_voting
from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.errors import Gone, InvalidInput
from campaign.extensions import read_only
from campaign.ledger.services import is_sealed
from campaign.mail.confirmation import Proof, Visitor
from campaign.voting import receipts, refusals, services
from campaign.voting.confirming import Tap, confirm_ballot
from campaign.voting.forms import AddressForm, BallotForm, PinForm
from campaign.voting.paper import read_numbers, read_paper, shown_entries
from campaign.voting.queries import PendingRequest, confirmable_request, find_request
from campaign.voting.rules import Signals, check_open
from campaign.web import PublicBlueprint, locale

bp = PublicBlueprint("voting", __name__)


@bp.page("/abstimmen", cached=False)
def ballot() -> ResponseReturnValue:
    """Show the ballot paper with the picks of the address."""
    check_open(current_contest(), utc_now())
    return _ballot_page(BallotForm(), request.args.getlist("bild"))


@bp.page("/abstimmen", methods=("POST",), cached=False)
def request_pin() -> ResponseReturnValue:
    """Ask for the PIN of a ballot."""
    now, form, values = utc_now(), BallotForm(request.form), request.form.getlist("bild")
    check_open(current_contest(), now)
    if not form.validate():
        return _ballot_page(form, values), 422
    try:
        work = request.form.get("work", "")
        code = services.request_ballot(_visitor(form), read_numbers(values), now, work)
    except InvalidInput as error:
        return _ballot_page(form, values, error), 422
    return _pin_page(code, PinForm())


@bp.page("/abstimmen/bestaetigen", cached=False)
def confirmation() -> ResponseReturnValue:
    """Show the button behind the link of the mail, or the field for the PIN; confirms nothing."""
    code, link = request.args.get("anfrage", ""), request.args.get("code", "")
    try:
        found = confirmable_request(code, link, utc_now())
    except Gone as error:
        return _gone_page(code, error)
    if not link:
        return _pin_page(code, PinForm())
    if found.needs_tap:
        return _tap_page(code, link)
    return render_template("voting/link.html", found=found, code=link, entries=_entries_of(found))


@bp.page("/abstimmen/bestaetigen", methods=("POST",), cached=False)
def confirm() -> ResponseReturnValue:
    """Confirm a request with the PIN from the mail, or by the button behind its link."""
    code, form = request.form.get("anfrage", ""), PinForm(request.form)
    proof = Proof(form.pin.data or "", request.form.get("code", ""))
    try:
        receipt = confirm_ballot(Tap(code, proof, utc_now(), _signals(), again="noch" in request.form))
    except Gone as error:
        return _gone_page(code, error)
    except InvalidInput as error:
        if proof.link_code:
            raise
        form.pin.errors = [gettext(error.message, **error.values)]
        return _pin_page(code, form), 422
    if receipt.needs_tap and proof.link_code:
        return _tap_page(code, proof.link_code)
    return redirect(url_for("voting.receipt", code=receipt.code), 303)


@bp.page("/beleg/<code>", cached=False)
def receipt(code: str) -> ResponseReturnValue:
    """Say what became of a ballot, never what was picked."""
    contest, now = current_contest(), utc_now()
    found = receipts.receipt(code, now)
    in_ledger = is_sealed(contest.id, found.code)
    may_change = is_voting(contest, now)
    return render_template("voting/receipt.html", receipt=found, in_ledger=in_ledger, may_change=may_change)


@bp.page("/abstimmen/zurueckziehen", cached=False)
def withdrawal() -> ResponseReturnValue:
    """Show the form that takes a vote back."""
    check_open(current_contest(), utc_now())
    return render_template("voting/withdrawal.html", form=AddressForm())


@bp.page("/abstimmen/zurueckziehen", methods=("POST",), cached=False)
def request_withdrawal() -> ResponseReturnValue:
    """Ask for the PIN that takes a vote back."""
    now, form = utc_now(), AddressForm(request.form)
    check_open(current_contest(), now)
    if not form.validate():
        return render_template("voting/withdrawal.html", form=form), 422
    return _pin_page(services.request_withdrawal(_visitor(form), now), PinForm())


@bp.page("/abstimmen/keine-mails", cached=False)
def mail_refusal() -> ResponseReturnValue:
    """Show the button behind the link that ends all mails of the vote; writes nothing."""
    code, link = request.args.get("anfrage", ""), request.args.get("code", "")
    is_refused = refusals.is_refused(code, link, utc_now())
    return render_template("voting/no_mails.html", request_code=code, code=link, is_refused=is_refused)


@bp.page("/abstimmen/keine-mails", methods=("POST",), cached=False)
def refuse_mails() -> ResponseReturnValue:
    """Write no more mails of the vote to an address, or take that back."""
    code, link = request.form.get("anfrage", ""), request.form.get("code", "")
    act = refusals.allow_mails if "doch" in request.form else refusals.refuse_mails
    act(code, link, utc_now())
    return redirect(url_for("voting.mail_refusal", anfrage=code, code=link), 303)


def _signals() -> Signals:
    # Fetch Metadata (W3C), Sec-Fetch-User: sent for what a person's press began, and only then.
    if request.headers.get("Sec-Fetch-User") == "?1":
        return Signals(gesture=True)
    return Signals(gesture=False if "Sec-Fetch-Mode" in request.headers else None)


def _tap_page(code: str, link_code: str) -> str:
    return render_template("voting/tap.html", request_code=code, code=link_code)


def _visitor(form: AddressForm) -> Visitor:
    return Visitor(form.email.data or "", request.remote_addr, locale())


def _ballot_page(form: BallotForm, values: Sequence[str], error: InvalidInput | None = None) -> str:
    with read_only():
        contest = current_contest()
        paper = read_paper(contest, values, utc_now())
        problem = error or paper.problem
        said = gettext(problem.message, **problem.values) if problem else None
        return render_template("voting/ballot.html", form=form, paper=paper, problem=said, limits=contest)


def _pin_page(code: str, form: PinForm) -> str:
    with read_only():
        found = find_request(code)
        address = request.form.get("email", "")
        return render_template("voting/pin.html", found=found, form=form, address=address, entries=_entries_of(found))


def _gone_page(code: str, error: Gone) -> ResponseReturnValue:
    with read_only():
        found = find_request(code)
        message = gettext(error.message, **error.values)
        may_restart = is_voting(current_contest(), utc_now())
        page = render_template(
            "voting/gone.html", found=found, message=message, may_restart=may_restart, entries=_entries_of(found)
        )
    return page, error.status


def _entries_of(found: PendingRequest) -> list[Entry]:
    return shown_entries(current_contest(), found.numbers, utc_now())
