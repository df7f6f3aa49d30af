"""Views from and of slopes: the bench above the town, houses climbing a hill, vineyards, the steps to the church."""

from collections.abc import Callable

from campaign.demo.drawing.castles import castle
from campaign.demo.drawing.colour import darker, lighter, mix, rgb
from campaign.demo.drawing.houses import Plot, house, street_row
from campaign.demo.drawing.landscape import ground, height_at, ribbon
from campaign.demo.drawing.materials import SNOW, STONE
from campaign.demo.drawing.paper import Point, Sheet
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.square import CLOTHES, cobbles, crowd, lamp
from campaign.demo.drawing.towers import church
from campaign.demo.drawing.trees import BARK, bush, grasses, town_tree, tree
from campaign.demo.drawing.views_land import village


def bench(scene: Scene) -> None:
    """Two people on a bench under a great tree, the town in the valley before them."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.36, 0.44)
    scene.sky(horizon)
    scene.hills(horizon, 4, 0.44)
    line = scene.meadow(horizon + height * 0.12, 0.34, 22, 2)
    side = rng.choice((-1, 1))
    town = scene.sheet(0.26)
    centre = width * (0.5 - side * 0.14)
    village(town, (centre, height_at(line, centre) + 46), 56, 30)
    scene.lay(town, mist=0.25)
    near = scene.meadow(horizon + height * 0.27, 0.2, 20, 3)
    stream = scene.sheet(0.16)
    start = (width * (0.5 - side * 0.1), height_at(near, width * 0.5) + 14)
    course = (start, (width * (0.5 - side * 0.62), height * 0.98))
    ribbon(stream, course, (8, 110), -side * 0.7, mix(scene.mood.hour.sky[1], scene.mood.hour.shadow, 0.14))
    scene.lay(stream, lift=0.2)
    scene.plants(horizon + height * 0.38, 90, (0.1, 0.26, 0.74, 0.92), 0.12)
    _lookout(scene, side)


def _lookout(scene: Scene, side: int) -> None:
    """Lay the near hill with its tree and the bench."""
    width, height, rng, sheet = scene.width, scene.height, scene.rng, scene.sheet(0.0)
    grass = SNOW if scene.mood.season.snow else mix(scene.mood.season.firs[1], scene.mood.season.ground[1], 0.45)
    edge = width * (0.5 + side * 0.52)
    crest = [(width * (0.5 - side * 0.52), height * 1.01), (width * (0.5 - side * 0.1), height * 0.93)]
    crest += [(width * (0.5 + side * 0.16), height * 0.86), (edge, height * 0.83), (edge, height * 1.02)]
    sheet.polygon(crest, sheet.tone(grass))
    seat = (width * (0.5 + side * 0.1), height * 0.885)
    for place in range(14):
        x = width * (0.5 + side * (0.5 - 0.07 * place))
        grasses(sheet, (x, height * (0.85 + 0.011 * place)), rng.uniform(14, 34))
    town_tree(sheet, (width * (0.5 + side * 0.34), height * 0.88), min(width, height) * 0.62)
    _bench(sheet, seat, 74)
    scene.lay(sheet, lift=1.8)


def _bench(sheet: Sheet, foot: Point, size: float) -> None:
    (x, y), wood = foot, sheet.tone(rgb("#7a5136"))
    for dx, height, colour in ((-0.28, 0.98, 0), (0.2, 0.9, 1)):
        coat = sheet.tone(sheet.rng.choice(CLOTHES[colour * 4 : colour * 4 + 4]))
        back = [(x + (dx - 0.16) * size, y - size * 0.2), (x + (dx - 0.13) * size, y - size * (height - 0.24))]
        back += [(x + (dx + 0.13) * size, y - size * (height - 0.24)), (x + (dx + 0.16) * size, y - size * 0.2)]
        sheet.polygon(back, coat)
        sheet.disc((x + dx * size, y - size * (height - 0.26)), size * 0.13, coat)
        hair = sheet.tone(sheet.rng.choice((rgb("#4a352a"), rgb("#c9c2b8"), rgb("#8a5a34"))))
        sheet.disc((x + dx * size, y - size * (height - 0.08)), size * 0.1, hair)
    for row in (0.56, 0.42, 0.28):
        sheet.rectangle((x - size * 0.72, y - size * row, x + size * 0.72, y - size * (row - 0.09)), wood)
    for dx in (-0.6, 0.54):
        sheet.rectangle((x + dx * size, y - size * 0.6, x + (dx + 0.07) * size, y + size * 0.06), sheet.tone(BARK))


def _climbing_row(sheet: Sheet, curve: Callable[[float], float], size: float) -> None:
    """Build houses side by side, each standing where the slope is, with gaps for trees."""
    rng = sheet.rng
    x = -size * rng.uniform(0.1, 0.9)
    while x < sheet.frame.width + size:
        wide = size * rng.uniform(0.7, 1.15)
        foot = curve(x + wide / 2)
        if rng.random() < 0.14:
            tree(sheet, (x + wide / 2, foot + 8), size * rng.uniform(0.9, 1.4))
        else:
            house(sheet, Plot(x, foot + 10, wide, size * rng.uniform(0.7, 1.15), size * rng.uniform(0.5, 0.8)))
        x += wide * rng.uniform(0.92, 1.06)


def hill_town(scene: Scene) -> None:
    """Houses that climb a slope in rows, the church on top."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.46, 0.54)
    scene.sky(horizon)
    scene.hills(horizon, 3, 0.54)
    side = rng.choice((-1, 1))
    peak, drop, rows = width * (0.5 + side * rng.uniform(0.16, 0.3)), height * rng.uniform(0.3, 0.4), 6

    def slope(x: float) -> float:
        away = min(1.0, abs(x - peak) / (width * 0.85))
        return horizon - height * 0.18 + drop * float(away**1.25)

    top = scene.sheet(0.34)
    church(top, (peak, slope(peak) + 20), 140)
    scene.lay(top)
    for row in range(rows):
        share = row / (rows - 1)
        sheet, size = scene.sheet(0.32 * (1 - share)), 50 + 56 * share
        lower = height * 0.62 * float(share**1.1)
        flat = 1 - 0.65 * share

        def line(x: float, lower: float = lower, flat: float = flat) -> float:
            return slope(peak) + (slope(x) - slope(peak)) * flat + 46 + lower

        hill = [(step * 20.0 - 20, line(step * 20.0 - 20) + 8) for step in range(round(width / 20) + 3)]
        ground(sheet, hill, sheet.tone(rng.choice(scene.mood.season.ground)))
        _climbing_row(sheet, line, size)
        scene.lay(sheet, mist=0.14 * (1 - share), lift=0.7 + 0.5 * share)
    scene.foreground(height * 0.16)


