"""`campaign accounts`."""

from __future__ import annotations

import json

import sqlalchemy as sa

from campaign.clock import utc_now
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from tests.cli.conftest import Campaign, done, refusal
from tests.factories import make_entry


def statuses() -> list[str]:
    db.session.remove()
    found = [status.value for status in db.session.scalars(sa.select(Entry.status).order_by(Entry.number))]
    db.session.remove()
    return found


def test_a_blocked_accounts_posts_leave_the_queue_and_come_back_when_it_is_lifted(campaign: Campaign) -> None:
    make_entry(username="werbung", public=False, taken_at=utc_now())
    make_entry(username="werbung")
    make_entry(username="anna", public=False)
    block = ("accounts", "block", "@Werbung", "--reason", "nur Reklame")
    assert done(campaign(*block)) == "werbung is blocked; 1 entry moved.\n"
    assert statuses() == ["rejected", "approved", "pending"]
    assert done(campaign("accounts", "list")) == "werbung\tblocked\tnur Reklame\n"
    lifted = done(campaign("accounts", "lift", "werbung"))
    assert lifted == "Nothing special holds for werbung any more; 1 entry moved.\n"
    assert (statuses(), done(campaign("accounts", "list"))) == (["pending", "approved", "pending"], "")


def test_an_allowed_account_is_free_of_the_limit(campaign: Campaign) -> None:
    for _ in range(3):
        make_entry(username="stadt")
    more = make_entry(
        username="stadt", public=False, status=Status.REJECTED, taken_at=utc_now(), intake_reasons=["too_many"]
    ).number
    done(campaign("accounts", "allow", "stadt", "--reason", "Stadtverwaltung"))
    assert statuses()[more - 1] == "pending"
    [item] = json.loads(done(campaign("accounts", "list", "--json")))["accounts"]
    assert sorted(item) == ["kind", "reason", "set_at", "set_by", "username"]
    assert (item["username"], item["kind"], item["set_by"]) == ("stadt", "allowed", "command line")


def test_what_cannot_be_set_or_lifted_is_said_in_one_line(campaign: Campaign) -> None:
    assert campaign("accounts", "block", "werbung").exit_code == 2
    refusal(campaign("accounts", "block", "zwei worte", "--reason", "x"))
    refusal(campaign("accounts", "block", "werbung", "--reason", "  "))
    assert refusal(campaign("accounts", "lift", "niemand"))
    assert done(campaign("accounts", "list")) == ""
