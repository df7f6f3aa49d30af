"""Views inside a town: market, lane, tram, roofs, houses close up."""

from campaign.demo.drawing.castles import castle
from campaign.demo.drawing.houses import Plot, house, street_row
from campaign.demo.drawing.materials import SNOW, STONE
from campaign.demo.drawing.paper import Sheet
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.square import bunting, cobbles, crowd, festive_tree, fountain, lamp, stall
from campaign.demo.drawing.towers import church, gate, town_hall
from campaign.demo.drawing.traffic import tram
from campaign.demo.drawing.trees import bough, crown_tree, town_tree


def market(scene: Scene) -> None:
    """A market square with town hall, gabled houses, a fountain, stalls and people."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.64, 0.7)
    scene.sky(base - 260)
    back = scene.sheet(0.4)
    church(back, (width * rng.uniform(0.15, 0.85), base - 40), 330)
    street_row(back, (-40, width + 40), base - 70, 130)
    scene.lay(back, mist=0.35)
    front = scene.sheet(0.1)
    place = width * rng.choice((0.32, 0.5, 0.68))
    street_row(front, (-50, place - 120), base, 138, shop=True)
    street_row(front, (place + 120, width + 60), base, 138, shop=True)
    town_hall(front, (place, base), 220)
    scene.lay(front)
    floor = scene.sheet(0.05)
    cobbles(floor, base)
    scene.lay(floor, lift=0.3)
    _square_life(scene, base)


def _square_life(scene: Scene, base: float) -> None:
    rng, width, height = scene.rng, scene.width, scene.height
    depth = height - base
    far = scene.sheet(0.05)
    for share in rng.sample((0.06, 0.2, 0.34, 0.66, 0.8, 0.94), rng.randint(2, 4)):
        stall(far, (width * share, base + depth * 0.2), 96)
    crowd(far, (0, width), (base + depth * 0.12, base + depth * 0.3), 12)
    scene.lay(far, lift=0.7)
    middle = scene.sheet(0.0)
    centre = width * rng.choice((0.28, 0.5, 0.72))
    if scene.mood.season.snow:
        festive_tree(middle, (width - centre + 70, base + depth * 0.42), 420)
    fountain(middle, (centre, base + depth * 0.6), min(330.0, depth * 0.9))
    crowd(middle, (0, width), (base + depth * 0.5, base + depth * 0.86), 8)
    for share in (0.07, 0.93):
        lamp(middle, (width * share, base + depth * 0.9), 330)
    scene.lay(middle, lift=1.1)
    if rng.random() < 0.55:
        string = scene.sheet(0.0)
        for rise in (0.0, 46.0):
            bunting(string, (-20, base - 330 + rise), (width + 20, base - 300 - rise))
        scene.lay(string, lift=0.8)


def lane(scene: Scene) -> None:
    """A narrow lane between old houses that leads to a tower."""
    rng, width, height = scene.rng, scene.width, scene.height
    vanish, base = width * rng.uniform(0.42, 0.58), height * rng.uniform(0.62, 0.7)
    scene.sky(base)
    goal = scene.sheet(0.42)
    street_row(goal, (vanish - 300, vanish + 300), base + 10, 90)
    rng.choice((church, gate))(goal, (vanish, base + 10), rng.uniform(300, 380))
    scene.lay(goal, mist=0.4)
    floor = scene.sheet(0.1)
    cobbles(floor, base)
    scene.lay(floor, lift=0.2)
    steps = 4
    for step in range(steps):
        share = (step + 1) / steps
        sheet = scene.sheet(0.34 * (1 - share))
        gap = width * (0.07 + 0.3 * share**1.25)
        size = (110 + 240 * share) * max(1.0, height / 1150)
        foot = base + (height - base) * share**1.5 * 0.98
        _lane_side(sheet, (vanish - gap, foot), size, -1)
        _lane_side(sheet, (vanish + gap, foot), size, 1)
        if step == 1:
            crowd(sheet, (vanish - gap * 0.7, vanish + gap * 0.7), (foot - 30, foot + 16), 4)
        scene.lay(sheet, mist=0.12, lift=0.8 + share)
    if rng.random() < 0.6:
        string = scene.sheet(0.0)
        bunting(string, (width * 0.1, height * 0.2), (width * 0.9, height * 0.17))
        scene.lay(string)


def _lane_side(sheet: Sheet, corner: tuple[float, float], size: float, side: int) -> None:
    """Build the houses of one side of the lane: the one at the lane (its corner given), then outwards."""
    rng, (x, foot) = sheet.rng, corner
    while -size * 2 < x < sheet.frame.width + size * 2:
        wide = size * rng.uniform(0.62, 0.95)
        walls, roof = size * rng.uniform(1.25, 1.75), size * rng.uniform(0.5, 0.75)
        house(sheet, Plot(x if side > 0 else x - wide, foot, wide, walls, roof), shop=rng.random() < 0.6)
        x += side * wide
    edge = sorted((corner[0], x))
    paving = SNOW if sheet.mood.season.snow else STONE[3]
    sheet.rectangle((edge[0], foot, edge[1], foot + size * 0.04), sheet.tone(paving))


def tram_street(scene: Scene) -> None:
    """A tram in front of town houses, with trees along the pavement."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.66, 0.72)
    scene.sky(base - 280)
    back = scene.sheet(0.36)
    rng.choice((church, gate))(back, (width * rng.uniform(0.2, 0.8), base - 60), 330)
    street_row(back, (-40, width + 40), base - 110, 150)
    scene.lay(back, mist=0.3)
    front = scene.sheet(0.12)
    street_row(front, (-60, width + 60), base, 165, shop=True)
    scene.lay(front)
    floor = scene.sheet(0.05)
    cobbles(floor, base)
    scene.lay(floor, lift=0.3)
    rails = base + (height - base) * 0.42
    walk = scene.sheet(0.04)
    crowd(walk, (0, width), (base + 14, rails - 40), 8)
    scene.lay(walk, lift=0.7)
    middle = scene.sheet(0.0)
    tram(middle, (width * rng.uniform(0.1, 0.34), rails), min(310.0, width * 0.26))
    scene.lay(middle, lift=1.2)
    near = scene.sheet(0.0)
    for share in rng.sample((0.05, 0.5, 0.95), 2):
        town_tree(near, (width * share, height * 0.985), 380)
    crowd(near, (0, width), (rails + 50, height * 0.97), 6, tall=78)
    lamp(near, (width * rng.choice((0.26, 0.74)), height * 0.96), 360)
    scene.lay(near, lift=1.3)


