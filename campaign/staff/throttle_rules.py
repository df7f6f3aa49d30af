"""How long somebody waits between two tries to log in. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """So many tries are free; then the wait doubles with each one up to `longest` seconds, and never lasts.

    Counts begin anew `remembered` seconds after the first try: whoever waited so long may be somebody else.
    """

    free: int
    longest: int
    remembered: int = 3600

    def wait(self, tries: int) -> int:
        """Return the seconds to wait after so many tries without success."""
        beyond = tries - self.free
        return 0 if beyond < 0 else min(2 ** min(beyond, 20), self.longest)


# Who knows the address of an account can make its owner wait a minute on a new device, and no longer.
ACCOUNT = Patience(free=5, longest=60)
# A device that its owner logged in on has a count of its own, which nobody else can raise.
DEVICE = Patience(free=10, longest=60)
# An office or a mobile network may share an address.
NETWORK = Patience(free=20, longest=120)
# Six digits: some 110 tries a day at three codes each are 0.03 per cent. The password is known by then.
CODE = Patience(free=5, longest=900, remembered=24 * 3600)
# Mails with links.
LETTERS = Patience(free=3, longest=900)
