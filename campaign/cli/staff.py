"""`campaign staff`."""

from __future__ import annotations

import sys

import click
from flask import Flask

from campaign.cli.group import print_json, with_database
from campaign.clock import utc_now
from campaign.staff import factors, services, team
from campaign.staff.actors import COMMAND_LINE
from campaign.staff.models import RoleName, Staff


@click.group()
def staff() -> None:
    """Manage the accounts of the staff."""


ROLES = click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in RoleName]),
    help="What it may do; several are given one by one.",
)


@staff.command()
@click.argument("email")
@ROLES
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_database
def add(_app: Flask, email: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Add an account; the password is asked for, the second factor at the first log-in."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    services.add_staff(email, [RoleName(role) for role in roles], password)
    click.echo(f"Added as {', '.join(roles)}. The first log-in leads to setting up the second factor.")


@staff.command()
@click.argument("email")
@ROLES
@with_database
def invite(_app: Flask, email: str, roles: tuple[str, ...]) -> None:
    """Mail somebody a link with which they set their password; it holds for 72 hours."""
    team.invite(email, [RoleName(role) for role in roles], COMMAND_LINE, utc_now())
    click.echo(f"Invited as {', '.join(roles)}; the scheduler sends the mail.")


@staff.command("roles")
@click.argument("email")
@ROLES
@with_database
def change_roles(_app: Flask, email: str, roles: tuple[str, ...]) -> None:
    """Give an account these roles in the place of those it has, and end its sessions."""
    team.change_roles(services.staff_of(email).id, [RoleName(role) for role in roles], COMMAND_LINE, utc_now())
    click.echo(f"May work as {', '.join(roles)} from now on.")


@staff.command("reset-factor")
@click.argument("email")
@with_database
def reset_factor(_app: Flask, email: str) -> None:
    """Take app, passkeys and recovery codes from an account whose owner lost them, and end its sessions."""
    factors.reset_factor(services.staff_of(email), COMMAND_LINE, utc_now())
    click.echo("Taken away; all its sessions have ended. The next log-in leads to setting up a new second factor.")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_database
def list_accounts(_app: Flask, as_json: bool) -> None:
    """List the accounts."""
    people = services.list_staff()
    if as_json:
        print_json({"staff": [_item(person) for person in people]})
        return
    for person in people:
        roles = ", ".join(services.roles_of(person))
        click.echo(f"{person.email}\t{roles}\t{_state(person)}")


@staff.command()
@click.argument("email")
@with_database
def disable(_app: Flask, email: str) -> None:
    """Close an account and end its sessions."""
    services.disable_staff(email)
    click.echo("Disabled; all its sessions have ended.")


def _state(person: Staff) -> str:
    if not person.active:
        return "disabled"
    return "active" if person.password is not None else "invited"


def _item(person: Staff) -> dict[str, object]:
    return {"email": person.email, "roles": services.roles_of(person), "active": person.active}


COMMANDS: tuple[click.Command, ...] = (staff,)
