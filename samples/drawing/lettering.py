"""Lettering on straight lines and on arcs, in the one typeface that Pillow carries (Aileron, CC0), made bold by its stroke."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Type:
    """How letters look: height in pixels, colour, how many pixels the stroke grows by, width (below 1 is condensed), room between letters."""

    size: int
    colour: Colour
    bold: int = 0
    squeeze: float = 1.0
    spacing: float = 1.0

    def advance(self, letter: str) -> float:
        """How far the next letter begins; bold letters stand apart by as much as they grew."""
        return (font(self.size).getlength(letter) + 2 * self.bold) * self.spacing


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels. Raises RuntimeError when Pillow was built without FreeType."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow has no FreeType here, so Example City's lettering cannot be drawn: install Pillow's own wheel")
    return found


def word(text: str, kind: Type) -> Image.Image:
    """`text` on a transparent ground, cut to its ink."""
    width = math.ceil(sum(map(kind.advance, text))) + 4 * kind.bold + kind.size
    image = Image.new("RGBA", (width, 2 * kind.size + 4 * kind.bold), (*kind.colour, 0))
    draw, x = ImageDraw.Draw(image), float(kind.size // 2)
    for letter in text:
        draw.text((round(x), kind.size // 2), letter, kind.colour, font(kind.size), stroke_width=kind.bold, stroke_fill=kind.colour)
        x += kind.advance(letter)
    image = image.crop(image.getbbox())
    return image.resize((max(1, round(image.width * kind.squeeze)), image.height), Image.Resampling.LANCZOS)


def centred(on: Image.Image, text: str, at: Point, kind: Type) -> None:
    """Set `text` with the middle of its ink at `at`."""
    drawn = word(text, kind)
    on.alpha_composite(drawn, (max(0, round(at[0] - drawn.width / 2)), max(0, round(at[1] - drawn.height / 2))))


def line(on: Image.Image, text: str, at: tuple[int, int], kind: Type) -> None:
    """Set `text` with the top left corner of its ink at `at`."""
    on.alpha_composite(word(text, kind), at)


def arc(on: Image.Image, text: str, circle: tuple[Point, float], kind: Type, below: bool = False) -> None:
    """Set `text` along a circle (its centre, its radius), its middle at the top (`below`: at the bottom, still read from left to right)."""
    widths = [kind.advance(letter) for letter in text]
    angle = -sum(widths) / 2 / circle[1]
    for letter, width in zip(text, widths, strict=True):
        if letter != " ":
            _letter(on, letter, circle, angle + width / 2 / circle[1], kind, below)
        angle += width / circle[1]


def _letter(on: Image.Image, letter: str, circle: tuple[Point, float], angle: float, kind: Type, below: bool) -> None:
    side, (centre, radius) = kind.size, circle
    tile = Image.new("RGBA", (side * 2, side * 2), (*kind.colour, 0))
    ImageDraw.Draw(tile).text((side, side), letter, kind.colour, font(side), anchor="mm", stroke_width=kind.bold, stroke_fill=kind.colour)
    turned = tile.rotate(math.degrees(angle if below else -angle), Image.Resampling.BICUBIC)
    up = -1 if below else 1
    x, y = centre[0] + radius * math.sin(angle), centre[1] - up * radius * math.cos(angle)
    on.alpha_composite(turned, (round(x - side), round(y - side)))


def script(on: Image.Image, text: str, at: tuple[int, int], size: int, colour: Colour) -> tuple[int, int, int, int]:
    """`text` as somebody filled it in by hand: leaning, not quite level, its top left corner at `at`. Returns left, top, right, bottom."""
    drawn, lean = word(text, Type(size, colour, spacing=1.04)), 0.3
    width = drawn.width + round(lean * drawn.height)
    slanted = drawn.transform((width, drawn.height), Image.Transform.AFFINE, (1, lean, -lean * drawn.height, 0, 1, 0), Image.Resampling.BICUBIC)
    written = slanted.rotate(1.2, Image.Resampling.BICUBIC, expand=True)
    on.alpha_composite(written, at)
    return (at[0], at[1], at[0] + written.width, at[1] + written.height)
