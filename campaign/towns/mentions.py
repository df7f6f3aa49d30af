"""Finds place names in the words of a caption: whole words, longest first, and inside hashtags."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from campaign.towns.index import Force, Form, Index, Shape, Source
from campaign.towns.slips import SHORTEST, meant_name
from campaign.towns.vocabulary import FILLERS, GOODS_ENDINGS, NO_SLIPS, OTHER_BEGINNINGS, OTHER_ENDINGS
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
    return mentions or list(_find_slips(words, index))


def _find_slips(words: Words, index: Index) -> Iterator[Mention]:
    """Give the misspelt names; they are doubtful and need a second hint."""
    for position, word in enumerate(words.folded):
        if len(word) < SHORTEST or word in NO_SLIPS or not (position in words.tags or words.is_capital(position)):
            continue
        name = _meant_town(word, index)
        if name:
            forms = tuple(replace(form, force=Force.UNSURE, hint="place") for form in index.forms[name])
            yield Mention(position, position + 1, forms, position in words.tags)


@lru_cache(maxsize=16384)
def _meant_town(word: str, index: Index) -> str | None:
    return meant_name(word, index.slips)


def _longest(words: Words, first: int, index: Index) -> Mention | None:
    if words.folded[first] not in index.forms and " ".join(words.folded[first : first + 2]) not in index.pairs:
        return None
    last, limit = first + 1, min(len(words), first + index.heads[words.folded[first]])
    while last < limit and last not in words.tags and words.between(last - 1, last) in GAPS:
        last += 1
    for end in range(last, first, -1):
        forms = index.forms.get(" ".join(words.folded[first:end]))
        if forms:
            found = Mention(first, end, forms, is_tag=False)
            return _longer_name_inside(words, found, index) or found
    return None


def _longer_name_inside(words: Words, found: Mention, index: Index) -> Mention | None:
    """Return the name that begins with the last word of a doubtful one: "Schloss Crossen an der Elster"."""
    last = found.last - 1
    if last == found.first or found.forms[0].force is not Force.UNSURE or words.folded[last] not in index.heads:
        return None
    inside = _longest(words, last, index)
    return inside if inside and inside.last > found.last else None


@lru_cache(maxsize=16384)
def _in_tag(body: str, index: Index) -> tuple[tuple[tuple[Form, ...], bool], ...]:
    """Return the meanings of a hashtag and whether they are only a part of it."""
    whole = index.forms.get(body)
    if whole:
        return ((whole, False),)
    if len(body) > LONGEST_TAG or not any(body[i : i + 4] in index.openings for i in range(len(body) - 3)):
        return ()
    pieces = _split(body, 0, index, set()) or _name_at_an_end(body, index)
    return tuple((index.glued[piece], True) for piece in pieces if piece in index.glued)


def _name_at_an_end(body: str, index: Index) -> tuple[str, ...]:
    """Return the town that a hashtag begins or ends with, whatever the rest says: "gothaadelt"."""
    for end in range(len(body) - 3, 5, -1):
        if _is_town(body[:end], index):
            is_other = body[end:].startswith(OTHER_ENDINGS) or body.endswith(GOODS_ENDINGS)
            return () if is_other else (body[:end],)
    for start in range(3, len(body) - 5):
        if _is_town(body[start:], index):
            return () if body[:start].endswith(OTHER_BEGINNINGS) else (body[start:],)
    return ()


def _is_town(piece: str, index: Index) -> bool:
    forms = index.glued.get(piece, ())
    form = forms[0] if len(forms) == 1 else None
    is_town = form is not None and form.source in (Source.TOWN, Source.ALIAS) and form.shape is not Shape.GENITIVE
    return is_town and form is not None and (form.force is Force.SURE or form.hint == "place")


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
