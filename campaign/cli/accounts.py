"""`campaign accounts`."""

from __future__ import annotations

import click
from flask import Flask

from campaign.cli.group import print_json, reading, with_database
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.entries import accounts as services
from campaign.entries.admission import AccountKind
from campaign.entries.models import AccountRule
from campaign.staff.actors import COMMAND_LINE

REASON = click.option("--reason", required=True, metavar="TEXT", help="Why, for the record.")


@click.group()
def accounts() -> None:
    """Block accounts on Instagram, or free them of the limit per person."""


@accounts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@reading
def list_rules(_app: Flask, as_json: bool) -> None:
    """List the accounts for which a rule holds."""
    rules = services.account_rules(current_contest())
    if as_json:
        print_json({"accounts": [_item(rule) for rule in rules]})
        return
    for rule in rules:
        click.echo(f"{rule.username}\t{rule.kind.value}\t{rule.reason}")


@accounts.command()
@click.argument("name")
@REASON
@with_database
def block(_app: Flask, name: str, reason: str) -> None:
    """Keep all posts of an account out; what somebody decided stays."""
    _set(name, AccountKind.BLOCKED, reason)


@accounts.command()
@click.argument("name")
@REASON
@with_database
def allow(_app: Flask, name: str, reason: str) -> None:
    """Let more posts of an account take part than the limit per person says."""
    _set(name, AccountKind.ALLOWED, reason)


@accounts.command()
@click.argument("name")
@with_database
def lift(_app: Flask, name: str) -> None:
    """Take back what holds for an account."""
    moved = services.lift_account_rule(current_contest(), name, by=COMMAND_LINE, now=utc_now())
    click.echo(f"Nothing special holds for {services.account_name(name)} any more; {_entries(moved)} moved.")


def _set(name: str, kind: AccountKind, reason: str) -> None:
    contest = current_contest()
    effect = services.foresee(contest, services.account_name(name), kind)
    rule = services.set_account_rule(contest, name, kind, reason, by=COMMAND_LINE, now=utc_now())
    click.echo(f"{rule.username} is {kind.value}; {_entries(effect.let_in + effect.put_out)} moved.")


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _item(rule: AccountRule) -> dict[str, object]:
    return {
        "username": rule.username,
        "kind": rule.kind.value,
        "reason": rule.reason,
        "set_by": rule.set_by,
        "set_at": rule.set_at.isoformat(),
    }


COMMANDS: tuple[click.Command, ...] = (accounts,)
