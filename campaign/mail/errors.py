"""Why a mail did not leave. Reasons are classes with the server's code; its words may repeat the address."""

from __future__ import annotations


class DeliveryError(Exception):
    """Base; `reason` is fit for logs and the database."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(DeliveryError):
    """The server will never take this mail."""


class Delayed(DeliveryError):
    """The server does not take this mail now; others may pass."""


class ServerDown(Delayed):
    """No mail passes now."""
