"""The artwork of the invented Example City Police Department, and pieces of other invented agencies that look like it."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from samples.drawing.lettering import Colour, Point, Type, arc, centred
from samples.drawing.shapes import bridge, disc, embroidered, filled, metallic, oak, ring, shield, star, stencil

NAVY, GOLD, CREAM, SKY, RED, WHITE = (20, 32, 66), (214, 170, 66), (243, 236, 217), (104, 156, 204), (158, 36, 44), (250, 250, 250)
DARK_GOLD, FOREST, SILVER, BROWN, BLACK = (120, 84, 22), (32, 84, 58), (190, 196, 204), (92, 62, 40), (18, 18, 22)
SIDE = 1280  # everything is drawn at twice its size and reduced


def shoulder_patch() -> Image.Image:
    """The shoulder patch: a navy shield, a bridge before a setting sun."""
    image = _shield_patch(NAVY, GOLD, "EXAMPLE CITY", "POLICE")
    scene = Image.new("RGBA", image.size, (0, 0, 0, 0))
    ImageDraw.Draw(scene).rectangle((0, 0, SIDE, SIDE * 2), fill=SKY)
    disc(scene, (560, 690), 190, (238, 126, 52))
    ImageDraw.Draw(scene).rectangle((0, 790, SIDE, SIDE * 2), fill=(30, 74, 120))
    bridge(scene, (190, 430, 930, 960), CREAM, (214, 230, 244))
    _inside(image, scene, (560, 670), 330, GOLD)
    return _reduced(embroidered(image))


def badge() -> Image.Image:
    """The badge: a seven-pointed gold star with a blue ring."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    middle = (640, 650)
    filled(image, star(middle, 610, 420, 7), DARK_GOLD)
    filled(image, star(middle, 582, 402, 7), GOLD)
    for x, y in star(middle, 520, 520, 7)[::2]:
        disc(image, (x, y), 26, DARK_GOLD)
        disc(image, (x, y), 18, (250, 224, 140))
    disc(image, middle, 372, DARK_GOLD)
    disc(image, middle, 356, NAVY)
    arc(image, "EXAMPLE CITY", (middle, 292), Type(84, GOLD, 3, spacing=1.08))
    arc(image, "POLICE", (middle, 292), Type(84, GOLD, 3, spacing=1.2), below=True)
    disc(image, middle, 232, DARK_GOLD)
    disc(image, middle, 220, CREAM)
    bridge(image, (450, 500, 830, 790), NAVY, (70, 110, 170))
    for side in (-1, 1):
        filled(image, star((640 + side * 298, 650), 36, 15, 5), GOLD)
    return _reduced(metallic(image))


def seal() -> Image.Image:
    """The city seal: an oak on a hill, in a ring of words."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    middle = (640, 640)
    disc(image, middle, 622, NAVY)
    ring(image, middle, 606, 12, GOLD)
    ring(image, middle, 432, 14, GOLD)
    arc(image, "CITY OF EXAMPLE", (middle, 516), Type(104, CREAM, 3, spacing=1.1))
    arc(image, "POLICE DEPARTMENT", (middle, 516), Type(88, CREAM, 2, spacing=1.06), below=True)
    disc(image, middle, 416, CREAM)
    field = Image.new("RGBA", image.size, (0, 0, 0, 0))
    disc(field, (640, 1270), 470, (126, 160, 84))
    oak(field, (640, 560), 620, FOREST, BROWN)
    for dx, dy, r in ((-70, -190, 74), (-190, -90, 54), (80, -90, 60), (150, -20, 40), (-60, -20, 50), (30, -240, 34)):
        disc(field, (640 + dx, 560 + dy), r, (52, 116, 76))
    image.paste(field, (0, 0), Image.composite(field.getchannel("A"), Image.new("L", image.size), _disc_mask(image.size, middle, 408)))
    centred(image, "1874", (640, 968), Type(84, NAVY, 3))
    return _reduced(image)


def wordmark() -> Image.Image:
    """The wordmark of the patrol cars: a star, two lines, a stripe."""
    image = Image.new("RGBA", (1800, 520), (0, 0, 0, 0))
    filled(image, star((230, 246), 220, 92, 5), GOLD)
    filled(image, star((230, 246), 176, 72, 5), NAVY)
    centred(image, "EC", (230, 254), Type(92, WHITE, 4))
    centred(image, "EXAMPLE CITY", (1110, 120), Type(168, NAVY, 6))
    centred(image, "POLICE", (1110, 318), Type(216, RED, 12, 1.22))
    filled(image, [(450, 452), (1780, 452), (1750, 500), (420, 500)], GOLD)
    return image.resize((900, 260), Image.Resampling.LANCZOS)


def rocker() -> Image.Image:
    """The rocker above a patch: a curved tab of the harbor unit."""
    image = Image.new("RGBA", (SIDE, 600), (0, 0, 0, 0))
    filled(image, _band((640, 980), 720, 960, 41), GOLD)
    filled(image, _band((640, 980), 738, 942, 39.8), NAVY)
    arc(image, "HARBOR UNIT", ((640, 980), 836), Type(140, GOLD, 6, spacing=1.04))
    return _reduced(embroidered(image))


def riverbend_patch() -> Image.Image:
    """A look-alike: another invented city's patch in nearly the same outline and colours."""
    image = _shield_patch((28, 40, 60), SILVER, "RIVERBEND", "POLICE")
    scene = Image.new("RGBA", image.size, (0, 0, 0, 0))
    ImageDraw.Draw(scene).rectangle((0, 0, SIDE, SIDE * 2), fill=(196, 214, 226))
    filled(scene, [(200, 900), (420, 520), (560, 730), (690, 450), (940, 900)], (96, 108, 124))
    filled(scene, [(350, 640), (420, 520), (470, 600), (420, 620)], WHITE)
    filled(scene, [(620, 585), (690, 450), (770, 590), (700, 570)], WHITE)
    ImageDraw.Draw(scene).rectangle((0, 850, SIDE, SIDE * 2), fill=(42, 98, 84))
    _inside(image, scene, (560, 670), 330, SILVER)
    return _reduced(embroidered(image))


