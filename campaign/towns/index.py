"""The index of all spellings of all places, made once from the gazetteer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from campaign.towns.gazetteer import Gazetteer, Landmark, NameForms
from campaign.towns.inflection import adjectives, bent_landmark, genitives
from campaign.towns.normalise import fold, spellings
from campaign.towns.slips import slip_keys
from campaign.towns.vocabulary import DISTRICTS, FILLERS, NO_PLACES, TOWNS_ABROAD


class Source(Enum):
    """What a spelling names."""

    TOWN = "town"
    ALIAS = "alias"
    LANDMARK = "landmark"
    VILLAGE = "village"
    DISTRICT = "district"
    ABROAD = "abroad"
    NOTHING = "nothing"


class Force(Enum):
    """How much a spelling decides: alone, with a second hint, or only together with a landmark."""

    SURE = "sure"
    UNSURE = "unsure"
    FRAGMENT = "fragment"


class Shape(Enum):
    """The grammatical shape of a spelling."""

    NAME = "name"
    ADJECTIVE = "adjective"
    GENITIVE = "genitive"


@dataclass(frozen=True, slots=True)
class Form:
    """One meaning of a spelling; `ags` is empty for districts and for phrases that name no place."""

    ags: str
    label: str
    source: Source
    force: Force = Force.SURE
    hint: str = "region"
    shape: Shape = Shape.NAME
    elsewhere: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Index:
    """Spellings and their meanings.

    `forms`: folded spellings (words parted by a space, and joined as in hashtags); `heads`: first word -> longest
    number of words; `pairs`: first two words of longer spellings; `glued`: spellings that may be a part of a longer
    hashtag; `openings`: the first four letters of those; `slips`: keys for misspelt names of towns; `districts`:
    AGS -> name of the district; `spots`: AGS -> degrees of latitude and longitude.
    """

    forms: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    pairs: frozenset[str] = frozenset()
    glued: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    openings: frozenset[str] = frozenset()
    slips: dict[str, tuple[str, ...]] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)


@lru_cache(maxsize=4)
def build_index(gazetteer: Gazetteer) -> Index:
    """Return the index of a gazetteer; made once for each gazetteer and kept."""
    forms: dict[str, tuple[Form, ...]] = {}
    rarer: list[tuple[str, Form]] = []
    own_names = {place.ags: place.short_name for place in gazetteer.municipalities}
    for text, form in _all_forms(gazetteer):
        spelling, *others = spellings(text)
        _add(forms, spelling, form)
        if form.source is not Source.VILLAGE:
            rarer.extend((other, form) for other in others)
        elif text == own_names[form.ags] and form.force is Force.SURE:
            # Without its dots the name is doubtful, and that of a mere district nothing: Hambach is in the Palatinate.
            rarer.extend((other, replace(form, force=Force.UNSURE, hint="place")) for other in others)
    # Where a name without its dots is another name, it is that one.
    exact = frozenset(forms)
    for spelling, form in rarer:
        if spelling not in exact:
            _add(forms, spelling, form)
    for text, form in _fixed_phrases():
        for spelling in spellings(text):
            forms[spelling] = (form,)
    heads: dict[str, int] = {}
    pairs: set[str] = set()
    for spelling in list(forms):
        words = spelling.split(" ")
        pairs.add(" ".join(words[:2]))
        heads[words[0]] = max(heads.get(words[0], 0), len(words))
        if len(words) > 1:
            forms.setdefault("".join(words), forms[spelling])
            heads.setdefault("".join(words), 1)
    glued = {spelling: meanings for spelling, meanings in forms.items() if _may_be_glued(spelling, meanings)}
    districts = {place.ags: place.district for place in gazetteer.municipalities}
    openings = frozenset(spelling[:4] for spelling in glued)
    towns = (spelling for spelling, meanings in forms.items() if _may_be_misspelt(spelling, meanings))
    spots = {place.ags: (place.lat, place.lon) for place in gazetteer.municipalities}
    return Index(forms, heads, frozenset(pairs), glued, openings, slip_keys(towns), districts, spots)


def _add(forms: dict[str, tuple[Form, ...]], spelling: str, form: Form) -> None:
    """Keep the first form for each municipality; a doubtful village yields to a town or a sure name."""
    known = forms.get(spelling, ())
    if form.source is Source.VILLAGE and form.force is not Force.SURE and any(_outranks(other) for other in known):
        return
    if spelling and all(form.ags != other.ags for other in known):
        forms[spelling] = (*known, form)


def _outranks(form: Form) -> bool:
    is_name = form.shape is Shape.NAME and form.force is not Force.FRAGMENT
    return is_name and (form.force is Force.SURE or form.source in (Source.TOWN, Source.ALIAS))


def _may_be_misspelt(spelling: str, meanings: tuple[Form, ...]) -> bool:
    form = meanings[0]
    is_town = form.source in (Source.TOWN, Source.ALIAS) and form.shape is Shape.NAME
    return is_town and " " not in spelling and (form.force is Force.SURE or form.hint == "place")


def _may_be_glued(spelling: str, meanings: tuple[Form, ...]) -> bool:
    sources = {form.source for form in meanings}
    if " " in spelling or spelling in FILLERS or any(form.force is Force.FRAGMENT for form in meanings):
        return False
    if Source.LANDMARK in sources:
        return len(spelling) >= 8 and all(form.force is Force.SURE for form in meanings)
    if Source.VILLAGE in sources:
        return len(spelling) >= 7 and all(form.force is Force.SURE for form in meanings)
    return len(spelling) >= 4 and sources <= {Source.TOWN, Source.ALIAS}


def _all_forms(gazetteer: Gazetteer) -> Iterable[tuple[str, Form]]:
    towns = {place.ags for place in gazetteer.municipalities if place.is_town}
    labels = {place.ags: place.short_name for place in gazetteer.municipalities}
    # Towns come first: where a village bears a town's fragment, the fragment's caution wins.
    for names in sorted(gazetteer.name_forms, key=lambda names: names.ags not in towns):
        if names.ags in towns:
            yield from _town_forms(names, labels[names.ags])
        else:
            yield from _village_forms(names, labels[names.ags])
    for landmark in gazetteer.landmarks:
        yield from _landmark_forms(landmark)


def _town_forms(names: NameForms, label: str) -> Iterable[tuple[str, Form]]:
    own = fold(label)
    plain = Form(names.ags, label, Source.TOWN, Force.SURE, names.hint, elsewhere=_folded(names.elsewhere))
    for text, force in _texts(names):
        source = Source.TOWN if fold(text) == own else Source.ALIAS
        beside = frozenset() if force is Force.SURE else _folded(names.beside)
        form = replace(plain, source=source, force=force, beside=beside)
        # "Heringen an der Helme" says itself which one it is.
        yield text, replace(form, elsewhere=frozenset()) if " an der " in text else form
    for text, force in _texts(names):
        beside = frozenset() if force is Force.SURE else _folded(names.beside)
        yield from _bent_forms(text, replace(plain, source=Source.ALIAS, force=force, beside=beside))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def _bent_forms(text: str, form: Form) -> Iterable[tuple[str, Form]]:
    # "Plauer See" lies in two other states, and nobody says "Weimar Thüringener".
    if text == "plaue" or text.endswith(("thüringen", "harz", "wald", "saale", "elster", "rennweg", "orla")):
        return
    for shape, bent in ((Shape.ADJECTIVE, adjectives(text)), (Shape.GENITIVE, genitives(text))):
        for spelling in bent:
            yield spelling, replace(form, shape=shape)


def _village_forms(names: NameForms, label: str) -> Iterable[tuple[str, Form]]:
    for text, force in _texts(names):
        form = Form(names.ags, label, Source.VILLAGE, force, names.hint)
        yield text, form
        if force is Force.SURE or names.hint == "place":
            yield from _bent_village(text, form)


def _bent_village(text: str, form: Form) -> Iterable[tuple[str, Form]]:
    # Some bend into surnames or into another place: "Rohrer", "Brehmer", "Birkenfelder".
    if len(text) >= 5 and not text.endswith("e") and text.isalpha():
        yield from _bent_forms(text.lower(), form)


def _texts(names: NameForms) -> Iterable[tuple[str, Force]]:
    yield from ((text, Force.SURE) for text in names.sure)
    yield from ((text, Force.UNSURE) for text in names.unsure)
    yield from ((text, Force.FRAGMENT) for text in names.fragments)


def _landmark_forms(landmark: Landmark) -> Iterable[tuple[str, Form]]:
    source = Source.VILLAGE if landmark.kind == "village" else Source.LANDMARK
    elsewhere = _folded(landmark.elsewhere)
    for force, texts in ((Force.SURE, landmark.aliases), (Force.UNSURE, landmark.vague_aliases)):
        for text in texts:
            form = Form(landmark.ags, landmark.name, source, force, elsewhere=elsewhere)
            yield text, form
            if source is Source.VILLAGE and force is Force.SURE:
                yield from _bent_village(text, form)
            if source is Source.LANDMARK and len(text) >= 7:
                yield from ((bent, form) for bent in bent_landmark(text))


def _fixed_phrases() -> Iterable[tuple[str, Form]]:
    for label, texts in DISTRICTS.items():
        for text in texts:
            yield text, Form("", label, Source.DISTRICT)
    for text in TOWNS_ABROAD:
        yield text, Form("", text, Source.ABROAD)
    for text in NO_PLACES:
        yield text, Form("", text, Source.NOTHING)
