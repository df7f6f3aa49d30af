"""The words and hashtags of a caption, in order, with their places in its text."""

import re
from functools import lru_cache
from itertools import accumulate

from campaign.towns.normalise import fold

_WORD = re.compile(r"(\w+)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*")


class Words:
    """The words of a cleaned text: `folded` holds their comparison spelling, `tags` says which are hashtags.

    Web addresses are left out. The ignored hashtag (folded, without underscores) stands as an empty word.
    `lowered` is the text in small letters, letter for letter.
    """

    __slots__ = ("_ends", "_parts", "folded", "lowered", "tags", "text")

    def __init__(self, text: str, ignored_tag: str) -> None:
        self.text = text
        self.lowered = _lowered(text)
        # Gap, word, gap, word, …, gap.
        self._parts = _WORD.split(self.lowered)
        self._ends: list[int] = []
        self.folded = [word if word.isascii() else _fold_rare(word) for word in self._parts[1::2]]
        gaps = self._parts[:-1:2] if "#" in text else ()
        self.tags = frozenset([position for position, gap in enumerate(gaps) if gap != " " and gap.endswith("#")])
        for tag in self.tags:
            body = self.folded[tag].replace("_", "")
            self.folded[tag] = "" if body == ignored_tag else body

    def __len__(self) -> int:
        return len(self.folded)

    def start(self, position: int) -> int:
        """Return where the word begins in the text, a hashtag with its sign."""
        return self._end_of_part(2 * position) - (position in self.tags)

    def end(self, position: int) -> int:
        """Return where the word ends in the text."""
        return self._end_of_part(2 * position + 1)

    def _end_of_part(self, part: int) -> int:
        if not self._ends:
            self._ends = list(accumulate(map(len, self._parts)))
        return self._ends[part]

    def between(self, left: int, right: int) -> str:
        """Return what stands between two words, without the sign of a hashtag."""
        gap = self._parts[2 * right] if right == left + 1 else "".join(self._parts[2 * left + 2 : 2 * right + 1])
        return gap[:-1] if right in self.tags else gap

    def quote(self, first: int, last: int) -> str:
        """Return the text of the words from `first` up to `last` (exclusive)."""
        return self.text[self.start(first) : self.end(last - 1)]

    def is_capital(self, position: int) -> bool:
        """Say whether the text writes the word with a capital."""
        return self.text[self._end_of_part(2 * position)].isupper()


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
