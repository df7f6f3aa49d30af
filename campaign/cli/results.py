"""`campaign tally`, `campaign results`, `campaign export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask import Flask

from campaign.cli.group import fail, print_json, reading, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.uses import Use
from campaign.errors import CampaignError
from campaign.results import services
from campaign.results.export import TABLES
from campaign.results.handing_out import hand_over
from campaign.results.photos import Photo, export_photos
from campaign.results.sheets import WRITERS
from campaign.rights.handouts import Parcel, check_recipient
from campaign.staff.actors import COMMAND_LINE
from campaign.voting.tally import compare

PHOTOS, ZIP = "photos", "zip"


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
@click.argument("what", type=click.Choice([*TABLES, PHOTOS]))
@click.option("--format", "form", required=True, type=click.Choice([*WRITERS, ZIP]), help="Format of the file.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="File to write; - for stdout.")
@click.option("--use", type=click.Choice([use.value for use in Use]), help="What the photos are for.")
@click.option("--for", "recipient", default="", metavar="NAME", help="Who receives the file; kept with its pictures.")
@with_database
def export_command(_app: Flask, what: str, form: str, output: Path, use: str | None, recipient: str) -> None:
    """Write standings, winners, entries or the photos themselves to a file."""
    if (what == PHOTOS) != (form == ZIP):
        raise CampaignError("Photos come as zip, everything else as csv, xlsx or json.")
    if what == PHOTOS:
        _export_photos(output, use, recipient)
        return
    parcel = Parcel(what, form, Use.WEB, check_recipient(recipient.strip() or COMMAND_LINE.name))
    data = hand_over(current_contest(), parcel, COMMAND_LINE, utc_now())
    with _opened(output) as file:
        file.write(data)
    if str(output) != "-":
        click.echo(f"{output}: {len(data)} bytes.", err=True)


def _export_photos(output: Path, use: str | None, recipient: str) -> None:
    if use is None or not recipient.strip():
        raise CampaignError("Say with --use what the photos are for and with --for who receives them.")
    parcel = Parcel(PHOTOS, ZIP, Use(use), check_recipient(recipient))
    # Into a file of its own first: what was not written whole is no archive.
    part = output if str(output) == "-" else output.with_name(f"{output.name}.part")
    try:
        with _opened(part) as file:
            chosen = export_photos(current_contest(), parcel, COMMAND_LINE, utc_now(), to=file, shown=_progress)
        if part != output:
            part.replace(output)
    finally:
        if part != output:
            part.unlink(missing_ok=True)
    left_out = f", {len(chosen.left_out)} entries left out (not-included.csv)" if chosen.left_out else ""
    click.echo(f"{output}: {len(chosen.photos)} photos{left_out}.", err=True)


def _progress(photos: Sequence[Photo]) -> Iterator[Photo]:
    with click.progressbar(photos, label="Photos", file=sys.stderr) as shown:
        yield from shown


@contextmanager
def _opened(output: Path) -> Iterator[IO[bytes]]:
    """Open the file to write, or stdout."""
    try:
        if str(output) == "-":
            yield sys.stdout.buffer
            # A reader that went away is noticed here, not when the interpreter ends.
            sys.stdout.buffer.flush()
        else:
            with output.open("wb") as file:
                yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"{output} cannot be written ({error.strerror}). Choose another --output.")


COMMANDS: tuple[click.Command, ...] = (tally, results, export_command)
