"""When a town's name means no town: a person, a place of that name abroad, or only a comparison."""

from campaign.towns import vocabulary as say
from campaign.towns.mentions import Mention
from campaign.towns.sentence import Sentence

_JOINED = (" ", " & ", " + ")
_ASIDE = (" ", " (", ", ", " / ", " - ", " – ", "-", "/")
_SAINT = ("st", "sankt", "saint")


def names_a_person(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the name is somebody's: "Herr Gotha", "Anna Erfurt", "Jena & Tom"."""
    before = sentence.before(mention, 1)
    if before in say.PERSON_TITLES:
        return True
    if before in say.FIRST_NAMES and sentence.gap_before(mention) == " ":
        return sentence.before(mention, 2) not in _SAINT
    if before in say.LOCAL_PREPOSITIONS or before in say.ORIGINS:
        return False
    after = sentence.after(mention, 1)
    if after in say.LINKS:
        return sentence.after(mention, 2) in say.FIRST_NAMES
    return after in say.FIRST_NAMES and sentence.gap_after(mention) in _JOINED


def lies_abroad(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the text adds another land to the name: "Nordhausen (Baden)", "Heiligenstadt in Wien"."""
    after = sentence.after(mention, 1)
    if after in say.FOREIGN:
        return sentence.gap_after(mention) in _ASIDE
    return after in ("in", "im") and sentence.after(mention, 2) in say.FOREIGN


def is_compared(sentence: Sentence, mention: Mention) -> bool:
    """Say whether another place is measured by this one: "schöner als Weimar", "fast so schön wie in Jena"."""
    first = 2 if sentence.before(mention, 1) in ("in", "im") else 1
    word, second = sentence.before(mention, first), sentence.before(mention, first + 1)
    if word in ("als", "than"):
        return second.endswith("er") or second in ("mehr", "more", "anders", "weniger")
    return word == "wie" and any(sentence.before(mention, first + back) in say.AS_MUCH for back in (1, 2, 3))
