"""What a whole caption says: its words, its districts, whether it names Thuringia or another land."""

from collections.abc import Sequence
from typing import NamedTuple

from campaign.towns import vocabulary as say
from campaign.towns.index import Form, Index, Source
from campaign.towns.mentions import Mention
from campaign.towns.misreadings import TRIGGERS
from campaign.towns.words import Words

_SIGNALS = TRIGGERS | say.FOREIGN | say.REGION_WORDS | say.RIVERS | say.TOWNSCAPE


class Surroundings(NamedTuple):
    """What the whole caption says: all its words, whether it names Thuringia, and the districts it names.

    `signals` are those of its words that may change the role of a name.
    """

    words: frozenset[str]
    signals: frozenset[str]
    names_thuringia: bool
    is_foreign: bool
    districts: frozenset[str]


def look_around(words: Words, mentions: Sequence[Mention]) -> Surroundings:
    """Return what the whole caption tells about all of its mentions."""
    spoken = frozenset(words.folded)
    districts = frozenset(
        [mention.forms[0].label for mention in mentions if mention.forms[0].source is Source.DISTRICT]
    )
    signals = spoken & _SIGNALS
    thuringia = not signals.isdisjoint(say.REGION_WORDS) or any(part in words.lowered for part in say.REGION_PARTS)
    return Surroundings(spoken, signals, thuringia, not signals.isdisjoint(say.FOREIGN), districts)


def is_elsewhere(form: Form, around: Surroundings) -> bool:
    """Say whether the caption names a thing that rules this meaning out."""
    return not form.elsewhere.isdisjoint(around.words)


def names_region(form: Form, around: Surroundings, index: Index) -> bool:
    """Say whether the caption names Thuringia, and no other land, or the very district of the place."""
    if index.districts[form.ags] in around.districts:
        return True
    return (around.names_thuringia or bool(around.districts)) and not around.is_foreign
