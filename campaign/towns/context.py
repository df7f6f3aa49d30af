"""What the words around a place name say: a local view, a passing remark, or another thing of that name."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from campaign.towns import vocabulary as say
from campaign.towns.index import Form, Index, Shape, Source
from campaign.towns.mentions import GAPS, Mention
from campaign.towns.normalise import Word

_THE = ("dem", "den", "der")
_AWAY = ("von", "from", "ab")
_ONWARD = ("nach", "aus", "bis", "richtung", "to", "ueber")
_INTO = ("im", "in", "ueber", "durchs", "durch", "unserem", "unser")


class Role(IntEnum):
    """How strongly a mention says that the picture was taken there; from nothing to surely there."""

    VOID = 0
    PASSING = 1
    TOWARDS = 2
    PLAIN = 3
    TITLE = 4
    LOCAL = 5


@dataclass(frozen=True)
class Surroundings:
    """What the whole caption says: all its words, whether it names Thuringia, and the districts it names."""

    words: frozenset[str]
    names_thuringia: bool
    is_foreign: bool
    districts: frozenset[str]


def look_around(words: Sequence[Word], mentions: Sequence[Mention]) -> Surroundings:
    """Return what the whole caption tells about all of its mentions."""
    spoken = frozenset(word.folded for word in words)
    districts = frozenset(
        form.label for mention in mentions for form in mention.forms if form.source is Source.DISTRICT
    )
    everything = " ".join(spoken)
    thuringia = not spoken.isdisjoint(say.REGION_WORDS) or any(part in everything for part in say.REGION_PARTS)
    return Surroundings(spoken, thuringia, not spoken.isdisjoint(say.FOREIGN), districts)


def is_elsewhere(form: Form, around: Surroundings) -> bool:
    """Say whether the caption names a thing that rules this meaning out."""
    return not form.elsewhere.isdisjoint(around.words)


def names_region(form: Form, around: Surroundings, index: Index) -> bool:
    """Say whether the caption names Thuringia, and no other land, or the very district of the place."""
    if index.districts[form.ags] in around.districts:
        return True
    return (around.names_thuringia or bool(around.districts)) and not around.is_foreign


class Reader:
    """Reads the roles of mentions in one caption, in the order of the text."""

    def __init__(self, text: str, words: Sequence[Word], mentions: Sequence[Mention]) -> None:
        self._text = text
        self._words = words
        self._starts = frozenset(mention.first for mention in mentions if mention.forms[0].ags)
        self._roles: dict[int, Role] = {}

    def role(self, mention: Mention) -> Role:
        """Return the role of a mention in the text, not of a hashtag; earlier mentions were asked before."""
        shape = mention.forms[0].shape
        role = self._adjective_role(mention) if shape is Shape.ADJECTIVE else self._name_role(mention)
        self._roles[mention.last] = role
        return role

    def is_river_or_word(self, mention: Mention) -> bool:
        """Say whether an article or a river's word makes the name mean something else than a town."""
        before, after = self._before(mention, 1), self._after(mention, 1)
        if before in say.ARTICLES or before in say.RIVER_WORDS or after in say.RIVER_VERBS:
            return True
        if after in say.RIVER_WORDS:
            return True
        if before.endswith("en") and self._before(mention, 2) in _THE:
            return True
        return self._is_small_among_capitals(mention)

    def lies_near_a_town(self, mention: Mention) -> bool:
        """Say whether the text goes on with "bei" and a place of Thuringia."""
        return self._after(mention, 1) in say.BESIDE and mention.last + 1 in self._starts

    def _name_role(self, mention: Mention) -> Role:
        before, second = self._before(mention, 1), self._before(mention, 2)
        linked = self._linked_role(mention, before)
        if linked is not None:
            return linked
        for decide in (self._leaving_role, self._motion_role, self._place_role):
            role = decide(mention, before, second)
            if role is not None:
                return role
        if before in say.ORIGINS:
            return Role.TITLE
        return Role.TITLE if self._is_title(mention) else Role.PLAIN

    def _linked_role(self, mention: Mention, before: str) -> Role | None:
        """Return the role of the name before, when "und" or "oder" joins the two."""
        if before in say.LINKS:
            return self._roles.get(mention.first - 1)
        return None

    def _leaving_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if before in say.NEGATIONS or (second in say.NEGATIONS and before in say.LOCAL_PREPOSITIONS):
            return Role.VOID
        if before in _AWAY and self._after(mention, 1) in _ONWARD:
            return Role.PASSING
        if before in say.ORIGINS and any(self._before(mention, back) in say.COMING for back in (2, 3, 4)):
            return Role.PASSING
        return None

    def _motion_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if before in say.BESIDE or (before in ("von", "to", "of", "der") and second in say.BESIDE):
            return Role.PASSING
        if before not in say.TOWARDS:
            return None
        travels = any(self._before(mention, back) in say.TRAVEL for back in (2, 3, 4))
        follows = mention.first >= 2 and (mention.first - 1) in self._roles
        return Role.PASSING if travels or follows else Role.TOWARDS

    def _place_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if self._is_local(mention, before, second) or self._meets_urban(mention):
            return Role.LOCAL
        return None

    def _is_local(self, mention: Mention, before: str, second: str) -> bool:
        if before in say.LOCAL_PREPOSITIONS or before.endswith(say.URBAN_ENDINGS):
            return True
        if before in say.ORIGINS:
            return second in say.GREETINGS
        if before in say.BELONGING:
            return second in say.INSIDE or second in say.URBAN or self._before(mention, 3) in say.INSIDE
        if before in ("auf", "onto", "on"):
            return any(self._before(mention, back) in say.VIEWS for back in range(2, 8))
        # "im winterlichen Oberhof", "in unserem schönen Gera"
        return before.endswith(("en", "em")) and second in _INTO

    def _meets_urban(self, mention: Mention) -> bool:
        following = self._next_word(mention)
        if following is not None and following.folded in say.URBAN:
            return True
        if mention.forms[0].shape is not Shape.GENITIVE:
            return False
        # "Jenas Dächer", "Geras schönste Seite"
        return any(self._is_capital(word) for word in self._words[mention.last : mention.last + 2])

    def _adjective_role(self, mention: Mention) -> Role:
        following = self._next_word(mention)
        if following is None:
            return Role.TOWARDS
        noun = following.folded
        if noun in say.NOT_THE_TOWN or noun.endswith(("strasse", "str", "allee", "chaussee")):
            return Role.VOID
        if noun in say.URBAN or noun.endswith(say.URBAN_ENDINGS):
            return Role.LOCAL
        return Role.PLAIN if self._is_capital(following) else Role.TOWARDS

    def _is_title(self, mention: Mention) -> bool:
        start, end = self._words[mention.first].start, self._words[mention.last - 1].end
        line_start, line_end = self._text.rfind("\n", 0, start) + 1, self._text.find("\n", end)
        left = self._text[line_start:start].rstrip()
        right = self._text[end : line_end if line_end >= 0 else len(self._text)].lstrip()
        if not say.RIVERS.isdisjoint(word.folded for word in self._words):
            return False
        stands_off = not left or not (left[-1].isalnum() or left[-1] in "\"'„«»“")
        ends_there = not right or not right[0].isalnum() or self._after(mention, 1) in say.TITLE_FOLLOWERS
        return stands_off and ends_there

    def _is_small_among_capitals(self, mention: Mention) -> bool:
        start = self._words[mention.first].start
        line_start, line_end = self._text.rfind("\n", 0, start) + 1, self._text.find("\n", start)
        line = self._text[line_start : line_end if line_end >= 0 else len(self._text)]
        return self._text[start].islower() and not line.islower()

    def _before(self, mention: Mention, back: int) -> str:
        position = mention.first - back
        if position < 0 or "\n" in self._text[self._words[position].end : self._words[mention.first].start]:
            return ""
        return self._words[position].folded

    def _after(self, mention: Mention, ahead: int) -> str:
        position = mention.last - 1 + ahead
        if position >= len(self._words):
            return ""
        between = self._text[self._words[mention.last - 1].end : self._words[position].start]
        return "" if "\n" in between else self._words[position].folded

    def _next_word(self, mention: Mention) -> Word | None:
        """Return the word that follows directly, parted by no more than a space or a hyphen."""
        if mention.last >= len(self._words):
            return None
        following = self._words[mention.last]
        gap = self._text[self._words[mention.last - 1].end : following.start]
        return following if not following.is_tag and gap in GAPS and "." not in gap else None

    def _is_capital(self, word: Word) -> bool:
        return self._text[word.start].isupper()
