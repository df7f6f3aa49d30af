"""The command line, called as a person calls it: with a configuration file, on both databases."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result
from flask import Flask

from campaign.cli import main
from campaign.config import load_settings
from campaign.extensions import db
from tests.processes import write_config

Campaign = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging as it was before a command set it up; no variable of the machine reaches the configuration."""
    root, known = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    for name in list(os.environ):
        if name.startswith("CAMPAIGN_"):
            monkeypatch.delenv(name)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**known)


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    """A configuration whose contest collects and votes now, with a database that is up to date."""
    return write_config(tmp_path, database_url)


@pytest.fixture
def app(config: Path) -> Iterator[Flask]:
    """What a test prepares and looks at the database with."""
    from campaign import create_app
    from campaign.contests.services import sync_contest

    settings = load_settings(config)
    app = create_app(settings)
    with app.app_context():
        sync_contest(settings)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def campaign(app: Flask, config: Path) -> Campaign:
    """Call `campaign` with the test's configuration."""

    def call(*arguments: object, input: str | None = None) -> Result:
        # A transaction that the test left open would keep the command waiting.
        db.session.remove()
        return run(config, *arguments, input=input)

    return call


def run(config: Path | None, *arguments: object, input: str | None = None) -> Result:
    """Call `campaign` in this process; output and errors are kept apart."""
    named = ["--config", str(config)] if config else []
    return CliRunner().invoke(main, [*named, *map(str, arguments)], input=input)


def refusal(result: Result, status: int = 1) -> str:
    """Return the one line that a command failed with; nothing else may have been said."""
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    assert result.stderr.endswith("\n")
    (line,) = result.stderr.splitlines()
    assert "Traceback" not in line
    return line


def done(result: Result) -> str:
    """Return what a command that worked has printed; nothing may be on stderr."""
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout
