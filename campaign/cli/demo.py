"""`campaign demo`: the whole campaign on one machine, without any account."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from campaign import create_app
from campaign.clock import utc_now
from campaign.config import PREFIX, load_settings
from campaign.demo.log_ins import prepare_accounts
from campaign.demo.stage import ACCOUNTS, APP_SECRET, HASHTAG, POST_SECONDS, TOKEN, USER_ID, Stage
from campaign.extensions import db
from campaign.operations.supervisor import Supervisor
from campaign.operations.upgrade import upgrade_database


@click.command()
@click.option("--port", type=click.IntRange(1, 65533), default=8000, help="Port of the site; the next two too.")
@click.option("--data-dir", type=click.Path(path_type=Path), default=Path("var/demo"), help="Folder of the demo.")
@click.option("--fresh", is_flag=True, help="Throw the last demo away and begin anew.")
def demo(port: int, data_dir: Path, fresh: bool) -> None:
    """Run the whole campaign without any account: simulated Instagram, scheduler, web site, mails on a page."""
    _forget_other_campaigns()
    stage = Stage(data_dir.resolve(), port)
    stage.prepare(utc_now(), fresh=fresh)
    _fill_database(stage)
    click.echo(_WELCOME.format(stage=stage, accounts=_accounts()))
    sys.exit(Supervisor(_commands(stage)).run())


def _forget_other_campaigns() -> None:
    # Variables win over the file: the demo must not write into the database of a real campaign.
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]


def _fill_database(stage: Stage) -> None:
    app = create_app(load_settings(stage.config))
    with app.app_context():
        upgrade_database()
        prepare_accounts(stage.password)
        db.session.remove()
        db.engine.dispose()


def _commands(stage: Stage) -> dict[str, list[str]]:
    python, campaign = [sys.executable, "-m"], ["campaign.cli", "--config", str(stage.config)]
    account = ["--token", TOKEN, "--user-id", USER_ID, "--hashtag", HASHTAG]
    graph = ["--port", str(stage.instagram_port), "--every", str(POST_SECONDS), "--picture-width", PICTURE_WIDTH]
    # Some people mention or tag the contest's account: the site hears of mentions as it does of Instagram's.
    graph += ["--mention-share", "0.2", "--tag-share", "0.1", "--app-secret", APP_SECRET]
    graph += ["--webhook-url", f"{stage.site_url}/webhooks/instagram", "--webhook-secret", APP_SECRET]
    outside = ["--data-dir", str(stage.folder), "--port", str(stage.port)]
    return {
        "instagram": [*python, "campaign.demo.graph_api", *graph, *account, "--supervised"],
        "web": [*python, *campaign, "web", "--supervised"],
        "scheduler": [*python, *campaign, "scheduler", "--supervised"],
        "outside": [*python, "campaign.demo.outside", *outside],
    }


# Instagram's own width would take twice as long to draw, and sixty pictures wait at the start.
PICTURE_WIDTH = "1080"


def _accounts() -> str:
    return "\n".join(f"    {email:26}{', '.join(roles)}" for email, roles in ACCOUNTS.items())


_WELCOME = """
  The site                {stage.site_url}
  Mails, log-ins, clock   {stage.outside_url}
  Simulated Instagram     http://127.0.0.1:{stage.instagram_port}

  Log in at {stage.site_url}/anmelden with the password {stage.password}
  and the code that stands beside the account on the page of the mails
{accounts}

  Try this:
  1. Watch posts come in: /moderation (1 and A approve, R rejects, U takes back, ? shows all keys).
  2. Vote: pick three views of three towns, use any address at example.org, read the PIN on the mail page.
  3. See the standings move: /ergebnisse
  4. Close the vote on the mail page, then publish and download as leitung@example.org: /verwaltung/ergebnisse

  The first pictures appear within seconds, the gallery fills within a minute. Ctrl-C ends the demo.
"""

COMMANDS: tuple[click.Command, ...] = (demo,)
