"""The organisers' page of the results: all figures, the recount, publishing, downloads."""

from __future__ import annotations

from datetime import datetime
from tempfile import TemporaryFile

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.access import sends_file, staff_only
from campaign.clock import utc_now
from campaign.contests.models import Contest
from campaign.contests.phases import are_counts_hidden
from campaign.contests.services import current_contest
from campaign.entries.uses import Use
from campaign.errors import N_, CampaignError, InvalidInput
from campaign.moderation.people import present_actor
from campaign.results import services
from campaign.results.export import AWARD_NAMES, BARE, TABLES, WITH_PICTURES
from campaign.results.handing_out import hand_out
from campaign.results.handing_out import hand_over as hand_to
from campaign.results.photos import USE_WORDS, export_photos
from campaign.results.queries import by_size_class
from campaign.results.sheets import MEDIA_TYPES, WRITERS
from campaign.rights.handouts import Parcel, check_recipient
from campaign.voting.tally import compare

bp = Blueprint("results_staff", __name__)
TOP_ENTRIES = 10
PUBLISH = "/verwaltung/ergebnisse/veroeffentlichen"


@bp.get("/verwaltung/ergebnisse")
@staff_only("organiser", "scrutineer")
def overview() -> ResponseReturnValue:
    """Show all figures, also while the public sees none; `nachzaehlen` counts the ballots as well."""
    return _overview()


@bp.get(PUBLISH)
@staff_only("organiser", fresh=True)
def confirm() -> ResponseReturnValue:
    """Show what would be published and ask."""
    contest, now = current_contest(), utc_now()
    try:
        services.check_publishable(contest, now)
    except CampaignError as error:
        return _overview(error)
    document = services.final_results(contest, now)
    return render_template("results/staff_confirm.html", contest=contest, document=document, names=AWARD_NAMES)


@bp.post(PUBLISH)
@staff_only("organiser", fresh=True)
def publish() -> ResponseReturnValue:
    """Publish the results."""
    try:
        services.publish(current_contest(), utc_now(), present_actor())
    except CampaignError as error:
        return _overview(error)
    return redirect(url_for("results_staff.overview"), 303)


@bp.get(f"/verwaltung/export/<any({','.join(BARE)}):what>.<any({','.join(WRITERS)}):form>")
@sends_file
@staff_only("organiser", "scrutineer", fresh=True)
def download(what: str, form: str) -> ResponseReturnValue:
    """Send an export that holds no picture as a file."""
    contest = current_contest()
    return _file(
        hand_out(what, form, contest, present_actor(), utc_now()), f"{contest.slug}-{what}.{form}", MEDIA_TYPES[form]
    )


@bp.post(f"/verwaltung/export/<any({','.join(WITH_PICTURES)}):what>.<any({','.join(WRITERS)}):form>")
@staff_only("organiser", "scrutineer", fresh=True)
def hand_over(what: str, form: str) -> ResponseReturnValue:
    """Send an export with addresses of pictures, and keep for whom it is."""
    contest, now = current_contest(), utc_now()
    try:
        parcel = Parcel(what, form, Use.WEB, check_recipient(request.form.get("fuer", "")))
        data = hand_to(contest, parcel, present_actor(), now)
    except CampaignError as error:
        return _overview(error)
    return _file(data, f"{contest.slug}-{what}.{form}", MEDIA_TYPES[form])


@bp.post("/verwaltung/export/photos.zip")
@staff_only("organiser", "scrutineer", fresh=True)
def photos() -> ResponseReturnValue:
    """Send the pictures whose rights cover a use, and keep for whom they are."""
    contest, now, archive = current_contest(), utc_now(), TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        parcel = Parcel("photos", "zip", _use_of_form(), check_recipient(request.form.get("fuer", "")))
        export_photos(contest, parcel, present_actor(), now, to=archive)
    except CampaignError as error:
        archive.close()
        return _overview(error)
    archive.seek(0)
    response = send_file(archive, "application/zip", True, f"{contest.slug}-photos-{parcel.use}.zip")
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(data: bytes, name: str, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _use_of_form() -> Use:
    try:
        return Use(request.form.get("verwendung", ""))
    except ValueError as error:
        raise InvalidInput(N_("Wofür sind die Bilder? Wähl eine Verwendung aus.")) from error


def _overview(error: CampaignError | None = None) -> ResponseReturnValue:
    contest, now = current_contest(), utc_now()
    publication = services.publication_of(contest)
    document = services.published(contest) or services.standings_document(contest, now, include_hidden=True)
    page = render_template(
        "results/staff.html",
        contest=contest,
        publication=publication,
        document=document,
        classes=by_size_class(document),
        scored=any(row["score"] != row["picks"] for row in document["towns"]),
        top=document["entries"][:TOP_ENTRIES],
        hidden=are_counts_hidden(contest, now, published=publication is not None),
        error=_sentence(error),
        waiting=_waiting(contest, now),
        differences=compare(contest.id) if "nachzaehlen" in request.args else None,
        exports={what: tuple(WRITERS) for what in TABLES if what != "winners" or publication},
        uses=USE_WORDS,
    )
    return page, error.status if error else 200


def _waiting(contest: Contest, now: datetime) -> str:
    try:
        services.check_closed(contest, now)
    except CampaignError as error:
        return _sentence(error)
    return ""


def _sentence(error: CampaignError | None) -> str:
    return gettext(error.message, **error.values) if error else ""
