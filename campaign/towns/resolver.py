"""Finds the municipality that a caption speaks of, with the words that decided; none when in doubt.

Whole words only and the longest name first; a name that is also a river, a word or a place elsewhere needs a
second hint. `build_index` once, then `resolve` for every caption.
"""

from functools import lru_cache

from campaign.towns.cases import NOTHING, Case, Evidence, Resolution, decide
from campaign.towns.index import Index, build_index
from campaign.towns.mentions import find_mentions
from campaign.towns.normalise import clean, fold
from campaign.towns.readings import read_mentions
from campaign.towns.words import Words

__all__ = ["Evidence", "Index", "Resolution", "build_index", "resolve"]


def resolve(caption: str | None, index: Index, hashtag: str) -> Resolution:
    """Return the municipality that the caption speaks of; pure, and never raises on any text.

    `hashtag` is the campaign's own, with or without `#`; it is no evidence.
    """
    if not caption:
        return NOTHING
    words = Words(clean(caption), _plain_hashtag(hashtag))
    mentions = find_mentions(words, index)
    if not mentions:
        return NOTHING
    cases: dict[str, Case] = {}
    for reading in read_mentions(words, mentions, index):
        cases.setdefault(reading.form.ags, Case()).add(reading)
    return decide(cases)


@lru_cache(maxsize=64)
def _plain_hashtag(hashtag: str) -> str:
    return fold(clean(hashtag)).replace("_", "").lstrip("#")
