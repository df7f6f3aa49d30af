"""Words around place names that tell what a mention means, read from data/vocabulary.toml, folded."""

import tomllib
from importlib import resources
from typing import Any

_SOURCE = resources.files("campaign.towns").joinpath("data").joinpath("vocabulary.toml")
_LISTS: dict[str, Any] = tomllib.loads(_SOURCE.read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(str(_LISTS[name]).split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


ARTICLES = _words("articles")
LOCAL_PREPOSITIONS = _words("local_prepositions")
ORIGINS = _words("origins")
GREETINGS = _words("greetings")
NEWS = _words("news")
NEWS_ENDINGS = tuple(sorted(_words("news_endings")))
PEOPLE_ENDINGS = tuple(sorted(_words("people_endings")))
AT_HOME_THERE = _words("at_home_there")
OFFICE_ENDINGS = tuple(sorted(_words("office_endings")))
BELONGING = _words("belonging")
SENT_OUT = _words("sent_out")
HOME = _words("home")
TOWARDS = _words("towards")
BESIDE = _words("beside")
BELOW = _words("below")
FAR_OFF = _words("far_off")
TURNS = _words("turns")
NEGATIONS = _words("negations")
LINKS = _words("links")
TRAVEL = _words("travel")
ARRIVED = _words("arrived")
LINES = _words("lines")
LEFT_BEHIND = _words("left_behind")
MADE_THERE = _words("made_there")
SPENT_THERE = _words("spent_there")
THANKS = _words("thanks")
ANOTHER_TIME = _words("another_time")
OF_PEOPLE = _words("of_people")
COMING = _words("coming")
VIEWS = _words("views")
INSIDE = _words("inside")
TITLE_FOLLOWERS = _words("title_followers")
URBAN = _words("urban")
TOWNSCAPE = _words("townscape")
URBAN_ENDINGS = tuple(sorted(_words("urban_endings")))
NOT_THE_TOWN = _words("not_the_town")
RIVER_WORDS = _words("river_words")
RIVERS = _words("rivers")
RIVER_VERBS = _words("river_verbs")
GOODS_ENDINGS = tuple(sorted(_words("goods_endings")))
OTHER_BEGINNINGS = tuple(sorted(_words("other_beginnings")))
OTHER_ENDINGS = tuple(sorted(_words("other_endings")))
NO_SLIPS = _words("no_slips")
PERSON_TITLES = _words("person_titles")
FIRST_NAMES = _words("first_names")
WISHES = _words("wishes")
REQUESTS = _words("requests")
RATHER = _words("rather")
HOPES = _words("hopes")
AS_MUCH = _words("as_much")
FOREIGN = _words("foreign")
REGION_WORDS = _words("region_words")
REGION_PARTS = tuple(sorted(_words("region_parts")))
FILLERS = URBAN | _words("fillers")
TOWNS_ABROAD = _phrases(_LISTS["towns_abroad"])
NO_PLACES = _phrases(_LISTS["no_places"])
DISTRICTS: dict[str, tuple[str, ...]] = {name: _phrases(texts) for name, texts in _LISTS["districts"].items()}
