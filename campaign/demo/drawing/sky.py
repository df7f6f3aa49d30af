"""What hangs in the sky: sun, moon, stars, paper clouds, birds, falling snow, a balloon now and then."""

import math

from PIL import Image, ImageDraw

from campaign.demo.drawing.colour import lighter, mix, rgb
from campaign.demo.drawing.paper import Point, Sheet
from campaign.demo.drawing.picture import Picture


def heavens(picture: Picture, horizon: float) -> Point:
    """Draw sun or moon, stars and glow for a horizon height; return where the light stands."""
    hour, rng, frame = picture.mood.hour, picture.rng, picture.frame
    low = hour.name in ("dawn", "golden", "sunset", "dusk")
    height = rng.uniform(0.62, 0.92) if low else rng.uniform(0.22, 0.5)
    centre = (frame.width * rng.choice((0.2, 0.3, 0.62, 0.74, 0.82)), horizon * height)
    if hour.stars:
        _stars(picture, horizon)
    picture.glow(centre, frame.width * 0.55, hour.glow, 0.62 if low else 0.35)
    radius = rng.uniform(34, 62) if low or hour.stars else rng.uniform(26, 40)
    _disc(picture, centre, radius)
    return centre


def _disc(picture: Picture, centre: Point, radius: float) -> None:
    hour = picture.mood.hour
    if hour.name in ("day", "haze"):
        picture.glow(centre, radius * 5, hour.disc, 0.5)
    sheet = Sheet(picture.frame, picture.mood, 0, picture.rng)
    sheet.disc(centre, radius, hour.disc)
    if hour.stars:
        for dx, dy, size in ((-0.3, -0.2, 0.2), (0.25, 0.3, 0.26), (0.1, -0.45, 0.12)):
            spot = (centre[0] + dx * radius, centre[1] + dy * radius)
            sheet.disc(spot, size * radius, mix(hour.disc, hour.sky[1], 0.14))
    picture.lay(sheet, lift=0.0 if hour.name in ("day", "haze") else 0.5)


def _stars(picture: Picture, horizon: float) -> None:
    draw, scale, rng = ImageDraw.Draw(picture.image), picture.frame.scale, picture.rng
    for _ in range(rng.randint(70, 130)):
        x, y = rng.uniform(0, picture.frame.width) * scale, rng.uniform(0, horizon * 0.95) * scale
        size = rng.choice((0.6, 0.6, 0.9, 1.4)) * scale * 1.2
        shine = mix(picture.mood.hour.sky[0], (255, 250, 228), rng.uniform(0.35, 0.95))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=shine)


def _cloud(sheet: Sheet, centre: Point, size: float) -> None:
    """Cut one flat-bottomed cloud of overlapping discs."""
    x, y = centre
    hour, count = sheet.mood.hour, sheet.rng.randint(4, 6)
    bright = {"night": 0.12, "dusk": 0.2, "sunset": 0.3}.get(hour.name, 0.72)
    colour = mix(mix(hour.sky[1], hour.glow, 0.35), lighter(hour.disc, 0.4), bright)
    for index in range(count):
        place = index / (count - 1) * 2 - 1
        radius = size * (0.2 + 0.24 * (1 - abs(place)) + sheet.rng.uniform(0, 0.08))
        sheet.disc((x + place * size, y - radius * 0.62), radius, colour)
    sheet.rectangle((x - size * 1.1, y - size * 0.14, x + size * 1.1, y), colour)
    for side in (-1, 1):
        sheet.disc((x + side * size * 1.1, y - size * 0.07), size * 0.07, colour)
    sheet.cut([(x - 1.3 * size, y), (x + 1.3 * size, y), (x + 1.3 * size, y + size), (x - 1.3 * size, y + size)])


def clouds(picture: Picture, horizon: float) -> None:
    """Lay up to five clouds of paper in the upper sky."""
    rng, frame = picture.rng, picture.frame
    sheet = Sheet(frame, picture.mood, 0, rng)
    count = round(picture.mood.hour.clouds * rng.uniform(0.3, 1.3) * 3.4)
    for index in range(count):
        room = frame.width / count
        centre = ((index + rng.uniform(0.3, 0.7)) * room, horizon * rng.uniform(0.14, 0.62))
        _cloud(sheet, centre, min(rng.uniform(50, 140), room * 0.3))
    picture.lay(sheet, lift=0.55)


def birds(sheet: Sheet, centre: Point, count: int) -> None:
    """Add a loose flock of distant birds."""
    colour = sheet.tone(rgb("#3a3f4a"))
    for _ in range(count):
        x, y = centre[0] + sheet.rng.gauss(0, 70), centre[1] + sheet.rng.gauss(0, 26)
        span = sheet.rng.uniform(6, 12)
        lift = span * sheet.rng.uniform(0.3, 0.6)
        wings = [(x - span, y - lift), (x - span * 0.4, y - lift * 0.9), (x, y)]
        wings += [(x + span * 0.4, y - lift * 0.9), (x + span, y - lift)]
        sheet.stroke(wings, 1.7, colour)


def balloon(sheet: Sheet, centre: Point, radius: float) -> None:
    """Add a striped hot-air balloon."""
    x, y = centre
    first, second = sheet.rng.sample(("#d8553f", "#f2c14e", "#2f6f8f", "#f5efe2", "#7a9b57"), 2)
    envelope = [(x + radius * math.cos(a / 20 * math.pi), y - radius * math.sin(a / 20 * math.pi)) for a in range(21)]
    skirt = [(x - radius * 0.22, y + radius * 1.1), (x + radius * 0.22, y + radius * 1.1)]
    sheet.polygon([*envelope, *skirt], sheet.tone(rgb(first)))
    for share in (0.62, 0.2):
        colour = sheet.tone(rgb(second if share > 0.5 else first))
        narrow = [(x + (px - x) * share, py) for px, py in [*envelope, *skirt]]
        sheet.polygon(narrow, colour)
    basket = (x - radius * 0.14, y + radius * 1.32, x + radius * 0.14, y + radius * 1.54)
    for side in (-1, 1):
        sheet.stroke(
            [(x + side * radius * 0.2, y + radius * 1.1), (x + side * radius * 0.12, basket[1])], 1.4, (70, 58, 50)
        )
    sheet.rectangle(basket, sheet.tone(rgb("#7a4f33")))


def snowfall(picture: Picture) -> None:
    """Let snow fall in front of everything, softly and not too much of it."""
    rng, frame = picture.rng, picture.frame
    flakes = Image.new("L", (frame.pixel_width * 2, frame.pixel_height * 2))
    draw = ImageDraw.Draw(flakes)
    for _ in range(rng.randint(120, 220)):
        x, y = rng.uniform(0, flakes.width), rng.uniform(0, flakes.height)
        size = rng.choice((1.1, 1.6, 1.6, 2.4, 3.4)) * frame.scale * 2
        draw.ellipse((x - size, y - size, x + size, y + size), fill=rng.randint(110, 225))
    picture.image.paste((250, 252, 255), (0, 0), flakes.reduce(2))
