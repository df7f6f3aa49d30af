"""What went wrong, in one line for the person at the command line; nobody sees a traceback."""

from __future__ import annotations

import traceback
from pathlib import Path

import sqlalchemy as sa

from campaign.errors import CampaignError
from campaign.logs import redact
from campaign.paths import PACKAGE


def describe(error: Exception) -> str:
    """Return one line that says what went wrong and what to do, without secrets."""
    return " ".join(_sentence(error).split())


def first_line(error: Exception) -> str:
    """Return the first line of a library's message, without secrets and without a full stop."""
    return redact(str(error).strip().partition("\n")[0]).rstrip(".")


def _sentence(error: Exception) -> str:
    if isinstance(error, CampaignError):
        return str(error)
    if isinstance(error, sa.exc.DBAPIError) and isinstance(error.orig, Exception):
        said = first_line(error.orig)
        if isinstance(error, sa.exc.OperationalError):
            return f"The database does not answer: {said}. Check site.database_url and site.data_dir."
        return f"The database refused: {said}. Run: campaign check"
    if isinstance(error, OSError):
        path = f"{error.filename}: " if error.filename else ""
        said = error.strerror or first_line(error)
        return f"{path}{said}. Check the path and who may read and write there."
    if isinstance(error, UnicodeError):
        return "Something that was typed or read is not UTF-8. Write it as UTF-8."
    return f"This should not have happened: {_place(error)}{type(error).__name__}: {first_line(error)}. Report it."


def _place(error: Exception) -> str:
    frames = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)]
    own = [(file, line) for file, line in zip(frames, lines, strict=True) if file.is_relative_to(PACKAGE)]
    if not own:
        return ""
    file, line = own[-1]
    return f"{file.relative_to(PACKAGE)}, line {line}: "
