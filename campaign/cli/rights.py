"""`campaign rights`."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import click
from flask import Flask

from campaign.cli.entries import NUMBER
from campaign.cli.group import print_json, with_database
from campaign.clock import from_berlin, utc_now
from campaign.contests.services import current_contest
from campaign.entrants import asking
from campaign.entries.services import get_entry
from campaign.entries.uses import Use
from campaign.rights import services
from campaign.rights.letters import letter_of
from campaign.rights.rules import USUAL_USES
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads.news import note_change

ENTRY = click.argument("number", metavar="ENTRY", type=NUMBER)
USES = click.Choice([use.value for use in Use])


@click.group("rights")
def rights_group() -> None:
    """Record who allowed us to show a picture, ask for it, and take it back."""


@rights_group.command()
@ENTRY
@click.option("--by", required=True, metavar="NAME", help="Who granted it; becomes the credit.")
@click.option("--proof", required=True, metavar="TEXT", help="How it can be proved: a comment, a mail, a paper.")
@click.option("--use", "uses", type=USES, multiple=True, help="What for; else web, print and press. May be repeated.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else as the wording says.")
@with_database
def grant(_app: Flask, number: int, by: str, proof: str, uses: tuple[str, ...], until: datetime | None) -> None:
    """Record a rights grant."""
    kinds = [Use(use) for use in uses] or USUAL_USES
    end = from_berlin(datetime.combine(until.date() + timedelta(days=1), time())) if until else None
    services.grant(number, by, proof, COMMAND_LINE, utc_now(), uses=kinds, expires_at=end, tell=note_change)
    click.echo(f"Entry {number} may be shown: granted by {by}.")


@rights_group.command()
@ENTRY
@with_database
def revoke(_app: Flask, number: int) -> None:
    """Record that the grants of an entry were taken back; the picture is hidden at once."""
    asking.revoke(number, COMMAND_LINE, utc_now())
    click.echo(f"Entry {number} may no longer be shown.")


@rights_group.command()
@ENTRY
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def request(_app: Flask, number: int, as_json: bool) -> None:
    """Ask for the rights of an entry: prints the address for its creator, and the words to write under the post."""
    asked = asking.ask(number, COMMAND_LINE, utc_now())
    letter = letter_of(asked, get_entry(number), current_contest())
    until = asked.answer_until.isoformat() if asked.answer_until else None
    if as_json:
        print_json({"entry": number, "link": letter.link, "answer_until": until, "texts": dict(letter.texts)})
        return
    click.echo(letter.link)
    for language, text in letter.texts.items():
        click.echo(f"{language}: {text}")


COMMANDS: tuple[click.Command, ...] = (rights_group,)
