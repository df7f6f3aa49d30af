"""One valid form for each POST of the staff's pages: a new page adds its own here, so that no act goes unrecorded.

Those about accounts stand in `account_acts.py`.

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
from campaign.moderation import batches, exclusions
from campaign.moderation.batches import Act, Order
from campaign.moderation.models import ExclusionKind, WithdrawalCode
from campaign.moderation.reasons import PARK_REASONS, Reason
from campaign.moderation.services import approve, reject
from campaign.moderation.withdrawals import ask_code
from campaign.pictures.services import prepare_picture, store_picture
from campaign.staff.actors import COMMAND_LINE
from tests.factories import NOW, jpeg, make_entry
from tests.moderation.albums import make_album
from tests.moderation.excluding import account, exclude
from tests.reports.people import REASONS, reported
from tests.results.ballots import change_dates
from tests.rights.requests import asked

Form = tuple[str, Mapping[str, object]]
ACTS: dict[str, Callable[[], Form]] = {}
# Endpoints that need not write a row, each with the reason.
WITHOUT_ROW: dict[str, str] = {
    "moderation.fetch": "hands out claims, which run out by themselves",
    "moderation.present": "renews claims, which run out by themselves",
}
# Endpoints whose rows another test looks at, each with the reason.
TESTED_IN: dict[str, str] = {
    # It takes the answer to a secret that the page before has shown.
    "staff.factors.keep": "tests/staff/test_second_step.py",
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


@act("moderation.batches.carry_out")
def _carry_out() -> Form:
    return "/moderation/sammeln", {"was": "reject", "reason": "quality", "bild": waiting(), "marke": "a" * 32}


@act("moderation.batches.undo")
def _undo_batch() -> Form:
    batches.carry_out(Order(Act.REJECT, "quality"), [waiting()], "a" * 32, COMMAND_LINE, NOW)
    return f"/moderation/sammlung/{'a' * 32}/rueckgaengig", {}


@act("moderation.blur.blur")
def _blur() -> Form:
    entry = make_entry(public=False)
    entry.picture_id, entry.picture_state = store_picture(prepare_picture(jpeg(700, 500)), NOW), PictureState.STORED
    db.session.commit()
    area = {"shape": "ellipse", "left": "10", "top": "10", "width": "30", "height": "30"}
    return f"/moderation/eintrag/{entry.number}/unkenntlich", {"picture": entry.picture_id, **area}


@act("moderation.entries.withdraw")
def _withdraw() -> Form:
    return f"/moderation/eintrag/{waiting()}/zurueckziehen", {}


@act("moderation.exclusions.propose")
def _propose() -> Form:
    return f"/moderation/eintrag/{make_entry().number}/ausschliessen", {"reason": "rights"}


def _proposed() -> int:
    number = make_entry().number
    exclusions.propose(number, ExclusionKind.EXCLUDE, account("anna"), NOW, reason=Reason.RIGHTS, text=None)
    return number


@act("moderation.exclusions.confirm")
def _confirm() -> Form:
    return f"/moderation/eintrag/{_proposed()}/ausschluss/bestaetigen", {}


@act("moderation.exclusions.drop")
def _drop() -> Form:
    return f"/moderation/eintrag/{_proposed()}/ausschluss/verwerfen", {}


@act("moderation.exclusions.propose_return")
def _propose_return() -> Form:
    number = make_entry().number
    exclude(number, Reason.RIGHTS)
    return f"/moderation/eintrag/{number}/ausschluss/aufheben", {}


@act("moderation.park")
def _park() -> Form:
    return f"/moderation/eintrag/{waiting()}/parken", {"reason": next(iter(PARK_REASONS)).value}


@act("moderation.reopen")
def _reopen() -> Form:
    number = waiting()
    reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW)
    return f"/moderation/eintrag/{number}/wieder-aufnehmen", {}


@act("moderation.checklist.people")
def _people() -> Form:
    return f"/moderation/eintrag/{make_entry(picture=True).number}/menschen", {"people": "incidental"}


@act("moderation.checklist.alt_text")
def _alt_text() -> Form:
    return f"/moderation/eintrag/{make_entry(picture=True).number}/beschreibung", {"alt_text": "Der Dom im Nebel"}


@act("moderation.rights.ask")
def _ask() -> Form:
    return f"/moderation/eintrag/{make_entry(has_right=False).number}/anfrage", {}


@act("moderation.rights.remind")
def _remind() -> Form:
    request = asked(make_entry(has_right=False).number)
    db.session.commit()
    return f"/moderation/rechte/{request.id}/erinnert", {}


@act("moderation.rights.grant")
def _grant() -> Form:
    form = {"by": "Anna Berg", "proof": "Mail vom 3. Mai", "verwendung": "web"}
    return f"/moderation/eintrag/{make_entry(has_right=False).number}/erlaubnis", form


@act("moderation.rights.revoke")
def _revoke() -> Form:
    return f"/moderation/eintrag/{make_entry().number}/widerruf", {}


@act("reports_staff.take")
def _take() -> Form:
    return f"/moderation/meldungen/{reported().entry_number}/uebernehmen", {}


@act("reports_staff.decide")
def _decide() -> Form:
    report = reported()
    form = {"meldung": report.id, "ausgang": "keep", "reason": "other", "text": REASONS}
    return f"/moderation/meldungen/{report.entry_number}", form


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


@act("results_staff.hand_over")
def _hand_over() -> Form:
    make_entry()
    return "/verwaltung/export/entries.csv", {"fuer": "Thüringer Allgemeine"}


@act("results_staff.photos")
def _photos() -> Form:
    make_entry(picture=True)
    return "/verwaltung/export/photos.zip", {"verwendung": "web", "fuer": "Thüringer Allgemeine"}


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
