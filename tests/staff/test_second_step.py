"""The second factor: what proves it, what does not, and being asked again."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from campaign.clock import utc_now
from campaign.errors import InvalidInput
from campaign.extensions import db
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.factors import (
    check_code,
    check_recovery_code,
    new_recovery_codes,
    one_time_codes,
    recovery_codes_left,
    reset_factor,
)
from campaign.staff.models import AuditRow, RecoveryCode, RoleName, Staff, StaffSession
from tests.factories import NOW, make_entry
from tests.staff.people import PASSWORD, SECOND_STEP, StaffClient, code_of, logged_in, make_staff, token_of

SET_UP = "/anmelden/einrichten"
WRONG = "Dieser Code stimmt nicht, oder er wurde schon benutzt. Warte auf den nächsten und gib ihn ein."
LATER = timedelta(minutes=10, seconds=1)


def halfway(app: Flask, staff: Staff) -> StaffClient:
    """A browser in which the password was typed."""
    half = StaffClient.__new__(StaffClient)
    half.client, half.email = app.test_client(), staff.email
    half.send_password()
    half.token = token_of(half.get(SECOND_STEP if staff.totp_secret else SET_UP)[1])
    return half


def account(email: str = "moderator@example.org") -> Staff:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Staff).filter_by(email=email)).one()


def key_on(page: str) -> str:
    """The key that a page offers to type into the app."""
    found = re.search(r'<code class="log-in__key">([A-Z2-7 -]+)</code>', page)
    assert found
    return found.group(1)


def code_for(key: str) -> str:
    return str(one_time_codes()._totp(key=key.replace("-", "").replace(" ", ""), format="base32").generate().token)


def test_a_first_log_in_sets_up_an_app_and_brings_ten_recovery_codes(app: Flask) -> None:
    staff = halfway(app, make_staff(app=False))
    status, page = staff.get(SET_UP)
    assert (status, staff.get("/moderation")[0]) == (200, 302)
    status, page = staff.post(SET_UP, art="app", code=code_for(key_on(page)))
    codes = re.findall(r"<li><code>([0-9A-Z-]{14})</code></li>", page)
    assert (status, len(set(codes)), staff.get("/moderation")[0]) == (200, 10, 200)
    assert recovery_codes_left(account().id) == 10


def test_an_app_that_shows_another_code_is_not_set_up_and_the_key_stays_the_same(app: Flask) -> None:
    staff = halfway(app, make_staff(app=False))
    key = key_on(staff.get(SET_UP)[1])
    status, page = staff.post(SET_UP, art="app", code="000000")
    assert (status, page.count(WRONG), key_on(page)) == (422, 1, key)
    assert (account().totp_secret, staff.get("/moderation")[0]) == (None, 302)


def test_the_secret_of_the_app_is_stored_encrypted_and_not_in_the_cookie_either(app: Flask) -> None:
    staff = halfway(app, make_staff(app=False))
    key = key_on(staff.get(SET_UP)[1]).replace("-", "").replace(" ", "")
    staff.post(SET_UP, art="app", code=code_for(key))
    stored = account().totp_secret
    assert stored is not None
    assert (key in stored, '"enckey"' in stored) == (False, True)
    assert one_time_codes().get_totp_b32_key(stored) == key


def test_whoever_sat_at_the_browser_before_knows_nothing_of_the_app_that_is_set_up_next(app: Flask) -> None:
    first = halfway(app, make_staff(app=False))
    planted = key_on(first.get(SET_UP)[1])
    first.post("/abmelden")
    first.email = make_staff(email="anna@example.org", app=False).email
    first.send_password()
    assert key_on(first.get(SET_UP)[1]) != planted


def test_the_picture_of_the_key_is_an_image_of_the_site_itself(app: Flask) -> None:
    staff = halfway(app, make_staff(app=False))
    answer = staff.client.get("/anmelden/einrichten/bild.svg")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    assert answer.data.count(b"<path") == 1


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "１２３４５６", "\x00", "9" * 500])
def test_a_wrong_code_opens_nothing(app: Flask, code: str) -> None:
    staff = halfway(app, make_staff())
    status, page = staff.post(SECOND_STEP, schritt="code", code=code)
    assert (status, page.count(WRONG), staff.get("/moderation")[0]) == (422, 1, 302)


def test_a_code_is_taken_once_and_an_older_one_never_after_it(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        account_of = make_staff()
        older, code = code_of(account_of.email), code_at(account_of, 30)
        assert halfway(app, account_of).post(SECOND_STEP, schritt="code", code=code)[0] == 303
        for used in (code, older):
            assert halfway(app, account()).post(SECOND_STEP, schritt="code", code=used)[0] == 422
        clock.shift(60)
        assert halfway(app, account()).post(SECOND_STEP, schritt="code", code=code_of(account_of.email))[0] == 303


@pytest.mark.usefixtures("app")
def test_of_two_requests_that_read_the_account_at_once_only_one_uses_the_code() -> None:
    with time_machine.travel(NOW, tick=False):
        staff = make_staff()
        code = code_at(staff, 0)
        step = staff.totp_step
        check_code(staff, code)
        assert staff.totp_step == step
        with pytest.raises(InvalidInput):
            check_code(staff, code)


def code_at(staff: Staff, seconds: int) -> str:
    """The code that an app shows so many seconds from now."""
    secret = one_time_codes()._totp.from_source(staff.totp_secret)
    return str(secret.generate(time=int(time.time()) + seconds).token)


def test_a_clock_may_be_half_a_minute_off_and_not_more(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        staff = make_staff()
        assert halfway(app, staff).post(SECOND_STEP, schritt="code", code=code_at(staff, -61))[0] == 422
        assert halfway(app, staff).post(SECOND_STEP, schritt="code", code=code_at(staff, -30))[0] == 303


def test_a_code_may_be_typed_with_a_gap(app: Flask) -> None:
    staff = make_staff()
    half = halfway(app, staff)
    code = code_of(staff.email)
    assert half.post(SECOND_STEP, schritt="code", code=f" {code[:3]} {code[3:]}")[0] == 303


def with_codes(staff: Staff) -> list[str]:
    codes = new_recovery_codes(staff, COMMAND_LINE, NOW)
    db.session.commit()
    return codes


def test_a_recovery_code_stands_in_for_the_app_once_however_it_is_typed(app: Flask) -> None:
    staff = make_staff()
    first, second, *_ = with_codes(staff)
    typed = f" {first.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    assert halfway(app, staff).post(SECOND_STEP, schritt="wiederherstellung", code=typed)[0] == 303
    again = halfway(app, account())
    status, page = again.post(SECOND_STEP, schritt="wiederherstellung", code=first)
    assert (status, page.count("Dieser Wiederherstellungscode stimmt nicht")) == (422, 1)
    assert again.post(SECOND_STEP, schritt="wiederherstellung", code=second)[0] == 303
    assert recovery_codes_left(account().id) == 8


@pytest.mark.usefixtures("app")
def test_recovery_codes_are_stored_as_hashes_and_belong_to_one_account() -> None:
    staff, other = make_staff(), make_staff(email="anna@example.org")
    codes = with_codes(staff)
    stored = set(db.session.scalars(sa.select(RecoveryCode.hash)))
    assert (len(stored), stored & set(codes)) == (10, set())
    with pytest.raises(Exception, match="Wiederherstellungscode"):
        check_recovery_code(other, codes[0], NOW)


@pytest.mark.usefixtures("app")
def test_new_recovery_codes_take_the_place_of_the_old_ones() -> None:
    staff = make_staff()
    old, new = with_codes(staff), with_codes(staff)
    with pytest.raises(Exception, match="Wiederherstellungscode"):
        check_recovery_code(staff, old[0], NOW)
    check_recovery_code(staff, new[0], NOW)
    assert recovery_codes_left(staff.id) == 9


def test_whoever_lost_everything_sets_up_anew_after_the_reset(app: Flask) -> None:
    staff = logged_in(app)
    with_codes(account())
    reset_factor(account(), COMMAND_LINE, utc_now())
    assert staff.client.get("/moderation").location == "/anmelden?next=/moderation&abgemeldet=1"
    assert recovery_codes_left(account().id) == 0
    staff.send_password()
    assert staff.client.get("/moderation").location == f"{SET_UP}?next=/moderation"


def test_after_ten_minutes_a_page_that_can_do_much_asks_again_and_leads_back(app: Flask) -> None:
    staff, page = logged_in(app, RoleName.ORGANISER), "/verwaltung/ergebnisse/veroeffentlichen"
    with time_machine.travel(utc_now() + LATER, tick=True):
        asked = staff.client.get(page)
        assert (asked.status_code, asked.location) == (302, f"{SECOND_STEP}?next={page}")
        assert staff.get(asked.location)[1].count("Bist du es noch?") == 1
        answer = staff.post(asked.location, schritt="code", code=code_of(staff.email))
        assert answer == (303, page)
        assert staff.client.get(page).status_code != 302


def test_what_was_typed_into_a_form_survives_being_asked_again(app: Flask) -> None:
    staff, number = logged_in(app, RoleName.ORGANISER), make_entry(picture=True).number
    page = f"/moderation/eintrag/{number}/ausschliessen"
    typed = {"reason": "rules", "text": 'Zweites Konto, "Anführung" & <Klammern>', "csrf_token": staff.token}
    with time_machine.travel(utc_now() + LATER, tick=True):
        asked = staff.client.post(page, data=typed)
        assert (asked.status_code, asked.location) == (307, f"{SECOND_STEP}?next={page}")
        shown = staff.client.post(asked.location, data=typed)
        carried = dict(re.findall(r'<input type="hidden" name="(feld:[^"]+)" value="([^"]*)">', shown.text))
        assert shown.text.count("Was du eingegeben hast, bleibt erhalten.") == 1
        assert carried == {
            "feld:reason": "rules",
            "feld:text": "Zweites Konto, &#34;Anführung&#34; &amp; &lt;Klammern&gt;",
        }
        proof = {"schritt": "code", "code": code_of(staff.email), "csrf_token": staff.token}
        kept = {f"feld:{name}": value for name, value in typed.items() if name != "csrf_token"}
        last = staff.client.post(asked.location, data={**proof, **kept})
        assert (last.status_code, last.text.count("Abgesendet ist noch nichts.")) == (200, 1)
        assert f'action="{page}"' in last.text
        assert "feld:" not in last.text


def test_a_wrong_code_loses_nothing_of_what_was_typed_before(app: Flask) -> None:
    staff = logged_in(app, RoleName.ADMIN)
    with time_machine.travel(utc_now() + LATER, tick=True):
        step = f"{SECOND_STEP}?next=/verwaltung/team/einladen"
        status, page = staff.post(step, schritt="code", code="000000", **{"feld:email": "neu@example.org"})
        assert (status, page.count('name="feld:email" value="neu@example.org"')) == (422, 2)


def test_a_download_that_asked_again_is_offered_by_a_link(app: Flask) -> None:
    staff, file = logged_in(app, RoleName.ORGANISER), "/verwaltung/export/standings.csv"
    with time_machine.travel(utc_now() + LATER, tick=True):
        step = staff.client.get(file).location
        status, page = staff.post(step, schritt="code", code=code_of(staff.email))
        assert (status, page.count(f'href="{file}"')) == (200, 1)
        assert staff.client.get(file).mimetype == "text/csv"


@pytest.mark.parametrize(
    "wanted", ["https://example.com/", "//example.com/", "/\\example.com", "\\\\example.com", "javascript:x", "/\tx"]
)
def test_the_second_step_never_leads_to_another_website(app: Flask, wanted: str) -> None:
    staff = halfway(app, make_staff())
    form = {"csrf_token": staff.token, "schritt": "code", "code": code_of(staff.email)}
    answer = staff.client.post(SECOND_STEP, query_string={"next": wanted}, data=form)
    assert (answer.status_code, answer.location) == (303, "/moderation")


def test_what_is_carried_is_sent_nowhere_but_to_pages_that_ask_again(app: Flask) -> None:
    staff = halfway(app, make_staff())
    step = f"{SECOND_STEP}?next=/moderation/eintrag/1/freigeben"
    answer = staff.post(step, schritt="code", code=code_of(staff.email), **{"feld:seen": "1"})
    assert answer == (303, "/moderation/eintrag/1/freigeben")


def test_showing_the_second_factor_again_renews_the_proof_of_the_session(app: Flask) -> None:
    staff = logged_in(app)
    before = session_of().proven_at
    with time_machine.travel(utc_now() + LATER, tick=True):
        assert staff.post(SECOND_STEP, schritt="code", code=code_of(staff.email))[0] == 303
        proven = session_of().proven_at
    assert before is not None
    assert proven is not None
    assert proven - before >= LATER


@pytest.mark.parametrize("way", ["wiederherstellung", "code"])
def test_a_recovery_code_that_is_used_when_asked_again_stands_in_the_audit_log(app: Flask, way: str) -> None:
    staff = logged_in(app)
    paper = with_codes(account())[0]
    with time_machine.travel(utc_now() + LATER, tick=True):
        code = paper if way == "wiederherstellung" else code_of(staff.email)
        assert staff.post(SECOND_STEP, schritt=way, code=code)[0] == 303
    db.session.rollback()
    rows = db.session.execute(sa.select(AuditRow.actor, AuditRow.after).filter_by(act="login.proof")).all()
    assert rows == ([(staff.email, '{"proof":"recovery"}')] if way == "wiederherstellung" else [])


def session_of() -> StaffSession:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(StaffSession)).one()


def test_the_password_is_still_needed_beside_the_code(app: Flask) -> None:
    client = app.test_client()
    staff = make_staff()
    form = {"csrf_token": token_of(client.get("/anmelden").text), "schritt": "code", "code": code_of(staff.email)}
    assert client.post(SECOND_STEP, data={**form, "password": PASSWORD}).location == "/anmelden"
