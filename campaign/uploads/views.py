"""Handing in a photo without Instagram: form, PIN, link, the sender's code."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from campaign import codes
from campaign.clock import utc_now
from campaign.contests.phases import is_collecting
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import Source
from campaign.entries.models import Entry
from campaign.errors import N_, CampaignError, Conflict, Gone, InvalidInput, NotOpen
from campaign.extensions import read_only, settings
from campaign.mail.confirmation import Proof, Visitor
from campaign.pictures.checks import UPLOAD, PictureRefused
from campaign.rights import wording
from campaign.throttle import count
from campaign.towns.choices import chosen_town, town_choices
from campaign.uploads import files, queries, rules, services, throttle
from campaign.uploads.assembly import NotNow
from campaign.uploads.forms import PinForm, UploadForm
from campaign.uploads.models import People
from campaign.uploads.piece_views import bp as pieces_bp
from campaign.uploads.piece_views import said
from campaign.web import PublicBlueprint, locale

# The largest photo, and the form around it.
FORM_BYTES = UPLOAD.max_bytes + 200_000
LOST_FORM = N_(
    "Das Foto ist größer als %(limit)s MB. Geh einen Schritt zurück und wähl ein kleineres: "
    "Was du geschrieben hast, steht dort noch."
)

PEOPLE_SAID = {
    People.NONE: N_("Beim Einreichen gesagt: Niemand ist zu erkennen."),
    People.INCIDENTAL: N_("Beim Einreichen gesagt: Menschen gehören nur zum Bild der Stadt."),
    People.CONSENT: N_("Beim Einreichen gesagt: Wer zu erkennen ist, ist einverstanden."),
}

bp = PublicBlueprint("uploads", __name__)
bp.register_blueprint(pieces_bp)


@bp.page("/mitmachen", cached=False)
def form() -> ResponseReturnValue:
    """Show the form, or say when photos are taken."""
    try:
        _check_open()
    except NotOpen as error:
        return _closed_page(error), 200
    return _form_page(UploadForm(), _attempt(request.args.get("versuch", "")))


@bp.page("/mitmachen", methods=("POST",), cached=False)
def hand_in() -> ResponseReturnValue:
    """Take the form, with the photo if it did not come ahead, and ask for the PIN."""
    count(throttle.FORMS, "forms")
    form, attempt = _sent_form()
    try:
        _check_open()
        problem = _take_photo(attempt)
        if not form.validate() or problem:
            return _form_page(form, attempt, problem), 422
        code = services.request_upload(_statement(form, attempt), _visitor(form), utc_now())
    except NotOpen as error:
        return _closed_page(error), error.status
    except services.NewWording as error:
        form.rechte.errors, form.rechte.data = [gettext(error.message)], False
        return _form_page(form, attempt), 422
    return _pin_page(code, PinForm())


@bp.page("/mitmachen/bestaetigen", cached=False)
def confirmation() -> ResponseReturnValue:
    """Show the button behind the link of the mail, or the field for the PIN; confirms nothing."""
    code, link = request.args.get("anfrage", ""), request.args.get("code", "")
    try:
        found = queries.confirmable_upload(code, link, utc_now())
    except Gone as error:
        return _gone_page(error)
    if not link:
        return _pin_page(code, PinForm())
    return render_template("uploads/link.html", found=found, code=link)


@bp.page("/mitmachen/bestaetigen", methods=("POST",), cached=False)
def confirm() -> ResponseReturnValue:
    """Confirm an upload with the PIN from the mail, or by the button behind its link."""
    count(throttle.PINS, "pins")
    code, form = request.form.get("anfrage", ""), PinForm(request.form)
    proof = Proof(form.pin.data or "", request.form.get("code", ""))
    try:
        handed_in = services.confirm_upload(code, proof, utc_now())
    except Gone as error:
        return _gone_page(error)
    except (InvalidInput, Conflict) as error:
        if proof.link_code:
            raise
        form.pin.errors = [gettext(error.message, **error.values)]
        return _pin_page(code, form), error.status
    return redirect(url_for("uploads.thanks", code=handed_in), 303)


@bp.page("/mitmachen/danke/<code>", cached=False)
def thanks(code: str) -> ResponseReturnValue:
    """Say that the photo is in, what happens next, and by which code its sender asks about it."""
    may_add = settings().contest.uploads and is_collecting(current_contest(), utc_now())
    return render_template("uploads/thanks.html", found=queries.handed_in(code), may_add=may_add)


@bp.app_template_filter("people_said")
def people_said(entry: Entry) -> str | None:
    """Return what the sender of an entry said about recognisable persons, for whoever decides about it."""
    told = queries.people_said(entry.number) if entry.source is Source.UPLOAD else None
    return str(gettext(PEOPLE_SAID[told])) if told else None


def _check_open() -> None:
    rules.check_open(current_contest(), utc_now(), uploads=settings().contest.uploads)


def _attempt(token: str) -> str:
    return token if codes.is_secret(token) else codes.new_secret()


def _sent_form() -> tuple[UploadForm, str]:
    # Only here may so much come at once; the photo goes into a temporary file while it arrives.
    request.max_content_length = FORM_BYTES
    try:
        return UploadForm(request.form), _attempt(request.form.get("versuch", ""))
    except RequestEntityTooLarge as error:
        too_large = CampaignError(LOST_FORM, limit=UPLOAD.max_bytes // 1_000_000)
        too_large.status = 413
        raise too_large from error


def _take_photo(attempt: str) -> str | None:
    """Keep the photo that came with the form; returns what is wrong with it or with the one that came ahead."""
    sent = request.files.get("foto")
    try:
        if sent is None or not sent.filename:
            return _missing(files.finish_file(attempt, utc_now()))
        with sent.stream:
            data = sent.stream.read()
        files.receive_whole(attempt, data, utc_now())
    except (PictureRefused, Conflict, NotNow) as error:
        return said(error)
    return None


def _missing(state: files.FileState) -> str | None:
    if state.is_here:
        return None
    return said(state.refusal) if state.refusal else str(gettext(services.NO_PHOTO))


def _statement(form: UploadForm, attempt: str) -> services.Statement:
    return services.Statement(
        attempt=attempt,
        name=form.name.data or "",
        town_ags=chosen_town(form.ort.data or ""),
        description=form.text.data or None,
        alt_text=form.alt.data or "",
        people=People(form.menschen.data),
        wording_version=request.form.get("wortlaut", ""),
        advertising=bool(form.werbung.data),
    )


def _visitor(form: UploadForm) -> Visitor:
    return Visitor(form.email.data or "", request.remote_addr, locale())


def _form_page(form: UploadForm, attempt: str, problem: str | None = None) -> str:
    with read_only():
        text = wording.GERMAN if locale() == "de" else wording.ENGLISH
        return render_template(
            "uploads/form.html",
            form=form,
            attempt=attempt,
            photo=files.file_state(attempt),
            problem=problem,
            contest=current_contest(),
            towns=town_choices(),
            wording=text.strip().split("\n\n"),
            wording_version=wording.VERSION,
            advertising=wording.GERMAN_ADVERTISING if locale() == "de" else wording.ENGLISH_ADVERTISING,
            largest=UPLOAD.max_bytes,
        )


def _closed_page(error: NotOpen) -> str:
    with read_only():
        return render_template("uploads/closed.html", message=gettext(error.message), contest=current_contest())


def _pin_page(code: str, form: PinForm) -> str:
    with read_only():
        found, address = queries.find_upload(code), request.form.get("email", "")
        return render_template("uploads/pin.html", found=found, form=form, address=address)


def _gone_page(error: Gone) -> ResponseReturnValue:
    message = gettext(error.message, **error.values)
    return render_template("uploads/gone.html", message=message), error.status
