"""One valid form for each POST about accounts of the staff: one's own, and those of the team (see `acts.py`)."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.extensions import db
from campaign.staff import factors, sessions, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.ends import Proof
from campaign.staff.models import Passkey, RoleName, Staff
from tests.moderation.excluding import account
from tests.staff.acts import Form, act
from tests.staff.people import PASSWORD

# Who sends the forms: may do everything, so that only the forms are tested.
BOSS = "boss@example.org"
TEAM, OWN = "/verwaltung/team", "/verwaltung/konto"


def _me() -> Staff:
    return db.session.scalars(sa.select(Staff).filter_by(email=BOSS)).one()


def _elsewhere() -> int:
    """Another session of whoever sends the form."""
    session, _ = sessions.begin(_me(), sessions.Visit("Firefox", "Linux", known_device=True), utc_now())
    sessions.prove(session.id, Proof.CODE, utc_now())
    db.session.commit()
    return session.id


def _colleague() -> str:
    return f"{TEAM}/{account('anna').staff_id}"


def _invited() -> str:
    return f"{TEAM}/{team.invite('neu@example.org', [RoleName.MODERATOR], COMMAND_LINE, utc_now()).id}"


@act("staff.account.end_session")
def _end_session() -> Form:
    return f"{OWN}/anmeldungen/{_elsewhere()}/beenden", {}


@act("staff.account.end_other_sessions")
def _end_other_sessions() -> Form:
    _elsewhere()
    return f"{OWN}/anmeldungen/beenden", {}


@act("staff.account.new_codes")
def _new_codes() -> Form:
    return f"{OWN}/wiederherstellung", {}


@act("staff.account.remove_passkey")
def _remove_passkey() -> Form:
    made = {"public_key": b"key", "sign_count": 0, "name": "Handy", "transports": [], "created_at": utc_now()}
    key = Passkey(staff_id=_me().id, credential_id="key", **made)
    db.session.add(key)
    db.session.commit()
    return f"{OWN}/passkeys/{key.id}/entfernen", {}


@act("staff.account.set_password")
def _set_password() -> Form:
    return f"{OWN}/passwort", {"bisher": PASSWORD, "passwort": "ein ganz anderes Passwort"}


@act("staff.log_in.take_second_step")
def _take_second_step() -> Form:
    code = factors.new_recovery_codes(_me(), COMMAND_LINE, utc_now())[0]
    db.session.commit()
    return "/anmelden/zweiter-schritt", {"schritt": "wiederherstellung", "code": code}


@act("staff.team.invite")
def _invite() -> Form:
    return f"{TEAM}/einladen", {"email": "neu@example.org", "rolle": "moderator"}


@act("staff.team.invite_again")
def _invite_again() -> Form:
    return f"{_invited()}/einladung", {}


@act("staff.team.withdraw")
def _withdraw() -> Form:
    return f"{_invited()}/zuruecknehmen", {}


@act("staff.team.change_roles")
def _change_roles() -> Form:
    return f"{_colleague()}/rollen", {"rolle": "scrutineer"}


@act("staff.team.close")
def _close() -> Form:
    return f"{_colleague()}/schliessen", {}


@act("staff.team.reopen")
def _reopen() -> Form:
    path = _colleague()
    team.close(account("anna").staff_id or 0, COMMAND_LINE, utc_now())
    return f"{path}/oeffnen", {}


@act("staff.team.end_sessions")
def _end_sessions() -> Form:
    return f"{_colleague()}/abmelden", {}


@act("staff.team.reset_factor")
def _reset_factor() -> Form:
    return f"{_colleague()}/zweiter-faktor", {}
