"""What somebody else works on is left alone: each act on it is refused alike, and what was typed stays on the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign import create_app
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.lifecycle import PictureState
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation import claims, services
from campaign.moderation.claims import Seat
from campaign.moderation.queries import history_of
from campaign.moderation.reasons import Reason
from campaign.rights.services import grants_of
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import RoleName
from tests.factories import NOW, jpeg, make_entry, make_settings
from tests.moderation.excluding import account
from tests.moderation.forms import send_file
from tests.staff.people import logged_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OF_AN_ENTRY = "/moderation/eintrag/<int:number>/"
WORDS = "Die Rathausglocke schlägt"
# What somebody may have typed before they read that it is refused.
FORMS: dict[str, dict[str, Any]] = {
    "approve": {"people": "consent", "people_note": WORDS, "alt_text": "Ein Turm"},
    "reject": {"reason": "other", "text": WORDS},
    "park": {"reason": "waits_else", "text": WORDS},
    "set_town": {"town": "Weimar"},
    "entries.withdraw": {"text": WORDS},
    "exclusions.propose": {"reason": "rights"},
    "checklist.people": {"people": "consent", "people_note": WORDS},
    "checklist.alt_text": {"alt_text": WORDS},
    "rights.grant": {"by": "Anna Berg", "proof": WORDS, "verwendung": "web"},
    "blur.blur": {"shape": "ellipse", "left": "11.25", "top": "20", "width": "30", "height": "40"},
}
TYPED = {"set_town": 'value="Weimar" list', "blur.blur": 'value="11.25"'}


def acts() -> dict[str, str]:
    """The view and the address of each act on an entry."""
    app = create_app(make_settings(Path("unused")))
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {one.endpoint.removeprefix("moderation."): one.rule for one in rules if one.rule.startswith(OF_AN_ENTRY)}


ACTS = acts()


def held_by_anna(**values: object) -> Entry:
    entry = make_entry(**{"public": False, "picture": True, "has_right": False, **values})
    anna = Seat(current_contest(), account("anna").staff_id or 0)
    assert claims.claim_one(anna, entry.number, utc_now())
    return entry


def state(number: int) -> tuple[object, ...]:
    db.session.expire_all()
    entry = db.session.get_one(Entry, number)
    known = (entry.status, entry.town_ags, entry.picture_id, entry.people, entry.alt_text, entry.updated_at)
    return (*known, len(history_of(number)), len(grants_of(number)))


@ON_SQLITE
@pytest.mark.parametrize("view", ACTS)
def test_each_act_on_what_somebody_else_has_is_refused_alike_and_nothing_typed_is_lost(app: Flask, view: str) -> None:
    entry = held_by_anna(**({"picture": False, "picture_state": PictureState.MISSING} if view == "stills.add" else {}))
    number, before = entry.number, state(entry.number)
    bert = logged_in(app, RoleName.ORGANISER)
    path = ACTS[view].replace("<int:number>", str(number))
    form = {"from": "entry", "picture": entry.picture_id or 0, **FORMS.get(view, {})}
    send: Callable[..., tuple[int, str]] = bert.post
    if view == "stills.add":
        send = lambda path, **form: send_file(bert, path, "bild", jpeg(700, 500), **form)  # noqa: E731
    status, page = send(path, **form)
    assert (status, page.count(f"Bild {number} ist gerade bei anna@example.org.")) == (409, 1)
    typed = TYPED.get(view, WORDS if WORDS in form.values() else "")
    assert not typed or page.count(typed) == 1
    assert state(number) == before


@ON_SQLITE
def test_a_decision_about_what_somebody_else_has_taken_up_again_is_not_undone(app: Flask) -> None:
    number = make_entry(public=False, picture=True).number
    decision = services.set_town(number, "16055000", COMMAND_LINE, NOW)
    anna = Seat(current_contest(), account("anna").staff_id or 0)
    assert claims.claim_one(anna, number, utc_now())
    bert, before = logged_in(app), state(number)
    for form in ({"from": "entry"}, {}):
        status, page = bert.post(f"/moderation/rueckgaengig/{decision.id}", number=number, **form)
        assert (status, page.count(f"Bild {number} ist gerade bei anna@example.org.")) == (409, 1)
    assert state(number) == before


@pytest.mark.usefixtures("app")
def test_who_has_no_account_is_stopped_by_nobody_at_the_desk() -> None:
    number = held_by_anna().number
    assert services.reject(number, Reason.QUALITY, None, COMMAND_LINE, utc_now()).entry_number == number
