"""One mention read as one place, and whether that reading counts without further help."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from campaign.towns import vocabulary as say
from campaign.towns.context import Surroundings, is_elsewhere, look_around, names_region
from campaign.towns.index import Force, Form, Index, Shape, Source
from campaign.towns.mentions import Mention
from campaign.towns.roles import Reader, Role
from campaign.towns.words import Words


class Reading(NamedTuple):
    """A mention (`quote` in the text's own letters) read as one place, and its role there."""

    form: Form
    role: Role
    quote: str
    is_tag: bool
    counts: bool


def read_mentions(words: Words, mentions: Sequence[Mention], index: Index) -> Iterator[Reading]:
    """Give every plausible reading of every mention, in the order of the text."""
    around = look_around(words, mentions)
    reader = Reader(words, mentions, around.signals)
    for mention in mentions:
        role = Role.PLAIN if mention.is_tag else reader.role(mention)
        if role is Role.VOID or _is_another_thing(mention, reader):
            continue
        quote = words.quote(mention.first, mention.last)
        for form in mention.forms:
            if form.source is Source.ABROAD:
                yield Reading(form, role, quote, mention.is_tag, False)
            elif form.ags and not is_elsewhere(form, around):
                counts = _counts(mention, form, role, around, index) or _is_placed(mention, form, reader, index)
                yield Reading(form, role, quote, mention.is_tag, counts)


def _is_another_thing(mention: Mention, reader: Reader) -> bool:
    form = mention.forms[0]
    is_doubtful_name = form.force is Force.UNSURE and form.source in (Source.TOWN, Source.ALIAS)
    return is_doubtful_name and form.shape is Shape.NAME and not mention.is_tag and reader.is_river_or_word(mention)


def _counts(mention: Mention, form: Form, role: Role, around: Surroundings, index: Index) -> bool:
    in_district = index.districts[form.ags] in around.districts
    if not form.beside.isdisjoint(around.words):
        return True
    if len(mention.forms) > 1 or form.force is Force.FRAGMENT:
        return in_district and (form.force is not Force.FRAGMENT or form.source is Source.VILLAGE)
    if form.force is Force.SURE:
        return form.shape is not Shape.ADJECTIVE or _is_told_of_the_town(mention, role, around)
    if form.source is Source.LANDMARK:
        return in_district
    # "#geraerleben" may be cut as "geraer" and "leben": glued, an adjective is as good as the name.
    if form.shape is Shape.ADJECTIVE and not mention.is_glued:
        return _doubtful_adjective_counts(mention, form, role, names_region(form, around, index))
    return names_region(form, around, index) or _has_local_hint(mention, form, role, around)


def _doubtful_adjective_counts(mention: Mention, form: Form, role: Role, in_region: bool) -> bool:
    # No river has an adjective: "Der Ilmenauer Teich" lies in the town.
    if form.hint == "place":
        return role >= Role.PLAIN and not mention.is_tag
    return role >= Role.LOCAL and (form.hint != "region" or in_region)


def _is_told_of_the_town(mention: Mention, role: Role, around: Surroundings) -> bool:
    """Say whether an adjective speaks of the town, not of goods ("#nordhäuser") or people ("Ein Jenaer in Hamburg")."""
    if mention.is_tag:
        return mention.is_glued
    return role is not Role.TOWARDS or not around.is_foreign


def _is_placed(mention: Mention, form: Form, reader: Reader, index: Index) -> bool:
    """Say whether a doubtful name is told apart as "Neumark bei Weimar", or "Nohra bei Weimar" of two Nohras."""
    if mention.is_tag or form.force is not Force.UNSURE or form.source is Source.LANDMARK:
        return False
    neighbour = reader.neighbour(mention)
    if neighbour is None:
        return False
    near = index.spots[neighbour]
    return form.ags == min((other.ags for other in mention.forms), key=lambda ags: math.dist(index.spots[ags], near))


def _has_local_hint(mention: Mention, form: Form, role: Role, around: Surroundings) -> bool:
    if form.hint == "region" or (around.is_foreign and role < Role.LOCAL):
        return False
    if mention.is_tag:
        return form.hint == "place" or mention.is_glued
    if form.hint == "phrase":
        return role >= Role.LOCAL
    speaks_of_a_town = say.RIVERS.isdisjoint(around.signals) and not say.TOWNSCAPE.isdisjoint(around.signals)
    return role is not Role.PLAIN or speaks_of_a_town
