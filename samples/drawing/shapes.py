"""Outlines and small pictures that artwork is made of, all on Pillow's drawing surface."""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from samples.drawing.lettering import Colour, Point


def star(centre: Point, outer: float, inner: float, points: int, turn: float = 0.0) -> list[Point]:
    """The corners of a star; `turn` in degrees."""
    corners = []
    for i in range(points * 2):
        radius = outer if i % 2 == 0 else inner
        angle = math.radians(turn) + math.pi * i / points
        corners.append((centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)))
    return corners


def shield(width: int, height: int, inset: float = 0.0) -> list[Point]:
    """A patch's outline: a gently arched top, straight sides, a pointed foot."""
    left, right, top, foot = inset, width - inset, inset + height * 0.06, height - inset * 1.25
    middle = (left + right) / 2
    arch = [(left + (right - left) * t / 24, top - height * 0.05 * math.sin(math.pi * t / 24)) for t in range(25)]
    bend = height * 0.55
    right_side = [(right - (right - middle) * (1 - math.cos(math.pi / 2 * t / 20)), bend + (foot - bend) * math.sin(math.pi / 2 * t / 20)) for t in range(21)]
    left_side = [(2 * middle - x, y) for x, y in reversed(right_side)]
    return arch + right_side + left_side


def stencil(size: tuple[int, int], outline: list[Point]) -> Image.Image:
    """A mask that is 255 inside `outline`."""
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    return mask


def filled(on: Image.Image, outline: list[Point], colour: Colour) -> None:
    """Fill `outline`."""
    ImageDraw.Draw(on).polygon(outline, fill=colour)


def disc(on: Image.Image, centre: Point, radius: float, colour: Colour) -> None:
    """Fill a circle."""
    x, y = centre
    ImageDraw.Draw(on).ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def ring(on: Image.Image, centre: Point, radius: float, width: int, colour: Colour) -> None:
    """A circle's line, its outer edge at `radius`."""
    x, y = centre
    ImageDraw.Draw(on).ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)


def bridge(on: Image.Image, box: tuple[float, float, float, float], stone: Colour, water: Colour) -> None:
    """A suspension bridge over a river, inside `box` (left, top, right, bottom)."""
    draw, (left, top, right, bottom) = ImageDraw.Draw(on), box
    width, height = right - left, bottom - top
    deck, line = top + height * 0.62, max(2, round(width / 70))
    towers = [left + width * 0.28, left + width * 0.72]
    for x in towers:
        draw.rectangle((x - line * 2, top + height * 0.1, x + line * 2, bottom - height * 0.12), fill=stone)
    draw.rectangle((left, deck, right, deck + line * 2.5), fill=stone)
    high = top + height * 0.1
    for start, end in (((left, deck), (towers[0], high)), ((towers[0], high), (towers[1], high)), ((towers[1], high), (right, deck))):
        _cable(draw, start, end, deck, (line, stone))
    for row in range(3):
        y = bottom - height * 0.2 + row * height * 0.08
        wave = [(left + width * t / 40, y + math.sin(t * 1.2 + row) * height * 0.018) for t in range(41)]
        draw.line(wave, fill=water, width=line)


def _cable(draw: ImageDraw.ImageDraw, start: Point, end: Point, deck: float, pen: tuple[int, Colour]) -> None:
    """A hanging cable, and its hangers down to the deck."""
    sag = (deck - min(start[1], end[1])) * (0.88 if start[1] == end[1] else 0.5)
    points = []
    for t in range(21):
        f = t / 20
        points.append((start[0] + (end[0] - start[0]) * f, start[1] + (end[1] - start[1]) * f + sag * f * (1 - f)))
    draw.line(points, fill=pen[1], width=pen[0])
    for x, y in points[2::3]:
        draw.line((x, y, x, deck), fill=pen[1], width=max(1, pen[0] // 2))


def oak(on: Image.Image, centre: Point, size: float, leaf: Colour, bark: Colour) -> None:
    """A round-crowned tree, its foot at the bottom of a square of side `size` around `centre`."""
    x, y = centre
    filled(on, [(x - size * 0.07, y), (x + size * 0.07, y), (x + size * 0.13, y + size * 0.5), (x - size * 0.13, y + size * 0.5)], bark)
    for dx, dy, r in ((0, -0.24, 0.26), (-0.24, -0.1, 0.21), (0.24, -0.1, 0.21), (-0.12, 0.05, 0.2), (0.13, 0.06, 0.2), (0, -0.05, 0.22)):
        disc(on, (x + dx * size, y + dy * size), r * size, leaf)


def embroidered(image: Image.Image, depth: int = 16) -> Image.Image:
    """`image` as thread: a fine slanting weave, and edges that stand a little proud."""
    weave = Image.new("L", image.size, 128)
    pixels = bytearray(image.width * image.height)
    for y in range(image.height):
        row = bytes(128 + depth * ((x + 2 * y) % 5 - 2) // 2 for x in range(5))
        pixels[y * image.width : (y + 1) * image.width] = (row * (image.width // 5 + 1))[: image.width]
    weave.frombytes(bytes(pixels))
    relief = image.convert("L").filter(ImageFilter.GaussianBlur(1.2)).filter(ImageFilter.EMBOSS)
    return relit(relit(image, weave), Image.blend(Image.new("L", image.size, 128), relief, 0.55))


def relit(image: Image.Image, light: Image.Image) -> Image.Image:
    """`image` with every pixel's brightness moved by `light` (128: unchanged)."""
    bands = [ImageChops.add(band, light, 1, -128) for band in image.convert("RGB").split()]
    return Image.merge("RGBA", [*bands, image.getchannel("A")])


def metallic(image: Image.Image) -> Image.Image:
    """`image` as polished metal: brighter at the upper left, with two soft reflections."""
    width, height = image.size
    rows = bytearray(width * height)
    for y in range(height):
        for x in range(0, width, 4):
            t = (x + y) / (width + height)
            value = 128 + round(46 * math.cos(t * 9.5) + 26 * (0.5 - t))
            rows[y * width + x : y * width + x + 4] = bytes([max(0, min(255, value))]) * min(4, width - x)
    light = Image.new("L", image.size)
    light.frombytes(bytes(rows))
    relief = image.convert("L").filter(ImageFilter.GaussianBlur(1.5)).filter(ImageFilter.EMBOSS)
    return relit(relit(image, light.filter(ImageFilter.GaussianBlur(4))), Image.blend(Image.new("L", image.size, 128), relief, 0.8))
