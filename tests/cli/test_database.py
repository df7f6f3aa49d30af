"""`campaign db` and `campaign check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaign.extensions import db
from campaign.towns.models import Town
from tests.cli.conftest import Campaign, done, run
from tests.processes import free_ports, write_config


def states(stdout: str) -> dict[str, str]:
    """Return the state of each check of a JSON document, and see that each has its four parts."""
    (checks,) = json.loads(stdout).values()
    assert {tuple(sorted(check)) for check in checks} == {("message", "name", "remedy", "state")}
    return {check["name"]: check["state"] for check in checks}


def facts() -> tuple[int, list[Any]]:
    """Return how many towns there are, and the migration that the database has."""
    towns = db.session.scalar(sa.select(sa.func.count()).select_from(Town)) or 0
    version = list(db.session.scalars(sa.text("SELECT version_num FROM alembic_version")))
    db.session.remove()
    return towns, version


def test_upgrading_twice_changes_nothing(campaign: Campaign) -> None:
    before = facts()
    assert before[0] == 601
    for _ in range(2):
        assert done(campaign("db", "upgrade")) == "The database is up to date.\n"
    assert facts() == before


def test_the_commands_of_the_migrations_work_without_a_flask_command(campaign: Campaign) -> None:
    for name in ("current", "heads", "history", "check"):
        assert campaign("db", name).exit_code == 0


def test_where_nothing_is_due_nothing_is_erased(campaign: Campaign) -> None:
    what = ["ballots", "addresses", "pictures", "uploads", "mentions", "reports", "requests", "grants"]
    nothing = ", ".join(f"0 {one}" for one in what)
    assert done(campaign("erase-due")) == f"Erased {nothing}, 0 files without a row.\n"


def test_check_says_for_each_part_whether_it_works(campaign: Campaign, database_url: str) -> None:
    result = campaign("check", "--json")
    # Several processes count wrong passwords together in Redis only; on SQLite there is one.
    limits = "ok" if database_url.startswith("sqlite") else "failure"
    assert (result.exit_code, result.stderr) == (1, "")
    found = states(result.stdout)
    # SQLite may be one of the versions with a rare fault.
    assert found.pop("database") in ("ok", "warning")
    assert found == {"config": "warning", "limits": limits, "audit log": "ok", "storage": "ok"} | {
        "faces": "ok",
        "mail": "warning",
        "instagram": "failure",
    }


def test_check_prints_a_line_for_each_part_with_its_remedy(campaign: Campaign) -> None:
    result = campaign("check")
    assert (result.exit_code, result.stderr) == (1, "")
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    names = ["config", "database", "limits", "audit log", "storage", "faces", "mail", "instagram"]
    assert [rest.partition(":")[0] for _, rest in lines] == names
    assert {state for state, _ in lines} <= {"ok", "warning", "failure"}


def test_check_tells_a_database_that_is_missing_from_one_that_is_old(tmp_path: Path) -> None:
    missing = write_config(tmp_path, f"postgresql+psycopg://u:geheim@127.0.0.1:{free_ports()}/x")
    result = run(missing, "check", "--json")
    assert (result.exit_code, states(result.stdout)["database"]) == (1, "failure")
    assert "geheim" not in result.output
    result = run(write_config(tmp_path, ""), "check")
    lines = [line for line in result.stdout.splitlines() if "database:" in line]
    assert lines == ["failure database: migrations are pending. Run: campaign db upgrade"]


def test_check_goes_on_behind_a_storage_that_does_not_answer(tmp_path: Path) -> None:
    config = write_config(tmp_path, "", site={"storage_url": "http://127.0.0.1:9/pictures"})
    result = run(config, "check", "--json")
    found = states(result.stdout)
    assert (result.exit_code, found["storage"], found["mail"]) == (1, "failure", "warning")


def test_check_finds_a_mail_server_that_is_down(tmp_path: Path) -> None:
    url = f"smtp://anna:geheim@127.0.0.1:{free_ports()}"
    result = run(write_config(tmp_path, "", mail={"smtp_url": url}), "check", "--json")
    assert (result.exit_code, states(result.stdout)["mail"]) == (1, "failure")
    assert "geheim" not in result.output
