"""What a whole caption says: its words, its districts, whether it names Thuringia or another land."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from campaign.towns import vocabulary as say
from campaign.towns.index import Force, Form, Index, Source
from campaign.towns.mentions import Mention
from campaign.towns.misreadings import TRIGGERS
from campaign.towns.words import Words

_SIGNALS = TRIGGERS | say.FOREIGN | say.REGION_WORDS | say.RIVERS | say.TOWNSCAPE

# Degrees of latitude, some 22 km, and what a degree of longitude is of one in Thuringia.
NEAR, WIDTH = 0.2, 0.63


class Surroundings(NamedTuple):
    """What the whole caption says: all its words, whether it names Thuringia, and the districts it names.

    `signals` are those of its words that may change the role of a name; `places` the AGS of its undoubted names.
    """

    words: frozenset[str]
    signals: frozenset[str]
    names_thuringia: bool
    is_foreign: bool
    districts: frozenset[str]
    places: frozenset[str]


def look_around(words: Words, mentions: Sequence[Mention]) -> Surroundings:
    """Return what the whole caption tells about all of its mentions."""
    spoken = frozenset(words.folded)
    districts = frozenset(
        [mention.forms[0].label for mention in mentions if mention.forms[0].source is Source.DISTRICT]
    )
    signals = spoken & _SIGNALS
    thuringia = not signals.isdisjoint(say.REGION_WORDS) or any(part in words.lowered for part in say.REGION_PARTS)
    sure = (mention.forms[0] for mention in mentions if len(mention.forms) == 1)
    places = frozenset([form.ags for form in sure if form.force is Force.SURE])
    return Surroundings(spoken, signals, thuringia, not signals.isdisjoint(say.FOREIGN), districts, places)


def is_elsewhere(form: Form, around: Surroundings) -> bool:
    """Say whether the caption names a thing that rules this meaning out."""
    return not form.elsewhere.isdisjoint(around.words)


def names_region(form: Form, around: Surroundings, index: Index) -> bool:
    """Say whether the caption names Thuringia, and no other land, or the very district or a neighbour of the place."""
    if index.districts[form.ags] in around.districts or has_neighbour(form, around, index):
        return True
    return (around.names_thuringia or bool(around.districts)) and not around.is_foreign


def has_neighbour(form: Form, around: Surroundings, index: Index) -> bool:
    """Say whether the caption names, for whatever reason, another place that lies near.

    Where the words that settle a name are listed, only these do.
    """
    if form.beside:
        return False
    here = index.spots[form.ags]
    others = (index.spots[ags] for ags in around.places if ags and ags != form.ags)
    return any(math.dist(here, (lat, here[1] + WIDTH * (lon - here[1]))) <= NEAR for lat, lon in others)
