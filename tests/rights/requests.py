"""Requests for rights, made in one line each."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from werkzeug.test import TestResponse

from campaign.codes import new_receipt_code
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.rights import wording
from campaign.rights.models import GrantStatus, RightsGrant
from campaign.rights.requests import request_right
from campaign.staff.actors import Actor
from tests.factories import NOW, make_entry

EVA = Actor(None, "eva@example.org")
YES = {"antwort": "ja", "name": "Anna Berg", "selbst": "y", "rechte": "y", "alter": "y"}


def asked(number: int, code: str | None = None, at: datetime = NOW) -> RightsGrant:
    """A request that waits for its answer, whatever else the entry has; flushed, not committed."""
    request = RightsGrant(
        entry_number=number,
        status=GrantStatus.REQUESTED,
        wording_version=wording.VERSION,
        wording=wording.full_text(advertising=True),
        recorded_by=EVA.name,
        code=code or new_receipt_code(),
        requested_at=at,
        asked_by=EVA.name,
        answer_until=at + timedelta(days=14),
    )
    db.session.add(request)
    db.session.flush()
    return request


def without_right(**values: object) -> Entry:
    """An approved entry with a picture that nobody has allowed us to show."""
    return make_entry(**{"picture": True, "has_right": False, "username": "anna.sieht", **values})  # type: ignore[arg-type]


def requested(entry: Entry | None = None, at: datetime = NOW) -> str:
    """The code of a request that staff have put."""
    request = request_right((entry or without_right()).number, EVA, at)
    return str(request.code)


def state_of(code: str) -> str:
    """How a request stands now."""
    db.session.expire_all()
    return db.session.scalars(sa.select(RightsGrant).filter_by(code=code)).one().status.value


def stand_in(page: TestResponse) -> str:
    """What a page says that it showed."""
    found = re.search(r'name="stand" value="([0-9a-f]+)"', page.text)
    assert found, page.text
    return found[1]
