"""The page on which areas of a picture are marked to be made unrecognisable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.access import staff_only
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.moderation import queries
from campaign.moderation.blurring import blur_picture
from campaign.moderation.people import DECIDING, present_actor
from campaign.pictures.areas import WHOLE, Area, around_faces, read_areas
from campaign.web import carry_out, row_number

bp = Blueprint("blur", __name__)
# What a form without JavaScript has to fill in.
EMPTY_ROWS = 3
FIELDS = ("shape", "left", "top", "width", "height")


@bp.get("/moderation/eintrag/<int:number>/unkenntlich")
@staff_only(*DECIDING)
def tool(number: int) -> ResponseReturnValue:
    """Show the picture with the areas that are suggested."""
    return _page(number)


@bp.post("/moderation/eintrag/<int:number>/unkenntlich")
@staff_only(*DECIDING)
def blur(number: int) -> ResponseReturnValue:
    """Make the marked areas unrecognisable and go back to where the tool was opened."""
    picture_id = request.form.get("picture", 0, type=row_number)
    return carry_out(
        lambda: blur_picture(number, picture_id, read_areas(_rows()), present_actor(), utc_now()),
        _back(number),
        lambda *said: _page(number, *said),
    )


def _page(number: int, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    entry = queries.entry_with_all(current_contest(), number)
    found = around_faces(entry.picture.face_areas) if entry.picture else ()
    rows = list(_rows()) if request.method == "POST" else [_percents(area) for area in found]
    page = render_template(
        "moderation/blur.html",
        entry=entry,
        rows=rows,
        marks=found if request.method == "GET" else (),
        empty_rows=EMPTY_ROWS,
        fields=FIELDS,
        error=error,
        at_entry=request.values.get("from") == "entry",
        back=_back(number),
    )
    return make_response(page, status)


def _back(number: int) -> str:
    if request.values.get("from") == "entry":
        return url_for("moderation.entries.show", number=number)
    return url_for("moderation.desk", bild=number)


def _rows() -> Iterator[Sequence[str]]:
    """Return the areas of the form as they were typed; what is not a whole row is none."""
    return zip(*(request.form.getlist(name) for name in FIELDS), strict=False)


def _percents(area: Area) -> Sequence[str]:
    numbers = (area.left, area.top, area.width, area.height)
    return (area.shape.value, *(f"{number * 100 / WHOLE:g}" for number in numbers))
