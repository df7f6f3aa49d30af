"""Work that failed: exit status 1 and one line, whatever state the database is in; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.conftest import Campaign, refusal, run
from tests.factories import make_entry
from tests.processes import free_ports, write_config

OUTDATED = "The database is not up to date. Run: campaign db upgrade"
COMMANDS = (
    "ingest --json",
    "entries list --json",
    "entries approve 1",
    "rights grant 1 --by Anna --proof mail",
    "staff list",
    "tally --recount --json",
    "results publish",
    "results show --json",
    "export standings --format csv --output -",
    "erase-due",
    "serve",
    "web",
    "scheduler",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A configuration whose database exists and holds nothing."""
    if request.param == "sqlite":
        (tmp_path / "campaign.sqlite3").touch()
        yield write_config(tmp_path, "")
        return
    url = sa.make_url(request.getfixturevalue("postgresql_url"))
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE nothing"))
    yield write_config(tmp_path, url.set(database="nothing").render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.execute(sa.text("DROP DATABASE nothing WITH (FORCE)"))
    server.dispose()


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_data_folder_every_command_says_what_to_run(command: str, tmp_path: Path) -> None:
    config = write_config(tmp_path, "", site={"data_dir": "not/there/yet"})
    assert refusal(run(config, *command.split())) == OUTDATED


def test_on_an_empty_database_commands_say_what_to_run(empty: Path) -> None:
    for command in COMMANDS:
        assert refusal(run(empty, *command.split())) == OUTDATED


def test_an_empty_database_is_made_ready_by_one_command(empty: Path) -> None:
    assert run(empty, "db", "upgrade").stdout == "The database is up to date.\n"
    assert run(empty, "entries", "list", "--json").stdout == '{\n  "entries": [],\n  "next": null\n}\n'


@pytest.mark.parametrize("command", ["db upgrade", "db current", *COMMANDS])
def test_a_database_that_cannot_be_reached_costs_one_line(command: str, tmp_path: Path) -> None:
    port = free_ports()
    config = write_config(tmp_path, f"postgresql+psycopg://campaign:geheim@127.0.0.1:{port}/campaign")
    line = refusal(run(config, *command.split()))
    assert line.startswith("The database does not answer: ")
    assert line.endswith("Check site.database_url and site.data_dir.")
    assert "geheim" not in line


@pytest.mark.parametrize("command", ["db upgrade", "entries list", "tally --json"])
def test_a_file_that_is_no_database_costs_one_line(command: str, tmp_path: Path) -> None:
    config = write_config(tmp_path, "")
    (tmp_path / "campaign.sqlite3").write_bytes(b"this is a letter to the town hall\n" * 200)
    line = refusal(run(config, *command.split()))
    assert line == "The database refused: file is not a database. Run: campaign check"


@pytest.mark.parametrize("command", ["db upgrade", "check", "entries list"])
def test_a_data_folder_that_is_a_file_costs_one_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    config = write_config(tmp_path, "", site={"data_dir": "var"})
    line = refusal(run(config, *command.split()))
    assert line == f"{tmp_path}/var cannot be used (Not a directory (os error 20)). Check site.data_dir."


def test_an_address_to_listen_on_that_is_none_costs_one_line(campaign: Campaign) -> None:
    for bind in ("8000", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:-1", ":8000"):
        for command in ("serve", "web"):
            line = refusal(campaign(command, "--bind", bind))
            assert line == "--bind must be HOST:PORT, for example 127.0.0.1:8000"


def test_an_address_of_another_machine_costs_one_line(campaign: Campaign) -> None:
    # RFC 5737: this one belongs to nobody.
    line = refusal(campaign("web", "--bind", "198.51.100.7:8000"))
    assert line.startswith("Nobody can listen on 198.51.100.7:8000 (")


@pytest.mark.fault
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reader_that_goes_away_costs_no_traceback(campaign: Campaign, config: Path) -> None:
    make_entry()
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "campaign.cli", "--config", str(config), "export", "entries"]
    with subprocess.Popen(
        [*command, "--format", "json", "--output", "-"], stdout=writer, stderr=subprocess.PIPE
    ) as process:
        os.close(writer)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, b"")
