"""How much one network may hand in; schools and mobile networks share an address, so the limits are wide."""

from __future__ import annotations

from limits import parse

FILES = parse("120 per hour")
PIECES = parse("12000 per hour")
FORMS = parse("120 per hour")
PINS = parse("600 per hour")
