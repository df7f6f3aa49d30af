"""Staff for tests: accounts, and browsers that are logged in."""

from __future__ import annotations

import html
import re

from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.staff.models import RoleName, Staff
from campaign.staff.services import add_staff
from tests.factories import NOW

PASSWORD = "ein langes Passwort"


def make_staff(role: RoleName = RoleName.MODERATOR, email: str | None = None) -> Staff:
    """A committed account with the password above."""
    return add_staff(email or f"{role.value}@example.org", role, PASSWORD, NOW)


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
        """Send the log-in form; returns the status of the answer."""
        page = self.client.get("/anmelden")
        form = {"csrf_token": token_of(page.text), "email": self.email, "password": password}
        answer = self.client.post("/anmelden", data=form)
        if answer.status_code == 302:
            self.token = token_of(self.client.get("/moderation/eintraege").text)
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
