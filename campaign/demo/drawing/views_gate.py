"""Views of and through gates."""

import math

from campaign.demo.drawing.colour import darker, lighter
from campaign.demo.drawing.houses import street_row
from campaign.demo.drawing.materials import STONE
from campaign.demo.drawing.paper import Sheet
from campaign.demo.drawing.scene import Scene
from campaign.demo.drawing.square import cobbles, crowd, lamp
from campaign.demo.drawing.towers import church, gate
from campaign.demo.drawing.trees import tree


def town_gate(scene: Scene) -> None:
    """A mighty town gate between half-timbered houses."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.74, 0.8)
    scene.sky(base - 200)
    far = scene.sheet(0.4)
    street_row(far, (-30, width + 30), base - 30, 120)
    scene.lay(far, mist=0.35)
    sheet = scene.sheet(0.12)
    centre = width * rng.choice((0.4, 0.5, 0.6))
    size = min(height * 0.34, 430.0)
    gate(sheet, (centre, base), size)
    scene.lay(sheet, lift=1.2)
    sides = scene.sheet(0.04)
    for left, right in ((-60.0, centre - size * 0.5), (centre + size * 0.34, width + 60)):
        street_row(sides, (left, right), base + 8, 165, shop=True)
    scene.lay(sides, lift=1.2)
    floor = scene.sheet(0.02)
    cobbles(floor, base + 6)
    scene.lay(floor, lift=0.3)
    people = scene.sheet(0.0)
    crowd(people, (width * 0.1, width * 0.9), (base + 40, base + (height - base) * 0.7), 7)
    lamp(people, (width * rng.choice((0.12, 0.88)), base + (height - base) * 0.6), 300)
    if rng.random() < 0.5:
        tree(people, (width * rng.choice((0.02, 0.98)), height * 0.99), 420)
    scene.lay(people, lift=1.0)


def archway(scene: Scene) -> None:
    """A look out of a dark archway onto a square with a church."""
    rng, width, height = scene.rng, scene.width, scene.height
    base = height * rng.uniform(0.66, 0.72)
    scene.sky(base - 200)
    scene.hills(base - 230, 2, 0.6)
    back = scene.sheet(0.3)
    church(back, (width * rng.uniform(0.4, 0.6), base - 20), 330)
    street_row(back, (-20, width + 20), base - 20, 120)
    scene.lay(back, mist=0.25)
    row = scene.sheet(0.14)
    street_row(row, (-20, width * 0.38), base + 10, 150)
    street_row(row, (width * 0.66, width + 20), base + 10, 150)
    scene.lay(row)
    floor = scene.sheet(0.06)
    cobbles(floor, base + 8)
    scene.lay(floor, lift=0.3)
    people = scene.sheet(0.02)
    crowd(people, (width * 0.25, width * 0.75), (base + 30, base + (height - base) * 0.5), 6)
    scene.lay(people, lift=0.7)
    frame = scene.sheet(0.0)
    _vault(frame)
    scene.lay(frame, lift=2.2)


def _vault(frame: Sheet) -> None:
    """Cut the archway: courses of dark stone, a ring of dressed stones around the opening."""
    rng, width, height = frame.rng, frame.frame.width, frame.frame.height
    stone = darker(rng.choice(STONE), 0.5)
    frame.rectangle((-10, -10, width + 10, height + 10), frame.tone(stone))
    course, y = 54.0, -20.0
    while y < height:
        x = -rng.uniform(0, 120)
        while x < width:
            wide = rng.uniform(80, 150)
            shade = frame.tone(lighter(stone, rng.uniform(0.0, 0.07)))
            frame.rectangle((x + 2, y + 2, x + wide - 2, y + course - 2), shade)
            x += wide
        y += course
    inset, top, ring = width * rng.uniform(0.11, 0.15), height * 0.09, 40.0
    reach_x, reach_y = width / 2 - inset, (width / 2 - inset) * rng.choice((0.8, 1.0, 1.15))
    for step in range(23):
        start, end = (math.pi * (1 + (step + part) / 23) for part in (0.04, 0.96))
        wedge = [(angle, grow) for grow in (0.0, ring) for angle in ((start, end) if grow else (end, start))]
        corners = [
            (width / 2 + (reach_x + grow) * math.cos(angle), top + reach_y + (reach_y + grow) * math.sin(angle))
            for angle, grow in wedge
        ]
        frame.polygon(corners, frame.tone(lighter(stone, rng.uniform(0.12, 0.2))))
    frame.cut_arch((inset, top, width - inset, height + 10), reach_y / reach_x)
