"""`campaign ledger`: seal, publish, verify."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from campaign.cli.group import with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.ledger.publishing import publish
from campaign.ledger.services import seal
from campaign.ledger.verify import verify


@click.group()
def ledger() -> None:
    """Seal, publish and check the public ledger of the vote."""


@ledger.command("seal")
@with_database
def seal_command(_app: Flask) -> None:
    """Write what has happened to ballots into the ledger now, and sign it."""
    done = seal(current_contest(), utc_now(), at_once=True)
    click.echo(f"{done.leaves} new leaves, {done.size} in all.")


@ledger.command("publish")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_database
def publish_command(_app: Flask, folder: Path) -> None:
    """Write the public files of the ledger into DIR; the ballots themselves only after the close."""
    names = publish(current_contest(), folder, utc_now())
    click.echo(f"{len(names)} files in {folder}.")


@ledger.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def verify_command(folder: Path) -> None:
    """Count and check published files again; needs neither configuration nor database."""
    report = verify(folder)
    for line in report.proved:
        click.echo(f"ok  {line}")
    if report.wrong:
        raise click.ClickException(report.wrong)
    for line in report.not_proved:
        click.echo(f"not proved: {line}")


COMMANDS = (ledger,)
