"""`campaign entries`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from campaign.cli.group import print_json, reading, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries.adding import add_entry
from campaign.entries.adding_rules import Sheet
from campaign.entries.lifecycle import People, Status
from campaign.entries.shortcodes import shortcode_of
from campaign.errors import CampaignError
from campaign.moderation import services as moderation
from campaign.moderation.reasons import Reason
from campaign.moderation.statements import Statement, parse_people
from campaign.moderation.wording import with_defaults
from campaign.results.listing import entry_rows
from campaign.staff.actors import COMMAND_LINE
from campaign.towns.gazetteer import load_gazetteer

ACTOR = COMMAND_LINE
# What the column of the database holds.
NUMBER = click.IntRange(1, 2**31 - 1)
NUMBERS = click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True, type=NUMBER)

PICTURE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def entries() -> None:
    """List and decide about entries."""


@entries.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only this status.")
@click.option("--town", metavar="AGS", help="Only this town, by its official key.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reading
def list_entries(_app: Flask, status: str | None, town: str | None, as_json: bool) -> None:
    """List entries, oldest first."""
    rows = entry_rows(current_contest(), utc_now(), status=Status(status) if status else None, town=_known(town))
    if as_json:
        print_json({"entries": rows, "next": None})
        return
    for row in rows:
        place = row["town"]["name"] if row["town"] else "-"
        right = "right" if row["has_right"] else "no right"
        click.echo(f"{row['number']}\t{row['status']}\t{place}\t{right}\t{row['title']}")


@entries.command()
@click.argument("number", type=NUMBER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reading
def show(_app: Flask, number: int, as_json: bool) -> None:
    """Show one entry."""
    row = entry_rows(current_contest(), utc_now(), number=number)[0]
    if as_json:
        print_json(row)
        return
    for name, value in sorted(row.items()):
        click.echo(f"{name}: {value}")


@entries.command()
@NUMBERS
@click.option("--town", metavar="AGS", help="Set this town first.")
@click.option(
    "--people",
    type=click.Choice([one.value for one in People]),
    help="Who can be recognised in the photo, as your own statement. Default: what was said before, else none.",
)
@click.option(
    "--consent", metavar="TEXT", help="How the consent of the people is proven; needed with --people consent."
)
@click.option(
    "--alt-text", metavar="TEXT", help="What the photo shows. Default: what was said before, else a suggestion."
)
@with_database
def approve(_app: Flask, /, numbers: tuple[int, ...], town: str | None, **words: str | None) -> None:
    """Approve entries. Without options you state that nobody can be recognised in the photos."""
    ags = _known(town)
    said = Statement(parse_people(words["people"] or ""), words["consent"], words["alt_text"])
    for number in numbers:
        if ags:
            moderation.set_town(number, ags, ACTOR, utc_now())
        moderation.approve(number, ACTOR, utc_now(), with_defaults(number, said))
        click.echo(f"Entry {number} is approved.")


@entries.command()
@NUMBERS
@click.option("--reason", required=True, type=click.Choice([reason.value for reason in Reason]), help="Why.")
@click.option("--text", default="", help="More about it, for the record.")
@with_database
def reject(_app: Flask, numbers: tuple[int, ...], reason: str, text: str) -> None:
    """Reject entries with a reason."""
    for number in numbers:
        moderation.reject(number, Reason(reason), text, ACTOR, utc_now())
        click.echo(f"Entry {number} is rejected.")


@entries.command()
@NUMBERS
@with_database
def withdraw(_app: Flask, numbers: tuple[int, ...]) -> None:
    """Withdraw entries on their creator's word."""
    for number in numbers:
        moderation.withdraw(number, None, ACTOR, utc_now())
        click.echo(f"Entry {number} is withdrawn.")


@entries.command()
@click.argument("what", metavar="URL|FILE")
@click.option("--town", metavar="AGS", help="The town, by its official key.")
@click.option("--by", "name", default="", metavar="NAME", help="Who took the photo; becomes the credit.")
@click.option("--account", default="", metavar="NAME", help="The account on Instagram.")
@click.option("--picture", type=PICTURE, help="The picture of the post, where Instagram will not show it.")
@click.option("--note", default="", metavar="TEXT", help="Where it came from, for the record.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def add(_app: Flask, /, what: str, town: str | None, picture: Path | None, as_json: bool, **known: str) -> None:
    """Write down a post by its address, or a picture without a post; prints the entry's number."""
    address, file = _post_or_file(what, picture)
    sheet = Sheet(
        address=address,
        picture=file.read_bytes() if file else None,
        town_ags=_known(town),
        name=known["name"],
        account=known["account"],
        note=known["note"],
    )
    added = add_entry(current_contest(), sheet, by=ACTOR, now=utc_now())
    if as_json:
        print_json(entry_rows(current_contest(), utc_now(), number=added.number)[0])
    else:
        click.echo(f"Entry {added.number} {'waits for a decision' if added.is_new else 'was there already'}.")


def _post_or_file(what: str, picture: Path | None) -> tuple[str, Path | None]:
    """Return the address of a post and the file of its picture; "" for a picture without a post."""
    if shortcode_of(what) is not None:
        return what, picture
    file = Path(what)
    if not file.is_file():
        raise CampaignError(f"{what} is neither the address of a post on Instagram nor a file.")
    if picture is not None:
        raise CampaignError("Give one picture: as the file itself, or with --picture beside the address of its post.")
    return "", file


def _known(ags: str | None) -> str | None:
    if ags is not None and load_gazetteer().get(ags) is None:
        raise CampaignError(f"There is no municipality {ags}. Give its official key of eight digits.")
    return ags


COMMANDS: tuple[click.Command, ...] = (entries,)
