"""The picture on which sheets are laid: sky, shadows, cut edges, mist, reflections, grain of the paper."""

import math
from random import Random

from PIL import Image, ImageChops, ImageFilter

from campaign.demo.drawing.colour import RGB, mix
from campaign.demo.drawing.moods import Mood
from campaign.demo.drawing.paper import FINENESS, Frame, Point, Sheet


def _ramp(size: tuple[int, int], start: float, end: float) -> Image.Image:
    """Return a vertical mask that runs from `start` to `end` (0 to 1)."""
    ramp = Image.linear_gradient("L").point([round(255 * (start + (end - start) * v / 255)) for v in range(256)])
    return ramp.resize(size, Image.Resampling.BILINEAR)


class Picture:
    """A picture under construction, at its final size, from the far to the near."""

    def __init__(self, frame: Frame, mood: Mood, rng: Random) -> None:
        self.frame, self.mood, self.rng = frame, mood, rng
        self.image = self._sky()
        self.light_from = rng.choice((-1, 1))

    def _sky(self) -> Image.Image:
        top, middle, low = self.mood.hour.sky
        strip = Image.new("RGB", (1, 240))
        for row in range(240):
            share = min(1.0, row / 160)
            colour = mix(top, middle, share * 2) if share < 0.5 else mix(middle, low, share * 2 - 1)
            strip.putpixel((0, row), colour)
        return strip.resize((self.frame.pixel_width, self.frame.pixel_height), Image.Resampling.BICUBIC)

    def glow(self, centre: Point, radius: float, colour: RGB, strength: float) -> None:
        """Let a soft light shine around a point over everything laid so far."""
        side = max(2, round(2 * radius * self.frame.scale))
        curve = [round(255 * strength * max(0.0, 1 - v / 178) ** 2) for v in range(256)]
        mask = Image.radial_gradient("L").point(curve).resize((side, side), Image.Resampling.BILINEAR)
        x, y = (round(value * self.frame.scale) - side // 2 for value in centre)
        self.image.paste(colour, (x, y, x + side, y + side), mask)

    def lay(self, sheet: Sheet, mist: float = 0.0, lift: float = 1.0) -> None:
        """Lay a sheet: its shadow falls on what lies below; `mist` thickens towards its lower edge."""
        box = self._pixels(sheet)
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        fine = (box[0] * FINENESS, box[1] * FINENESS, box[2] * FINENESS, box[3] * FINENESS)
        mask = sheet.mask.reduce(FINENESS, fine)
        if lift:
            self._shadow(mask, box, lift)
        self.image.paste(sheet.ink.reduce(FINENESS, fine), box, mask)
        if lift:
            self._edge(mask, box, min(1.0, lift))
        if mist:
            veil = ImageChops.multiply(mask, _ramp(mask.size, 0.0, mist))
            self.image.paste(self.mood.hour.haze, box, veil)

    def _pixels(self, sheet: Sheet) -> tuple[int, int, int, int]:
        """Return the part of the picture that a sheet covers, in pixels."""
        scale, frame = self.frame.scale, self.frame
        left, top = max(0, math.floor(sheet.left * scale) - 2), max(0, math.floor(sheet.top * scale) - 2)
        right = min(frame.pixel_width, math.ceil(sheet.right * scale) + 2)
        return left, top, right, min(frame.pixel_height, math.ceil(sheet.bottom * scale) + 2)

    def _shadow(self, mask: Image.Image, box: tuple[int, int, int, int], lift: float) -> None:
        reach = round(24 * lift * self.frame.scale)
        padded = Image.new("L", (mask.width + 2 * reach, mask.height + 2 * reach))
        padded.paste(mask, (reach, reach))
        soft = padded.reduce(6).filter(ImageFilter.GaussianBlur(9 * lift * self.frame.scale / 6))
        strength = 0.30 + 0.06 * lift
        shade = soft.point([round(v * strength) for v in range(256)]).resize(padded.size, Image.Resampling.BILINEAR)
        shift = round(-5 * lift * self.light_from * self.frame.scale)
        corner = box[0] - reach + shift, box[1] - reach + round(4 * lift * self.frame.scale)
        self.image.paste(self.mood.hour.shadow, corner, shade)

    def _edge(self, mask: Image.Image, box: tuple[int, int, int, int], strength: float) -> None:
        """Lighten the upper rim, where the thickness of the paper catches the light."""
        step = max(1, round(1.6 * self.frame.scale))
        moved = ImageChops.offset(mask, -step * self.light_from, step)
        moved.paste(255, (0, 0, mask.width, step))  # what the shift brought round from the lower edge
        rim = ImageChops.subtract(mask, moved).point([round(v * 0.3 * strength) for v in range(256)])
        self.image.paste(mix(self.mood.hour.haze, self.mood.hour.disc, 0.65), box, rim)

    def reflect(self, shore: float, water: RGB, calm: float) -> None:
        """Mirror what stands above the shore line in water that fills the rest of the picture."""
        line = round(shore * self.frame.scale)
        depth = self.frame.pixel_height - line
        source = self.image.crop((0, max(0, line - depth), self.image.width, line))
        mirrored = source.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((self.image.width, depth))
        mirrored = mirrored.filter(ImageFilter.GaussianBlur(1.6 * self.frame.scale))
        rippled = Image.new("RGB", mirrored.size, water)
        band, row = max(2, round(4 * self.frame.scale)), 0
        while row < depth:
            sway = (1 - calm) * (2 + 26 * row / depth) * self.frame.scale
            strip = mirrored.crop((0, row, mirrored.width, min(depth, row + band)))
            shift = round(sway * (math.sin(row * 0.043) + 0.5 * math.sin(row * 0.017 + 1)))
            rippled.paste(ImageChops.offset(strip, shift, 0), (0, row))
            row += band
        tint = _ramp(rippled.size, 0.30, 0.68)
        rippled.paste(water, (0, 0), tint)
        self.image.paste(rippled, (0, line))

    def grain(self) -> Image.Image:
        """Return the finished picture with the fine and coarse grain of paper."""
        tile = 256
        noise = Image.frombytes("L", (tile, tile), self.rng.randbytes(tile * tile))
        fine = noise.point([124 + v // 34 for v in range(256)])
        turned = fine.transpose(Image.Transpose.ROTATE_180)
        sheet = Image.new("L", self.image.size)
        for x in range(0, sheet.width, tile):
            for y in range(0, sheet.height, tile):
                sheet.paste(fine if (x + y) // tile % 2 else turned, (x, y))
        fibres = noise.resize((sheet.width, tile), Image.Resampling.BICUBIC).resize(
            sheet.size, Image.Resampling.BICUBIC
        )
        both = ImageChops.add(sheet, fibres.point([126 + v // 64 for v in range(256)]), 1, -128)
        return ImageChops.add(self.image, Image.merge("RGB", (both, both, both)), 1, -128)
