"""Views with much land in them: castle hill, valley, viaduct, skyline from the meadows, palace park."""

from campaign.demo.drawing.bridges import viaduct
from campaign.demo.drawing.castles import castle, palace, ruin
from campaign.demo.drawing.colour import mix, rgb
from campaign.demo.drawing.houses import Plot, house, street_row
from campaign.demo.drawing.landscape import ground, height_at, ribbon, way
from campaign.demo.drawing.paper import Point, Sheet
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.square import crowd
from campaign.demo.drawing.towers import church, tower
from campaign.demo.drawing.trees import bush, crown_tree, fir, poplar, tree


def village(sheet: Sheet, centre: Point, size: float, count: int) -> None:
    """Scatter small houses around a church."""
    rng = sheet.rng
    spots = [(centre[0] + rng.gauss(0, size * 1.7), centre[1] + rng.uniform(-0.6, 1.0) * size) for _ in range(count)]
    church_at = rng.uniform(0.2, 0.5) * size + centre[1]
    standing = False
    for x, y in sorted(spots, key=lambda spot: spot[1]):
        if not standing and y > church_at:
            church(sheet, (centre[0], church_at), size * 1.5)
            standing = True
        if rng.random() < 0.3:
            tree(sheet, (x + size * 0.7, y), size * 0.8)
        wide = size * rng.uniform(0.55, 0.95)
        house(sheet, Plot(x, y, wide, size * rng.uniform(0.35, 0.6), size * rng.uniform(0.4, 0.6)))
        bush(sheet, (x + wide * rng.random(), y + 5), size * 0.26)
    if not standing:
        church(sheet, (centre[0], church_at), size * 1.5)


def castle_hill(scene: Scene) -> None:
    """A castle on a steep wooded hill, the town at its foot."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.55, 0.62)
    scene.sky(horizon)
    scene.hills(horizon, 3, 0.55)
    peak = (width * rng.choice((0.3, 0.36, 0.64, 0.7)), height * rng.uniform(0.3, 0.38))
    size = rng.uniform(330, 430)
    stronghold = scene.sheet(0.26)
    (ruin if rng.random() < 0.2 else castle)(stronghold, (peak[0], peak[1] + size * 0.06), size)
    scene.lay(stronghold)
    _mound(scene, peak, size)
    town = scene.sheet(0.12)
    base = height * 0.86
    church(town, (width * (0.75 if peak[0] < width / 2 else 0.25), base - 40), 150)
    street_row(town, (-40, width + 40), base - 24, 74)
    scene.lay(town, mist=0.3)
    front = scene.sheet(0.05)
    street_row(front, (-30, width + 30), base + 66, 88)
    scene.lay(front)
    scene.foreground(height * 0.2)


def _mound(scene: Scene, peak: Point, size: float) -> None:
    """Lay the wooded castle hill with its rock."""
    rng, sheet = scene.rng, scene.sheet(0.24)
    top, foot = peak[1] + size * 0.12, scene.height * 0.8
    firs = scene.mood.season.firs
    base = mix(firs[0], rgb("#e8eef3"), 0.5) if scene.mood.season.snow else firs[0]
    right = [
        (peak[0] + _flank(share) * size, top + (foot - top) * share)
        for share in (0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    ]
    left = [(2 * peak[0] - x + rng.uniform(-30, 30), y) for x, y in right]
    floor = [(right[-1][0], scene.height), (left[-1][0], scene.height)]
    sheet.polygon([*right, *floor, *reversed(left)], sheet.tone(base))
    crag = [(peak[0] + (t / 9 - 1) * size * 0.6, top + rng.uniform(20, 74) - 30 * abs(t / 9 - 1)) for t in range(19)]
    sheet.polygon(
        [(peak[0] - size * 0.55, top - 1), *crag, (peak[0] + size * 0.55, top - 1)], sheet.tone(rgb("#9d9182"))
    )
    for step in range(190):
        share = 0.04 + 0.96 * (step / 190) ** 0.8
        x = peak[0] + rng.uniform(-1, 1) * _flank(share) * size
        leafy = not scene.mood.season.snow and rng.random() < 0.5
        (crown_tree if leafy else fir)(sheet, (x, top + (foot - top) * share + 30), 44 + 34 * share)
    scene.lay(sheet, mist=0.35)


def _flank(share: float) -> float:
    """Return half the hill's width, in castle widths, at a share of its height from the top."""
    return 0.54 + 1.2 * float(share**0.8) * (0.45 + 0.55 * share)


