"""One valid form for each POST of the staff's pages: a new page adds its own here, so that no act goes unrecorded.

`@act("room.view")` names the endpoint; the function prepares what the form needs and returns where to send it and its
fields. `bild` with bytes is sent as a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.accounts import set_account_rule
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import PictureState
from campaign.extensions import db
from campaign.instagram.models import Existence
from campaign.moderation.models import WithdrawalCode
from campaign.moderation.services import approve
from campaign.moderation.withdrawals import ask_code
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, jpeg, make_entry
from tests.moderation.albums import make_album
from tests.results.ballots import change_dates

Form = tuple[str, Mapping[str, object]]
ACTS: dict[str, Callable[[], Form]] = {}
# Endpoints that need not write a row, each with the reason.
WITHOUT_ROW: dict[str, str] = {
    "moderation.entries.grant": "the rights' own rows come with the gate of rights",
    "moderation.entries.revoke": "the rights' own rows come with the gate of rights",
}


def act(endpoint: str) -> Callable[[Callable[[], Form]], Callable[[], Form]]:
    """Name the endpoint that a form is for."""

    def add(form: Callable[[], Form]) -> Callable[[], Form]:
        ACTS[endpoint] = form
        return form

    return add


def waiting() -> int:
    """The number of an entry that waits, with all that it needs."""
    return make_entry(public=False, picture=True).number


@act("moderation.approve")
def _approve() -> Form:
    return f"/moderation/eintrag/{waiting()}/freigeben", {}


@act("moderation.reject")
def _reject() -> Form:
    return f"/moderation/eintrag/{waiting()}/ablehnen", {"reason": "quality"}


@act("moderation.set_town")
def _set_town() -> Form:
    return f"/moderation/eintrag/{waiting()}/ort", {"town": "Weimar"}


@act("moderation.choose")
def _choose() -> Form:
    entry = make_album()
    part = db.session.execute(db.text("SELECT max(id) FROM album_picture")).scalar_one()
    return f"/moderation/eintrag/{entry.number}/bildwahl", {"part": part}


@act("moderation.undo")
def _undo() -> Form:
    number = waiting()
    return f"/moderation/rueckgaengig/{approve(number, COMMAND_LINE, NOW).id}", {"number": number}


@act("moderation.entries.withdraw")
def _withdraw() -> Form:
    return f"/moderation/eintrag/{waiting()}/zurueckziehen", {}


@act("moderation.entries.disqualify")
def _disqualify() -> Form:
    return f"/moderation/eintrag/{make_entry().number}/ausschliessen", {"reason": "rights"}


@act("moderation.stills.add")
def _still() -> Form:
    number = make_entry(public=False, picture_state=PictureState.MISSING).number
    return f"/moderation/eintrag/{number}/standbild", {"bild": jpeg(700, 500)}


@act("moderation.adding.add")
def _add() -> Form:
    return "/moderation/eintraege/neu", {"adresse": "https://www.instagram.com/p/Cabcdefghij/", "town": "Erfurt"}


@act("moderation.accounts.set_rule")
def _set_rule() -> Form:
    return "/verwaltung/konten", {"konto": "werbung", "art": "blocked", "grund": "Reklame"}


@act("moderation.accounts.lift")
def _lift() -> Form:
    set_account_rule(current_contest(), "werbung", AccountKind.BLOCKED, "Reklame", by=COMMAND_LINE, now=NOW)
    return "/verwaltung/konten/aufheben", {"konto": "werbung"}


@act("results_staff.publish")
def _publish() -> Form:
    change_dates(vote_from=utc_now() - timedelta(days=9), vote_until=utc_now() - timedelta(minutes=1))
    return "/verwaltung/ergebnisse/veroeffentlichen", {}


def _claim() -> str:
    code = ask_code(make_entry(picture=True).number, NOW).code
    db.session.get_one(WithdrawalCode, code).claimed_by = "ada.beispiel"
    db.session.commit()
    return f"/verwaltung/erfassung/anspruch/{code}"


@act("intake.confirm_claim")
def _confirm_claim() -> Form:
    return f"{_claim()}/bestaetigen", {}


@act("intake.refuse_claim")
def _refuse_claim() -> Form:
    return f"{_claim()}/ablehnen", {}


def _missing() -> int:
    number, since = make_entry(picture=True).number, NOW - timedelta(days=3)
    seen = {"checked_at": NOW, "next_check_at": NOW, "missing_since": since}
    db.session.add(Existence(entry_number=number, misses=9, **seen))
    db.session.commit()
    return number


@act("intake.confirm_one_gone")
def _confirm_one_gone() -> Form:
    return f"/verwaltung/erfassung/verschwunden/{_missing()}", {}


@act("intake.confirm_gone_until")
def _confirm_gone_until() -> Form:
    _missing()
    return "/verwaltung/erfassung/verschwunden", {"stand": utc_now().isoformat()}