def vineyard(scene: Scene) -> None:
    """Rows of vines on a slope above a river town, a castle across the valley."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.4, 0.46)
    scene.sky(horizon)
    scene.hills(horizon, 3, 0.5)
    far = scene.sheet(0.38)
    rock = (width * rng.choice((0.22, 0.74)), horizon - 40)
    spread = [(-300, 190), (-190, 90), (-110, 22), (110, 22), (190, 90), (300, 190)]
    far.polygon([(rock[0] + dx, rock[1] + dy) for dx, dy in spread], far.tone(scene.mood.season.firs[0]))
    castle(far, rock, 210)
    scene.lay(far, mist=0.4)
    line = scene.meadow(horizon + height * 0.1, 0.32, 16, 2)
    town = scene.sheet(0.22)
    village(town, (width * 0.5, height_at(line, width / 2) + 52), 60, 32)
    street_row(town, (width * 0.2, width * 0.8), height_at(line, width / 2) + 130, 58)
    scene.lay(town, mist=0.3)
    for share, slant in ((0.0, rng.choice((-1, 1))), (1.0, rng.choice((-1, 1)))):
        _vines(scene, height * (0.68 + 0.14 * share), slant, 0.12 * (1 - share))
    scene.plants(height * 0.99, 190, (0.05, 0.95), 0.0)


def _vines(scene: Scene, top: float, slant: int, depth: float) -> None:
    """Lay one slope with rows of vines that run together far away."""
    sheet, width, rng = scene.sheet(depth), scene.width, scene.rng
    season = scene.mood.season
    soil = SNOW if season.snow else mix(season.ground[2], rgb("#b79a6c"), 0.5)
    edge = [(-10, top + slant * 46 - 12), (width * 0.5, top - 16), (width + 10, top - slant * 46 - 12)]
    ground(sheet, edge, sheet.tone(soil))
    leaf = rgb("#8d8a86") if season.snow else mix(season.leaves[2], season.firs[0], 0.25)
    vanish = (width * (0.5 + slant * 0.55), top - 320)
    for step in range(-26, 60):
        x = step * 74.0
        start = (x, scene.height + 60)
        for bead in range(46):
            share = (bead / 45) ** 0.8
            spot = (start[0] + (vanish[0] - start[0]) * share, start[1] + (vanish[1] - start[1]) * share)
            limit = top + 8 - slant * 46 * (spot[0] / width * 2 - 1)
            if -20 < spot[0] < width + 20 and spot[1] > limit:
                sheet.disc(spot, 19 * (1 - share) + 1.6, sheet.tone(lighter(leaf, rng.uniform(0, 0.14))), 0.8)
    scene.lay(sheet, lift=1.2)


def stairs(scene: Scene) -> None:
    """A broad flight of steps up to a mighty church."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.76, 0.82)
    landing = base - height * 0.2
    scene.sky(landing)
    back = scene.sheet(0.26)
    size = min(430.0, width * 0.4, landing * 0.44)
    centre = width * rng.choice((0.42, 0.5, 0.58))
    church(back, (centre - size * 0.4, landing + 6), size)
    church(back, (centre + size * 0.7, landing + 6), size * 0.7)
    scene.lay(back, mist=0.12)
    flight = scene.sheet(0.1)
    _flight(flight, (centre, landing, base), width)
    scene.lay(flight, lift=1.0)
    sides = scene.sheet(0.04)
    street_row(sides, (-60, centre - width * 0.27), base + 6, 150)
    street_row(sides, (centre + width * 0.27, width + 60), base + 6, 150)
    scene.lay(sides, lift=1.1)
    floor = scene.sheet(0.03)
    cobbles(floor, base)
    scene.lay(floor, lift=0.3)
    people = scene.sheet(0.0)
    crowd(people, (centre - width * 0.16, centre + width * 0.16), (landing + 60, base - 10), 5)
    crowd(people, (width * 0.08, width * 0.92), (base + 26, base + (height - base) * 0.75), 8)
    lamp(people, (width * rng.choice((0.1, 0.9)), base + (height - base) * 0.7), 320)
    scene.lay(people, lift=0.9)


def _flight(sheet: Sheet, place: tuple[float, float, float], width: float) -> None:
    centre, landing, base = place
    stone = SNOW if sheet.mood.season.snow else sheet.rng.choice(STONE)
    near, far = width * 0.3, width * 0.19
    sheet.rectangle((-10, landing, width + 10, base + 10), sheet.tone(darker(STONE[1], 0.14)))
    for step in range(30):
        left, right = width * step / 29 - 20, base
        bush(sheet, (left, landing + 18 + (right - landing) * sheet.rng.random() * 0.8), 60)
    count, y = 18, landing
    for step in range(count):
        share = step / count
        half, rise = far + (near - far) * share, (base - landing) * (0.6 + 0.8 * share) / count
        tread = sheet.tone(lighter(stone, 0.12) if step % 2 else darker(stone, 0.08))
        sheet.rectangle((centre - half, y, centre + half, y + rise + 1.5), tread)
        y += rise
    for side in (-1, 1):
        wall = [(centre + side * far, landing - 12), (centre + side * (far + 16), landing - 12)]
        wall += [(centre + side * (near + 22), base + 6), (centre + side * near, base + 6)]
        sheet.polygon(wall, sheet.tone(lighter(stone, 0.2)))
