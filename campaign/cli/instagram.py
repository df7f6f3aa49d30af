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
from campaign.instagram.credentials import state_key
from campaign.instagram.gate import resume
from campaign.instagram.models import RunStatus
from campaign.instagram.runs import RunSource
from campaign.instagram.sources import ingest_sources, passes_document, sources_of
from campaign.staff.actors import COMMAND_LINE

if TYPE_CHECKING:
    # Click exports its progress bar only as a function.
    from click._termui_impl import ProgressBar

SOURCES = (RunSource.HASHTAG.value, RunSource.TAGS.value, RunSource.MENTIONS.value)


@click.command()
@click.option("--source", type=click.Choice([*SOURCES, "all"]), default="all", help="Where to look.")
@click.option(
    "--resume", "lift", is_flag=True, help="First lift what stopped or pauses the calls: the cause is repaired."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def ingest(_app: Flask, source: str, lift: bool, as_json: bool) -> None:
    """Fetch what Instagram shows now: one pass over each source."""
    if lift:
        _lift(quiet=as_json)
    contest, config = current_contest(), settings().instagram
    sources = sources_of(contest) if source == "all" else [RunSource(source)]
    hidden = not sys.stderr.isatty()
    with click.progressbar(repeat(None), label="Posts", show_pos=True, file=sys.stderr, hidden=hidden) as bar:
        runs = ingest_sources(contest, config, sources, stop=_moving(bar))
    document = passes_document(runs)
    if as_json:
        print_json(document)
    else:
        click.echo(
            "{status}: {seen} seen, {new} new, {updated} updated, {skipped} skipped, {pages} pages, "
            "{requests} requests.".format_map(document)
        )
    for line in dict.fromkeys(f"{error.get('media_id', 'pass')}: {error['message']}" for error in document["errors"]):
        click.echo(line, err=True)
    if any(run.status is not RunStatus.COMPLETE for run in runs):
        sys.exit(1)


def _lift(*, quiet: bool) -> None:
    key = state_key(settings().instagram)
    lifted = resume(key, COMMAND_LINE, utc_now()) if key else 0
    if not quiet:
        click.echo(f"Lifted: {lifted}.")


def _moving(bar: ProgressBar[None]) -> Callable[[], bool]:
    """Return what is asked before each post whether to stop: it never says so, and moves the bar on."""

    def stop() -> bool:
        bar.update(1)
        return False

    return stop


COMMANDS: tuple[click.Command, ...] = (ingest,)
