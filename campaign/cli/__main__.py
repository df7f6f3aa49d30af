"""`python -m campaign.cli`."""

from __future__ import annotations

from campaign.cli import main

main()
