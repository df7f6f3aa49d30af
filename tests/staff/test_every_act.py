"""No act of the staff goes unrecorded: each form that somebody of the staff can send writes a row of the audit log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign import create_app
from campaign.access import PUBLIC, rule_of
from campaign.extensions import db
from campaign.operations.audit_acts import ACTS as WORDS
from campaign.operations.audit_check import all_faults
from campaign.operations.audit_words import FIELDS
from campaign.paths import ROOT
from campaign.staff.models import AuditRow, RoleName
from tests.factories import make_settings
from tests.moderation.forms import send_file
from tests.staff.account_acts import BOSS
from tests.staff.acts import ACTS, TESTED_IN, WITHOUT_ROW
from tests.staff.people import StaffClient, make_staff

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def staff_forms() -> dict[str, str]:
    """Each endpoint of the staff that takes a form, with its address."""
    app = create_app(make_settings(Path("unused")))
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {rule.endpoint: rule.rule for rule in rules if rule_of(app, rule.endpoint) != PUBLIC}


FORMS = staff_forms()


def rows() -> list[AuditRow]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number)))


def send(staff: StaffClient, path: str, form: Mapping[str, object]) -> int:
    """Send a form; returns the status of the answer."""
    for name, data in form.items():
        if isinstance(data, bytes):
            return send_file(staff, path, name, data, **{key: value for key, value in form.items() if key != name})[0]
    # The answer may be a file.
    with staff.client.post(path, data={"csrf_token": staff.token, **form}) as answer:
        return answer.status_code


@ON_SQLITE
@pytest.mark.parametrize("endpoint", FORMS)
def test_each_form_of_the_staff_writes_a_row_that_names_who_sent_it(app: Flask, endpoint: str) -> None:
    where = f"POST {FORMS[endpoint]} ({endpoint})"
    if endpoint not in ACTS and endpoint in {*WITHOUT_ROW, *TESTED_IN}:
        return
    if endpoint not in ACTS:
        pytest.fail(
            f"{where} is new: nobody knows whether it writes into the audit log. Add a valid form to"
            " tests/staff/acts.py, or its endpoint to WITHOUT_ROW or TESTED_IN there."
        )
    staff = StaffClient(app.test_client(), make_staff([RoleName.ORGANISER, RoleName.ADMIN], BOSS))
    path, form = ACTS[endpoint]()
    before = len(rows())
    status = send(staff, path, form)
    assert status in (200, 302, 303), f"{where} refuses the form of tests/staff/acts.py with {status}: mend it there."
    new = [row for row in rows()[before:] if row.actor == staff.email]
    if endpoint in WITHOUT_ROW:
        assert not new, f"{where} writes a row now: take it off WITHOUT_ROW in tests/staff/acts.py."
        return
    assert new, f"{where} writes no row into the audit log: call audit.record before its commit."
    for row in new:
        assert row.act in WORDS, f"{where} writes the act {row.act!r}: add its words to audit_acts.ACTS."
        fields = {*json.loads(row.before or "{}"), *json.loads(row.after or "{}")}
        assert fields <= set(FIELDS), f"{where} keeps {fields - set(FIELDS)}: add the words to audit_words.FIELDS."
    assert list(all_faults()) == []


def test_no_form_is_known_for_a_page_that_there_is_not() -> None:
    assert sorted({*ACTS, *WITHOUT_ROW, *TESTED_IN} - set(FORMS)) == []
    assert [name for name in TESTED_IN.values() if not (ROOT / name).is_file()] == []
