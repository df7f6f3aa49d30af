"""`campaign db`, `campaign check` and `campaign erase-due`."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from flask import Flask, g
from flask_migrate.cli import db as migrate_commands

from campaign.cli.group import print_json, with_app, with_database
from campaign.clock import utc_now
from campaign.operations.checks import run_checks
from campaign.operations.retention import erase_due
from campaign.operations.sweeping import sweep_files
from campaign.operations.upgrade import upgrade_database
from campaign.paths import MIGRATIONS
from campaign.staff.actors import COMMAND_LINE

HASH_DIGITS = 64
HELD_BACK = (
    "{} files, most of the storage, have no row in this database; none was removed. See site.database_url and"
    " site.storage_url; if both are right, run: campaign erase-due --most-files"
)


@click.group()
def db() -> None:
    """Create and migrate the database."""


@db.command()
@with_app
def upgrade(_app: Flask) -> None:
    """Create the database or bring it up to date."""
    upgrade_database()
    click.echo("The database is up to date.")


def _within_app(command: click.Command) -> click.Command:
    # Flask's own wrapper would look for an application of the `flask` command.
    plain = getattr(command.callback, "__wrapped__", command.callback)

    @with_app
    def run(_app: Flask, /, **values: object) -> None:
        # What the group of Flask-Migrate's own commands would have set.
        g.directory, g.x_arg = str(MIGRATIONS), ()
        if plain is not None:
            plain(**values)

    return click.Command(command.name, callback=run, params=list(command.params), help=command.help)


for name in ("current", "heads", "history", "check", "downgrade", "stamp", "show"):
    db.add_command(_within_app(migrate_commands.commands[name]))


class KnownRow(click.ParamType[tuple[int, str]]):
    """A row of the audit log as the program's log tells it: NUMBER:HASH."""

    name = "number:hash"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        """Return the number and the hash."""
        number, _, known = value.partition(":")
        if not number.isdecimal() or len(known) != HASH_DIGITS:
            self.fail("give a row's number and its hash of 64 digits, as the log has them.", param, ctx)
        return int(number), known


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--audit-row", type=KnownRow(), help="See that the audit log still has this row of a log kept elsewhere.")
@with_app
def check(_app: Flask, as_json: bool, audit_row: tuple[int, str] | None) -> None:
    """Say what works and what does not: one line each, with the remedy."""
    results = run_checks(audit_row)
    if as_json:
        print_json({"checks": [result.as_dict() for result in results]})
    else:
        for result in results:
            click.echo(str(result))
    if any(result.state == "failure" for result in results):
        sys.exit(1)


@click.command("erase-due")
@click.option("--most-files", is_flag=True, help="Remove files without a row even if they are most of the storage.")
@with_database
def erase(_app: Flask, most_files: bool) -> None:
    """Erase the personal data whose time is over, and files that no row names; the scheduler does the same."""
    report, swept = erase_due(utc_now(), COMMAND_LINE), sweep_files(utc_now(), most_files=most_files, by=COMMAND_LINE)
    counts = ", ".join(f"{count} {what}" for what, count in asdict(report).items())
    click.echo(f"Erased {counts}, {swept.removed} files without a row.")
    if swept.held_back:
        click.echo(HELD_BACK.format(swept.held_back), err=True)
    if swept.failed:
        click.echo(f"{swept.failed} files could not be removed. Look into the storage and run it again.", err=True)
    if swept.held_back or swept.failed:
        sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (db, check, erase)
