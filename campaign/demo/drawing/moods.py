"""Hours and seasons: the limited palettes in which the pictures are cut."""

from dataclasses import dataclass, replace
from random import Random

from campaign.demo.drawing.colour import RGB, jitter, mix, rgb, under


@dataclass(frozen=True)
class Hour:
    """Light of an hour: sky from top to horizon, air, light on things, what shines."""

    name: str
    sky: tuple[RGB, RGB, RGB]
    haze: RGB
    light: RGB
    shadow: RGB
    glow: RGB
    disc: RGB
    lit: float
    stars: bool = False
    clouds: float = 0.5


@dataclass(frozen=True)
class Season:
    """Colours of plants and ground; `snow` covers roofs and fields."""

    name: str
    leaves: tuple[RGB, ...]
    firs: tuple[RGB, ...]
    ground: tuple[RGB, ...]
    snow: bool = False
    bare: float = 0.0


@dataclass(frozen=True)
class Mood:
    """One hour in one season, with a slight change of its own."""

    hour: Hour
    season: Season

    def tone(self, colour: RGB, depth: float) -> RGB:
        """Return a thing's colour in this light at a depth of 0 (near) to 1 (horizon)."""
        lit = mix(under(colour, self.hour.light), self.hour.haze, 0.07)
        return mix(lit, self.hour.haze, depth)


def _hour(name: str, sky: str, air: str, shine: str, lit: float) -> Hour:
    tops = [rgb(code) for code in sky.split()]
    haze, light, shadow = (rgb(code) for code in air.split())
    glow, disc = (rgb(code) for code in shine.split())
    return Hour(name, (tops[0], tops[1], tops[2]), haze, light, shadow, glow, disc, lit)


HOURS: tuple[Hour, ...] = (
    _hour("dawn", "#7f97bf #dfb3b6 #fde2c2", "#e6c3c2 #f3dcdc #4a4468", "#ffd9b4 #fff3dc", 0.12),
    replace(_hour("haze", "#9fc0cc #c6dbd8 #f1efdf", "#cfdfda #eff2ea #3f5a60", "#fff8e2 #fffdf2", 0.0), clouds=0.15),
    replace(_hour("day", "#559fc7 #9ccfe0 #e9f2e6", "#b9d8de #fffcf4 #27465a", "#fffbe6 #fffdf0", 0.0), clouds=1.0),
    _hour("golden", "#86aeb4 #f0cf95 #fdeabb", "#f0cd98 #ffe0ad #5d3d34", "#ffd27d #fff6d4", 0.08),
    _hour("sunset", "#47508a #d2737a #fbc27a", "#dd8f78 #e9ab95 #35224a", "#ffb56b #ffe9b4", 0.22),
    replace(_hour("dusk", "#22376a #6c6a9e #eeb196", "#74709d #8e8cb4 #121a38", "#f6b38f #fff2da", 0.62), clouds=0.3),
    replace(
        _hour("night", "#0b1a38 #1c3761 #456a8a", "#31507a #5c7096 #050c1e", "#6f93b6 #f8f0d2", 0.62),
        stars=True,
        clouds=0.2,
    ),
)


def _season(name: str, leaves: str, firs: str, ground: str) -> Season:
    parts = [tuple(rgb(code) for code in codes.split()) for codes in (leaves, firs, ground)]
    return Season(name, parts[0], parts[1], parts[2])


SEASONS: tuple[Season, ...] = (
    _season("spring", "#f4c4cf #fbe0e2 #a8c66f #8ab55f #c9d98a", "#4f8058 #3f6f52", "#b9cf7d #9fc06e #d8d98b"),
    _season("summer", "#5f9350 #457c4b #7fa75b #386a48", "#2f5f47 #3c6f4f", "#93b562 #78a359 #d9c46c"),
    replace(
        _season("autumn", "#d9923a #b9572e #e5b84a #97702f #c87433", "#4b6146 #3d553f", "#c2ab5f #a99a55 #8f8a4f"),
        bare=0.12,
    ),
    replace(
        _season("winter", "#7c7f86 #6a6a74 #8c857f", "#3f5f5c #4d6d6a", "#f2f5f8 #e6edf2 #dbe6ee"),
        snow=True,
        bare=0.6,
    ),
)


def make_mood(hour_name: str, season_name: str, rng: Random) -> Mood:
    """Return the mood of an hour and a season; `rng` shifts its colours a little."""
    hour = next(hour for hour in HOURS if hour.name == hour_name)
    season = next(season for season in SEASONS if season.name == season_name)
    top, middle, low = (jitter(colour, rng, 9) for colour in hour.sky)
    if season.snow:
        top, middle = mix(top, rgb("#c5d3de"), 0.22), mix(middle, rgb("#dfe6ec"), 0.22)
    return Mood(replace(hour, sky=(top, middle, low), haze=jitter(hour.haze, rng, 6)), season)
