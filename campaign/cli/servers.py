"""`campaign serve`, `campaign web`, `campaign scheduler`."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any, Final
from urllib.parse import urlsplit

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from campaign.arrivals import THREADS
from campaign.cli.failures import first_line
from campaign.cli.group import fail, with_database
from campaign.config import CONFIG_VARIABLE, Settings
from campaign.extensions import db, settings
from campaign.logs import configure_logging
from campaign.operations.lifeline import end_with_parent
from campaign.operations.supervisor import Supervisor
from campaign.operations.web_workers import COUNTING_APART, REMEDY, count_apart, web_workers
from campaign.scheduler import Scheduler

BIND = click.option("--bind", metavar="HOST:PORT", help="Where to listen.")
SUPERVISED = click.option("--supervised", is_flag=True, hidden=True)
# The server's own lines go the way of all others; its advice about threads is none that an operator can follow.
SERVER_LOG: Final[dict[str, Any]] = {"handlers": {}, "loggers": {"_granian": {"propagate": True}}}


@click.command()
@BIND
@with_database
def serve(_app: Flask, bind: str | None) -> None:
    """Run web site and scheduler together."""
    host, port = _address(bind, settings())
    _require_free(host, port)
    command = [sys.executable, "-m", "campaign.cli"]
    _name_config()
    supervisor = Supervisor(
        {
            "web": [*command, "web", "--supervised", "--bind", f"{host}:{port}"],
            "scheduler": [*command, "scheduler", "--supervised"],
        }
    )
    db.session.remove()
    db.engine.dispose()
    sys.exit(supervisor.run())


@click.command()
@BIND
@SUPERVISED
@with_database
def web(_app: Flask, bind: str | None, supervised: bool) -> None:
    """Run the web site alone."""
    host, port = _address(bind, settings())
    if supervised:
        end_with_parent()
    else:
        _require_free(host, port)
    _name_config()
    db.session.remove()
    db.engine.dispose()
    click.echo(f"Listening on http://{host}:{port}", err=True)
    if count_apart(settings().site):
        click.echo(f"warning: {COUNTING_APART} {REMEDY}", err=True)
    Granian(
        "campaign.wsgi:create",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=web_workers(settings().site),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        workers_kill_timeout=30,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=SERVER_LOG,
    ).serve()


@click.command()
@SUPERVISED
@with_database
def scheduler(app: Flask, supervised: bool) -> None:
    """Run the scheduler alone; of several exactly one works."""
    configure_logging()
    if supervised:
        end_with_parent()
    Scheduler(app, settings()).run()


def _name_config() -> None:
    # The processes started from here read the same file.
    path = click.get_current_context().obj
    if path is not None:
        os.environ[CONFIG_VARIABLE] = str(path.resolve())


def _address(bind: str | None, config: Settings) -> tuple[str, int]:
    if bind is not None:
        host, _, port = bind.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            fail("--bind must be HOST:PORT, for example 127.0.0.1:8000")
        return host.strip("[]"), int(port)
    parts = urlsplit(config.site.base_url)
    host = parts.hostname or ""
    if _is_loopback(host):
        return ("127.0.0.1" if host == "localhost" else host), parts.port or 80
    return "127.0.0.1", 8000


def _require_free(host: str, port: int) -> None:
    # The server would share a port with another one of its kind, and visitors would see now this, now that site.
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, UnicodeError) as error:
        fail(f"Nobody can listen on {host}:{port} ({first_line(error)}). Choose another address with --bind.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


COMMANDS: tuple[click.Command, ...] = (serve, web, scheduler)
