"""The words of a caption seen from one mention: what stands before it and what follows."""

from campaign.towns.mentions import GAPS, Mention
from campaign.towns.words import Words

# What ends a sentence.
_ENDS = frozenset(".!?:;\n")


class Sentence:
    """The neighbourhood of mentions; a line break ends it."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._has_lines = "\n" in words.text

    def before(self, mention: Mention, back: int) -> str:
        """Return the word that stands `back` words before the mention, folded; empty when there is none."""
        position = mention.first - back
        if position < 0 or (self._has_lines and "\n" in self._words.between(position, mention.first)):
            return ""
        return self._words.folded[position]

    def after(self, mention: Mention, ahead: int) -> str:
        """Return the word that stands `ahead` words after the mention, folded; empty when there is none."""
        position = mention.last - 1 + ahead
        if position >= len(self._words.folded):
            return ""
        if self._has_lines and "\n" in self._words.between(mention.last - 1, position):
            return ""
        return self._words.folded[position]

    def said_before(self, mention: Mention, back: int) -> str:
        """Return the word that stands `back` words before the mention in its own sentence, else nothing."""
        position = mention.first - back
        if position < 0 or _ENDS.intersection(self._words.between(position, mention.first)):
            return ""
        return self._words.folded[position]

    def said_after(self, mention: Mention, ahead: int) -> str:
        """Return the word that stands `ahead` words after the mention in its own sentence, else nothing."""
        position = mention.last - 1 + ahead
        if position >= len(self._words.folded) or _ENDS.intersection(self._words.between(mention.last - 1, position)):
            return ""
        return self._words.folded[position]

    def gap_before(self, mention: Mention) -> str:
        """Return the characters between the mention and the word before it."""
        return self._words.between(mention.first - 1, mention.first) if mention.first else "\n"

    def gap_after(self, mention: Mention) -> str:
        """Return the characters between the mention and the word after it, or the end of the text."""
        if mention.last < len(self._words):
            return self._words.between(mention.last - 1, mention.last)
        return self._words.text[self._words.end(mention.last - 1) :]

    def next_word(self, mention: Mention) -> int | None:
        """Return the position of the word that follows directly, parted by no more than a space or a hyphen."""
        if mention.last >= len(self._words):
            return None
        gap = self.gap_after(mention)
        return mention.last if gap in GAPS and "." not in gap and mention.last not in self._words.tags else None

    def line_around(self, mention: Mention) -> tuple[str, str]:
        """Return what the mention's line holds to its left and to its right."""
        text, start, end = self._words.text, self._words.start(mention.first), self._words.end(mention.last - 1)
        line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        return text[line_start:start], text[end : line_end if line_end >= 0 else len(text)]
