"""Which parts of a caption decided its town."""

from __future__ import annotations

import re
from collections.abc import Iterable


def mark_words(caption: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Cut a caption into pieces; True marks those that are one of the words (any case, longest first)."""
    wanted = sorted({word for word in words if word}, key=len, reverse=True)
    if not wanted:
        return [(caption, False)] if caption else []
    pattern = re.compile("|".join(re.escape(word) for word in wanted), re.IGNORECASE)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in pattern.finditer(caption):
        pieces.append((caption[end : found.start()], False))
        pieces.append((found.group(), True))
        end = found.end()
    pieces.append((caption[end:], False))
    return [piece for piece in pieces if piece[0]]
