"""Views across water: stone bridge, covered bridge, bridge with houses, town on a lake, mill weir."""

from collections.abc import Callable

from campaign.demo.drawing.bridges import arches, covered, with_houses
from campaign.demo.drawing.castles import castle
from campaign.demo.drawing.colour import RGB, mix, rgb
from campaign.demo.drawing.houses import street_row
from campaign.demo.drawing.landscape import height_at, ripples
from campaign.demo.drawing.materials import STONE
from campaign.demo.drawing.paper import Sheet
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.towers import church, town_hall
from campaign.demo.drawing.traffic import rowing_boat, swan
from campaign.demo.drawing.trees import bush, grasses, tree
from campaign.demo.drawing.views_land import village

Bank = Callable[[Scene, float, float], None]


def _water(scene: Scene) -> RGB:
    hour = scene.mood.hour
    base = mix(hour.sky[0], hour.sky[1], 0.5)
    return mix(base, hour.shadow, 0.22)


def _far_bank(scene: Scene, shore: float, size: float) -> None:
    """Lay a town on the far bank: two rows, a church, trees and a quay."""
    rng, width = scene.rng, scene.width
    back = scene.sheet(0.34)
    church(back, (width * rng.uniform(0.2, 0.8), shore - size * 0.5), size * 2.2)
    street_row(back, (-40, width + 40), shore - size * 0.5, size * 0.9)
    scene.lay(back, mist=0.3)
    front = scene.sheet(0.18)
    street_row(front, (-40, width + 40), shore - 16, size)
    for _ in range(rng.randint(2, 5)):
        tree(front, (rng.uniform(0, width), shore - 8), size * rng.uniform(0.9, 1.5))
    front.rectangle((-10, shore - 16, width + 10, shore + 2), front.tone(rng.choice(STONE)))
    scene.lay(front, mist=0.12)


def _green_bank(scene: Scene, shore: float, size: float) -> None:
    """Lay a bank of meadows and trees with a village on it."""
    rng, width = scene.rng, scene.width
    scene.meadow(shore - size * 2.5, 0.4, 18, 2)
    homes = scene.sheet(0.26)
    village(homes, (width * rng.uniform(0.25, 0.75), shore - size * 1.9), size * 0.8, 18)
    scene.lay(homes, mist=0.2)
    line = scene.meadow(shore - size * 0.3, 0.2, 6)
    trees = scene.sheet(0.14)
    for _ in range(rng.randint(7, 11)):
        x = rng.uniform(0, width)
        tree(trees, (x, height_at(line, x) + 14), size * rng.uniform(1.7, 2.7))
    trees.rectangle((-10, shore - 10, width + 10, shore + 4), trees.tone(scene.mood.season.ground[1]))
    scene.lay(trees)


def _mirror(scene: Scene, shore: float, calm: float) -> None:
    scene.picture.reflect(shore, _water(scene), calm)
    slips = scene.sheet(0.0)
    ripples(slips, shore, round(60 * (1.3 - calm)))
    scene.lay(slips, lift=0)
    _afloat(scene, shore)


def _afloat(scene: Scene, shore: float) -> None:
    """Set a boat or some swans on the water, now and then."""
    rng, sheet, chance = scene.rng, scene.sheet(0.0), scene.rng.random()
    depth = scene.height - shore
    spot = (scene.width * rng.uniform(0.3, 0.7), shore + depth * rng.uniform(0.4, 0.62))
    if chance < 0.3 and not scene.mood.season.snow:
        rowing_boat(sheet, spot, 120)
    elif chance < 0.65:
        for index in range(rng.randint(2, 4)):
            swan(sheet, (spot[0] + 70 * index, spot[1] + rng.uniform(-22, 22)), 42)
    scene.lay(sheet, lift=0.6)


def _near_bank(scene: Scene) -> None:
    """Lay reeds, bushes and a leaning tree at the lower corners."""
    rng, sheet = scene.rng, scene.sheet(0.0)
    side = rng.choice((0.0, 1.0))
    edge = scene.width * side
    reach = scene.width * rng.uniform(0.34, 0.5) * (1 if side == 0 else -1)
    tone = (
        rgb("#f4f7fa") if scene.mood.season.snow else mix(scene.mood.season.firs[0], scene.mood.season.ground[1], 0.35)
    )
    top = scene.height * 0.9
    bank = [(edge, top - 16), (edge + reach * 0.4, top), (edge + reach, scene.height + 10), (edge, scene.height + 10)]
    sheet.polygon(bank, sheet.tone(tone))
    tree(sheet, (edge + reach * 0.12, top + 10), rng.uniform(300, 430))
    for share in (0.2, 0.4, 0.6, 0.8):
        spot = (edge + reach * share, top + 26 + 60 * share)
        (bush if rng.random() < 0.4 else grasses)(sheet, spot, rng.uniform(50, 90))
    scene.lay(sheet, lift=1.5)


