"""Finds place names in the words of a caption: whole words, longest first, and inside hashtags."""

from functools import lru_cache
from typing import NamedTuple

from campaign.towns.index import Form, Index
from campaign.towns.vocabulary import FILLERS
from campaign.towns.words import Words

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


def find_mentions(words: Words, index: Index) -> list[Mention]:
    """Return all mentions in the order of the text; they never overlap."""
    mentions: list[Mention] = []
    heads, free = index.heads, 0
    for position in sorted(words.tags.union([at for at, word in enumerate(words.folded) if word in heads])):
        if position < free:
            continue
        if position in words.tags:
            places = _in_tag(words.folded[position], index)
            mentions.extend(Mention(position, position + 1, forms, True, is_glued) for forms, is_glued in places)
        elif found := _longest(words, position, index):
            mentions.append(found)
            free = found.last
    return mentions


def _longest(words: Words, first: int, index: Index) -> Mention | None:
    last, limit = first + 1, min(len(words), first + index.heads[words.folded[first]])
    while last < limit and last not in words.tags and words.between(last - 1, last) in GAPS:
        last += 1
    for end in range(last, first, -1):
        forms = index.forms.get(" ".join(words.folded[first:end]))
        if forms:
            return Mention(first, end, forms, is_tag=False)
    return None


@lru_cache(maxsize=16384)
def _in_tag(body: str, index: Index) -> tuple[tuple[tuple[Form, ...], bool], ...]:
    """Return the meanings of a hashtag and whether they are only a part of it."""
    whole = index.forms.get(body)
    if whole:
        return ((whole, False),)
    if len(body) > LONGEST_TAG or not any(body[i : i + 4] in index.openings for i in range(len(body) - 3)):
        return ()
    pieces = _split(body, 0, index, set()) or ()
    return tuple((index.glued[piece], True) for piece in pieces if piece in index.glued)


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
