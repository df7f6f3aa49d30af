"""`campaign staff`."""

from __future__ import annotations

import sys

import click
from flask import Flask

from campaign.cli.group import print_json, with_database
from campaign.staff import services
from campaign.staff.models import RoleName, Staff


@click.group()
def staff() -> None:
    """Manage the accounts of the staff."""


@staff.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in RoleName]), help="What it may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_database
def add(_app: Flask, email: str, role: str, password_stdin: bool) -> None:
    """Add an account; the password is asked for."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    services.add_staff(email, RoleName(role), password)
    click.echo(f"Added as {role}.")


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
        roles = ", ".join(sorted(role.name for role in person.roles))
        click.echo(f"{person.email}\t{roles}\t{'active' if person.active else 'disabled'}")


@staff.command()
@click.argument("email")
@with_database
def disable(_app: Flask, email: str) -> None:
    """Close an account and end its sessions."""
    services.disable_staff(email)
    click.echo("Disabled; all its sessions have ended.")


def _item(person: Staff) -> dict[str, object]:
    return {"email": person.email, "roles": sorted(role.name for role in person.roles), "active": person.active}


COMMANDS: tuple[click.Command, ...] = (staff,)
