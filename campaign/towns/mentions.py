"""Finds place names in the words of a caption: whole words, longest first, and inside hashtags."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from campaign.towns.index import Form, Index
from campaign.towns.normalise import Word
from campaign.towns.vocabulary import FILLERS

# What may stand between the words of one name: "Bad Sulza", "Zella-Mehlis", "Saalfeld/Saale", "St. Michael".
GAPS = frozenset({" ", "-", "/", ".", ". ", " - ", "–", " – ", " / ", " (", "'", "’", "- ", " ."})
LONGEST_TAG = 60


class Mention(NamedTuple):
    """A place name in a caption: words `first` to `last` (exclusive) and what they may mean.

    `is_glued` says that it is only a part of a hashtag.
    """

    first: int
    last: int
    forms: tuple[Form, ...]
    is_tag: bool
    is_glued: bool = False


def find_mentions(text: str, words: Sequence[Word], index: Index) -> list[Mention]:
    """Return all mentions in the order of the text; they never overlap."""
    mentions: list[Mention] = []
    position, count = 0, len(words)
    heads = index.heads
    while position < count:
        word = words[position]
        if word.is_tag:
            mentions.extend(_in_tag(word.folded, position, index))
        elif word.folded in heads and (found := _longest(text, words, position, index)):
            mentions.append(found)
            position = found.last
            continue
        position += 1
    return mentions


def _longest(text: str, words: Sequence[Word], first: int, index: Index) -> Mention | None:
    last, limit = first + 1, min(len(words), first + index.heads[words[first].folded])
    while last < limit and _belong_together(text, words[last - 1], words[last]):
        last += 1
    for end in range(last, first, -1):
        forms = index.forms.get(" ".join(word.folded for word in words[first:end]))
        if forms:
            return Mention(first, end, forms, is_tag=False)
    return None


def _belong_together(text: str, left: Word, right: Word) -> bool:
    return not right.is_tag and text[left.end : right.start] in GAPS


def _in_tag(body: str, position: int, index: Index) -> Iterator[Mention]:
    whole = index.forms.get(body)
    if whole:
        yield Mention(position, position + 1, whole, is_tag=True)
        return
    if len(body) > LONGEST_TAG or not any(body[i : i + 4] in index.openings for i in range(len(body) - 3)):
        return
    pieces = _split(body, 0, index, set()) or ()
    for place in (piece for piece in pieces if piece in index.glued):
        yield Mention(position, position + 1, index.glued[place], is_tag=True, is_glued=True)


def _split(body: str, start: int, index: Index, dead_ends: set[int]) -> tuple[str, ...] | None:
    """Cut the rest of a hashtag into known words without remainder, longest first; None when that fails."""
    if start == len(body):
        return ()
    if start in dead_ends:
        return None
    for end in range(len(body), start, -1):
        piece = body[start:end]
        if piece in index.glued or piece in FILLERS or piece.isdigit():
            rest = _split(body, end, index, dead_ends)
            if rest is not None:
                return (piece, *rest)
    dead_ends.add(start)
    return None
