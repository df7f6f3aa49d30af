"""The role that a place name plays in its sentence: a local view, a passing remark, or no place at all."""

from collections.abc import Sequence
from enum import IntEnum

from campaign.towns import vocabulary as say
from campaign.towns.index import Shape, Source
from campaign.towns.mentions import Mention
from campaign.towns.misreadings import MISREADINGS, PASSING_REMARKS, checks_for, names_goods
from campaign.towns.sentence import Sentence
from campaign.towns.words import Words

_THE = ("dem", "den", "der")
_AWAY = ("von", "vom", "from", "ab")
_ONWARD = ("nach", "aus", "bis", "richtung", "sind", "to", "ueber")
_LISTED = (", ", ",", "/", " / ", " & ", "&", " + ", " | ", " - ", " – ", "–", " → ", " • ", " · ")
_HERE = ("hier", "here")
_DASHES = ("-", "–", "—", " - ", " – ", " — ", "→", " → ", "/")
_RECIPIENT = ("an", "fuer", "for", "to", "nach")
_INTO = ("im", "in", "ueber", "durchs", "durch", "unserem", "unser")
# "Weida geht's" is dialect for "weiter".
_MOVES = ("geht", "gehts", "nicht", "statt")
_PARTS = say.INSIDE | say.URBAN


class Role(IntEnum):
    """How strongly a mention says that the picture was taken there; from nothing to surely there."""

    VOID = 0
    PASSING = 1
    TOWARDS = 2
    PLAIN = 3
    TITLE = 4
    OPENING = 5
    LOCAL = 6
    HOME = 7


