"""From a number to a view: which subject, hour, season and format, and the finished picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from PIL import Image

from campaign.demo.drawing import views_gate, views_hill, views_land, views_town, views_water
from campaign.demo.drawing.moods import SEASONS, make_mood
from campaign.demo.drawing.paper import Frame
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.sky import snowfall

SUBJECTS: Mapping[str, Callable[[Scene], None]] = {
    "skyline": views_land.skyline,
    "market": views_town.market,
    "stone_bridge": views_water.stone_bridge,
    "castle": views_land.castle_hill,
    "bench": views_hill.bench,
    "lane": views_town.lane,
    "valley": views_land.valley,
    "quay": views_water.quay,
    "roofs": views_town.roofs,
    "hill_town": views_hill.hill_town,
    "park": views_land.park,
    "gate": views_gate.town_gate,
    "lake": views_water.lake,
    "stairs": views_hill.stairs,
    "tram": views_town.tram_street,
    "viaduct": views_land.railway,
    "archway": views_gate.archway,
    "merchants_bridge": views_water.merchants_bridge,
    "vineyard": views_hill.vineyard,
    "houses": views_town.square_corner,
    "timber_bridge": views_water.timber_bridge,
}
HOUR_WALK = ("dawn", "day", "golden", "dusk", "haze", "sunset", "day", "night", "golden")
FORMATS = ((3, 2), (4, 5), (1, 1), (2, 3), (16, 9))


@dataclass(frozen=True)
class View:
    """What a picture shows: a subject at an hour of a season, in a format (width : height)."""

    subject: str
    hour: str
    season: str
    format: tuple[int, int]


def choose_view(seed: int, subject: str | None = None) -> View:
    """Return the view of a number; numbers in a row walk evenly through subjects, hours, seasons and formats."""
    names = list(SUBJECTS)
    turn, place = divmod(seed, len(names))
    chosen = subject or names[place]
    hour = HOUR_WALK[(place * 4 + turn * 2) % len(HOUR_WALK)]
    season = SEASONS[(place + turn * 3 + place // 4) % len(SEASONS)].name
    shape = FORMATS[(place * 2 + turn) % len(FORMATS)]
    return View(chosen, hour, season, shape)


def paint(view: View, seed: int, width: int = 1440) -> Image.Image:
    """Return the picture of a view, `width` pixels wide; the same arguments give the same picture."""
    rng = Random(f"picture {seed}")
    frame = Frame(width, round(width * view.format[1] / view.format[0]))
    scene = Scene(frame, make_mood(view.hour, view.season, rng), rng)
    SUBJECTS[view.subject](scene)
    if view.season == "winter" and rng.random() < 0.5:
        snowfall(scene.picture)
    return scene.picture.grain()


def draw(seed: int, *, width: int = 1440, subject: str | None = None) -> Image.Image:
    """Return the picture of a number, `width` pixels wide; `subject` (a key of SUBJECTS) can be asked for."""
    return paint(choose_view(seed, subject), seed, width)
