"""A scene in the making: the picture, its dice, and the backdrop that all views share."""

from random import Random

from campaign.demo.drawing.colour import mix, rgb
from campaign.demo.drawing.landscape import fields, forest, ground, ridge
from campaign.demo.drawing.moods import Mood
from campaign.demo.drawing.paper import Frame, Point, Sheet
from campaign.demo.drawing.picture import Picture
from campaign.demo.drawing.sky import balloon, birds, clouds, heavens
from campaign.demo.drawing.trees import bush, tree


class Scene:
    """What a view is composed on; sheets are asked for from the far to the near."""

    def __init__(self, frame: Frame, mood: Mood, rng: Random) -> None:
        self.frame, self.mood, self.rng = frame, mood, rng
        self.width, self.height = frame.width, frame.height
        self.picture = Picture(frame, mood, rng)

    def sheet(self, depth: float) -> Sheet:
        """Return a fresh sheet at a depth of 0 (near) to 1 (horizon)."""
        return Sheet(self.frame, self.mood, depth, self.rng)

    def lay(self, sheet: Sheet, mist: float = 0.0, lift: float = 1.0) -> None:
        """Lay a finished sheet on the picture."""
        self.picture.lay(sheet, mist, lift)

    def sky(self, horizon: float) -> None:
        """Draw sky, light and clouds above a horizon, with birds or a balloon now and then."""
        heavens(self.picture, horizon)
        clouds(self.picture, horizon)
        if self.rng.random() < 0.45:
            sheet = self.sheet(0.35)
            birds(sheet, (self.width * self.rng.uniform(0.2, 0.8), horizon * self.rng.uniform(0.3, 0.6)), 9)
            self.lay(sheet, lift=0)
        if self.mood.hour.name in ("dawn", "haze", "day", "golden") and self.rng.random() < 0.16:
            sheet = self.sheet(0.2)
            spot = (self.width * self.rng.uniform(0.12, 0.88), horizon * self.rng.uniform(0.2, 0.45))
            balloon(sheet, spot, self.rng.uniform(24, 46))
            self.lay(sheet, lift=0.5)

    def hills(self, horizon: float, count: int, near: float = 0.45) -> list[Point]:
        """Lay ranges of wooded hills below a horizon, from the palest; return the nearest outline."""
        outline: list[Point] = []
        for index in range(count):
            share = index / max(1, count - 1)
            depth = 0.86 + (near - 0.86) * share
            sheet = self.sheet(depth)
            height = horizon + share * self.height * 0.07
            outline = ridge(self.rng, self.width, height, 34 + 22 * (1 - share) + self.rng.uniform(0, 26))
            colour = self.rng.choice(self.mood.season.firs)
            if self.mood.season.snow:
                colour = mix(colour, rgb("#e8eef3"), 0.35)
            hidden = None if index == count - 1 else min(self.height + 10, height + self.height * 0.3)
            ground(sheet, outline, sheet.tone(colour), hidden)
            forest(sheet, outline, 12 + 9 * share, sheet.tone(colour))
            self.lay(sheet, mist=0.5, lift=0.6)
        return outline

    def meadow(self, top: float, depth: float, swing: float, bands: int = 0) -> list[Point]:
        """Lay a meadow from an outline downwards, with fields on it; return the outline."""
        sheet = self.sheet(depth)
        outline = ridge(self.rng, self.width, top, swing)
        ground(sheet, outline, sheet.tone(self.rng.choice(self.mood.season.ground)))
        if bands:
            fields(sheet, outline, bands)
        self.lay(sheet, mist=0.25 * depth)
        return outline

    def plants(self, base: float, size: float, places: tuple[float, ...], depth: float = 0.0) -> None:
        """Lay a sheet of trees and bushes that stand at shares of the width."""
        sheet = self.sheet(depth)
        for share in places:
            foot = (self.width * share + self.rng.uniform(-20, 20), base + self.rng.uniform(-8, 12))
            if self.rng.random() < 0.72:
                tree(sheet, foot, size * self.rng.uniform(0.75, 1.2))
            bush(sheet, (foot[0] + self.rng.uniform(-40, 40), base + 10), size * 0.3)
        self.lay(sheet)

    def foreground(self, size: float) -> None:
        """Lay a dark meadow with a few plants along the lower edge, denser at the sides."""
        sheet = self.sheet(0.0)
        outline = ridge(self.rng, self.width, self.height - size * 0.22, size * 0.06)
        colour = mix(self.rng.choice(self.mood.season.firs), self.rng.choice(self.mood.season.ground), 0.4)
        if self.mood.season.snow:
            colour = rgb("#f4f7fa")
        ground(sheet, outline, sheet.tone(colour))
        for side in (0.02, 0.1, 0.9, 0.99):
            if self.rng.random() < 0.7:
                tree(sheet, (self.width * side, self.height), size * self.rng.uniform(0.6, 1.15))
        for _ in range(5):
            bush(sheet, (self.width * self.rng.random(), self.height + 6), size * self.rng.uniform(0.12, 0.24))
        self.lay(sheet, lift=1.6)
