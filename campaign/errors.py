"""The one tree of errors that a person may read.

A message is a sentence for the reader: what is wrong and what to do. It is a German message id; pages and the
command line translate it (`campaign.web`, `campaign.cli`). Messages for operators are written in English.
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's extractors know
    """Mark a message id for the catalogue without translating it."""
    return message


class CampaignError(Exception):
    """Base of all expected errors; `values` fill the `%(name)s` places of the message."""

    status = 400

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class InvalidInput(CampaignError):
    """What was sent cannot be taken as it is; nothing was written."""

    status = 422


class NotFound(CampaignError):
    """There is no such thing, or it is not public."""

    status = 404


class NotAllowed(CampaignError):
    """The person may not do this."""

    status = 403


class NotOpen(CampaignError):
    """The phase for this has not begun or is over."""

    status = 403


class Conflict(CampaignError):
    """Somebody else was faster, or the state does not admit this move."""

    status = 409


class Gone(CampaignError):
    """It was there and has expired."""

    status = 410
