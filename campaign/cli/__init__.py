"""The command line of the campaign."""

from __future__ import annotations

from campaign.cli import accounts, database, demo, entries, instagram, ledger, results, rights, servers, staff
from campaign.cli.group import main

for room in (accounts, database, demo, entries, instagram, ledger, results, rights, servers, staff):
    for command in room.COMMANDS:
        main.add_command(command)

__all__ = ["main"]
