"""What Meta's webhook sends: the handshake, the signature, the mentions in a delivery; pure, trusts nothing.

Source: Meta, "Webhooks from Meta: Getting Started" and "Instagram Platform: Webhooks", field `mentions`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

# Meta batches up to 1000 updates.
MOST_MENTIONS = 4000
ID_LENGTH = 40
FIELD = "mentions"


@dataclass(frozen=True)
class Mention:
    """A post that mentions us in its caption, or the comment under it that does (`comment_id` is "" for captions)."""

    media_id: str
    comment_id: str = ""


def answer_challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """Return what answers Meta's handshake, or None when it is none or does not know our word."""
    given = query.get("hub.verify_token", "")
    knows = hmac.compare_digest(given.encode("utf-8", "replace"), verify_token.encode())
    return query.get("hub.challenge") if knows and query.get("hub.mode") == "subscribe" else None


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Return whether the `X-Hub-Signature-256` of a delivery fits its raw bytes; compared in constant time."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())


def read_mentions(body: bytes, user_id: str) -> list[Mention]:
    """Return the mentions of an account in a delivery, each once, in their order; at most 4000.

    Whatever has another shape is left out: other fields, other accounts, the dashboard's test (which comes from an
    account "0"), bytes that are no JSON.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = dict.fromkeys(_mentions(document, user_id))
    return list(islice(found, MOST_MENTIONS))


def _mentions(document: object, user_id: str) -> Iterator[Mention]:
    if not isinstance(document, dict) or document.get("object") != "instagram":
        return
    for entry in _objects(document.get("entry")):
        if _id(entry.get("id")) != user_id:
            continue
        for change in _objects(entry.get("changes")):
            value = change.get("value")
            if change.get("field") == FIELD and isinstance(value, dict):
                yield from _mention(value)


def _mention(value: dict[str, Any]) -> Iterator[Mention]:
    media_id, named = _id(value.get("media_id")), value.get("comment_id")
    comment_id = "" if named is None else _id(named)
    if media_id and comment_id is not None:
        yield Mention(media_id, comment_id)


def _objects(value: object) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _id(value: object) -> str | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= ID_LENGTH
    return value if is_number else None  # type: ignore[return-value]
