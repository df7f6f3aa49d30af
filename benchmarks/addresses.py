"""A hundred thousand invented addresses: nothing crashes, and nobody is merged whose provider does not say so.

The properties are those of `tests/mail/test_addresses.py`, each with many more cases; a broken one ends the run.
"""

from __future__ import annotations

import time

from hypothesis import HealthCheck, settings

from campaign.mail.addresses import canonical, parse_address
from tests.mail import test_addresses

CASES = 100_000


def main() -> None:
    """Print the properties with their cases, and how many addresses a core reads in a second."""
    properties = {name: test for name, test in vars(test_addresses).items() if hasattr(test, "hypothesis")}
    cases = CASES // len(properties)
    many = settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    for name, test in properties.items():
        began = time.monotonic()
        many(test)()
        print(f"  {name.removeprefix('test_').replace('_', ' ')}: {cases:,} in {time.monotonic() - began:.0f} s")
    began = time.thread_time()
    for number in range(5_000):
        canonical(parse_address(f"anna.{number}+stadt@googlemail.com").deliverable)
    print(f"  {5_000 / (time.thread_time() - began):,.0f} addresses a second and core")
