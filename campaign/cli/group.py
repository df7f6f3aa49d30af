"""The command line: parse, call a service, print. Exit status 0 done, 1 work failed, 2 wrong configuration."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale, gettext
from limits.errors import ConfigurationError as RateLimitError
from obstore.exceptions import BaseError as ObjectStoreError

from campaign import create_app
from campaign.cli.failures import describe, first_line
from campaign.config import ConfigError, Settings, load_settings
from campaign.contests.services import sync_contest
from campaign.errors import CampaignError
from campaign.extensions import db, read_only, settings
from campaign.logs import configure_logging
from campaign.operations.upgrade import require_database

P = ParamSpec("P")
R = TypeVar("R")


class CampaignGroup(click.Group):
    """Turns errors into lines on stderr: one for each wrong key, else a single one."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            click.echo(describe(error), err=True)
            ctx.exit(1)


@click.group(cls=CampaignGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), help="Configuration file (else $CAMPAIGN_CONFIG, config.toml)."
)
@click.version_option(package_name="schoenster-blick")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Run the photo contest between the towns of Thuringia."""
    ctx.obj = config
    configure_logging(command=True)


def open_app(config: Settings) -> Flask:
    """Return the application of a configuration.

    Raises:
        CampaignError: its folder cannot be used.
        ConfigError: an address in it is none.
    """
    try:
        return create_app(config)
    except OSError as error:
        folder = config.site.data_dir
        raise CampaignError(f"{folder} cannot be used ({first_line(error)}). Check site.data_dir.") from error
    except (ValueError, sa.exc.ArgumentError, ObjectStoreError, RateLimitError) as error:
        # The libraries' own words repeat the address, its password too.
        named = [key for key in ("database_url", "storage_url", "redis_url") if getattr(config.site, key)]
        raise ConfigError([f"site.{', site.'.join(named)}: no address that can be used."]) from error


def with_app(command: Callable[Concatenate[Flask, P], R]) -> Callable[P, R]:
    """Give a command the application of its configuration, within a context; messages are in English."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        path: Path | None = click.get_current_context().obj
        app = open_app(load_settings(path))
        with app.app_context(), force_locale("en"):
            try:
                return command(app, *args, **kwargs)
            except CampaignError as error:
                raise CampaignError(gettext(error.message, **error.values)) from error
            finally:
                db.session.remove()
                db.engine.dispose()

    return run


def with_database(command: Callable[Concatenate[Flask, P], R]) -> Callable[P, R]:
    """Like `with_app`, and refuse a database without all migrations; dates follow the configuration."""

    @wraps(command)
    def run(app: Flask, /, *args: P.args, **kwargs: P.kwargs) -> R:
        require_database()
        sync_contest(settings())
        return command(app, *args, **kwargs)

    return with_app(run)


def reading(command: Callable[Concatenate[Flask, P], R]) -> Callable[P, R]:
    """Like `with_database`, for a command that only reads: on SQLite nobody's vote waits for it."""

    @wraps(command)
    def run(app: Flask, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with read_only():
            return command(app, *args, **kwargs)

    return with_database(run)


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2))


def fail(message: str) -> None:
    """End with status 1 and one line on stderr."""
    click.echo(message, err=True)
    sys.exit(1)
