"""The page on which somebody who is asked for a right answers, and takes the answer back: the code is the key."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from limits import parse

from campaign.access import public
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.errors import N_, Conflict, NotFound
from campaign.extensions import db, read_only, settings
from campaign.moderation.declining import decline_by_code
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.rights import requests, wording
from campaign.rights.forms import AnswerForm
from campaign.rights.queries import Asked, asked, asked_derivative
from campaign.throttle import count, refuse_when_spent
from campaign.uploads.news import note_change
from campaign.web import PublicBlueprint, locale

# Wide enough for a class that mistypes, far too narrow to find a code.
MISSES = parse("60 per 5 minutes")
bp = PublicBlueprint("rights", __name__)


@bp.after_request
def _keep_quiet(response: Response) -> Response:
    # The address is the key: it goes to no other site and into no index.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.page("/rechte/<code>", cached=False)
def question(code: str) -> ResponseReturnValue:
    """Show what somebody is asked for, or what they have answered."""
    return _page(code)


@bp.page("/rechte/<code>", methods=("POST",), cached=False)
def answer(code: str) -> ResponseReturnValue:
    """Take a yes, a no, or a yes back."""
    wish, form = request.form.get("antwort", ""), AnswerForm(request.form)
    with read_only():
        _find(code)
        db.session.rollback()
    if wish == "ja" and not form.validate():
        return _page(code, form), 422
    try:
        _count(code, wish, form)
    except Conflict as error:
        db.session.rollback()
        return _page(code, form, gettext(error.message, **error.values)), error.status
    return redirect(url_for("rights.question", code=code), 303)


@bp.get("/rechte/<code>/bild/<name>")
@public
def picture(code: str, name: str) -> ResponseReturnValue:
    """Send a picture to whoever is asked for it."""
    found = _find(code, name)
    try:
        data = storage.get(DERIVATIVES, name)
    except FileNotFoundError:
        raise NotFound(N_("Dieses Bild fehlt gerade.")) from None
    types = {one.name: one.type for shown in found.pictures for one in shown.derivatives}
    response = Response(data, mimetype=types[name])
    response.headers["Cache-Control"] = "no-store"
    return response


def _count(code: str, wish: str, form: AnswerForm) -> None:
    now = utc_now()
    if wish == "ja":
        stand, ticked = request.form.get("stand", ""), bool(form.werbung.data)
        requests.allow(code, form.name.data or "", stand, locale(), now, advertising=ticked, tell=note_change)
    elif wish == "nein":
        decline_by_code(code, now)
    elif wish == "zuruecknehmen":
        requests.revoke_by_code(code, now)


def _page(code: str, form: AnswerForm | None = None, problem: str | None = None) -> str:
    with read_only():
        found, is_german = _find(code), locale() == "de"
        text = wording.GERMAN if is_german else wording.ENGLISH
        return render_template(
            "rights/question.html" if found.is_open else "rights/answered.html",
            found=found,
            code=code,
            form=form or AnswerForm(data={"name": found.entry.creator}),
            problem=problem,
            wording=text.strip().split("\n\n"),
            advertising=wording.GERMAN_ADVERTISING if is_german else wording.ENGLISH_ADVERTISING,
            version=wording.VERSION,
            organiser=settings().organiser,
            contest=current_contest(),
        )


def _find(code: str, picture: str | None = None) -> Asked:
    """Return a request by its code, and let nobody try out many."""
    refuse_when_spent(MISSES, "wrong codes")
    try:
        if picture is not None:
            asked_derivative(code, picture, utc_now())
        return asked(code, utc_now())
    except NotFound:
        count(MISSES, "wrong codes")
        raise
