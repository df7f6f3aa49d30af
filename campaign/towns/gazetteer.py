"""The 601 municipalities of Thuringia, their landmarks, and the ways in which people write them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Literal

from campaign.towns.normalise import sort_key, spellings

CREDITS = (
    "Einwohner: Statistische Ämter des Bundes und der Länder, Zensus 2022, dl-de/by-2-0 (Daten verändert)"
    " · Orte: GeoNames, CC BY 4.0"
)

Kind = Literal["Stadt", "Gemeinde", "kreisfreie Stadt"]
KINDS: dict[str, Kind] = {"Stadt": "Stadt", "Gemeinde": "Gemeinde", "kreisfreie Stadt": "kreisfreie Stadt"}


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality; `ags` is its official key of eight digits, lat and lon are WGS84 degrees."""

    ags: str
    name: str
    short_name: str
    slug: str
    kind: Kind
    is_town: bool
    district: str
    population: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Landmark:
    """A sight or a village and the municipality it lies in.

    `aliases` decide alone, `vague_aliases` only support another hint, `elsewhere` are words that rule it out.
    """

    name: str
    kind: str
    ags: str
    aliases: tuple[str, ...]
    vague_aliases: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameForms:
    """How one municipality is written: `sure` decides alone, `unsure` needs a second hint of the sort `hint`.

    `hint` is "place", "phrase" or "region" (explained in data/README.md); `fragments` never decide;
    `elsewhere` are words that rule the name out, `beside` words that settle a doubtful one or a fragment.
    """

    ags: str
    sure: tuple[str, ...]
    unsure: tuple[str, ...]
    hint: str
    fragments: tuple[str, ...]
    elsewhere: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """All places; `municipalities` stand in German dictionary order."""

    municipalities: tuple[Municipality, ...]
    landmarks: tuple[Landmark, ...]
    name_forms: tuple[NameForms, ...]

    def get(self, ags: str) -> Municipality | None:
        """Return the municipality with this official key, or None."""
        return self._by_ags.get(ags)

    def by_slug(self, slug: str) -> Municipality | None:
        """Return the municipality with this address part, or None."""
        return self._by_slug.get(slug)

    def search(self, prefix: str) -> tuple[Municipality, ...]:
        """Return the municipalities that have a word starting with `prefix`, in any spelling of umlauts.

        Names that start with it come first, then towns before villages, then the alphabet.
        An empty prefix finds nothing.
        """
        wanted = spellings(prefix)[0]
        if not wanted:
            return ()
        found = [
            (not starts, not place.is_town, position, place)
            for position, place in enumerate(self.municipalities)
            for hit, starts in [_match(wanted, place)]
            if hit
        ]
        return tuple(entry[3] for entry in sorted(found, key=lambda entry: entry[:3]))

    @cached_property
    def _by_ags(self) -> dict[str, Municipality]:
        return {place.ags: place for place in self.municipalities}

    @cached_property
    def _by_slug(self) -> dict[str, Municipality]:
        return {place.slug: place for place in self.municipalities}


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer, read from the package's data files once per process."""
    municipalities: list[Municipality] = []
    forms: list[NameForms] = []
    for row in _rows("municipalities.csv"):
        municipalities.append(_municipality(row))
        if row["name_is"]:
            forms.append(_village_forms(row))
    forms.extend(_town_forms(row) for row in _rows("towns.csv"))
    return Gazetteer(
        municipalities=tuple(sorted(municipalities, key=lambda place: (sort_key(place.name), place.ags))),
        landmarks=(*map(_landmark, _rows("landmarks.csv")), *_districts(_rows("villages.csv"))),
        name_forms=tuple(forms),
    )


def _match(wanted: str, place: Municipality) -> tuple[bool, bool]:
    names = {spelling for name in (place.short_name, place.name) for spelling in spellings(name)}
    starts = any(name.startswith(wanted) for name in names)
    return starts or any(f" {wanted}" in name for name in names), starts


def _rows(file_name: str) -> Iterator[dict[str, str]]:
    source = resources.files("campaign.towns").joinpath("data").joinpath(file_name)
    yield from csv.DictReader(source.read_text(encoding="utf-8").splitlines())


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _municipality(row: dict[str, str]) -> Municipality:
    kind = KINDS[row["kind"]]
    return Municipality(
        ags=row["ags"],
        name=row["name"],
        short_name=row["short_name"],
        slug=row["slug"],
        kind=kind,
        is_town=kind != "Gemeinde",
        district=row["district"],
        population=int(row["population"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )


def _village_forms(row: dict[str, str]) -> NameForms:
    name, short_name, force = row["name"], row["short_name"], row["name_is"]
    return NameForms(
        ags=row["ags"],
        # The long name of a village ("Linda b. Weida") decides alone even where its short one does not.
        sure=(name, short_name) if force == "sure" else (name,) if name != short_name else (),
        unsure=(short_name,) if force in ("unsure", "place") else (),
        hint="place" if force == "place" else "region",
        fragments=(short_name,) if force == "fragment" else (),
        elsewhere=(),
        beside=(),
    )


def _town_forms(row: dict[str, str]) -> NameForms:
    return NameForms(
        ags=row["ags"],
        sure=_parts(row["sure"]),
        unsure=_parts(row["unsure"]),
        hint=row["hint"],
        fragments=_parts(row["fragments"]),
        elsewhere=_parts(row["elsewhere"]),
        beside=_parts(row["beside"]),
    )


def _districts(rows: Iterable[dict[str, str]]) -> Iterator[Landmark]:
    """Give the villages and districts inside the municipalities, one by one."""
    for row in rows:
        yield from (Landmark(name, "village", row["ags"], (name,)) for name in _parts(row["sure"]))
        yield from (Landmark(name, "village", row["ags"], (), (name,)) for name in _parts(row["unsure"]))


def _landmark(row: dict[str, str]) -> Landmark:
    return Landmark(
        name=row["name"],
        kind=row["kind"],
        ags=row["ags"],
        aliases=_parts(row["sure"]),
        vague_aliases=_parts(row["unsure"]),
        elsewhere=_parts(row["elsewhere"]),
    )
