"""`campaign ingest`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import repeat
from typing import TYPE_CHECKING

import click
from flask import Flask

from campaign.cli.group import print_json, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import settings
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.models import RunStatus
from campaign.instagram.runs import run_document

if TYPE_CHECKING:
    # Click exports its progress bar only as a function.
    from click._termui_impl import ProgressBar


@click.command()
@click.option("--source", type=click.Choice(["hashtag", "all"]), default="all", help="Where to look.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def ingest(_app: Flask, source: str, as_json: bool) -> None:
    """Fetch what Instagram shows now: one pass."""
    del source  # the hashtag is the one source that there is
    hidden = not sys.stderr.isatty()
    with click.progressbar(repeat(None), label="Posts", show_pos=True, file=sys.stderr, hidden=hidden) as bar:
        run = ingest_hashtag(current_contest(), settings().instagram, utc_now(), stop=_moving(bar))
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


def _moving(bar: ProgressBar[None]) -> Callable[[], bool]:
    """Return what is asked before each post whether to stop: it never says so, and moves the bar on."""

    def stop() -> bool:
        bar.update(1)
        return False

    return stop


COMMANDS: tuple[click.Command, ...] = (ingest,)
