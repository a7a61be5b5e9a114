"""Harmless things that look like those of a crime scene: signs, price cards, builders' tape, parcels, stickers, rulers."""

from __future__ import annotations

from PIL import Image, ImageDraw

from samples.drawing.evidence import BLACK, NOTHING, RED, WHITE, YELLOW, bars, darker
from samples.drawing.lettering import Type, centred, line, script
from samples.drawing.prop import Prop


def floor_sign() -> Prop:
    """A yellow sign that warns of a wet floor."""
    image = Image.new("RGBA", (360, 560), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.polygon([(262, 26), (330, 530), (356, 512)], fill=darker(YELLOW, 0.6))
    draw.polygon([(98, 26), (262, 26), (330, 530), (30, 530)], fill=YELLOW)
    draw.polygon([(180, 120), (284, 310), (76, 310)], outline=BLACK, width=12)
    draw.ellipse((168, 170, 196, 198), fill=BLACK)
    draw.line((180, 200, 166, 250, 206, 290), fill=BLACK, width=14)
    draw.line((170, 220, 214, 236), fill=BLACK, width=10)
    centred(image, "CAUTION", (180, 374), Type(44, BLACK, 3))
    centred(image, "WET FLOOR", (180, 446), Type(38, BLACK, 2))
    return Prop(image)


def price_sign(price: str) -> Prop:
    """A yellow price card of a market stall."""
    image = Image.new("RGBA", (420, 320), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((10, 10, 410, 310), 18, fill=YELLOW)
    centred(image, price, (210, 130), Type(150, RED, 6))
    centred(image, "EACH", (210, 250), Type(52, BLACK, 3))
    return Prop(image)


def hazard_tape() -> Image.Image:
    """Black and yellow stripes without a word, as builders use."""
    image = Image.new("RGBA", (1500, 84), (*YELLOW, 255))
    for x in range(-100, 1500, 120):
        ImageDraw.Draw(image).polygon([(x, 84), (x + 60, 84), (x + 130, 0), (x + 70, 0)], fill=BLACK)
    return image


def parcel_label() -> Prop:
    """The label of a parcel."""
    image = Image.new("RGBA", (620, 460), (*WHITE, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 619, 459), outline=BLACK, width=5)
    draw.line((0, 150, 620, 150), fill=BLACK, width=5)
    centred(image, "PRIORITY", (220, 76), Type(66, BLACK, 4))
    centred(image, "2", (540, 76), Type(110, BLACK, 6))
    for i, text in enumerate(("TO: EXAMPLE CITY LIBRARY", "12 FOUNTAIN SQUARE", "EXAMPLE CITY")):
        line(image, text, (24, 172 + i * 40), Type(30, BLACK, 1))
    bars(draw, (24, 310, 596, 440))
    return Prop(image)


def name_sticker(name: str) -> Prop:
    """A name sticker with a red head, as visitors wear."""
    image = Image.new("RGBA", (560, 380), NOTHING)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 559, 379), 34, fill=RED)
    draw.rectangle((14, 130, 545, 330), fill=WHITE)
    centred(image, "HELLO", (280, 46), Type(60, WHITE, 4))
    centred(image, "MY NAME IS", (280, 100), Type(32, WHITE, 1))
    script(image, name, (110, 170), 110, BLACK)
    return Prop(image)


def wooden_ruler() -> Prop:
    """A school ruler."""
    image = Image.new("RGBA", (900, 96), (214, 170, 108, 255))
    draw = ImageDraw.Draw(image)
    for y in range(0, 96, 7):
        draw.line((0, y, 900, y + 4), fill=(200, 152, 90), width=2)
    for tick in range(97):
        x, tall = 18 + tick * 9, 40 if tick % 8 == 0 else 26 if tick % 4 == 0 else 15
        draw.line((x, 0, x, tall), fill=(60, 36, 16), width=2)
    for i in range(13):
        centred(image, str(i), (18 + i * 72 + (8 if i == 0 else 0), 62), Type(28, (60, 36, 16), 1))
    return Prop(image)
