"""Lettering on straight lines and on arcs, in the one typeface that Pillow carries (Aileron, CC0), made bold by its stroke."""

from __future__ import annotations

import math
from functools import cache

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int] | tuple[int, int, int, int]


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels. Raises RuntimeError when Pillow was built without FreeType."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow has no FreeType here, so Example City's lettering cannot be drawn: install Pillow's own wheel")
    return found


def word(text: str, size: int, colour: Colour, bold: int = 0, squeeze: float = 1.0) -> Image.Image:
    """`text` on a transparent ground, cut to its ink; `squeeze` below 1 makes it condensed. Bold letters stand apart by as much as they grew."""
    left, top, right, bottom = (int(v) for v in font(size).getbbox(text, stroke_width=bold))
    image = Image.new("RGBA", (max(1, right - left) + 2 * bold * len(text), max(1, bottom - top)), (*colour[:3], 0))
    draw, x = ImageDraw.Draw(image), float(-left)
    for letter in text:
        draw.text((round(x), -top), letter, colour, font(size), stroke_width=bold, stroke_fill=colour)
        x += font(size).getlength(letter) + 2 * bold
    image = image.crop(image.getbbox())
    if squeeze != 1.0:
        image = image.resize((max(1, round(image.width * squeeze)), image.height), Image.Resampling.LANCZOS)
    return image


def centred(on: Image.Image, text: str, at: tuple[float, float], size: int, colour: Colour, bold: int = 0, squeeze: float = 1.0) -> None:
    """Set `text` with its middle at `at`."""
    drawn = word(text, size, colour, bold, squeeze)
    on.alpha_composite(drawn, (max(0, round(at[0] - drawn.width / 2)), max(0, round(at[1] - drawn.height / 2))))


def arc(
    on: Image.Image, text: str, centre: tuple[float, float], radius: float, size: int, colour: Colour, bold: int = 0, below: bool = False, spacing: float = 1.0
) -> None:
    """Set `text` along a circle, its middle at the top (`below`: at the bottom, still read from left to right)."""
    widths = [(font(size).getlength(letter) + 2 * bold) * spacing for letter in text]
    angle = -sum(widths) / 2 / radius
    for letter, width in zip(text, widths, strict=True):
        _letter(on, letter, angle + width / 2 / radius, centre, radius, size, colour, bold, below)
        angle += width / radius


def _letter(on: Image.Image, letter: str, angle: float, centre: tuple[float, float], radius: float, size: int, colour: Colour, bold: int, below: bool) -> None:
    if letter == " ":
        return
    tile = Image.new("RGBA", (size * 2, size * 2), (*colour[:3], 0))
    ImageDraw.Draw(tile).text((size, size), letter, colour, font(size), anchor="mm", stroke_width=bold, stroke_fill=colour)
    turned = tile.rotate(math.degrees(angle) if below else -math.degrees(angle), Image.Resampling.BICUBIC)
    side = -1 if below else 1
    x, y = centre[0] + radius * math.sin(angle), centre[1] - side * radius * math.cos(angle)
    on.alpha_composite(turned, (round(x - size), round(y - size)))


def script(on: Image.Image, text: str, at: tuple[int, int], size: int, colour: Colour) -> None:
    """`text` as somebody filled it in by hand: leaning, thin, not quite level. `at` is its top left corner."""
    drawn = word(text, size, colour)
    lean = 0.28
    slanted = drawn.transform(
        (drawn.width + round(lean * drawn.height), drawn.height), Image.Transform.AFFINE, (1, lean, -lean * drawn.height, 0, 1, 0), Image.Resampling.BICUBIC
    )
    on.alpha_composite(slanted.rotate(1.2, Image.Resampling.BICUBIC, expand=True), at)
