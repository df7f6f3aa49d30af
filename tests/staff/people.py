"""Staff for tests: accounts, and browsers that are logged in."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence

from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.staff.factors import new_secret, one_time_codes
from campaign.staff.models import RoleName, Staff
from campaign.staff.services import add_staff
from tests.factories import NOW

PASSWORD = "ein langes Passwort"
SECOND_STEP = "/anmelden/zweiter-schritt"


def make_staff(
    roles: RoleName | Sequence[RoleName] = RoleName.MODERATOR, email: str | None = None, *, app: bool = True
) -> Staff:
    """A committed account with the password above and, unless told otherwise, an app with one-time codes."""
    role = roles if isinstance(roles, RoleName) else roles[0]
    staff = add_staff(email or f"{role.value}@example.org", roles, PASSWORD, NOW)
    if app:
        staff.totp_secret = new_secret()
        db.session.commit()
    return staff


def code_of(email: str) -> str:
    """The code that an account's app shows; one that the last log-in has not used."""
    staff = db.session.query(Staff).filter_by(email=email).one()
    step = int(time.time()) // 30
    if staff.totp_step is not None and staff.totp_step >= step:
        step = min(staff.totp_step + 1, step + 1)
        if staff.totp_step >= step:
            # The third log-in within half a minute; people would wait.
            staff.totp_step = step - 1
    assert staff.totp_secret is not None
    code = str(one_time_codes()._totp.from_source(staff.totp_secret).generate(time=step * 30).token)
    db.session.commit()
    return code


def token_of(page: str) -> str:
    """The CSRF token that a page's forms carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page has no form with a token"
    return found.group(1)


class StaffClient:
    """A browser in which somebody of the staff is logged in; sends the token along as the pages' forms do."""

    def __init__(self, client: FlaskClient, staff: Staff) -> None:
        self.client, self.email = client, staff.email
        db.session.commit()
        self.login()

    def login(self, password: str = PASSWORD) -> int:
        """Send the form of the log-in and the code of the app; returns the status of the last answer."""
        status = self.send_password(password)
        return status if status != 302 else self.prove()

    def send_password(self, password: str = PASSWORD) -> int:
        """Send the form of the log-in; returns the status of the answer."""
        page = self.client.get("/anmelden")
        form = {"csrf_token": token_of(page.text), "email": self.email, "password": password}
        return self.client.post("/anmelden", data=form).status_code

    def prove(self) -> int:
        """Send the code of the app; returns the status of the answer."""
        self.token = token_of(self.client.get(SECOND_STEP).text)
        answer = self.client.post(
            SECOND_STEP, data={"csrf_token": self.token, "schritt": "code", "code": code_of(self.email)}
        )
        return answer.status_code

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; what the desk offers to fetch is fetched, as its script does."""
        answer = self.client.get(path)
        if path.startswith("/moderation") and 'data-view="fetch"' in answer.text:
            answer = self.client.get(self.fetch(answer.text))
        return answer.status_code, answer.text

    def fetch(self, page: str) -> str:
        """Send the form that a desk without an entry shows; returns where it leads."""
        form = page.partition('data-act="fetch"')[2]
        wanted = dict(re.findall(r'type="hidden" name="(bild|nach)" value="(\d+)"', form))
        query = html.unescape(page.partition('action="/moderation/holen')[2].partition('"')[0])
        return self.post(f"/moderation/holen{query}", **wanted)[1]

    def post(self, path: str, **form: object) -> tuple[int, str]:
        """Status of a sent form, and where it leads or what it says."""
        answer = self.client.post(path, data={"csrf_token": self.token, **form})
        return answer.status_code, answer.headers.get("Location", answer.text)


def logged_in(app: Flask, role: RoleName = RoleName.MODERATOR) -> StaffClient:
    """A browser with a new account of that role."""
    return StaffClient(app.test_client(), make_staff(role))