def roofs(scene: Scene) -> None:
    """A sea of roofs seen from a tower, a church rising out of it."""
    rng, width, height = scene.rng, scene.width, scene.height
    horizon = height * rng.uniform(0.26, 0.36)
    scene.sky(horizon)
    scene.hills(horizon, 3, 0.56)
    if rng.random() < 0.35:
        far = scene.sheet(0.46)
        castle(far, (width * rng.uniform(0.2, 0.8), horizon + 40), 230)
        scene.lay(far, mist=0.5)
    rows, tall = 7, rng.randint(2, 4)
    for row in range(rows):
        share = row / (rows - 1)
        sheet = scene.sheet(0.44 * (1 - share))
        base = horizon + 70 + (height * 0.98 - horizon) * share**1.15
        size = 52 + 112 * share
        if row == tall:
            church(sheet, (width * rng.choice((0.28, 0.4, 0.62, 0.74)), base), size * 3.2)
        if row > 0 and rng.random() < 0.5:
            crown_tree(sheet, (width * rng.random(), base - size * 0.5), size * 1.3)
        street_row(sheet, (-size * rng.random(), width + size), base, size)
        scene.lay(sheet, mist=0.3 * (1 - share), lift=0.6 + 0.5 * share)


def square_corner(scene: Scene) -> None:
    """Three stately houses close up, with a tree and a bench's worth of life before them."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.78, 0.84)
    scene.sky(base - 320)
    back = scene.sheet(0.34)
    street_row(back, (-40, width + 40), base - 130, 190)
    scene.lay(back, mist=0.3)
    front = scene.sheet(0.06)
    left = -40.0
    while left < width:
        wide = rng.uniform(230, 310)
        house(front, Plot(left, base, wide, height * rng.uniform(0.3, 0.4), rng.uniform(120, 190)), shop=True)
        left += wide
    scene.lay(front)
    floor = scene.sheet(0.03)
    cobbles(floor, base)
    scene.lay(floor, lift=0.3)
    life = scene.sheet(0.0)
    crowd(life, (width * 0.05, width * 0.95), (base + 24, base + (height - base) * 0.7), 7, tall=86)
    lamp(life, (width * rng.choice((0.2, 0.5, 0.8)), base + (height - base) * 0.66), 340)
    scene.lay(life, lift=1.0)
    if rng.random() < 0.75:
        leaf = scene.sheet(0.0)
        side = rng.choice((0, 1))
        bough(leaf, (width * side, height * 0.04), width * 0.5 * (1 - 2 * side))
        scene.lay(leaf, lift=1.8)