def sheriff_star() -> Image.Image:
    """A look-alike: an invented county's six-pointed star."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    middle = (640, 640)
    filled(image, star(middle, 620, 358, 6), (110, 112, 118))
    filled(image, star(middle, 588, 340, 6), SILVER)
    for x, y in star(middle, 580, 580, 6)[::2]:
        disc(image, (x, y), 44, SILVER)
    disc(image, middle, 330, (110, 112, 118))
    disc(image, middle, 316, BROWN)
    arc(image, "SAMPLETON", (middle, 250), Type(82, CREAM, 3, spacing=1.08))
    arc(image, "SHERIFF", (middle, 250), Type(82, CREAM, 3, spacing=1.2), below=True)
    disc(image, middle, 186, CREAM)
    oak(image, (640, 610), 280, FOREST, BROWN)
    return _reduced(metallic(image))


def fire_patch() -> Image.Image:
    """A look-alike: an invented fire brigade's round patch."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    middle = (640, 640)
    disc(image, middle, 622, GOLD)
    disc(image, middle, 596, RED)
    ring(image, middle, 420, 14, GOLD)
    arc(image, "PLACEVILLE", (middle, 506), Type(118, CREAM, 4, spacing=1.12))
    arc(image, "FIRE & RESCUE", (middle, 506), Type(96, CREAM, 3, spacing=1.06), below=True)
    disc(image, middle, 400, BLACK)
    for turn in range(4):
        filled(image, _petal(middle, 360, turn * 90), GOLD)
    disc(image, middle, 120, RED)
    centred(image, "7", (640, 644), Type(150, CREAM, 6))
    return _reduced(embroidered(image))


REGISTERED: dict[str, Callable[[], Image.Image]] = {
    "shoulder-patch": shoulder_patch,
    "badge": badge,
    "seal": seal,
    "wordmark": wordmark,
    "harbor-rocker": rocker,
}
LOOKALIKES: dict[str, Callable[[], Image.Image]] = {"riverbend-patch": riverbend_patch, "sampleton-star": sheriff_star, "placeville-fire": fire_patch}


def _shield_patch(field: Colour, edge: Colour, above: str, below: str) -> Image.Image:
    image = Image.new("RGBA", (1120, 1400), (0, 0, 0, 0))
    for inset, colour in ((6, edge), (34, field), (54, edge), (66, field)):
        filled(image, shield(1120, 1400, inset), colour)
    centred(image, above, (560, 222), Type(112 if len(above) > 10 else 128, edge, 6))
    centred(image, below, (560, 1110), Type(132, edge, 8, 0.95))
    filled(image, star((560, 1246), 52, 21, 5), edge)
    return image


def _inside(image: Image.Image, scene: Image.Image, centre: Point, radius: float, edge: Colour) -> None:
    image.paste(scene, (0, 0), _disc_mask(image.size, centre, radius))
    ring(image, centre, radius + 8, 18, edge)


def _disc_mask(size: tuple[int, int], centre: Point, radius: float) -> Image.Image:
    return stencil(size, star(centre, radius, radius, 90))


def _band(centre: Point, low: float, high: float, degrees: float) -> list[Point]:
    angles = [math.radians(-degrees + 2 * degrees * t / 40) for t in range(41)]
    outer = [(centre[0] + high * math.sin(a), centre[1] - high * math.cos(a)) for a in angles]
    return outer + [(centre[0] + low * math.sin(a), centre[1] - low * math.cos(a)) for a in reversed(angles)]


def _petal(centre: Point, reach: float, turn: float) -> list[Point]:
    corners = [(-0.16, -0.2), (-0.62, -0.86), (0, -1.0), (0.62, -0.86), (0.16, -0.2)]
    a = math.radians(turn)
    return [(centre[0] + reach * (x * math.cos(a) - y * math.sin(a)), centre[1] + reach * (x * math.sin(a) + y * math.cos(a))) for x, y in corners]


def _reduced(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
