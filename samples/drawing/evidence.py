"""Things of a crime scene: numbered markers, tape, labels, bags, scales."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFilter

from domain.finding import FindingKind as K
from samples.drawing.compositor import Point, Scene, Shows, warped
from samples.drawing.lettering import Colour, Type, centred, line, script
from samples.drawing.prop import Prop, patch_of, whole

YELLOW, BLACK, WHITE, RED, BLUE, PAPER = (246, 204, 22), (22, 22, 24), (248, 248, 246), (190, 32, 40), (34, 52, 140), (244, 242, 234)
NOTHING = (0, 0, 0, 0)
AGENCY = "EXAMPLE CITY POLICE"


def marker(number: int, colour: Colour = YELLOW) -> Prop:
    """A numbered evidence marker: a folded tent with a scale along its foot."""
    image = Image.new("RGBA", (420, 440), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.polygon([(288, 34), (334, 412), (402, 376)], fill=darker(colour, 0.62))
    draw.polygon([(78, 34), (288, 34), (334, 412), (24, 412)], fill=colour)
    draw.polygon([(78, 34), (288, 34), (290, 50), (76, 50)], fill=darker(colour, 1.12))
    centred(image, str(number), (180, 208), Type(230 if number < 10 else 180, BLACK, 8))
    for tick in range(13):
        x = 44 + tick * 23
        draw.line((x, 410, x, 388 if tick % 2 else 376), fill=BLACK, width=4)
    return whole(image, (K.EVIDENCE_MARKER, str(number)))


def tape(words: str = "POLICE LINE   DO NOT CROSS", colour: Colour = YELLOW, ink: Colour = BLACK) -> Image.Image:
    """A length of printed tape."""
    image = Image.new("RGBA", (2000, 84), (*colour, 255))
    for middle in (500, 1500):
        centred(image, words, (middle, 43), Type(50, ink, 2, 0.94))
    return image


def stretched(scene: Scene, strip: Image.Image, ends: tuple[Point, Point], height: float, sag: float, shows: Shows | None = None, *, blur: float = 0.0) -> None:
    """Stretch `strip` from one point to the other, hanging by `sag` pixels in the middle and turning in the wind."""
    layer, steps = Image.new("RGBA", scene.image.size, NOTHING), 40
    (x0, y0), (x1, y1) = ends
    rim = [(x0 + (x1 - x0) * t / steps, y0 + (y1 - y0) * t / steps + 4 * sag * t / steps * (1 - t / steps) + 2.5 * math.sin(t * 0.8)) for t in range(steps + 1)]
    tall = [height * (1 - 0.14 * math.sin(t * 0.45) ** 2) for t in range(steps + 1)]
    for t in range(steps):
        piece = strip.crop((strip.width * t // steps, 0, strip.width * (t + 1) // steps, strip.height))
        a, b = rim[t], (rim[t + 1][0] + 1, rim[t + 1][1])
        shade = Image.new("RGBA", piece.size, (0, 0, 0, round(26 + 26 * math.sin(t * 0.45))))
        layer.alpha_composite(warped(Image.alpha_composite(piece, shade), (a, b, (b[0], b[1] + tall[t + 1]), (a[0], a[1] + tall[t])), scene.image.size))
    scene.lay(layer, shows, light=0.5, blur=blur, shadow=0.3)


def label(case: str, item: str, what: str, by: str) -> Prop:
    """An evidence label, filled in by hand; its case number is a part of its own."""
    image = Image.new("RGBA", (760, 500), (*PAPER, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 759, 96), fill=RED)
    centred(image, "EVIDENCE", (380, 48), Type(76, WHITE, 4, spacing=1.08))
    rows = (("AGENCY", AGENCY), ("CASE NO.", case), ("ITEM NO.", item), ("DESCRIPTION", what), ("COLLECTED BY", by))
    written = {}
    for i, (name, value) in enumerate(rows):
        y = 116 + i * 58
        line(image, name, (22, y + 16), Type(22, BLACK, 1, 0.9))
        draw.line((210, y + 48, 738, y + 48), fill=(120, 120, 120), width=2)
        written[name] = script(image, value, (216, y + 2), 36, BLUE)
    bars(draw, (24, 418, 420, 484))
    line(image, "CHAIN OF CUSTODY ON BACK", (446, 444), Type(20, BLACK))
    draw.rectangle((0, 0, 759, 499), outline=BLACK, width=5)
    parts = (((K.EVIDENCE_LABEL, "evidence label"), None), ((K.CASE_NUMBER, case), patch_of(image.size, written["CASE NO."])))
    return Prop(image, parts)


def bag(case: str, item: str) -> Prop:
    """A sealed clear bag with a key in it and a printed evidence panel."""
    image = Image.new("RGBA", (560, 760), (214, 222, 226, 118))
    draw = ImageDraw.Draw(image)
    _key(draw, (280, 190), 1.25)
    draw.rectangle((0, 0, 559, 60), fill=(*RED, 235))
    centred(image, "DO NOT TAMPER  ·  EVIDENCE BAG", (280, 30), Type(28, WHITE, 1))
    printed = label(case, item, "Door key", "Off. 2291")
    image.paste(printed.image.resize((500, 329), Image.Resampling.LANCZOS), (30, 390))
    number = Image.new("L", image.size, 0)
    number.paste(printed.parts[1][1].resize((500, 329), Image.Resampling.LANCZOS), (30, 390))  # type: ignore[union-attr]
    gloss = Image.new("L", image.size, 0)
    for points, value in (([(60, 60), (150, 60), (40, 390), (0, 390)], 90), ([(430, 60), (470, 60), (360, 390), (330, 390)], 60)):
        ImageDraw.Draw(gloss).polygon(points, fill=value)
    image.paste((255, 255, 255, 200), (0, 0), gloss.filter(ImageFilter.GaussianBlur(9)))
    draw.rectangle((0, 0, 559, 759), outline=(120, 128, 134, 255), width=4)
    parts = (((K.EVIDENCE_LABEL, "evidence bag"), None), ((K.CASE_NUMBER, case), number))
    return Prop(image, parts)


def scale_corner() -> Prop:
    """An L-shaped forensic scale in centimetres with its three targets."""
    image = Image.new("RGBA", (640, 640), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 0), (120, 0), (120, 520), (640, 520), (640, 640), (0, 640)], fill=WHITE, outline=BLACK)
    for i in range(10):
        colour = BLACK if i % 2 else WHITE
        draw.rectangle((92, 20 + i * 48, 120, 68 + i * 48), fill=colour, outline=BLACK)
        draw.rectangle((128 + i * 48, 520, 176 + i * 48, 548), fill=colour, outline=BLACK)
        centred(image, str(10 - i), (66, 90 + i * 42), Type(24, BLACK, 1))
        centred(image, str(i + 1), (172 + i * 48, 572), Type(24, BLACK, 1))
    for centre in ((42, 42), (60, 580), (598, 606)):
        _target(draw, centre, 22)
    centred(image, "EXAMPLE CITY POLICE · CRIME LABORATORY · cm", (360, 614), Type(18, BLACK))
    return whole(image, (K.FORENSIC_SCALE, "photomacrographic scale"))


def scale_strip() -> Prop:
    """A straight forensic scale, as laid beside a small object."""
    image = Image.new("RGBA", (900, 130), (*WHITE, 255))
    draw = ImageDraw.Draw(image)
    for tick in range(151):
        x, tall = 20 + tick * 5.7, 46 if tick % 10 == 0 else 32 if tick % 5 == 0 else 20
        draw.line((x, 0, x, tall), fill=BLACK, width=2)
    for i in range(15):
        centred(image, str(i), (20 + i * 57, 64), Type(24, BLACK, 1))
        draw.rectangle((20 + i * 57, 108, 20 + (i + 1) * 57, 130), fill=BLACK if i % 2 else WHITE)
    centred(image, "EVIDENCE   CASE ________   cm", (450, 94), Type(20, BLACK, 1))
    draw.rectangle((0, 0, 899, 129), outline=BLACK, width=3)
    return whole(image, (K.FORENSIC_SCALE, "straight scale"))


def shoe_print() -> Image.Image:
    """The print of a sole, pressed into loose ground."""
    image = Image.new("RGBA", (220, 560), NOTHING)
    draw, dark = ImageDraw.Draw(image), (30, 26, 22, 150)
    for i in range(11):
        half = 84 - abs(i - 4) * 5
        draw.line((110 - half, 30 + i * 28, 110, 46 + i * 28, 110 + half, 30 + i * 28), fill=dark, width=12)
    for i in range(6):
        half = 62 - abs(i - 2) * 6
        draw.line((110 - half, 400 + i * 25, 110 + half, 400 + i * 25), fill=dark, width=13)
    return image.filter(ImageFilter.GaussianBlur(2.2))


def key() -> Image.Image:
    """A door key."""
    image = Image.new("RGBA", (420, 170), NOTHING)
    _key(ImageDraw.Draw(image), (210, 85), 1.0)
    return image


def _key(draw: ImageDraw.ImageDraw, at: tuple[int, int], scale: float) -> None:
    x, y = at
    brass, dark = (176, 142, 74, 255), (104, 80, 36, 255)
    draw.ellipse((x - 190 * scale, y - 62 * scale, x - 66 * scale, y + 62 * scale), outline=brass, width=round(26 * scale))
    draw.rectangle((x - 70 * scale, y - 14 * scale, x + 180 * scale, y + 14 * scale), fill=brass)
    for step, tall in ((90, 50), (122, 36), (154, 56)):
        draw.rectangle((x + step * scale, y + 10 * scale, x + (step + 20) * scale, y + tall * scale), fill=brass)
    draw.line((x - 66 * scale, y + 13 * scale, x + 180 * scale, y + 13 * scale), fill=dark, width=3)


def _target(draw: ImageDraw.ImageDraw, centre: Point, radius: int) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=BLACK, width=3)
    draw.pieslice((x - radius, y - radius, x + radius, y + radius), 0, 90, fill=BLACK)
    draw.pieslice((x - radius, y - radius, x + radius, y + radius), 180, 270, fill=BLACK)


def bars(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    """A bar code that fills `box` (left, top, right, bottom)."""
    x, pattern = box[0], "2113122131124113212113221412113122131412"
    for i, digit in enumerate(pattern * 4):
        width = int(digit) * 2
        if x + width > box[2]:
            return
        if i % 2 == 0:
            draw.rectangle((x, box[1], x + width - 1, box[3]), fill=BLACK)
        x += width


def darker(colour: Colour, by: float) -> Colour:
    """`colour` with its brightness multiplied by `by`."""
    r, g, b = (min(255, round(band * by)) for band in colour)
    return (r, g, b)
