"""What is done on the command line is in the audit log, and `campaign check` sees whether the log is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaign.extensions import db
from campaign.staff import audit
from campaign.staff.models import AuditRow
from tests.cli.conftest import Campaign, done, run
from tests.factories import make_entry
from tests.processes import write_config
from tests.staff.tampering import without_triggers


def recorded() -> list[tuple[str, str]]:
    """Act and subject of each row; all are the command line's."""
    rows = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.number)).all()
    assert {row.actor for row in rows} <= {"command line"}
    found = [(row.act, row.subject.partition(":")[0]) for row in rows]
    db.session.remove()
    return found


@pytest.mark.parametrize(
    ("command", "acts"),
    [
        ("entries approve 1", ["entry.approve"]),
        ("entries approve 1 --town 16055000", ["entry.set_town", "entry.approve"]),
        ("entries reject 1 --reason quality", ["entry.reject"]),
        ("entries withdraw 1", ["entry.withdraw"]),
        ("entries add https://www.instagram.com/p/Cabcdefghij/", ["entry.add"]),
        ("accounts block werbung --reason x", ["account.block"]),
        ("accounts allow stadt --reason x", ["account.allow"]),
        ("export entries --format csv --output -", ["export.file"]),
        ("erase-due", []),
        ("entries list", []),
    ],
)
def test_each_act_of_the_command_line_writes_its_row(campaign: Campaign, command: str, acts: list[str]) -> None:
    make_entry(public=False, picture=True)
    result = campaign(*command.split())
    assert (result.exit_code, result.stderr) == (0, "")
    assert [act for act, _ in recorded()] == acts


def test_a_lifted_rule_and_the_publication_are_recorded(campaign: Campaign) -> None:
    done(campaign("accounts", "block", "werbung", "--reason", "x"))
    done(campaign("accounts", "lift", "werbung"))
    assert recorded() == [("account.block", "account"), ("account.lift", "account")]


def line_of(campaign: Campaign, *options: str) -> tuple[str, str]:
    """State and message of the check of the audit log."""
    (checks,) = json.loads(campaign("check", "--json", *options).stdout).values()
    [found] = [check for check in checks if check["name"] == "audit log"]
    return found["state"], found["message"]


def test_check_counts_the_rows_of_a_whole_log_and_names_what_is_wrong_with_a_broken_one(campaign: Campaign) -> None:
    make_entry(public=False, picture=True)
    assert line_of(campaign) == ("ok", "0 rows, none changed, added or missing")
    done(campaign("entries", "approve", "1"))
    assert line_of(campaign) == ("ok", "1 row, none changed, added or missing")
    without_triggers("UPDATE decision SET actor = 'x'", "DELETE FROM audit_head")
    db.session.remove()
    assert line_of(campaign) == ("failure", "The head of the audit log is missing. (1 more like it)")
    result = campaign("check")
    assert (result.exit_code, "SECURITY.md says how." in result.stdout) == (1, True)


def test_check_compares_with_a_row_that_a_log_kept_elsewhere_tells(campaign: Campaign) -> None:
    make_entry(public=False, picture=True)
    done(campaign("entries", "approve", "1"))
    known = audit.hash_of_row(1)
    db.session.remove()
    assert line_of(campaign, "--audit-row", f"1:{known}")[0] == "ok"
    other = line_of(campaign, "--audit-row", f"1:{'0' * 64}")
    assert other == ("failure", "Row 1 of the audit log is not the one that was written.")
    cut = line_of(campaign, "--audit-row", f"2:{known}")
    assert cut == (
        "failure",
        "Row 2 of the audit log is gone: its end was cut off, or the database is older than that row.",
    )
    assert campaign("check", "--audit-row", "eins").exit_code == 2


def test_a_database_without_its_migrations_says_that_once(tmp_path: Path) -> None:
    result = run(write_config(tmp_path, ""), "check")
    assert [line for line in result.stdout.splitlines() if "audit" in line] == []
