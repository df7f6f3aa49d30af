"""The page beside the demo's site: mails as they arrive, log-ins with their codes, a clock that can be put forward."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

from campaign import create_app
from campaign.clock import to_berlin, utc_now
from campaign.config import load_settings
from campaign.contests.services import sync_contest
from campaign.demo.crowd import Crowd
from campaign.demo.log_ins import log_ins, seconds_left
from campaign.demo.stage import Stage
from campaign.extensions import db
from campaign.logs import configure_logging
from campaign.mail.folder import list_mails
from campaign.operations.lifeline import end_with_parent
from campaign.paths import STATIC, TEMPLATES
from campaign.voting.opening import amend_rules
from campaign.voting.rules import LATE_CONFIRMATION
from campaign.web import SECURITY_HEADERS


def create_outside(stage: Stage, site: Flask) -> Flask:
    """Return the page's own application; it belongs to the demo and is never part of the site."""
    app = Flask("campaign.demo", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.add_template_filter(lambda moment: to_berlin(moment).strftime("%H:%M:%S"), "clock")

    @app.get("/")
    def show() -> ResponseReturnValue:
        """Show mails and log-ins."""
        with site.app_context():
            people = list(log_ins())
            db.session.remove()
        return render_template(
            "demo/outside.html",
            stage=stage,
            people=people,
            seconds=seconds_left(),
            mails=list_mails(stage.mails)[:20],
        )

    @app.post("/schluss")
    def close_vote() -> ResponseReturnValue:
        """End collecting and voting so long ago that nobody may confirm any more: the results can be published."""
        origin = request.headers.get("Origin", stage.outside_url)
        if origin == stage.outside_url:
            stage.write_config(collect_from=utc_now() - timedelta(days=7), end=utc_now() - LATE_CONFIRMATION)
            with site.app_context():
                config = load_settings(stage.config)
                amend_rules(config, "Die Vorführung soll enden.", ("Vorführung", "Publikum"), utc_now())
                sync_contest(config)
                db.session.remove()
        return redirect("/")

    @app.after_request
    def protect(response: object) -> object:
        response.headers.update(SECURITY_HEADERS)  # type: ignore[attr-defined]
        return response

    return app


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), required=True)
@click.option("--port", type=int, required=True)
def main(data_dir: Path, port: int) -> None:
    """Run the page and the crowd of a demo whose site listens on --port."""
    end_with_parent()
    configure_logging()
    stage = Stage(data_dir, port)
    site = create_app(load_settings(stage.config))
    crowd = Crowd(site, stage, lambda: False)
    threading.Thread(target=crowd.run, name="crowd", daemon=True).start()
    make_server("127.0.0.1", port + 2, create_outside(stage, site), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
