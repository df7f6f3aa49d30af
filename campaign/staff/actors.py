"""Who acts: an account of the staff, or by name alone somebody without one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who decides: an account of the staff, or by name alone somebody without one (the command line)."""

    staff_id: int | None
    name: str


COMMAND_LINE = Actor(None, "command line")
# The person whose photo it is, proven by a code.
CREATOR = Actor(None, "creator")
# Somebody who reported a picture.
REPORTER = Actor(None, "reporter")
# What the program does by itself: jobs, and answers that arrive from Instagram.
PROGRAM = Actor(None, "program")
