"""How much a browser calculates before a form is taken. Pure.

A challenge is solved by trying counters from 0 upwards until the key derived from one (PBKDF2, which every browser has
built in) begins as the challenge says; the counter was drawn below `most_tries`. So the longest work is known, which
it would not be if any key with some zeros in front would do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

ALGORITHM: Final = "PBKDF2/SHA-256"
# Iterations of one try: our own server makes one for each challenge. Fewer, longer tries also spare slow scripts.
COST: Final = 5_000
LIFETIME: Final = timedelta(minutes=10)
# A school or a mobile network shares an address; what exceeds a class is paid for by calculating longer.
CALM: Final = 60
TRIES, MOST_TRIES = 100, 500


def most_tries(network_load: int) -> int:
    """Return below which number the counter is drawn, given the challenges of a network in the last hour.

    100 up to 60 challenges, then in proportion, 500 at the most: a slow phone needs less than two seconds, at the most
    less than ten (`make bench`).
    """
    return min(max(TRIES, TRIES * network_load // CALM), MOST_TRIES)
