"""`campaign ingest`."""

from __future__ import annotations

import sys

import click
from flask import Flask

from campaign.cli.group import print_json, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import settings
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.models import RunStatus
from campaign.instagram.runs import run_document


@click.command()
@click.option("--source", type=click.Choice(["hashtag", "all"]), default="all", help="Where to look.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def ingest(_app: Flask, source: str, as_json: bool) -> None:
    """Fetch what Instagram shows now: one pass."""
    del source  # the hashtag is the one source that there is
    run = ingest_hashtag(current_contest(), settings().instagram, utc_now())
    document = run_document(run)
    if as_json:
        print_json(document)
    else:
        click.echo(
            f"{run.status.value}: {run.seen} seen, {run.new} new, {run.updated} updated, {run.skipped} skipped, "
            f"{run.pages} pages, {run.requests} requests."
        )
    for error in run.errors:
        click.echo(f"{error.get('media_id', 'pass')}: {error['message']}", err=True)
    if run.status is not RunStatus.COMPLETE:
        sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (ingest,)
