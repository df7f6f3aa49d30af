"""How long a pass waits for pictures: no host at the cost of the others, and all of them not for ever; pure."""

from __future__ import annotations

from collections import Counter

# So many pictures of a host in a row without an answer, and its others wait for the next pass.
MAX_IN_A_ROW = 5
# A picture that takes longer is slow; so many seconds for slow ones, and all others wait: posts come first.
SLOW_SECONDS = 5.0
MAX_SLOW_SECONDS = 200.0
SILENT_HOST = "The host of the pictures does not answer in this pass."
TOO_LONG = "Pictures took too long in this pass."


class Patience:
    """What one pass has been through with pictures and their hosts."""

    def __init__(self) -> None:
        self._in_a_row: Counter[str] = Counter()
        self._seconds = 0.0

    def refusal(self, host: str) -> str | None:
        """Return why a picture of this host is not asked for in this pass, or None."""
        if self._seconds >= MAX_SLOW_SECONDS:
            return TOO_LONG
        return SILENT_HOST if self._in_a_row[host] >= MAX_IN_A_ROW else None

    def note(self, host: str, *, answered: bool) -> None:
        """Write down that a host was asked; a refusal is an answer."""
        self._in_a_row[host] = 0 if answered else self._in_a_row[host] + 1

    def spend(self, seconds: float) -> None:
        """Write down how long one picture took, from asking for it to keeping it."""
        if seconds > SLOW_SECONDS:
            self._seconds += seconds
