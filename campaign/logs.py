"""Logging: one line an event; JSON in a pipe, readable on a terminal; secrets and addresses blotted out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Whatever ends in these words is one: new names come with each way to get a token. "access token: no" is speech.
_SECRET = re.compile(
    r"(?P<name>token|secret|proof|secret_key|password)"
    r"(?P<gap>=|%3D|['\"]:\s*['\"]?|(?<!\btoken)(?<!\bsecret)(?<!\bproof):\s*['\"]?)[^&\s'\"]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"Bearer\s+[^\s'\",]+", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s]+@")
_ADDRESS = re.compile(r"[^\s@<>'\"=:\[\]]+@[^\s@<>'\",]+\.[A-Za-z]{2,}")


def redact(text: str) -> str:
    """Return the text without tokens, passwords and mail addresses."""
    text = _SECRET.sub(r"\g<name>\g<gap>[hidden]", text)
    text = _BEARER.sub("Bearer [hidden]", text)
    text = _URL_PASSWORD.sub(r"\1[hidden]@", text)
    return _ADDRESS.sub("[address]", text)


def _redact_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def configure_logging(*, level: int = logging.INFO, command: bool = False) -> None:
    """Send structlog's and the standard library's records to stderr in one form.

    A single command says what it did in its own words, not by the rows that it added to the audit log.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact_event, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "werkzeug", "_granian"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("campaign.staff.audit").setLevel(logging.WARNING if command else logging.NOTSET)
    # A pass that takes longer than its interval is normal; the scheduler would warn each time.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # It warns of broken headers with the whole address of the call.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