def _crossing(
    scene: Scene, build: Callable[[Sheet, float, float], None], arch_rise: float, bank: Bank = _far_bank
) -> None:
    rng, height = scene.rng, scene.height
    shore = height * rng.uniform(0.6, 0.68)
    horizon = shore - 200
    scene.sky(horizon)
    scene.hills(horizon, 3, 0.5)
    if rng.random() < 0.3:
        far = scene.sheet(0.4)
        castle(far, (scene.width * rng.uniform(0.2, 0.8), horizon + 14), 210)
        scene.lay(far, mist=0.5)
    bank(scene, shore - 26, rng.uniform(84, 108))
    sheet = scene.sheet(0.05)
    build(sheet, shore - arch_rise, shore + 10)
    scene.lay(sheet, lift=1.5)
    _mirror(scene, shore, rng.uniform(0.55, 0.9))
    _near_bank(scene)


def stone_bridge(scene: Scene) -> None:
    """An old stone bridge, the town behind it, everything mirrored in the river."""
    count = scene.rng.choice((3, 4, 5))
    deep = min(150.0, scene.width / count * 0.42)
    _crossing(scene, lambda sheet, deck, water: arches(sheet, (-70, scene.width + 70), deck, water, count), deep)


def timber_bridge(scene: Scene) -> None:
    """A covered timber bridge between trees."""
    span = (scene.width * 0.08, scene.width * 0.92)
    _crossing(scene, lambda sheet, deck, water: covered(sheet, span, deck, water), 70, _green_bank)


def merchants_bridge(scene: Scene) -> None:
    """A bridge that carries a row of houses."""
    span = (-60.0, scene.width + 60)
    count = scene.rng.choice((3, 4))
    _crossing(scene, lambda sheet, deck, water: with_houses(sheet, span, deck, water, count), 110)


def lake(scene: Scene) -> None:
    """A town on still water, mirrored almost perfectly."""
    rng, width, height = scene.rng, scene.width, scene.height
    shore = height * rng.uniform(0.54, 0.62)
    scene.sky(shore - 130)
    scene.hills(shore - 150, 4, 0.5)
    _far_bank(scene, shore, rng.uniform(62, 82))
    _mirror(scene, shore, 0.95)
    pier = scene.sheet(0.0)
    left, y = width * rng.uniform(0.12, 0.6), height * 0.86
    planks = pier.tone(rgb("#eef1f4" if scene.mood.season.snow else "#8d6d52"))
    pier.polygon([(left, y), (left + 90, y), (left + 210, height + 10), (left + 20, height + 10)], planks)
    for step in range(6):
        row = y + (height - y) * (step / 6) ** 1.2
        pier.rectangle((left + 2, row, left + 92 + 20 * step, row + 2), pier.tone(rgb("#6b503d")))
    for x in (left, left + 88):
        pier.rectangle((x, y - 22, x + 8, y + 26), pier.tone(rgb("#5d4637")))
    scene.lay(pier, lift=1.2)
    _near_bank(scene)


def quay(scene: Scene) -> None:
    """Tall old houses that stand right in the river, with a town hall among them."""
    rng, width, height = scene.rng, scene.width, scene.height
    shore = height * rng.uniform(0.64, 0.72)
    scene.sky(shore - 300)
    scene.hills(shore - 320, 2, 0.62)
    back = scene.sheet(0.34)
    church(back, (width * rng.uniform(0.15, 0.85), shore - 150), 300)
    street_row(back, (-40, width + 40), shore - 150, 130)
    scene.lay(back, mist=0.3)
    front = scene.sheet(0.08)
    street_row(front, (-50, width + 60), shore - 18, 160)
    town_hall(front, (width * rng.uniform(0.25, 0.75), shore - 18), 220)
    front.rectangle((-10, shore - 20, width + 10, shore + 2), front.tone(rng.choice(STONE)))
    scene.lay(front)
    _mirror(scene, shore, rng.uniform(0.4, 0.8))
    _near_bank(scene)