class Reader:
    """Reads the roles of mentions in one caption, in the order of the text."""

    def __init__(self, words: Words, mentions: Sequence[Mention], signals: frozenset[str]) -> None:
        self._at = Sentence(words)
        self._misreadings = checks_for(signals, MISREADINGS)
        self._remarks = checks_for(signals, PASSING_REMARKS)
        self._names_rivers = not say.RIVERS.isdisjoint(signals)
        self._words = words
        self._starts = {mention.first: mention.forms[0].ags for mention in mentions if mention.forms[0].ags}
        self._roles: dict[int, Role] = {}
        self._abroad: set[int] = set()
        self._greeted_from = -1

    def role(self, mention: Mention) -> Role:
        """Return the role of a mention in the text, not of a hashtag; earlier mentions were asked before."""
        shape = mention.forms[0].shape
        role = self._adjective_role(mention) if shape is Shape.ADJECTIVE else self._name_role(mention)
        self._roles[mention.last] = role
        if mention.forms[0].source is Source.ABROAD:
            self._abroad.add(mention.last)
        return role

    def is_river_or_word(self, mention: Mention) -> bool:
        """Say whether an article or a river's word makes the name mean something else than a town."""
        before, after = self._at.before(mention, 1), self._at.after(mention, 1)
        if before in say.ARTICLES or before in say.RIVER_WORDS or after in say.RIVER_VERBS:
            return True
        if after in say.RIVER_WORDS:
            return True
        if before.endswith("en") and self._at.before(mention, 2) in _THE:
            return True
        return self._is_small_among_capitals(mention)

    def neighbour(self, mention: Mention) -> str | None:
        """Return the AGS of the place in Thuringia that the text names next with "bei"; None without one."""
        return self._starts.get(mention.last + 1) if self._at.after(mention, 1) in say.BESIDE else None

    def _name_role(self, mention: Mention) -> Role:
        before, second = self._at.before(mention, 1), self._at.before(mention, 2)
        if names_goods(self._at, mention) or any(misreads(self._at, mention) for misreads in self._misreadings):
            return Role.VOID
        for decide in (self._linked_role, self._leaving_role, self._motion_role, self._place_role):
            role = decide(mention, before, second)
            if role is not None:
                return role
        return self._standing_role(mention, before)

    def _standing_role(self, mention: Mention, before: str) -> Role:
        """Return the role of a name without a preposition that tells."""
        if before in say.ORIGINS:
            return self._origin_role(mention)
        if self._is_title(mention) and self._at.gap_after(mention).startswith("?"):
            return Role.PASSING
        if self._is_title(mention):
            return Role.OPENING if self._opens(mention) else Role.TITLE
        return Role.TITLE if self._follows_a_noun(mention, before) else Role.PLAIN

    def _opens(self, mention: Mention) -> bool:
        """Say whether the first place of the caption begins its line."""
        return not self._roles and not any(char.isalnum() for char in self._at.line_around(mention)[0])

    def _origin_role(self, mention: Mention) -> Role:
        """Return the role of a town after "aus": news and pictures show it, people and goods have left it."""
        if mention.forms[0].source is Source.ABROAD:
            return Role.PASSING
        noun = mention.first - 2
        if noun < 0 or noun in self._words.tags or not self._words.is_capital(noun):
            return Role.TITLE
        word = self._at.before(mention, 2)
        if word in say.NEWS or word.endswith(say.NEWS_ENDINGS):
            return Role.TITLE
        return Role.PASSING if word.endswith(say.PEOPLE_ENDINGS) else Role.TOWARDS

    def _follows_a_noun(self, mention: Mention, before: str) -> bool:
        """Say whether a thing stands right before its town: "Vereinsheim Ruhla"."""
        if len(before) < 5 or before.endswith(("hof", "hotel", "pension")) or self._at.gap_before(mention) != " ":
            return False
        if mention.forms[0].source is Source.ABROAD:
            return False
        return self._words.is_capital(mention.first - 1) and mention.first - 1 not in self._words.tags

    def _linked_role(self, mention: Mention, before: str, _second: str) -> Role | None:
        """Return the role of the name before, when "und", "oder" or a comma joins the two."""
        if before in say.LINKS:
            return self._roles.get(mention.first - 1)
        if mention.first not in self._roles:
            return None
        gap = self._at.gap_before(mention)
        if gap == " > ":
            return Role.PASSING
        return self._roles[mention.first] or None if gap in _LISTED else None

    def _leaving_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if any(passes(self._at, mention) for passes in self._remarks):
            # What lies at a village belongs to it, as far as anybody knows: "Streuobstwiese bei Dreitzsch".
            is_at_village = before == "bei" and mention.forms[0].source is Source.VILLAGE
            return Role.TOWARDS if is_at_village else Role.PASSING
        if before in _AWAY and self._at.after(mention, 1) in _ONWARD:
            return Role.PASSING
        # "ICE Erfurt–Leipzig"
        if before in say.LINES and self._at.gap_after(mention) in _DASHES:
            return Role.PASSING
        if before in say.ORIGINS and any(self._at.before(mention, back) in say.COMING for back in (2, 3, 4)):
            return Role.PASSING
        is_passed = self._is_only_the_viewpoint(mention, before, second) or self._is_greeted(mention)
        return Role.PASSING if is_passed else None

    def _is_only_the_viewpoint(self, mention: Mention, before: str, second: str) -> bool:
        """Say whether the view goes from here to another place: "von der Leuchtenburg auf Kahla"."""
        if before not in _AWAY and not (before in say.ARTICLES and second in _AWAY):
            return False
        if self._at.after(mention, 1) not in ("auf", "over", "onto", "to", "ueber"):
            return False
        return any(position in self._starts for position in range(mention.last + 1, mention.last + 4))

    def _is_greeted(self, mention: Mention) -> bool:
        """Say whether the greeting only goes there: "Gruß aus Suhl an meine Oma in Erfurt"."""
        way = range(1, mention.first - self._greeted_from + 1) if self._greeted_from >= 0 else ()
        return len(way) <= 8 and any(self._at.before(mention, back) in _RECIPIENT for back in way)

    def _motion_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if before not in say.TOWARDS:
            return None
        if second in say.GREETINGS:
            return Role.PASSING
        travels = any(self._at.before(mention, back) in say.TRAVEL for back in (2, 3, 4))
        follows = mention.first - 1 in self._roles and mention.first - 1 not in self._abroad
        is_asked = self._at.gap_after(mention).startswith("?")
        if travels or follows or is_asked:
            return Role.PASSING
        if self._at.after(mention, 1) in say.ARRIVED:
            return Role.HOME if self._roles else Role.LOCAL
        return Role.TOWARDS

    def _place_role(self, mention: Mention, before: str, second: str) -> Role | None:
        if before == "in" and (second in say.AT_HOME_THERE or second.endswith(say.OFFICE_ENDINGS)):
            return Role.TOWARDS
        if self._is_local(mention, before, second) or self._meets_urban(mention):
            is_home = second in say.HOME or second in _HERE or self._turns_here(mention)
            return Role.HOME if is_home else Role.LOCAL
        return None

    def _turns_here(self, mention: Mention) -> bool:
        """Say whether the sentence leaves an earlier place for this one: "…, aber wohnen tu ich in Arnstadt"."""
        if not self._roles:
            return False
        way = range(1, min(mention.first - max(self._roles), 6) + 1)
        return any(self._at.before(mention, back) in say.TURNS for back in way)

    def _is_local(self, mention: Mention, before: str, second: str) -> bool:
        if before in say.LOCAL_PREPOSITIONS or before.endswith(say.URBAN_ENDINGS):
            return True
        if before in say.ORIGINS and second in say.GREETINGS:
            self._greeted_from = mention.last
            return True
        if before in say.BELONGING:
            return second in _PARTS or second.endswith(say.URBAN_ENDINGS) or self._at.before(mention, 3) in say.INSIDE
        if before in ("auf", "onto", "on"):
            return second in _HERE or any(self._at.before(mention, back) in say.VIEWS for back in range(2, 8))
        # "im winterlichen Oberhof", "in unserem schönen Gera"
        return before.endswith(("en", "em")) and second in _INTO

    def _meets_urban(self, mention: Mention) -> bool:
        following = self._at.next_word(mention)
        if following is not None and self._words.folded[following] in say.URBAN:
            return True
        if mention.forms[0].shape is not Shape.GENITIVE:
            return False
        # "Jenas Dächer", "Geras schönste Seite"
        following_two = range(mention.last, min(mention.last + 2, len(self._words)))
        return any(self._words.is_capital(position) for position in following_two)

    def _adjective_role(self, mention: Mention) -> Role:
        following = self._at.next_word(mention)
        if following is None:
            return Role.PLAIN if self._at.before(mention, 1) in ("als", "as") else Role.TOWARDS
        noun = self._words.folded[following]
        if noun in say.NOT_THE_TOWN or noun.endswith(say.GOODS_ENDINGS):
            return Role.VOID
        if noun in say.URBAN or noun.endswith(say.URBAN_ENDINGS):
            return Role.LOCAL
        if noun in say.OF_PEOPLE:
            return Role.PLAIN
        is_noun = self._words.is_capital(following) or self._at.before(mention, 1) == "als"
        return Role.PLAIN if is_noun else Role.TOWARDS

    def _is_title(self, mention: Mention) -> bool:
        left, right = (side.strip() for side in self._at.line_around(mention))
        if self._names_rivers:
            return False
        stands_off = not left or not (left[-1].isalnum() or left[-1] in "\"'„«»“")
        return stands_off and (not right or not right[0].isalnum() or self._leads_on(mention))

    def _leads_on(self, mention: Mention) -> bool:
        """Say whether the word after a title goes on about it: "Oberhof im Schnee", "Oberhof ruft"."""
        after = self._at.after(mention, 1)
        is_verb = after.endswith("t") and not self._words.is_capital(mention.last) and after not in _MOVES
        return after in say.TITLE_FOLLOWERS or is_verb

    def _is_small_among_capitals(self, mention: Mention) -> bool:
        if self._words.is_capital(mention.first) or self._at.before(mention, 1) in say.LOCAL_PREPOSITIONS:
            return False
        around = "".join(self._at.line_around(mention))
        return around != around.lower()