def valley(scene: Scene) -> None:
    """A small town in a wide valley, fields around it and a winding way towards us."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.34, 0.46)
    scene.sky(horizon)
    scene.hills(horizon, 4, 0.42)
    scene.meadow(horizon + height * 0.12, 0.36, 26, 3)
    middle = (width * rng.uniform(0.35, 0.65), horizon + height * 0.23)
    town = scene.sheet(0.22)
    village(town, middle, 62, 26)
    scene.lay(town, mist=0.25)
    near = scene.sheet(0.1)
    line = scene.meadow(horizon + height * 0.3, 0.14, 18, 4)
    start = (middle[0] + 40, height_at(line, middle[0] + 40) + 6)
    way(near, start, (width * rng.uniform(0.2, 0.8), height * 1.02), (5, 90))
    scene.lay(near, lift=0.25)
    scene.plants(horizon + height * 0.36, 96, (0.06, 0.16, 0.8, 0.94), 0.08)
    scene.foreground(height * 0.26)


def railway(scene: Scene) -> None:
    """A viaduct across a valley with a village under its arches."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.36, 0.44)
    scene.sky(horizon)
    scene.hills(horizon, 4, 0.5)
    line = scene.meadow(horizon + height * 0.16, 0.36, 24, 2)
    behind = scene.sheet(0.3)
    heart = (width * rng.uniform(0.3, 0.7), max(height * 0.68, height_at(line, width / 2) + 60))
    for share in (-0.36, -0.3, -0.22, 0.2, 0.29, 0.37):
        tree(behind, (heart[0] + width * share, heart[1] + rng.uniform(-50, 40)), 84)
    village(behind, heart, 72, 24)
    scene.lay(behind, mist=0.2)
    bridge = scene.sheet(0.14)
    viaduct(bridge, (-60, width + 60), height * rng.uniform(0.4, 0.46), height * 0.84)
    scene.lay(bridge, mist=0.25, lift=1.4)
    stream = scene.sheet(0.06)
    outline = scene.meadow(height * 0.78, 0.08, 16, 2)
    course = ((width * 0.55, height_at(outline, width * 0.55) + 10), (width * rng.uniform(0.25, 0.7), height * 1.04))
    ribbon(stream, course, (10, 150), rng.choice((-1, 1)), mix(scene.mood.hour.sky[1], scene.mood.hour.shadow, 0.16))
    scene.lay(stream, lift=0.2)
    scene.plants(height * 0.84, 120, (0.08, 0.2, 0.86, 0.97), 0.04)
    scene.foreground(height * 0.18)


def skyline(scene: Scene) -> None:
    """The silhouette of a town with its towers, seen from the meadows."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.5, 0.6)
    scene.sky(horizon)
    scene.hills(horizon - 20, 2, 0.6)
    for depth, base, size in ((0.46, horizon + 40, 62), (0.28, horizon + 96, 78), (0.14, horizon + 166, 92)):
        sheet = scene.sheet(depth)
        for share in rng.sample((0.1, 0.24, 0.38, 0.52, 0.66, 0.8, 0.92), 2):
            build = rng.choice((church, church, _lone_tower))
            build(sheet, (width * share, base), size * rng.uniform(2.0, 2.9))
        street_row(sheet, (-40, width + 40), base, size)
        scene.lay(sheet, mist=0.42)
    line = scene.meadow(horizon + 168, 0.08, 10, 3)
    scene.plants(height_at(line, width / 2) + 40, 110, (0.04, 0.3, 0.55, 0.72, 0.95), 0.06)
    scene.foreground(height * 0.24)


def _lone_tower(sheet: Sheet, foot: Point, size: float) -> None:
    tower(sheet, foot, size * 0.13, size * 1.15)


def park(scene: Scene) -> None:
    """A palace at the end of a park, with an avenue of trees and a parterre."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.52, 0.58)
    scene.sky(horizon)
    scene.hills(horizon - 46, 2, 0.55)
    house_sheet = scene.sheet(0.16)
    centre = width * rng.choice((0.5, 0.5, 0.42, 0.58))
    for share in (0.04, 0.12, 0.88, 0.96):
        tree(house_sheet, (width * share, horizon + 14), 190)
    palace(house_sheet, (centre, horizon + 18), min(760.0, width * 0.66))
    scene.lay(house_sheet, mist=0.15)
    lawn = scene.sheet(0.08)
    ground(lawn, [(-10, horizon + 10), (width + 10, horizon + 10)], lawn.tone(scene.mood.season.ground[0]))
    path = lawn.tone(rgb("#f2f4f7" if scene.mood.season.snow else "#e4d6b6"))
    lawn.wedge((centre, horizon + 12, 20), (width / 2, height + 10, width * 0.22), path)
    _parterre(lawn, centre, horizon)
    scene.lay(lawn, lift=0.4)
    people = scene.sheet(0.02)
    crowd(people, (width * 0.36, width * 0.64), (height * 0.72, height * 0.92), 6)
    scene.lay(people, lift=0.6)
    for row, base, size in ((0, 0.72, 190), (1, 0.86, 300), (2, 1.02, 430)):
        _avenue(scene, (row, height * base, size))


def _parterre(sheet: Sheet, centre: float, horizon: float) -> None:
    """Plant beds and clipped cones beside the way."""
    flowers = [rgb(code) for code in ("#d8678a", "#e9c04f", "#f3efe4", "#9a6fb0")]
    for step in range(5):
        y, reach = horizon + 30 + 22 * step * (1 + step * 0.2), 70 + 74 * step
        for side in (-1, 1):
            bed = mix(sheet.mood.season.firs[0], (240, 244, 248), 0.6 if sheet.mood.season.snow else 0.0)
            spot = (centre + side * reach * 1.25, y)
            sheet.disc(spot, 44 + 14 * step, sheet.tone(bed), 0.2)
            if not sheet.mood.season.snow:
                sheet.disc((spot[0], y - 2), 36 + 12 * step, sheet.tone(sheet.rng.choice(flowers)), 0.17)
            poplar(sheet, (spot[0] - side * (50 + 16 * step), y + 4), 34 + 9 * step)


def _avenue(scene: Scene, row: tuple[int, float, float]) -> None:
    index, base, size = row
    sheet = scene.sheet(0.06 - 0.03 * index)
    inset = scene.width * (0.2 - 0.1 * index)
    for x in (inset, scene.width - inset):
        tree(sheet, (x, base), size)
        bush(sheet, (x + 30, base + 6), size * 0.14)
    scene.lay(sheet, lift=1.0 + 0.3 * index)
