"""`campaign tally`, `campaign results`, `campaign export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask

from campaign.cli.group import fail, print_json, reading, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.results import services
from campaign.results.export import TABLES
from campaign.results.handing_out import hand_out
from campaign.results.sheets import WRITERS
from campaign.staff.actors import COMMAND_LINE
from campaign.voting.tally import compare


@click.command()
@click.option("--recount", is_flag=True, help="Count from the ballots and compare with the running counters.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reading
def tally(_app: Flask, recount: bool, as_json: bool) -> None:
    """Print the standings."""
    contest = current_contest()
    document = services.standings_document(contest, utc_now(), include_hidden=True)
    differences = compare(contest.id) if recount else []
    if recount:
        document["recount_equal"] = not differences
    if as_json:
        print_json(document)
    else:
        for row in document["towns"]:
            rank = row["rank"] if row["rank"] is not None else "-"
            click.echo(f"{rank}\t{row['size_class']}\t{row['name']}\t{row['picks']} picks\t{row['ballots']} ballots")
    if differences:
        fail(f"The running counters differ from the ballots in {len(differences)} places: {differences[0]}.")


@click.group()
def results() -> None:
    """Publish and show the results."""


@results.command()
@with_database
def publish(_app: Flask) -> None:
    """Crown the winners, freeze the results and publish them."""
    publication = services.publish(current_contest(), utc_now(), COMMAND_LINE)
    click.echo(f"Published; SHA-256 of the document: {publication.sha256}")


@results.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reading
def show(_app: Flask, as_json: bool) -> None:
    """Show the published results."""
    document = services.published(current_contest())
    if document is None:
        fail("Nothing is published yet. Run: campaign results publish")
    elif as_json:
        print_json(document)
    else:
        for award in document["awards"]:
            number = f", entry {award['number']}" if award["number"] else ""
            place = f"{award['size_class'] or '-'}\t{award['name']}{number}"
            click.echo(f"{award['kind']}\t{place}\t{award['picks']} picks")


@click.command("export")
@click.argument("what", type=click.Choice(list(TABLES)))
@click.option("--format", "form", required=True, type=click.Choice(list(WRITERS)), help="Format of the file.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="File to write; - for stdout.")
@reading
def export_command(_app: Flask, what: str, form: str, output: Path) -> None:
    """Write standings, winners or entries to a file."""
    data = hand_out(what, form, current_contest(), COMMAND_LINE, utc_now())
    if str(output) == "-":
        sys.stdout.buffer.write(data)
        # A reader that went away is noticed here, not when the interpreter ends.
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        fail(f"{output} cannot be written ({error.strerror}). Choose another --output.")
    click.echo(f"{output}: {len(data)} bytes.", err=True)


COMMANDS: tuple[click.Command, ...] = (tally, results, export_command)
