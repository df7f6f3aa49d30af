"""The words and hashtags of a caption, in order, with their places in its text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from campaign.towns.normalise import fold

_TOKEN = re.compile(r"\w+")
_HASH = re.compile("#")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*")


class Words:
    """The words of a cleaned text: `folded` holds their comparison spelling, `tags` says which are hashtags.

    Web addresses are left out. The ignored hashtag (folded, without underscores) stands as an empty word.
    `lowered` is the text in small letters, letter for letter.
    """

    __slots__ = ("_matches", "_starts", "folded", "lowered", "tags", "text")

    def __init__(self, text: str, ignored_tag: str) -> None:
        lowered = _lowered(text)
        self.text = text
        self.lowered = lowered
        self._matches = list(_TOKEN.finditer(lowered))
        self._starts = [match.start() for match in self._matches]
        self.folded = [token if (token := match[0]).isascii() else _fold_rare(token) for match in self._matches]
        self.tags = frozenset(self._tag_positions(lowered))
        for tag in self.tags:
            body = self.folded[tag].replace("_", "")
            self.folded[tag] = "" if body == ignored_tag else body

    def _tag_positions(self, lowered: str) -> Iterator[int]:
        for match in _HASH.finditer(lowered):
            position = bisect_left(self._starts, match.end())
            if position < len(self._starts) and self._starts[position] == match.end():
                yield position

    def __len__(self) -> int:
        return len(self.folded)

    def start(self, position: int) -> int:
        """Return where the word begins in the text, a hashtag with its sign."""
        return self._starts[position] - (position in self.tags)

    def end(self, position: int) -> int:
        """Return where the word ends in the text."""
        return self._matches[position].end()

    def between(self, left: int, right: int) -> str:
        """Return what stands between two words."""
        return self.text[self.end(left) : self.start(right)]

    def quote(self, first: int, last: int) -> str:
        """Return the text of the words from `first` up to `last` (exclusive)."""
        return self.text[self.start(first) : self.end(last - 1)]

    def is_capital(self, position: int) -> bool:
        """Say whether the text writes the word with a capital."""
        return self.text[self._starts[position]].isupper()


def _lowered(text: str) -> str:
    """Return the text in small letters and without web addresses, every letter in its place."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    if "://" in lowered or "www." in lowered:
        lowered = _ADDRESS.sub(lambda match: " " * len(match[0]), lowered)
    return lowered


@lru_cache(maxsize=8192)
def _fold_rare(token: str) -> str:
    return fold(token)
