"""When a town's name means no town, or not the town of the picture: a person, a brand, a comparison, a neighbour."""

from collections.abc import Callable

from campaign.towns import vocabulary as say
from campaign.towns.index import Source
from campaign.towns.mentions import Mention
from campaign.towns.sentence import Sentence

_JOINED = (" ", " & ", " + ")
_ASIDE = (" ", " (", ", ", " / ", " - ", " – ", "-", "/")
_NO_PERSONS = say.HOME | {"dort", "here", "hier", "oben", "unten"}
_FAR = frozenset(("far", "fern", "weit"))
_SAINT = ("st", "sankt", "saint")


def names_a_person(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the name is somebody's: "Herr Gotha", "Anna Erfurt", "Jena & Tom"."""
    before = sentence.before(mention, 1)
    if before in say.PERSON_TITLES:
        return True
    if before in say.LINKS and sentence.before(mention, 2) in say.FIRST_NAMES:
        return True
    if before in say.FIRST_NAMES and sentence.gap_before(mention) == " ":
        return sentence.before(mention, 2) not in _SAINT
    if before in say.LOCAL_PREPOSITIONS or before in say.ORIGINS:
        return False
    after = sentence.after(mention, 1)
    if after in say.LINKS:
        return sentence.after(mention, 2) in say.FIRST_NAMES
    return after in say.FIRST_NAMES and sentence.gap_after(mention) in _JOINED


def names_goods(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the name is a brand or a street: "Weimar Porzellan"."""
    return sentence.gap_after(mention) in (" ", "-") and sentence.after(mention, 1).endswith(say.GOODS_ENDINGS)


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
        return second.endswith("er") or any(sentence.before(mention, first + back) in say.RATHER for back in (1, 2, 3))
    if word == "wie" and first == 2 and mention.forms[0].source is Source.ABROAD:
        return True
    return word == "wie" and any(sentence.before(mention, first + back) in say.AS_MUCH for back in (1, 2, 3))


def is_denied(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the picture is just not there: "nicht in Weimar", "nicht der in Erfurt"."""
    first, second, third = (sentence.before(mention, back) for back in (1, 2, 3))
    if first in say.NEGATIONS:
        return True
    is_led = first in say.LOCAL_PREPOSITIONS or first in say.ARTICLES
    return is_led and (second in say.NEGATIONS or (second in say.ARTICLES and third in say.NEGATIONS))


def lies_beside(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the picture is near, not there: "bei Jena", "südlich von Weimar", "am Fuße der Wartburg"."""
    first, second = sentence.before(mention, 1), sentence.before(mention, 2)
    if first in say.BESIDE or (first in ("von", "to", "of", "der") and second in say.BESIDE):
        return True
    if first in say.ARTICLES and second in say.BELOW:
        return True
    return first == "um" and second in ("rings", "rund")


def lies_behind(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the place is only seen far off: "im Hintergrund die Leuchtenburg"."""
    if any(sentence.before(mention, back) in say.FAR_OFF for back in (1, 2, 3)):
        return True
    if sentence.after(mention, 1) in ("is", "ist", "liegt") and sentence.after(mention, 2) in _FAR:
        return sentence.after(mention, 3) != "mehr"
    follows = sentence.after(mention, 1) in ("am", "im", "in") and sentence.gap_after(mention) == " "
    return follows and any(sentence.after(mention, ahead) in say.FAR_OFF for ahead in (2, 3))


def is_sent_out(sentence: Sentence, mention: Mention) -> bool:
    """Say whether people or goods have left the town: "Objektiv aus Jena", "made in Jena"."""
    before, second = sentence.before(mention, 1), sentence.before(mention, 2)
    if before in say.ORIGINS:
        is_thing = second in say.SENT_OUT or second.endswith(say.GOODS_ENDINGS)
        # "ein Konzert von Clueso aus Erfurt"
        is_person = sentence.before(mention, 3) in ("von", "mit", "by", "with") and second not in _NO_PERSONS
        is_person = is_person and sentence.before(mention, 4) not in say.GREETINGS
        return is_thing or is_person or sentence.after(mention, 1) in say.SENT_OUT
    return before == "in" and second == "made"


def is_left_behind(sentence: Sentence, mention: Mention) -> bool:
    """Say whether somebody has left the place or goes round it: "geboren in Gera", "ich vermisse Erfurt"."""
    before = sentence.before(mention, 1)
    word = sentence.before(mention, 2) if before in ("in", "ueber") else before
    return word in say.LEFT_BEHIND and sentence.gap_before(mention) == " "


def is_part_of_a_life(sentence: Sentence, mention: Mention) -> bool:
    """Say whether things or people only come from there: "in Apolda gegossen", "in Gera zur Schule gegangen"."""
    if sentence.before(mention, 1) not in ("in", "aus"):
        return False
    return any(sentence.said_after(mention, ahead) in say.MADE_THERE for ahead in (1, 2, 3))


def is_for_another_time(sentence: Sentence, mention: Mention) -> bool:
    """Say whether somebody will be there later: "Nächste Woche wieder Büro in Jena"."""
    return any(sentence.said_before(mention, back) in say.ANOTHER_TIME for back in range(2, 8))


def is_thanked(sentence: Sentence, mention: Mention) -> bool:
    """Say whether somebody from there is thanked or greeted: "Danke an den Chor aus Kahla"."""
    if sentence.before(mention, 1) not in ("aus", "from", "in"):
        return False
    said = [sentence.said_before(mention, back) for back in range(2, 9)]
    return not say.THANKS.isdisjoint(said) or ("an" in said and not say.GREETINGS.isdisjoint(said))


def is_time_of_a_life(sentence: Sentence, mention: Mention) -> bool:
    """Say whether somebody has spent years there: "nach dem Studium in Weimar", "nach zwei Jahren in Jena"."""
    if sentence.before(mention, 1) != "in" or sentence.before(mention, 2) not in say.SPENT_THERE:
        return False
    return any(sentence.said_before(mention, back) in ("after", "nach") for back in (3, 4))


def is_hoped_for(sentence: Sentence, mention: Mention) -> bool:
    """Say whether nobody is there yet: "Vorfreude auf Weimar", "Ich will zurück nach Weimar"."""
    before = sentence.before(mention, 1)
    if before == "auf":
        return any(sentence.before(mention, back) in say.HOPES for back in (2, 3))
    return before in say.TOWARDS and any(sentence.before(mention, back) in say.WISHES for back in (2, 3, 4))


def is_asked_for(sentence: Sentence, mention: Mention) -> bool:
    """Say whether the sentence wants something in the town: "Kann jemand ein Café in Weimar empfehlen?"."""
    around = (
        *(sentence.after(mention, step) for step in (1, 2, 3)),
        *(sentence.before(mention, step) for step in (1, 2, 3)),
    )
    return any(word in say.REQUESTS for word in around)


Check = Callable[[Sentence, Mention], bool]
# Each check with the words of which one must stand somewhere in the caption.
MISREADINGS: tuple[tuple[frozenset[str], Check], ...] = (
    (say.PERSON_TITLES | say.FIRST_NAMES, names_a_person),
    (say.FOREIGN, lies_abroad),
    (say.NEGATIONS, is_denied),
)
PASSING_REMARKS: tuple[tuple[frozenset[str], Check], ...] = (
    (frozenset(("als", "than", "wie")), is_compared),
    (say.BESIDE | say.BELOW | {"um"}, lies_beside),
    (say.FAR_OFF | _FAR, lies_behind),
    (say.ORIGINS | {"made"}, is_sent_out),
    (say.LEFT_BEHIND, is_left_behind),
    (say.REQUESTS, is_asked_for),
    (say.HOPES | say.WISHES, is_hoped_for),
    (say.MADE_THERE, is_part_of_a_life),
    (say.THANKS | say.GREETINGS, is_thanked),
    (say.SPENT_THERE, is_time_of_a_life),
    (say.ANOTHER_TIME, is_for_another_time),
)
TRIGGERS = frozenset[str]().union(*(words for words, _ in (*MISREADINGS, *PASSING_REMARKS)))


def checks_for(signals: frozenset[str], table: tuple[tuple[frozenset[str], Check], ...]) -> tuple[Check, ...]:
    """Return the checks of a table that the signal words of a caption call for."""
    return tuple([check for words, check in table if not signals.isdisjoint(words)]) if signals else ()
